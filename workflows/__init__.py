"""Prefect flows, thin: references in, counts out."""

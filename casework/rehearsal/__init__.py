"""Rehearsals: invented cases played through the real use cases on a moved clock, as people would."""

"""Pydantic shapes for what comes in from outside: intake files, policy files, sealed groups, letter facts."""

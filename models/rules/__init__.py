"""Pure functions and the plain values they work on. Nothing here reads a clock, a file or a table."""

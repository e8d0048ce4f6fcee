"""Where people sit: the command line."""

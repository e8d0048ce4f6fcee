"""All that leaves the process: database, keys, mail, typesetting, calendars, clock, settings."""

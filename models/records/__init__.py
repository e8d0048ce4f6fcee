"""SQLAlchemy tables, one family a file. No behaviour beyond what a row is."""

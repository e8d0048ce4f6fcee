"""What a case is: statuses, errors, rules, records and schemas. No I/O lives here."""

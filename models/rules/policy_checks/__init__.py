"""What must be true of a policy beyond its shape: pure checks, each yielding slips that say what would be right."""

"""What one does to a case: open, record, reconcile, draft, approve, send, erase. Knows no Prefect."""

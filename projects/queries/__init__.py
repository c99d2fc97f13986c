"""Readers: who sees which rows, facts as of a day and as known at a ledger position, totals."""

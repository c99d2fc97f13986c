"""Readers: open alerts, who is told what, the outbox, the archive."""

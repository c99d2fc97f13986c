"""The only writers of alerts, outbox, archive and job runs."""

"""What goes out: alerts and their events, the outbox, the archive."""

from reports.models.alerts import Alert, AlertEvent, Level
from reports.models.archive import ArchivedWorkbook, DownloadEvent
from reports.models.outbox import OutboxMessage

__all__ = ["Alert", "AlertEvent", "ArchivedWorkbook", "DownloadEvent", "Level", "OutboxMessage"]

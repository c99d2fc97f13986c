"""What goes out: alerts and their events, instructions, the outbox, the archive."""

from reports.models.alerts import Alert, AlertEvent, Level
from reports.models.archive import ArchivedWorkbook, DownloadEvent
from reports.models.instructions import Instruction, Subscription
from reports.models.outbox import MailPicture, OutboxMessage

__all__ = [
    "Alert",
    "AlertEvent",
    "ArchivedWorkbook",
    "DownloadEvent",
    "Instruction",
    "Level",
    "MailPicture",
    "OutboxMessage",
    "Subscription",
]

"""What /healthz says of the outbox: counts alone, because anybody may ask."""

from datetime import timedelta

from django.db.models import Count, Q

from portfolio import clock
from reports.models import OutboxMessage

State = OutboxMessage.State
LATE = timedelta(minutes=15)


def outbox() -> dict[str, int]:
    """Messages that wait, those of them whose next attempt is long due, and those that were given up."""
    long_due = Q(state=State.QUEUED, next_attempt_at__lt=clock.wall_now() - LATE)
    return OutboxMessage.objects.aggregate(
        queued=Count("pk", filter=Q(state=State.QUEUED)),
        late=Count("pk", filter=long_due),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )

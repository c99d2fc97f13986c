"""The outbox as people see it: whose messages are whose, and how delivery stands."""

from typing import Any

from django.db.models import Count, QuerySet

from portfolio.models import Role
from reports.models import OutboxMessage
from reports.queries.recipients import served_by

EVERYTHING = {Role.CITY_OFFICE, Role.AUDITOR}
OWN = {Role.LEADER, Role.LIAISON}


def messages_for(user: Any) -> QuerySet[OutboxMessage]:
    """The messages that a person may read: all for office and auditors, their own for leaders and liaison officers."""
    messages = OutboxMessage.objects.all()
    if getattr(user, "is_system", False) or user.role in EVERYTHING:
        return messages
    if user.role in OWN and user.person:
        return messages.filter(person__in=[user.person, *served_by(user.person)])
    return messages.none()


def counts_by_state() -> dict[str, int]:
    """How many messages stand in each state; every state is named."""
    counted = OutboxMessage.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(OutboxMessage.State.values, 0) | dict(counted)

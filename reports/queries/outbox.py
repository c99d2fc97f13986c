"""The outbox as people see it: whose messages are whose, and how delivery stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from portfolio.models import JobRun, Role
from reports.models import OutboxMessage
from reports.queries.recipients import served_by

DAYS_SHOWN, TROUBLES_SHOWN = 7, 5
ROBOTS = "tell_robots"
"""The job under which chat rooms are told; its slots are a day and a room."""

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


@dataclass(frozen=True, slots=True)
class MailDay:
    """How the mail of a business day went; `late` of what was sent left on a later day."""

    day: date
    sent: int
    late: int
    waiting: int
    failed: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a server said, for how many messages that wait or failed, and one of them."""

    words: str
    state: str
    count: int
    example: str


def last_days() -> list[MailDay]:
    """The last days that had mail, the latest first; one statement."""
    states = OutboxMessage.State
    late = Q(state=states.SENT, subject__regex=r"^(【补发：|\[Delayed, )")
    rows = (
        OutboxMessage.objects.order_by("-business_date")
        .values("business_date")
        .annotate(
            sent=Count("pk", filter=Q(state=states.SENT)),
            late=Count("pk", filter=late),
            waiting=Count("pk", filter=Q(state__in=(states.QUEUED, states.SENDING))),
            failed=Count("pk", filter=Q(state=states.FAILED)),
            withheld=Count("pk", filter=Q(state=states.WITHHELD)),
        )[:DAYS_SHOWN]
    )
    return [
        MailDay(row["business_date"], row["sent"], row["late"], row["waiting"], row["failed"], row["withheld"])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class RobotRun:
    """How a chat room was told on a day: done, under way or failed, after how many attempts, and why it failed."""

    day: str
    state: str
    attempts: int
    words: str


def robot_runs() -> list[RobotRun]:
    """The last runs to chat rooms, the latest day first."""
    rows = JobRun.objects.filter(job=ROBOTS).order_by("-slot")[:DAYS_SHOWN]
    labels = dict(JobRun.State.choices)
    return [
        RobotRun(row.slot[:10], str(labels[row.state]), row.attempts, row.error or row.result.get("room", ""))
        for row in rows
    ]


def troubles() -> list[Trouble]:
    """Why mail waits or failed, by what the server said, the most frequent first; one statement."""
    states = OutboxMessage.State
    rows = OutboxMessage.objects.filter(state__in=(states.QUEUED, states.FAILED)).exclude(last_error="").order_by()
    grouped = rows.values("last_error", "state").annotate(count=Count("pk"), example=Min("to_name")).order_by("-count")
    return [
        Trouble(row["last_error"], str(states(row["state"]).label), row["count"], row["example"])
        for row in grouped[:TROUBLES_SHOWN]
    ]

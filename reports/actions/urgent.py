"""The one immediate mail a day for those who asked for it: projects of theirs that turned red since the morning's mail.

It is an extra. The next digest tells the same again among what is new, so that a lost one costs no news.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from portfolio.web.access import Act, require
from reports.actions.outbox import address_checked, enqueue
from reports.actions.sending import sending_day
from reports.core.routing import domain_of, message_id
from reports.mail.urgent import UrgentCase, urgent_note
from reports.models import AlertEvent, Level, OutboxMessage, Subscription
from reports.queries import digests, recipients
from reports.queries.recipients import Recipient
from reports.queries.subscriptions import keys_with


@dataclass(frozen=True, slots=True)
class Urgent:
    """What came of a run."""

    on: date
    queued: int = 0
    keys: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For the command and the record of the run."""
        return {"on": self.on.isoformat(), "queued": self.queued, "keys": list(self.keys)}


def queue_urgent(*, by: Any, on: date, dry_run: bool = False) -> Urgent:
    """Queue the immediate mails of a day: nobody twice, nothing on rest days and quiet days.

    Raises Refusal where the calendar of the year is missing.
    """
    require(by, Act.MANAGE_OUTBOX)
    sends = sending_day(on)[0].sends
    wanting = keys_with(Subscription.Topic.IMMEDIATE, wanted=True) if sends else frozenset()
    people = [one for one in [*recipients.leaders(on), *recipients.office()] if one.key in wanting]
    if not people:
        return Urgent(on)
    keys = {one.key: f"urgent:{one.key}:{on.isoformat()}" for one in people}
    gone = set(OutboxMessage.objects.filter(dedupe_key__in=keys.values()).values_list("dedupe_key", flat=True))
    fresh = _reds(on, people)
    messages = [
        address_checked(_message(one, keys[one.key], on, events))
        for one in people
        if keys[one.key] not in gone and (events := fresh[one.key])
    ]
    rows = messages if dry_run else enqueue(messages)
    return Urgent(on, len(rows), tuple(row.dedupe_key for row in rows))


def _reds(on: date, people: Sequence[Recipient]) -> dict[str, list[AlertEvent]]:
    """Today's turns to red that still stand and that no digest of today has told, by recipient."""
    told = digests.told_so_far([one.key for one in people])
    events = AlertEvent.objects.filter(on=on, new_level=Level.RED, kind__in=_TURNS, alert__cleared_on__isnull=True)
    rows = list(
        events.filter(alert__level=Level.RED)
        .select_related("alert__project__division", "alert__project__owner", "alert__milestone__step")
        .order_by("pk")
    )
    found = {}
    for one in people:
        mark = told.get(one.key)
        heard = mark.through if mark is not None and mark.on >= on else 0
        found[one.key] = [
            row for row in rows if row.pk > heard and (not one.is_leader or row.alert.project_id in one.projects)
        ]
    return found


_TURNS = (AlertEvent.Kind.RAISED, AlertEvent.Kind.WORSENED)


def _message(one: Recipient, key: str, on: date, events: Sequence[AlertEvent]) -> OutboxMessage:
    alerts = list({event.alert_id: event.alert for event in events}.values())
    number = f"{on:%Y%m%d}-{one.key}-1"
    rendered = urgent_note(UrgentCase(one, number, on, alerts))
    return OutboxMessage(
        dedupe_key=key,
        kind=OutboxMessage.Kind.IMMEDIATE,
        business_date=on,
        number=number[:30],
        person=one.key,
        to_name=one.name,
        to_address=one.address,
        subject=rendered.subject[:300],
        language=one.language,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id(key, domain_of(settings.DEFAULT_FROM_EMAIL.rstrip(">"))),
    )

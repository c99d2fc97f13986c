"""Alerts that an exemption ended, and those raised again when it was over: since when things really are as they are.

An alert raised again is a new row with new working days, since nobody is pressed for the time in which it was not
judged; what people read names the first day and the exemption.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from projects.core.reasons import decode
from projects.models import ExemptionRequest
from reports.core.routing import Step
from reports.core.rules import Ending
from reports.models import Alert, AlertEvent

_RAISED: Final = AlertEvent.Kind.RAISED
RIGHT_AFTER: Final = timedelta(days=7)
"""Within so many days of an exemption's last one, what is raised is what was wrong before; later it has come anew."""


@dataclass(frozen=True, slots=True)
class Before:
    """What came before an alert that was raised again: the first day, and each exemption's days (both included)."""

    since: date
    exempt: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class _Former:
    """An alert that an exemption ended: from when it stood, until when nothing was judged, what it was about."""

    raised_on: date
    exempt: tuple[date, date]
    due_on: object
    previous: int | None


def exempted() -> "QuerySet[AlertEvent]":
    """The events by which exemptions ended alerts."""
    return AlertEvent.objects.filter(kind=AlertEvent.Kind.CLEARED, reason_code=Ending.EXEMPTED)


def before(alerts: "QuerySet[Alert]") -> dict[int, Before]:
    """Of those alerts that were raised right after an exemption of the same thing: what came before.

    One statement where there are none, and two more for each time that one exemption followed upon another.
    """
    found: dict[int, Before] = {}
    rows = alerts.filter(Exists(exempted().filter(alert=OuterRef("previous")))).order_by()
    wanted = [
        (pk, previous or 0, raised_on, figures.get("due_on"))
        for pk, previous, raised_on, figures in rows.values_list("pk", "previous", "raised_on", "figures")
    ]
    while wanted:
        formers = _formers({previous for _key, previous, _raised, _due in wanted})
        further = []
        for key, previous, raised_on, due_on in wanted:
            former = formers.get(previous)
            if former is None or former.due_on != due_on or raised_on - former.exempt[1] > RIGHT_AFTER:
                continue
            later = found[key].exempt if key in found else ()
            first, last = former.exempt
            days = (first, min(last, raised_on - timedelta(days=1)))
            found[key] = Before(former.raised_on, ((days, *later)) if days[0] <= days[1] else later)
            if former.previous is not None:
                further.append((key, former.previous, former.raised_on, due_on))
        wanted = further
    return found


def steps(events: "QuerySet[AlertEvent]", *more: str) -> list[tuple[Step, Any]]:
    """Events as news are made of them, in the order that they are given in, each with more of its fields."""
    followed = Exists(exempted().filter(alert=OuterRef("alert__previous")))
    behind = Case(When(kind=_RAISED, then=followed), default=Q(reason_code=Ending.EXEMPTED))
    named = events.annotate(behind=behind)
    rows = list(named.values_list("alert", "pk", "old_level", "new_level", "kind", "behind", *more))
    raised = [row[0] for row in rows if row[4] == _RAISED and row[5]]
    again = before(Alert.objects.filter(pk__in=raised)) if raised else {}
    return [
        (Step(alert, pk, old, new, alert in again if kind == _RAISED else bool(exempt)), rest)
        for alert, pk, old, new, kind, exempt, *rest in rows
    ]


def _formers(ids: Collection[int]) -> dict[int, _Former]:
    events = list(exempted().filter(alert__in=ids).select_related("alert").order_by("pk"))
    requests = {one.figures["request"] for one in events}
    ends = {one.pk: one.last_day for one in ExemptionRequest.objects.filter(pk__in=requests)} if requests else {}
    return {
        one.alert_id: _Former(
            raised_on=one.alert.raised_on,
            exempt=(one.on, ends.get(one.figures["request"]) or _day(one.figures["valid_to"])),
            due_on=one.figures.get("due_on"),
            previous=one.alert.previous_id,
        )
        for one in events
    }


def _day(figure: object) -> date:
    decoded = decode(figure)
    if not isinstance(decoded, date):
        raise ValueError(f"{figure!r} is not a date")
    return decoded

"""What digests are made of: events that a person has not been told, alerts that stand, and what surrounds them.

Every function reads for all recipients at once, so that the number of statements does not grow with them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from projects.models import Assignment, LedgerHead, ProjectStanding, ReturnVersion
from reports.core.routing import BEYOND_THE_UNIT, Step, Told
from reports.models import Alert, AlertEvent, Level, OutboxMessage
from reports.queries.exempted import steps

DIGESTS = (OutboxMessage.Kind.DIGEST, OutboxMessage.Kind.OVERVIEW, OutboxMessage.Kind.OFFICE)
HEARD = (Level.YELLOW, Level.RED)
"""Levels that digests speak of; notices are for those who do the work."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event with its business date, and whose project it concerns."""

    step: Step
    on: date
    project: int


@dataclass(frozen=True, slots=True)
class Around:
    """What a reader wants to know beside an alert: the reported problem, and who has the matter in hand."""

    problem: str = ""
    problem_text: str = ""
    period: str = ""
    unit: str = ""
    person: str = ""
    contact: str = ""

    def holders(self, owner: str) -> tuple[str, ...]:
        """Whose turn it is: the responsible unit and person where the matter is beyond the firm, else firm and contact.

        `owner` is the project unit's name, "" where there is none.
        """
        if owner and not (self.problem in BEYOND_THE_UNIT and self.unit):
            return tuple(name for name in (owner, self.contact) if name)
        return tuple(name for name in (self.unit, self.person) if name)


def head_event() -> int:
    """The number of the last event, below which none is still on its way.

    A database hands out numbers before transactions end, so a lower one may come in after a higher one was read. Sweeps
    write events under the ledger's lock; having had it once, whoever reads has seen them all.
    """
    with transaction.atomic():
        LedgerHead.objects.select_for_update().get(id=1)
        last: int | None = AlertEvent.objects.aggregate(last=Max("pk"))["last"]
        return last or 0


def told_so_far(keys: Collection[str], besides: Collection[int] = ()) -> dict[str, Told]:
    """How far each recipient has been told, by key; absent who never had a digest.

    A digest that another overtook told nothing; nor do those `besides`, by number, which are to be overtaken now.
    """
    digests = OutboxMessage.objects.filter(kind__in=DIGESTS, person__in=keys, told_through__isnull=False)
    digests = digests.filter(overtaken_by="").exclude(pk__in=besides)
    rows = digests.order_by().values("person").annotate(on=Max("business_date"), through=Max("told_through"))
    return {row["person"]: Told(row["on"], row["through"]) for row in rows}


def waiting(keys: Collection[str], on: date) -> dict[str, list[int]]:
    """Digests of earlier days that nobody has taken yet, by recipient: the numbers of the messages."""
    digests = OutboxMessage.objects.filter(kind__in=DIGESTS, person__in=keys, told_through__isnull=False)
    rows = digests.filter(state=OutboxMessage.State.QUEUED, business_date__lt=on).order_by("pk")
    found: defaultdict[str, list[int]] = defaultdict(list)
    for person, number in rows.values_list("person", "pk"):
        found[person].append(number)
    return dict(found)


def untold_since(keys: Collection[str], besides: Collection[int] = ()) -> dict[str, date]:
    """The day of each recipient's first digest that told nothing: overtaken, or one of those `besides`, by number."""
    digests = OutboxMessage.objects.filter(kind__in=DIGESTS, person__in=keys, told_through__isnull=False)
    rows = digests.filter(~Q(overtaken_by="") | Q(pk__in=besides)).order_by().values("person")
    return {row["person"]: row["on"] for row in rows.annotate(on=Min("business_date"))}


def happened(told: Iterable[Told], on: date, through: int) -> list[Happened]:
    """Events up to a day that somebody may not have been told, in their order."""
    marks = list(told)
    if not marks:
        return []
    first, since = min(mark.through for mark in marks), min(mark.on for mark in marks)
    events = AlertEvent.objects.filter(pk__lte=through, on__lte=on).filter(Q(pk__gt=first) | Q(on__gt=since))
    return [Happened(step, *rest) for step, rest in steps(events.order_by("pk"), "on", "alert__project")]


def steps_of(on: date) -> list[Step]:
    """What happened to alerts on a day, in its order."""
    return [step for step, _more in steps(AlertEvent.objects.filter(on=on).order_by("pk"))]


def alerts(ids: Collection[int]) -> dict[int, Alert]:
    """Alerts by number, with what their sentences need."""
    return {alert.pk: alert for alert in _with_names(Alert.objects.filter(pk__in=ids))}


def endings(ids: Collection[int]) -> dict[int, AlertEvent]:
    """The events by number; a clearing's reason says what ended the alert."""
    return {event.pk: event for event in AlertEvent.objects.filter(pk__in=ids)}


def standing(on: date, projects: Collection[int] | None = None) -> list[Alert]:
    """Alerts that are open on a day, the gravest and oldest first; notices are left out."""
    rows = open_on(on).filter(level__in=HEARD)
    if projects is not None:
        rows = rows.filter(project__in=projects)
    return sorted(_with_names(rows), key=lambda alert: (alert.level != Level.RED, alert.level_since, alert.pk))


def open_on(on: date) -> "QuerySet[Alert]":
    """Alerts that are open on a day."""
    return Alert.objects.filter(Q(cleared_on__isnull=True) | Q(cleared_on__gt=on), raised_on__lte=on)


def due_soon(on: date, projects: Collection[int]) -> dict[int, int]:
    """How many milestones are due soon by project."""
    rows = open_on(on).filter(rule="milestone_due_soon", level=Level.NOTICE, project__in=projects)
    counts: defaultdict[int, int] = defaultdict(int)
    for project in rows.values_list("project", flat=True):
        counts[project] += 1
    return dict(counts)


def _with_names(rows: "QuerySet[Alert]") -> "QuerySet[Alert]":
    return rows.select_related("project__division", "project__owner", "milestone__step")


def around(projects: Collection[int], on: date) -> dict[int, Around]:
    """The problem of the last accepted return, and who answers on a day, by project; two statements."""
    found = dict.fromkeys(projects, Around())
    returns = ReturnVersion.objects.known().filter(project__in=projects).order_by("period")
    for project, period, kind, text in returns.values_list("project_id", "period", "problem_kind", "problem_text"):
        found[project] = Around(kind, text, period)  # the last one stands
    rows = Assignment.objects.known().filter(kind__in=_HOLDERS, project__in=projects, valid_from__lte=on)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on)).order_by("valid_from")
    for project, kind, organisation, person in rows.values_list(
        "project", "kind", "organisation__name", "person__name"
    ):
        found[project] = replace(found[project], **{_HOLDERS[kind]: organisation or person})
    return found


_HOLDERS = {Assignment.Kind.UNIT.value: "unit", Assignment.Kind.PERSON.value: "person", "contact": "contact"}


def lights(projects: Collection[int] | None = None) -> dict[int, str]:
    """Each project's overall light as it stands."""
    rows = ProjectStanding.objects.all() if projects is None else ProjectStanding.objects.filter(project__in=projects)
    return dict(rows.values_list("project_id", "light"))

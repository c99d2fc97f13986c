"""What is red or yellow, why, since when and whose turn it is; and what changed in the last week."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, IntegerField, Min, OuterRef, QuerySet, Subquery, Value, When

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.reasons import Reason
from projects.models import LightChoice, Project
from reports.core.routing import ENDED, News, Turn, news
from reports.models import Alert, AlertEvent
from reports.queries.digests import Around, alerts, around, endings
from reports.queries.exempted import steps

WEEK = timedelta(days=6)
"""Days before the day itself that count as the last week."""

GRAVITY = (LightChoice.RED, LightChoice.YELLOW)


@dataclass(frozen=True, slots=True)
class Worry:
    """One project with a light that is not green: its reason, and since when an alert of that level stands.

    `workdays` are working days since then; None where no rule raises alerts for the cause, or no calendar tells.
    """

    project: Project
    reason: Reason
    since: date | None
    workdays: int | None
    around: Around

    @property
    def light(self) -> str:
        """The project's light as it stands."""
        return self.project.standing.light

    @property
    def turn(self) -> tuple[str, ...]:
        """Whose turn it is, by name."""
        owner = self.project.owner
        return self.around.holders(owner.name if owner else "")


def worries(
    projects: "QuerySet[Project]", lights: Sequence[str], as_of: date, calendar: WorkCalendar, limit: int
) -> list[Worry]:
    """The gravest first, and of these the one that stands longest. `projects` are already the reader's own to see."""
    of_its_level = Alert.objects.filter(project=OuterRef("pk"), level=OuterRef("standing__light"), cleared_on=None)
    since = of_its_level.order_by().values("project").annotate(first=Min("level_since")).values("first")
    order = Case(
        *(When(standing__light=light, then=Value(place)) for place, light in enumerate(GRAVITY)),
        default=Value(len(GRAVITY)),
        output_field=IntegerField(),
    )
    rows = projects.filter(standing__light__in=lights).select_related("division", "owner", "standing")
    rows = rows.annotate(since=Subquery(since), gravity=order).defer("content", "note", "standing__reasons")
    found = list(rows.order_by("gravity", F("since").asc(nulls_last=True), "code")[:limit])
    beside = around([project.pk for project in found], as_of) if found else {}
    return [
        Worry(
            project,
            Reason.from_json(project.standing.reason),
            project.since,
            workdays(project.since, as_of, calendar),
            beside[project.pk],
        )
        for project in found
    ]


def workdays(since: date | None, as_of: date, calendar: WorkCalendar) -> int | None:
    """Working days from a day to `as_of`; None without a day, or where no calendar tells."""
    if since is None:
        return None
    try:
        return calendar.workdays_between(since, as_of) if since <= as_of else None
    except CalendarYearMissing:
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one alert in the last week; `ending` is the event that tells why it was cleared."""

    news: News
    alert: Alert
    ending: AlertEvent | None = None

    @property
    def light(self) -> str:
        """The level it now has, or had before it was cleared."""
        return self.news.after or self.news.before


@dataclass(frozen=True, slots=True)
class Week:
    """The last seven days: how many alerts came, grew, eased and were cleared, and the first of each."""

    since: date
    until: date
    counts: dict[str, int]
    changes: list[Change]

    @property
    def total(self) -> int:
        """All alerts of which something became."""
        return sum(self.counts.values())

    @property
    def told(self) -> list[tuple[str, int]]:
        """What became of how many, in the order in which a mail tells it."""
        return [(str(turn), self.counts[turn]) for turn in Turn if turn in self.counts]


def last_week(as_of: date, projects: "QuerySet[Project] | None", each: int) -> Week:
    """What became of alerts in the last seven days, up to `each` of a kind named, red ones first.

    `projects` None: everybody's. One statement for the events, one for those that are named, one for what ended them.
    """
    events = AlertEvent.objects.filter(on__gte=as_of - WEEK, on__lte=as_of)
    if projects is not None:
        events = events.filter(alert__project__in=projects)
    became = sorted(
        news(step for step, _more in steps(events.order_by())),
        key=lambda one: (list(Turn).index(one.turn), _level(one) != "red", -one.event),
    )
    named: list[News] = []
    for turn in Turn:
        named.extend([one for one in became if one.turn is turn][:each])
    rows = alerts([one.alert for one in named]) if named else {}
    cleared = [one.event for one in named if one.turn in ENDED]
    ended = endings(cleared) if cleared else {}
    counts = Counter(str(one.turn) for one in became)
    changes = [Change(one, rows[one.alert], ended.get(one.event)) for one in named]
    return Week(as_of - WEEK, as_of, dict(counts), changes)


def _level(one: News) -> str:
    return one.after or one.before

"""Each tracked list against pace, with what the city published of it; and a year's plan and completion by month.

Amounts are yuan. Figures come from projects.queries.figures; nothing here adds up in a way of its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from portfolio.clock import SHANGHAI
from portfolio.refusals import Refusal
from projects.core.calendar import WorkCalendar
from projects.core.money import MoneyUnit, rate_percent, table_form
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.schedule import cumulative_plan, gap_points
from projects.core.summary import ProjectFigures, Totals, by_group, total
from projects.models import Programme, ProjectClass, Provenance, ReportingPeriod, Target
from projects.queries.figures import Row, by_month, default_position, figures, on_list
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar

READ_APART = 500
"""Up to so many projects are asked for by number; beyond, all are read and the others passed over."""

NOTHING = Totals(0, 0, 0, 0, 0)
COUNT, INVESTED = "project_count", "investment_completed"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a page stands on: the day, the judged period, as known when, and by which policy."""

    as_of: date
    period: Period
    month: Period
    position: int | None
    policy: LightPolicy | None
    calendar: WorkCalendar
    months: dict[str, ReportingPeriod] = field(default_factory=dict)

    @property
    def pace(self) -> Fraction | None:
        """The share of the year's plan that should be done by the end of the judged period."""
        return self.policy.list_pace(self.period) if self.policy else None

    @property
    def cycle(self) -> ReportingPeriod | None:
        """The judged month: open (快报) or locked (核定); None where it was never opened."""
        return self.months.get(str(self.period))

    @property
    def locked_on(self) -> date | None:
        """The day of the judged month's lock; None while its figures are flash."""
        locked = self.cycle.locked_at if self.cycle else None
        return locked.astimezone(SHANGHAI).date() if locked else None

    @property
    def month_row(self) -> ReportingPeriod | None:
        """The month in which the day lies; None where it is not open yet."""
        return self.months.get(str(self.month))


def ground(as_of: date) -> Ground:
    """Read what the page stands on. Without a policy the last ended month is shown, and nothing is judged."""
    policy: LightPolicy | None
    try:
        policy = policy_in_force(as_of)
        period = policy.judged_period(as_of)
    except Refusal:
        policy, period = None, Period.last_ended(as_of)
    month = Period.of(as_of, merge_jan_feb=bool(policy and policy.merge_jan_feb))
    rows = ReportingPeriod.objects.filter(period__gte=f"{period.year}-01")
    return Ground(
        as_of, period, month, default_position(period), policy, load_calendar(), {row.period: row for row in rows}
    )


@dataclass(frozen=True, slots=True)
class Membership:
    """Who is on which list: projects by list, apart by class, and which of them are invented."""

    counted: dict[int, set[int]]
    preparatory: dict[int, set[int]]
    invented: set[int]

    def of(self, lists: Iterable[Programme]) -> set[int]:
        """The distinct projects that count on any of the lists."""
        return set().union(*(self.counted.get(one.pk, set()) for one in lists))


def membership(lists: Sequence[Programme], on: date, position: int | None = None) -> Membership:
    """The members of some lists on a day, in one statement."""
    counted: dict[int, set[int]] = {}
    preparatory: dict[int, set[int]] = {}
    invented: set[int] = set()
    columns = ("programme_id", "project_id", "project_class", "project__provenance")
    parts = [
        on_list(one, on, position, kind).order_by().values_list(*columns)
        for one in lists
        for kind in ProjectClass.values
    ]
    for programme, project, project_class, provenance in parts[0].union(*parts[1:]) if parts else ():
        place = counted if project_class == ProjectClass.IMPLEMENTATION else preparatory
        place.setdefault(programme, set()).add(project)
        if provenance == Provenance.DEMO:
            invented.add(project)
    return Membership(counted, preparatory, invented)


@dataclass(frozen=True, slots=True)
class Published:
    """What a public source says of a list, as it wrote it, and since when."""

    projects: str
    invested: int | None
    rate: str
    source: str
    section: str
    known_on: date | None
    qualifier: str = ""

    @property
    def count(self) -> int | None:
        """The number of projects, where the source gives a plain one."""
        return int(self.projects) if self.projects.isdecimal() else None

    @property
    def at_least(self) -> bool:
        """Whether the source promises the amount or more (以上)."""
        return self.qualifier == "以上"

    def agrees(self, found: Totals) -> bool:
        """Whether the computed totals, rounded as the source rounds, say the same."""
        same_count = self.count is None or self.count == found.projects
        same_sum = self.invested is None or _written(self.invested) == _written(found.completed_yuan)
        same_rate = not self.rate or Fraction(self.rate) == Fraction(found.rate_percent or 0)
        return same_count and same_sum and same_rate


def _written(yuan: int) -> str:
    return table_form(yuan, MoneyUnit.YI, 1)


@dataclass(frozen=True, slots=True)
class Against:
    """Some projects against pace. `own` are the totals of the reader's unit by shares.

    `gap` is in percentage points (negative: behind), None without a plan. `unreported` counts projects without an
    accepted return for the period itself.
    """

    totals: Totals
    unreported: int
    pace: Fraction | None
    own: Totals | None

    @property
    def rate(self) -> Fraction | None:
        """Total completed over total plan; None without a plan."""
        return ratio(self.totals)

    @property
    def gap(self) -> Fraction | None:
        """Percentage points against pace; None without a plan."""
        return gap_of(self.totals, self.pace)

    @property
    def own_rate(self) -> Fraction | None:
        """The reader's unit's completion rate."""
        return ratio(self.own) if self.own else None

    @property
    def own_gap(self) -> Fraction | None:
        """The reader's unit's points against pace."""
        return gap_of(self.own, self.pace) if self.own else None

    @property
    def done(self) -> float | None:
        """The completion rate in percent, for a bar."""
        return None if self.rate is None else float(self.rate * 100)

    @property
    def pace_percent(self) -> float | None:
        """The pace in percent, for a bar."""
        return None if self.pace is None else float(self.pace * 100)


@dataclass(frozen=True, slots=True)
class ListLine(Against):
    """One list: its members at the period's end, and what was published of it."""

    programme: Programme
    preparatory: int = 0
    invented: bool = False
    published: Published | None = None

    @property
    def agrees(self) -> bool:
        """Whether the published outcome and the computed totals say the same."""
        return self.published is not None and self.published.agrees(self.totals)

    def with_published(self, said: Published | None) -> "ListLine":
        """The line with what a public source says beside it."""
        return replace(self, published=said)


def against(rows: Collection[Row], pace: Fraction | None, unit: str) -> Against:
    """Projects together, each once; `unit` is the code of the reader's own unit, or ""."""
    counted = [row.counted() for row in rows]
    return Against(
        totals=total(counted),
        unreported=sum(row.month is None for row in rows),
        pace=pace,
        own=by_group(counted).get(unit, NOTHING) if unit else None,
    )


def ratio(found: Totals) -> Fraction | None:
    """Completed over plan, exact; None where the core gives no rate."""
    has_rate = rate_percent(found.completed_yuan, found.plan_yuan) is not None
    return Fraction(found.completed_yuan, found.plan_yuan) if has_rate else None


def gap_of(found: Totals, pace: Fraction | None) -> Fraction | None:
    """Points against pace; None without a plan or a pace."""
    if pace is None or found.plan_yuan <= 0:
        return None
    return gap_points(found.completed_yuan, found.plan_yuan, pace)


def rows_of(period: Period, position: int | None, ids: Collection[int]) -> dict[int, Row]:
    """The figures of those projects; every one of them is in the answer."""
    found = figures(period, position, ids if len(ids) <= READ_APART else None)
    return {project: found.get(project) or Row(project=project) for project in ids}


def list_line(
    programme: Programme, members: Membership, rows: dict[int, Row], pace: Fraction | None, unit: str
) -> ListLine:
    """One list's line; `unit` is the code of the reader's own unit, or ""."""
    ids = members.counted.get(programme.pk, set())
    found = against([rows[project] for project in ids], pace, unit)
    return ListLine(
        totals=found.totals,
        unreported=found.unreported,
        pace=pace,
        own=found.own,
        programme=programme,
        preparatory=len(members.preparatory.get(programme.pk, ())),
        invented=bool(ids & members.invented),
    )


def published_of(lists: Collection[Programme], as_of: date, coming: Collection[Programme]) -> dict[int, Published]:
    """What was public of each list on a day: how it came out, or for those to come what is promised; one statement."""
    ahead = {one.pk for one in coming}
    rows: dict[int, dict[str, Target]] = {}
    targets = Target.objects.filter(programme__in=lists, measure__in=[COUNT, INVESTED]).order_by("known_on", "pk")
    for target in targets:
        promised, outcome = target.promised or target.promised_yuan, target.outcome or target.outcome_yuan
        said = promised if target.programme_id in ahead else outcome
        if said and (target.known_on is None or target.known_on <= as_of):
            rows.setdefault(target.programme_id, {})[target.measure] = target
    return {programme: _published(found, programme in ahead) for programme, found in rows.items()}


def _published(found: dict[str, Target], promised: bool) -> Published:
    count, invested = found.get(COUNT), found.get(INVESTED)
    named = invested or count
    return Published(
        projects=(count.promised if promised else count.outcome) if count else "",
        invested=(invested.promised_yuan if promised else invested.outcome_yuan) if invested else None,
        rate=invested.rate if invested and not promised else "",
        source=named.source if named else "",
        section=named.section if named else "",
        known_on=named.known_on if named else None,
        qualifier=invested.qualifier if invested else "",
    )


@dataclass(frozen=True, slots=True)
class CurveMonth:
    """Cumulative yuan at a month's end: the plan in force, and what was completed (None after the judged month)."""

    month: int
    plan: int
    completed: int | None


def curve(ground: Ground, rows: dict[int, Row], unit: str = "") -> list[CurveMonth]:
    """The year of some projects by month; a unit's by its shares."""
    if unit:
        rows = {project: row for project, row in rows.items() if any(code == unit for code, _points in row.shares)}
    known = by_month(ground.period.year, ground.position, rows.keys() if len(rows) <= READ_APART else None)
    return curve_of(ground.period, rows, known, unit)


def curve_of(
    period: Period, rows: Mapping[int, Row], known: Mapping[int, dict[int, int]], unit: str = ""
) -> list[CurveMonth]:
    """The same of figures that were read before; `known` are cumulatives by month."""
    line = []
    for month in range(1, 13):
        at = Period(period.year, month)
        found = _sum((_to_month(row, known.get(project, {}), at) for project, row in rows.items()), unit)
        line.append(CurveMonth(month, found.plan_yuan, found.completed_yuan if at <= period else None))
    return line


def _to_month(row: Row, months: dict[int, int], at: Period) -> ProjectFigures:
    """A project's plan and completion up to a month; a month without a return carries the one before."""
    plan = cumulative_plan(row.plan_months, at) if row.plan_months else None
    reported = [month for month in months if month <= at.month]
    return ProjectFigures(str(row.project), plan, months[max(reported)] if reported else None, shares=row.shares)


def _sum(parts: Iterable[ProjectFigures], unit: str) -> Totals:
    return by_group(parts).get(unit, NOTHING) if unit else total(parts)

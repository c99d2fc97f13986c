"""The cockpit of one reader on one day: lists against pace, the year by month, lights by unit, what is red and why,
what changed, what the reader owes. Read in a number of statements that does not grow with the projects.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from portfolio.models import Role
from projects.core.summary import Totals, total
from projects.models import LightChoice, Programme, Project
from projects.queries.figures import Row, on_list, tracked
from projects.queries.register import answering
from projects.queries.scope import OWN_COUNTY, visible_to
from reports.queries.attention import GRAVITY, Week, Worry, last_week, worries
from reports.queries.duties import Duties, duties_of
from reports.queries.evidence import Evidence, evidence
from reports.queries.list_lines import (
    Against,
    CurveMonth,
    Ground,
    ListLine,
    against,
    curve,
    gap_of,
    ground,
    list_line,
    membership,
    published_of,
    ratio,
    rows_of,
)
from reports.queries.recipients import served_by
from reports.queries.unit_lines import Lights, UnitLine, counted, lights_now, unit_lines

NAMED = 10
"""Red projects that are named; the rest are behind a link."""

EACH = 3
"""Changes of a kind that are named."""

LEVELS = (
    Programme.Level.NATION,
    Programme.Level.PROVINCE,
    Programme.Level.CITY,
    Programme.Level.CITY_COUNTY,
    Programme.Level.COUNTY,
    Programme.Level.OTHER,
)


@dataclass(frozen=True, slots=True)
class Mine:
    """A reader's own projects: a leader's (`leader` is the code), or a firm's (""). Its totals are of the year's lists.

    `worries` are a leader's red and yellow ones; a firm's are all of its projects, green ones too.
    """

    leader: str
    projects: "QuerySet[Project]"
    lights: Lights
    totals: Totals
    gap: Fraction | None
    worries: list[Worry]

    @property
    def rate(self) -> Fraction | None:
        """Completed over plan."""
        return ratio(self.totals)

    @property
    def hidden(self) -> int:
        """Red and yellow projects that are counted and not named."""
        return max(self.lights.red + self.lights.yellow - len(self.worries), 0)


@dataclass(frozen=True, slots=True)
class Cockpit:
    """Everything on the page. `chosen` narrows curve, lights and worries to one list; None: the year's together.

    `lists` are those of the judged period's year, `coming` those of a year that has begun and is not judged yet.
    `overall` are several lists together, `shown` what curve and lights speak of. `unit` is the code of the county whose
    staff the reader is, `is_firm` says that the reader is a project unit's. `red` counts the projects of which
    `worries` names some.
    """

    ground: Ground
    lists: list[ListLine]
    coming: list[ListLine]
    overall: Against | None
    shown: Against
    chosen: Programme | None
    unit: str
    is_firm: bool
    months: list[CurveMonth]
    lights: Lights
    units: list[UnitLine]
    red: int
    worries: list[Worry]
    week: Week
    duties: Duties
    mine: Mine | None
    evidence: Evidence | None

    @property
    def is_empty(self) -> bool:
        """No list has a project: a fresh installation, or a reader before the first list is issued."""
        return not any(line.totals.projects or line.preparatory for line in [*self.lists, *self.coming])

    @property
    def own_name(self) -> str:
        """The reader's county, where the reader is of one."""
        return next((line.division.name for line in self.units if line.is_own), "")

    @property
    def has_curve(self) -> bool:
        """Whether anything was planned or completed in the year."""
        return any(month.plan or month.completed for month in self.months)

    @property
    def plan_yuan(self) -> int:
        """The whole year's plan that the curve ends in."""
        return self.months[-1].plan

    @property
    def largest_unit(self) -> int:
        """The most projects that lie in one unit; bars are drawn to its scale."""
        return max((line.lights.total for line in self.units), default=0)

    @property
    def coming_reported(self) -> bool:
        """Whether anything was accepted for the year that has begun."""
        return any(line.totals.completed_yuan or line.unreported < line.totals.projects for line in self.coming)


def cockpit(user: Any, as_of: date, chosen: str = "") -> Cockpit:
    """Read the page for a person who may view projects. A list that is not among the year's is passed over."""
    base = ground(as_of)
    lists = sorted(tracked(base.period.year) | tracked(as_of.year), key=lambda one: (LEVELS.index(one.level), one.code))
    judged = [one for one in lists if one.year <= base.period.year <= (one.year_to or one.year)]
    coming = [one for one in lists if one not in judged]
    unit = user.division if getattr(user, "role", "") in OWN_COUNTY else ""
    picked = next((one for one in judged if one.code == chosen), None)
    shown = [picked] if picked else judged

    ended = membership(judged, base.period.last_day, base.position)
    today = membership(lists, as_of)
    rows = rows_of(base.period, base.position, ended.of(judged))
    of_shown = {project: rows[project] for project in ended.of(shown)}
    ahead = rows_of(base.month, None, today.of(coming)) if coming else {}
    whole_year = base.period.month == 12  # what was published of a year stands beside the whole year only
    told = published_of([*(judged if whole_year else ()), *coming], as_of, coming)
    lights = lights_now()
    mine = visible_to(user)
    red = mine.filter(standing__light=LightChoice.RED)
    if picked:
        red = red.filter(pk__in=on_list(picked, as_of).values("project"))
    firm = user.role == Role.PROJECT_UNIT
    if firm:
        own = set(mine.values_list("pk", flat=True))
        of_shown = {project: row for project, row in of_shown.items() if project in own}
    own_page = _mine(user, mine, rows, lights, base)
    of_whom = mine if unit or firm else own_page.projects if own_page else None
    return Cockpit(
        ground=base,
        lists=[list_line(one, ended, rows, base.pace, unit).with_published(told.get(one.pk)) for one in judged],
        coming=[list_line(one, today, ahead, None, unit).with_published(told.get(one.pk)) for one in coming],
        overall=against(rows.values(), base.pace, unit) if len(judged) > 1 else None,
        shown=against(of_shown.values(), base.pace, ""),
        chosen=picked,
        unit=unit,
        is_firm=firm,
        months=curve(base, of_shown, unit),
        lights=counted(lights, today.of(shown)),
        units=[] if firm else unit_lines(today.of(shown), lights, of_shown, base.pace, unit),
        red=red.count(),
        worries=worries(red, [LightChoice.RED], as_of, base.calendar, NAMED),
        week=last_week(as_of, of_whom, EACH),
        duties=duties_of(user, base),
        mine=own_page,
        evidence=evidence(user),
    )


def _mine(
    user: Any, visible: "QuerySet[Project]", rows: dict[int, Row], lights: dict[int, str], base: Ground
) -> Mine | None:
    """The reader's own projects: a leader's, also for the liaison officer who serves one, or a firm's."""
    if user.role == Role.PROJECT_UNIT:
        leader, own, wanted = "", visible, list(LightChoice.values)
    elif user.role in (Role.LEADER, Role.LIAISON):
        leader = user.person if user.role == Role.LEADER else next(iter(served_by(user.person)), "")
        own, wanted = visible.filter(answering(leader, base.as_of)), list(GRAVITY)
    else:
        return None
    ids: Collection[int] = list(own.values_list("pk", flat=True))
    if not ids:
        return None
    totals = total(rows[project].counted() for project in ids if project in rows)
    named = worries(own, wanted, base.as_of, base.calendar, NAMED)
    return Mine(leader, own, counted(lights, ids), totals, gap_of(totals, base.pace), named)

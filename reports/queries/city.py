"""All lists together, each fact read once: their figures, the lights by list and by unit, and those of a week ago."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from portfolio.clock import SHANGHAI
from portfolio.refusals import Refusal
from projects.core.lights import judge_project
from projects.core.periods import Period
from projects.core.summary import Totals
from projects.models import Division, Programme
from projects.queries import figures
from projects.queries.judged import judged
from projects.queries.policies import policy_in_force
from projects.queries.scope import by_division
from projects.queries.workcalendar import load_calendar
from reports.models import Instruction
from reports.queries import digests
from reports.queries.instructions import with_names
from reports.queries.list_lines import CurveMonth, curve_of

WEEK: Final = timedelta(days=7)
MORNING: Final = time(8, 30)
LEVELS: Final = ("nation", "province", "city", "city_county", "county", "other")
"""The order in which lists are told."""

LIGHTS: Final = ("red", "yellow", "green", "not_judged")


@dataclass(frozen=True, slots=True)
class Lit:
    """How many of some projects show which light, and how many did a week before; None where that is not known."""

    now: Mapping[str, int]
    before: Mapping[str, int] | None = None


@dataclass
class City:
    """Everything that is told of all lists on a day; `position` None: as known now."""

    on: date
    period: Period
    position: int | None
    lights: Mapping[int, str] = field(default_factory=digests.lights)

    @cached_property
    def programmes(self) -> list[Programme]:
        """The lists of the year in the order in which they are told."""
        return sorted(figures.tracked(self.period.year), key=lambda each: (LEVELS.index(each.level), each.code))

    @cached_property
    def members(self) -> dict[str, list[int]]:
        """The projects that count on each list, by the list's code."""
        return {one.code: figures.member_ids(self.period, self.position, [one.code]) for one in self.programmes}

    @cached_property
    def listed(self) -> set[int]:
        """The projects on any list."""
        return {project for ids in self.members.values() for project in ids}

    def totals(self, programme: str | None = None) -> Totals:
        """A list's figures, or those of all lists with each project once."""
        return figures.totals(self.period, self.position, programme)

    @cached_property
    def curve(self) -> list[CurveMonth]:
        """The year of all lists by month, each project once."""
        known = figures.by_month(self.period.year, self.position)
        return curve_of(self.period, figures.figures(self.period, self.position, sorted(self.listed)), known)

    @cached_property
    def units(self) -> list[tuple[Division, set[int]]]:
        """The units in which listed projects lie, with those projects; works that cross units are in each."""
        places = by_division()
        rows = Division.objects.exclude(kind=Division.Kind.HISTORICAL).order_by("code")
        found = [(unit, places.get(unit.code, set()) & self.listed) for unit in rows]
        return [(unit, projects) for unit, projects in found if projects]

    def lit(self, projects: Collection[int]) -> Lit:
        """The lights of some projects now and a week ago."""
        then = self.lights_then
        before = Counter(then[one] for one in projects if one in then) if then else None
        return Lit(Counter(self.lights.get(one, "not_judged") for one in projects), before)

    @cached_property
    def lights_then(self) -> dict[int, str]:
        """Each project's light a week ago, judged by what was known on that morning; empty where nothing was."""
        day = self.on - WEEK
        position = figures.position_at(datetime.combine(day, MORNING, tzinfo=SHANGHAI))
        if not position:
            return {}
        try:
            policy = policy_in_force(day, position)
        except Refusal:
            return {}
        calendar, found = load_calendar(), {}
        for one in judged(policy, day, None, position):
            facts = one.package or one.facts
            if facts.applies:
                found[one.project] = judge_project(facts, policy, calendar, day).overall.value
        return found

    @cached_property
    def instructions(self) -> list[Instruction]:
        """Instructions that are not closed, the most overdue first; who answers for each is `owner_name`."""
        return list(with_names(Instruction.objects.exclude(state=Instruction.State.CLOSED)).order_by("due_on", "pk"))

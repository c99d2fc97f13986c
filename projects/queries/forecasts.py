"""What lies ahead of every project, as of a day and as known at a ledger position: the year's plan, the next milestone.

A number of statements that does not grow with the projects; published mentions, which have no figures, are not there.
No light, no alert and no workbook reads this.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from projects.core.calendar import WorkCalendar
from projects.core.facts import ProjectFacts
from projects.core.forecast import (
    NotForecast,
    Stone,
    StoneOutlook,
    YearOutlook,
    YearSoFar,
    stone_outlook,
    year_outlook,
)
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.reasons import Indicator
from projects.core.schedule import MilestoneFacts
from projects.core.stages import Stage
from projects.models import Milestone, MilestoneRevision, Project
from projects.queries.figures import MANY
from projects.queries.judged import Judged, judged
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar


@dataclass(frozen=True, slots=True)
class Forecast:
    """One project: what is said of its year and of its next milestone, or why nothing is.

    `period` is the month to whose end its figures count: the last one ended, or the one before while its return is
    awaited. `plan` and `completed` are those of the last one ended. `done_on` says of its milestones when they were
    reached; a part's is keyed code/step.
    """

    project: int
    is_part: bool
    is_counted: bool
    period: Period
    plan: int | None
    completed: int | None
    year: YearOutlook | NotForecast
    stone: StoneOutlook | NotForecast
    done_on: Mapping[str, date | None]

    @property
    def misses_year(self) -> bool:
        """Whether the year's plan is expected to be missed."""
        return isinstance(self.year, YearOutlook) and self.year.misses

    @property
    def misses_stone(self) -> bool:
        """Whether the next milestone is expected to be late."""
        return isinstance(self.stone, StoneOutlook) and self.stone.misses


@dataclass(frozen=True, slots=True)
class _Ground:
    """What was read for all projects at once. `first` are the due dates of plans that were moved since."""

    policy: LightPolicy
    as_of: date
    calendar: WorkCalendar
    parts: frozenset[int]
    first: Mapping[tuple[str, str], date | None]


def forecasts(as_of: date, ids: Collection[int] | None = None, position: int | None = None) -> list[Forecast]:
    """The projects by id; all of them, or those asked for. Raises Refusal where no policy is in force on the day."""
    policy, calendar = policy_in_force(as_of, position), load_calendar()
    parts = frozenset(Project.objects.filter(parent__isnull=False).values_list("pk", flat=True))
    ground = _Ground(policy, as_of, calendar, parts, dict(_first_dues(calendar)))
    asked = None if ids is None or len(ids) > MANY else ids
    wanted = None if ids is None else set(ids)
    found = judged(policy, as_of, asked, position, look_back=True)
    return [_forecast(one, ground) for one in found if wanted is None or one.project in wanted]


def _first_dues(calendar: WorkCalendar) -> Iterator[tuple[tuple[str, str], date | None]]:
    """By project and step, the due date by the first plan, of milestones that have or had another one."""
    moved = MilestoneRevision.objects.exclude(planned_on=F("milestone__baseline_on")).values("milestone")
    rows = Milestone.objects.filter(~Q(planned_on=F("baseline_on")) | Q(pk__in=moved))
    names = ("project__code", "step__code", "baseline_on", "step__moves_to_workday")
    for code, step, first_on, moves in rows.values_list(*names):
        yield (code, step), calendar.due_date(first_on).date if first_on and moves else first_on


def _forecast(one: Judged, ground: _Ground) -> Forecast:
    facts = one.package or one.facts
    period = ground.policy.pace_period(ground.as_of, facts.awaiting)
    return Forecast(
        project=one.project,
        is_part=one.project in ground.parts,
        is_counted=Indicator.PACE in facts.applies,
        period=period,
        plan=facts.plan,
        completed=facts.completed,
        year=_year(one, facts, period, ground),
        stone=_stone(one, facts, ground),
        done_on={stone.key: stone.actual_on for stone in facts.milestones},
    )


def _year(one: Judged, facts: ProjectFacts, period: Period, ground: _Ground) -> YearOutlook | NotForecast:
    if one.project in ground.parts:
        return NotForecast.PART
    if period.month == 12 and one.stage is not Stage.STOPPED:
        return NotForecast.YEAR_OVER
    cumulative = facts.cumulative[: period.month]
    return year_outlook(YearSoFar(facts.monthly_plan or (), cumulative, one.stage, Indicator.PACE in facts.applies))


def _stone(one: Judged, facts: ProjectFacts, ground: _Ground) -> StoneOutlook | NotForecast:
    """The next milestone; of a package the next one of any part, by that part's own slips."""
    if one.stage is Stage.STOPPED:
        return NotForecast.STOPPED
    if not facts.applies:
        return NotForecast.NOT_COUNTED
    families: dict[str, list[Stone]] = defaultdict(list)
    for stone in facts.milestones:
        part, _slash, _step = stone.key.rpartition("/")
        families[part].append(_with_first(stone, part or facts.code, ground))
    found = [stone_outlook(stones, ground.calendar, ground.as_of) for stones in families.values()]
    told = [outlook for outlook in found if isinstance(outlook, StoneOutlook)]
    if told:
        return min(told, key=lambda outlook: (outlook.stone.due_on or date.max, outlook.stone.key))
    others = [outlook for outlook in found if isinstance(outlook, NotForecast)]
    return next((why for why in others if why is not NotForecast.NO_MILESTONE_AHEAD), NotForecast.NO_MILESTONE_AHEAD)


def _with_first(stone: MilestoneFacts, code: str, ground: _Ground) -> Stone:
    first_due_on = ground.first.get((code, stone.step)) or stone.due_on
    return Stone(
        key=stone.key, step=stone.step, title=stone.title, first_due_on=first_due_on, due_on=stone.due_on,
        forecast_on=stone.forecast_on, actual_on=stone.actual_on,
    )  # fmt: skip

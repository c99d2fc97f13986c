"""What workbooks print, read once for a frame: projects as they were known at a ledger position, with their figures,
lights, people and milestones as of a day. Sheets only arrange it. Amounts are yuan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from projects.core.calendar import WorkCalendar
from projects.core.lights import Light, ProjectLight
from projects.core.money import split_exactly
from projects.core.policies import LightPolicy
from projects.core.schedule import MilestoneFacts, MilestoneStatus, PaceBasis, gap_points, pace
from projects.core.stages import Stage
from projects.models import Division, Industry, Programme
from projects.queries.figures import Row
from projects.queries.restated import Restatement
from reports.queries.frames import Frame

WHOLE = 10_000  # basis points


def ratio(part: int | None, whole: int | None) -> Fraction | None:
    """Part over whole, exact; None without a figure or a positive whole."""
    return Fraction(part, whole) if part is not None and whole else None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a project's return for the period says beside its figures."""

    percent: int | None = None
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One project on a list, under the name and in the unit that were known; `months` are cumulatives by month."""

    id: int
    code: str
    name: str
    is_demo: bool
    division: Division | None
    industry: Industry | None
    project_type: str
    nature: str
    owner: str
    content: str
    years: tuple[int | None, int | None]
    total_investment: int | None
    stopped_on: date | None
    figures: Row
    months: Mapping[int, int]
    light: ProjectLight
    stage: Stage
    lists: frozenset[str]
    leader: str = ""
    responsible: str = ""
    progress: Progress = Progress()

    @property
    def rate(self) -> Fraction | None:
        """Completed over plan."""
        return ratio(self.figures.completed, self.figures.plan)

    @property
    def shares(self) -> tuple[tuple[str, int], ...]:
        """Unit code and basis points of each unit that the project belongs to."""
        return self.figures.shares

    def whole(self) -> "Portion":
        """The project as lists and the city count it: once."""
        row = self.figures
        return Portion(self, row.plan, row.completed, row.month, self.total_investment)

    def portions(self) -> dict[str, "Portion"]:
        """The project as its units count it, by their shares; the parts sum to the whole."""
        weights = [points for _unit, points in self.shares if points]
        units = [unit for unit, points in self.shares if points]
        if not units:
            return {}
        row = self.figures
        amounts = [_cut(amount, weights) for amount in (row.plan, row.completed, row.month, self.total_investment)]
        return {unit: Portion(self, *(part[at] for part in amounts)) for at, unit in enumerate(units)}


def _cut(amount: int | None, weights: list[int]) -> list[int | None]:
    return [None] * len(weights) if amount is None else [*split_exactly(amount, weights)]


@dataclass(frozen=True, slots=True)
class Portion:
    """A project or a unit's part of it; None: no plan, nothing reported, not known."""

    line: Line
    plan: int | None
    completed: int | None
    month: int | None
    total_investment: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone as it was known, and how many working days late it is (None: the calendar does not tell).

    `line` is the project that counts; `project_code` and `project_name` are the milestone's own, a part's in a package.
    """

    line: Line
    project_code: str
    project_name: str
    code: str
    title: str
    position: int
    facts: MilestoneFacts
    baseline_on: date | None
    status: MilestoneStatus
    days_late: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Totals of some projects; each is counted once, and what is missing is counted too."""

    projects: int
    plan: int
    completed: int
    month: int
    total_investment: int
    without_plan: int
    unreported: int
    overdue: int
    lights: Mapping[Light, int]

    @property
    def rate(self) -> Fraction | None:
        """Total completed over total plan, never a mean of rates."""
        return ratio(self.completed, self.plan)


@dataclass
class Snapshot:
    """The facts of one frame, each project once, in the order of their codes."""

    frame: Frame
    policy: LightPolicy
    programmes: list[Programme]
    lines: list[Line]
    steps: list[Step]
    divisions: list[Division]
    industries: list[Industry]
    calendar: WorkCalendar
    scope_name: str = ""
    restated: list[Restatement] = field(default_factory=list)
    """Corrections of locked months that were known at the frame's position."""
    restated_months: dict[int, list[str]] = field(default_factory=dict)
    """Which months of the year they changed, by project; a package has those of its parts."""

    @cached_property
    def pace(self) -> Fraction:
        """The share of a year's plan that should be done by the end of the period."""
        return self.policy.list_pace(self.frame.period)

    @cached_property
    def overdue(self) -> list[Step]:
        """Open milestones past their due date, the longest overdue first; projects that stand still are not chased."""
        late = [step for step in self.steps if step.status is MilestoneStatus.OVERDUE and not self.stopped(step.line)]
        return sorted(late, key=lambda step: (step.facts.due_on or date.max, step.project_code, step.position))

    @cached_property
    def _overdue_by_project(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for step in self.overdue:
            counts[step.line.id] = counts.get(step.line.id, 0) + 1
        return counts

    @property
    def has_demo(self) -> bool:
        """Whether any project is invented."""
        return any(line.is_demo for line in self.lines)

    def stopped(self, line: Line) -> bool:
        """Whether a project stood still on the day."""
        return line.stopped_on is not None and line.stopped_on <= self.frame.as_of

    def on(self, programme: str) -> list[Line]:
        """The projects that count on a list."""
        return [line for line in self.lines if programme in line.lists]

    def overdue_of(self, line: Line) -> int:
        """How many of a project's milestones are overdue."""
        return self._overdue_by_project.get(line.id, 0)

    def gap(self, completed: int | None, plan: int | None, line: Line | None = None) -> Fraction | None:
        """Points against pace (negative: behind); None without a plan or a figure."""
        if completed is None or not plan:
            return None
        own = line.figures.plan_months if line else ()
        rule = self.policy.pace
        if rule and rule.basis is PaceBasis.MONTHLY_PLAN and sum(own):
            return gap_points(completed, plan, pace(rule.basis, self.frame.period, own))
        return gap_points(completed, plan, self.pace)

    def group(self, portions: Iterable[Portion]) -> Group:
        """Totals of projects or of units' parts of them."""
        chosen = list(portions)
        lights = dict.fromkeys(Light, 0)
        for portion in chosen:
            lights[portion.line.light.overall] += 1
        return Group(
            projects=len(chosen),
            plan=sum(portion.plan or 0 for portion in chosen),
            completed=sum(portion.completed or 0 for portion in chosen),
            month=sum(portion.month or 0 for portion in chosen),
            total_investment=sum(portion.total_investment or 0 for portion in chosen),
            without_plan=sum(portion.plan is None for portion in chosen),
            unreported=sum(portion.month is None for portion in chosen),
            overdue=sum(self.overdue_of(portion.line) for portion in chosen),
            lights=lights,
        )

    def of_lines(self, lines: Iterable[Line]) -> Group:
        """Totals of whole projects."""
        return self.group(line.whole() for line in lines)

    @cached_property
    def everything(self) -> Group:
        """Totals of all projects, each once, however many lists it is on."""
        return self.of_lines(self.lines)

    @cached_property
    def by_unit(self) -> dict[str, Group]:
        """Totals of each unit by shares; only the own unit's where the frame is one unit's."""
        parts: dict[str, list[Portion]] = {}
        for line in self.lines:
            for unit, portion in line.portions().items():
                parts.setdefault(unit, []).append(portion)
        kind, _slash, code = self.frame.scope.partition("/")
        shown = [code] if kind == "division" else list(parts)
        return {unit: self.group(parts.get(unit, [])) for unit in shown}

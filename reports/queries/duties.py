"""What a person owes: returns to write, to review or to accept, and milestones that are overdue or due soon."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from portfolio.web.access import Act, may
from projects.core.calendar import CalendarYearMissing
from projects.core.cutoffs import milestone_cutoffs
from projects.core.periods import Period
from projects.core.schedule import MilestoneFacts, MilestoneStatus, milestone_status
from projects.models import Milestone, MonthlyReturn, Project, ReportingPeriod, ReturnState
from projects.queries.exemptions import waiting_for
from projects.queries.owed import OWED, reporting
from projects.queries.scope import visible_to
from projects.queries.watched import watched
from reports.queries.list_lines import Ground


@dataclass(frozen=True, slots=True)
class Month:
    """One open month for a reader: how many of the returns that they see have come how far.

    `missing` were not handed in yet, `given_back` are among them; `waiting` (code, name) are the first of them.
    `workdays` are left until the deadline, or have gone by since (`is_late`); None where no calendar tells.
    """

    period: str
    due_on: date
    is_late: bool
    workdays: int | None
    expected: int
    missing: int
    given_back: int
    waiting: list[Any] = field(default_factory=list)

    @property
    def handed_in(self) -> int:
        """Returns that the reader's side has handed in."""
        return self.expected - self.missing


@dataclass(frozen=True, slots=True)
class Due:
    """One milestone that is overdue or due soon; `workdays` late or left, None where no calendar tells."""

    milestone: Milestone
    status: MilestoneStatus
    workdays: int | None

    @property
    def is_overdue(self) -> bool:
        """Whether its due date has passed."""
        return self.status is MilestoneStatus.OVERDUE


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything that a person owes; `to_review` and `to_accept` count returns that wait for this person, by month;
    `exemptions` what was asked for and waits for this person's word.
    """

    months: list[Month] = field(default_factory=list)
    to_review: dict[str, int] = field(default_factory=dict)
    to_accept: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    due_soon: int = 0
    soon_until: date | None = None
    exemptions: int = 0
    milestones: list[Due] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """Returns not handed in, over all open months."""
        return sum(month.missing for month in self.months)

    @property
    def hidden(self) -> int:
        """Milestones that are counted and not named."""
        return self.overdue + self.due_soon - len(self.milestones)

    def __bool__(self) -> bool:
        return bool(self.missing or self.to_review or self.to_accept or self.exemptions or self.milestones)


def duties_of(user: Any, ground: Ground, shown: int = 6) -> Duties:
    """What the person owes on the day; nobody owes what their role does not let them do."""
    mine = visible_to(user)
    enters, reviews, accepts = (may(user, act) for act in (Act.ENTER_RETURN, Act.REVIEW_RETURN, Act.ACCEPT_RETURN))
    clerk = enters and not accepts  # the office may enter for others, but owes none itself
    queue = _queue(mine) if reviews or accepts else {}
    milestones = _milestones(mine, ground) if clerk and may(user, Act.UPDATE_MILESTONE) else []
    return Duties(
        months=_months(mine, ground, shown if clerk else 0) if enters else [],
        to_review=queue.get(ReturnState.SUBMITTED, {}) if reviews and not accepts else {},
        to_accept=queue.get(ReturnState.REVIEWED, {}) if accepts else {},
        overdue=sum(one.is_overdue for one in milestones),
        due_soon=sum(not one.is_overdue for one in milestones),
        soon_until=soon_until(ground),
        exemptions=waiting_for(user) if may(user, Act.APPROVE_EXEMPTION) else 0,
        milestones=milestones[:shown],
    )


def _months(mine: "QuerySet[Project]", ground: Ground, shown: int) -> list[Month]:
    """The open months that have begun, oldest first; one statement for all of them."""
    cycles = sorted(ground.months.values(), key=lambda one: one.period)
    begun = [one for one in cycles if one.is_open and one.opens_on <= ground.as_of]
    parts = [
        reporting(mine, Period.parse(one.period))
        .annotate(month=Value(one.period, output_field=CharField()))
        .order_by()
        .values_list("month", "code", "name", "state", named=True)
        for one in begun
    ]
    returns = defaultdict(list)
    for row in parts[0].union(*parts[1:]).order_by("code") if parts else ():
        returns[row.month].append(row)
    return [_month(one, returns[one.period], ground, shown) for one in begun if returns[one.period]]


def _month(row: ReportingPeriod, returns: list[Any], ground: Ground, shown: int) -> Month:
    owed = sorted((one for one in returns if one.state in OWED), key=lambda one: one.state != ReturnState.RETURNED)
    return Month(
        period=row.period,
        due_on=row.due_on,
        is_late=row.due_on < ground.as_of,
        workdays=_between(row.due_on, ground),
        expected=len(returns),
        missing=len(owed),
        given_back=sum(one.state == ReturnState.RETURNED for one in owed),
        waiting=owed[:shown],
    )


def _between(due_on: date, ground: Ground) -> int | None:
    """Working days between the day and a due date, whichever comes first; None where no calendar tells."""
    first, last = sorted((ground.as_of, due_on))
    try:
        return ground.calendar.workdays_between(first, last)
    except CalendarYearMissing:
        return None


def _queue(mine: "QuerySet[Project]") -> dict[str, dict[str, int]]:
    """How many returns wait for a review or for acceptance, by state and month."""
    waiting = MonthlyReturn.objects.filter(project__in=mine, state__in=[ReturnState.SUBMITTED, ReturnState.REVIEWED])
    found: dict[str, dict[str, int]] = {}
    for state, period, count in waiting.order_by("period").values_list("state", "period").annotate(Count("pk")):
        found.setdefault(state, {})[period] = count
    return found


def soon_until(ground: Ground) -> date | None:
    """The day until which a milestone is due soon; None without a rule, or where no calendar tells."""
    if ground.policy is None or ground.policy.milestones is None:
        return None
    try:
        return milestone_cutoffs(ground.policy, ground.calendar, ground.as_of).soon_until
    except CalendarYearMissing:
        return None


def _milestones(mine: "QuerySet[Project]", ground: Ground) -> list[Due]:
    """Milestones of watched projects that are overdue or due soon, the oldest first; two statements."""
    if ground.policy is None:
        return []
    soon = soon_until(ground)
    looked_after = watched(ground.policy, ground.as_of)
    rows = Milestone.objects.filter(project__in=mine, actual_on=None, due_on__lte=soon or ground.as_of)
    rows = rows.select_related("project", "step").order_by("due_on", "project__code", "position")
    rows = rows.defer("project__content", "project__note")
    dues = [due_of(row, ground, soon) for row in rows if row.project_id in looked_after]
    return [one for one in dues if one.status in (MilestoneStatus.OVERDUE, MilestoneStatus.DUE_SOON)]


def due_of(row: Milestone, ground: Ground, soon: date | None) -> Due:
    """A milestone as its state on the day, and the working days late or left."""
    facts = MilestoneFacts(row.step.code, row.step.code, row.step.name, row.planned_on, row.due_on, row.forecast_on)
    status = milestone_status(facts, ground.as_of, soon or ground.as_of)
    return Due(row, status, _between(row.due_on, ground) if row.due_on else None)

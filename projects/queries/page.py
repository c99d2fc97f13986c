"""Everything that a project's page shows, read in a number of statements that does not depend on the project.

Amounts are yuan. Figures come from projects.queries.figures, as in every total.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from portfolio.refusals import Refusal
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cutoffs import milestone_cutoffs
from projects.core.periods import Period
from projects.core.schedule import MilestoneFacts, MilestoneStatus, milestone_status, working_days_late
from projects.models import (
    Assignment,
    Change,
    ExemptionRequest,
    Listing,
    Milestone,
    MonthlyReturn,
    PlanRevision,
    Project,
    ProjectShare,
    ReturnState,
    ReturnVersion,
)
from projects.queries.figures import Row, by_month, figures
from projects.queries.ledger import told
from projects.queries.policies import policy_in_force
from projects.queries.restated import restates
from projects.queries.standings import holds_to
from projects.queries.workcalendar import load_calendar


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a year: planned and completed, alone and cumulative; its return, where there is one.

    `completed` is accepted; `pending` is what a version under review says, which counts nowhere.
    """

    period: Period
    plan: int | None
    plan_sum: int | None
    completed: int | None
    month: int | None
    pending: int | None
    entry: MonthlyReturn | None
    version: ReturnVersion | None


@dataclass(frozen=True, slots=True)
class Stone:
    """One milestone with its status as of the day; `late` is working days, None where no calendar tells.

    `uncounted` is the year whose calendar is missing for that, `unmoved` the one for want of which a due date stands.
    """

    row: Milestone
    status: MilestoneStatus
    late: int | None
    slipped: int | None
    uncounted: int | None = None
    unmoved: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still has to be reached."""
        return self.status not in (MilestoneStatus.DONE, MilestoneStatus.DONE_LATE)


def project_row(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The project with what its page names of other tables; `judged_on`: the day to which its lights hold; `has_asked`:
    whether an exemption was ever asked for.
    """
    related = projects.select_related("division", "industry", "owner", "parent", "standing")
    asked = ExemptionRequest.objects.filter(Q(project=OuterRef("pk")) | Q(project=OuterRef("parent")))
    return related.annotate(judged_on=holds_to(), has_asked=Exists(asked))


def years_of(project: Project) -> list[int]:
    """Years for which the project (or a part of it) has a plan, oldest first."""
    plans = PlanRevision.objects.known().filter(project_id__in=_own_and_parts(project))
    return sorted(set(plans.values_list("year", flat=True)))


def figures_of(project: Project, period: Period) -> Row:
    """The project's figures at the end of a period; a package's with its parts."""
    return figures(period, None, [project.pk])[project.pk]


def months_of(project: Project, row: Row, year: int) -> list[Month]:
    """The twelve months of a year."""
    accepted = by_month(year, None, [project.pk]).get(project.pk, {})
    returns = _returns(project, year)
    months, plan_sum, before = [], 0, 0
    completed: int | None = None  # stays so until the first return of the year
    for number in range(1, 13):
        period = Period(year, number)
        plan = row.plan_months[number - 1] if row.plan_months else None
        plan_sum += plan or 0
        entry = returns.get(str(period))
        completed = accepted.get(number) if entry or completed is not None or project.is_package else None
        version = entry.versions.all()[0] if entry and entry.versions.all() else None
        under_review = entry is not None and entry.state in (ReturnState.SUBMITTED, ReturnState.REVIEWED)
        months.append(
            Month(
                period, plan, plan_sum if row.plan_months else None, completed,
                None if completed is None else completed - before,
                version.invested if version and under_review else None, entry, version,
            )
        )  # fmt: skip
        before = completed if completed is not None else before
    return months


def _returns(project: Project, year: int) -> dict[str, MonthlyReturn]:
    latest = Prefetch("versions", ReturnVersion.objects.annotate(restates=restates()).order_by("-number"))
    rows = MonthlyReturn.objects.filter(project=project, period__startswith=f"{year}-").prefetch_related(latest)
    return {row.period: row for row in rows}


def stones_of(project: Project, as_of: date) -> list[Stone]:
    """The project's milestones in their order; “due soon” reaches as far as the policy in force looks ahead."""
    rows = Milestone.objects.filter(project=project).select_related("step").order_by("position", "pk")
    calendar, soon_until = load_calendar(), None
    with suppress(Refusal, ValueError, CalendarYearMissing):
        soon_until = milestone_cutoffs(policy_in_force(as_of), calendar, as_of).soon_until
    return [stone_of(row, calendar, as_of, soon_until) for row in rows]


def stone_of(row: Milestone, calendar: WorkCalendar, as_of: date, soon_until: date | None = None) -> Stone:
    """One milestone's status on a day."""
    facts = MilestoneFacts(
        key=row.step.code, step=row.step.code, title=row.step.name, planned_on=row.planned_on, due_on=row.due_on,
        forecast_on=row.forecast_on, actual_on=row.actual_on,
    )  # fmt: skip
    late, uncounted = None, None
    try:
        late = working_days_late(facts, calendar, as_of)
    except CalendarYearMissing as missing:
        uncounted = missing.year
    expected = row.actual_on or row.forecast_on
    slipped = (expected - row.baseline_on).days if expected and row.baseline_on else None
    return Stone(row, milestone_status(facts, as_of, soon_until), late, slipped, uncounted, _unmoved(row, calendar))


def _unmoved(row: Milestone, calendar: WorkCalendar) -> int | None:
    """The year whose calendar was missing when the due date was to be moved to a working day."""
    if row.due_known or row.planned_on is None:
        return None
    return row.planned_on.year + calendar.knows(row.planned_on)  # the last rest days of a year move into the next


def people_of(project: Project) -> QuerySet[Assignment]:
    """Who answers for the project, now and before, the present ones first."""
    rows = Assignment.objects.known().filter(project=project).select_related("person", "organisation")
    return rows.order_by("kind", "-valid_from")


def lists_of(project: Project) -> QuerySet[Listing]:
    """Every spell on every list, the latest first."""
    rows = Listing.objects.known().filter(project=project).select_related("programme")
    return rows.order_by("-programme__year", "programme__code", "-joined_on")


def plans_of(project: Project, year: int) -> QuerySet[PlanRevision]:
    """The revisions of a year's plan, the latest first."""
    return PlanRevision.objects.known().filter(project=project, year=year).order_by("-revision")


def shares_of(project: Project, year: int) -> QuerySet[ProjectShare]:
    """The units that share a project in a year."""
    rows = ProjectShare.objects.known().filter(project=project, year=year).select_related("division")
    return rows.order_by("division__code")


def changes_of(project: Project, limit: int) -> Sequence[Change]:
    """The last changes of the project, the newest first."""
    return list(told(Change.objects.filter(project=project.code)).order_by("-seq")[:limit])


def _own_and_parts(project: Project) -> list[int]:
    if not project.is_package:
        return [project.pk]
    return [project.pk, *Project.objects.filter(parent=project).values_list("pk", flat=True)]

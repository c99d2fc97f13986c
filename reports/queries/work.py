"""What lies on one person's desk, in full: the cockpit's duties with every return, the words of those that came back,
and of each project what is overdue and its next two open milestones – nothing else is asked of anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from portfolio.models import StandIn
from portfolio.web.access import Act, may
from portfolio.web.stand_ins import mask_of, standing_for
from projects.core.schedule import MilestoneStatus
from projects.models import ExemptionRequest, Milestone, MonthlyReturn, Project, ReplanRequest, ReturnState
from projects.queries.exemptions import decided_for
from projects.queries.scope import visible_to
from projects.queries.watched import watched
from reports.queries.duties import Due, Duties, due_of, duties_of, soon_until
from reports.queries.list_lines import Ground, ground

RETURNS_SHOWN = 12
"""Returns of a month that are named; the rest are counted, and the month's list names them."""

PRESSING_SHOWN = 40
LATER_SHOWN = 120
NEWS = timedelta(days=14)
"""For so long somebody reads what was decided on their requests."""

NEXT = 2
"""Open milestones of a project that are asked for, besides those that are overdue."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """A return that was given back, with the words."""

    code: str
    name: str
    period: str
    words: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Stones:
    """The next milestones of one project that are asked for and do not press yet."""

    project: Project
    dues: list[Due]


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody whose work this person may do, and how much of it there is."""

    row: StandIn
    duties: Duties


@dataclass(frozen=True, slots=True)
class Work:
    """Everything on the desk: `pressing` is overdue or due soon, by its date; `later` is the rest, by project.

    `exempted` and `replanned` are the person's own requests that were decided of late: news, and nothing to do.
    """

    ground: Ground
    duties: Duties
    came_back: list[CameBack] = field(default_factory=list)
    pressing: list[Due] = field(default_factory=list)
    later: list[Stones] = field(default_factory=list)
    overdue: int = 0
    due_soon: int = 0
    coming: int = 0
    turns: list[Turn] = field(default_factory=list)
    exempted: list[ExemptionRequest] = field(default_factory=list)
    replanned: list[ReplanRequest] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        """Pressing milestones that are counted and not named."""
        return self.overdue + self.due_soon - len(self.pressing)

    @property
    def hidden_later(self) -> int:
        """Later milestones that are counted and not named."""
        return self.coming - sum(len(one.dues) for one in self.later)

    def __bool__(self) -> bool:
        duties = self.duties
        waits = duties.missing or duties.to_review or duties.to_accept or duties.exemptions
        return bool(waits or self.pressing or self.later or self.exempted or self.replanned)


def work_of(user: Any, as_of: date) -> Work:
    """The desk of a person on a day; a constant number of statements, and as many for each whose stand-in they are."""
    base = ground(as_of)
    mine = visible_to(user)
    clerk = may(user, Act.UPDATE_MILESTONE) and may(user, Act.ENTER_RETURN) and not may(user, Act.ACCEPT_RETURN)
    duties = duties_of(user, base, shown=RETURNS_SHOWN)
    dues = _dues(mine, base) if clerk else []
    pressing = [one for one in dues if one.status is not MilestoneStatus.PENDING]
    later = [one for one in dues if one.status is MilestoneStatus.PENDING]
    return Work(
        ground=base,
        duties=duties,
        came_back=_came_back(mine, duties) if clerk else [],
        pressing=sorted(pressing, key=_due_on)[:PRESSING_SHOWN],
        later=_by_project(sorted(later, key=_due_on)[:LATER_SHOWN]),
        overdue=sum(one.is_overdue for one in pressing),
        due_soon=sum(not one.is_overdue for one in pressing),
        coming=len(later),
        turns=list(_turns(user, base)),
        exempted=decided_for(user, as_of - NEWS) if may(user, Act.ASK_EXEMPTION) else [],
        replanned=_replanned(user, mine, as_of - NEWS) if may(user, Act.REPLAN_MILESTONE) else [],
    )


def _replanned(user: Any, mine: Any, since: date) -> list[ReplanRequest]:
    """New dates that this person asked for and somebody decided on, from a day on; the latest first."""
    rows = ReplanRequest.objects.filter(milestone__project__in=mine, asked_by=user.username, decided_on__gte=since)
    rows = rows.exclude(decided_by=user.username).select_related("milestone__project", "milestone__step")
    return list(rows.order_by("-decided_on", "-pk"))


def _came_back(mine: Any, duties: Duties) -> list[CameBack]:
    rows = MonthlyReturn.objects.filter(project__in=mine, state=ReturnState.RETURNED)
    rows = rows.filter(period__in=[month.period for month in duties.months]).order_by("period", "project__code")
    fields = ("project__code", "project__name", "period", "returned_words", "state_on")
    return [CameBack(*row) for row in rows.values_list(*fields)[:RETURNS_SHOWN]]


def _dues(mine: Any, base: Ground) -> list[Due]:
    """Of each watched project the overdue milestones and the next two that are open, project by project."""
    if base.policy is None:
        return []
    looked_after = watched(base.policy, base.as_of)
    rows = Milestone.objects.filter(project__in=mine, actual_on=None, due_on__isnull=False)
    rows = rows.select_related("project", "step").order_by("project__code", "due_on", "position")
    rows = rows.defer("project__content", "project__note")
    soon, found = soon_until(base), []
    for _project, group in groupby((row for row in rows if row.project_id in looked_after), lambda row: row.project_id):
        dues = [due_of(row, base, soon) for row in group]
        late = [one for one in dues if one.status is MilestoneStatus.OVERDUE]
        found += late + [one for one in dues if one.status is not MilestoneStatus.OVERDUE][:NEXT]
    return found


def _due_on(one: Due) -> tuple[date, str]:
    return one.milestone.due_on or date.max, one.milestone.project.code


def _by_project(dues: Iterable[Due]) -> list[Stones]:
    """Dues that are in order of their dates, project by project; whose next is nearest comes first."""
    by_code: dict[str, list[Due]] = {}
    for one in dues:
        by_code.setdefault(one.milestone.project.code, []).append(one)
    return [Stones(some[0].milestone.project, some) for some in by_code.values()]


def _turns(user: Any, base: Ground) -> Iterable[Turn]:
    """Whoever stands in for somebody already does not see for whom else they might."""
    if getattr(user, "acted_by", None) is not None:
        return
    for row in standing_for(user):
        worn = mask_of(row)
        if worn is not None:
            yield Turn(row, duties_of(worn, base, shown=0))

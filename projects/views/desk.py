"""One return as it lies on a person's desk: where it stands, and what they may do with it now."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import OutOfScope
from portfolio.web.access import Act, fetch, may
from projects.core.periods import Period, PeriodError
from projects.models import MonthlyReturn, Project, ReportingPeriod, ReturnState, ReturnVersion
from projects.queries.owed import reports_for
from projects.queries.restated import restates
from projects.queries.returns import neighbours
from projects.queries.scope import visible_to


@dataclass(slots=True)
class Desk:
    """One return as it lies on this person's desk, and what they may do with it.

    `reports`: whether the project reports for the month, since it (or its package) counts on a tracked list then.
    """

    user: Any
    project: Project
    period: Period
    cycle: ReportingPeriod | None
    entry: MonthlyReturn | None
    version: ReturnVersion | None
    before: int
    reports: bool

    @property
    def key(self) -> tuple[str, str]:
        """As the actions name it."""
        return self.project.code, str(self.period)

    @property
    def state(self) -> str:
        """Where the return stands; draft before anything was typed."""
        return self.entry.state if self.entry else ReturnState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether figures may still be entered for the month."""
        return self.cycle is not None and self.cycle.is_open

    @property
    def is_locked(self) -> bool:
        """Whether the month's figures are final."""
        return self.cycle is not None and self.cycle.is_locked

    @property
    def may_enter(self) -> bool:
        """Type and submit: while the month is open and the return of a project that reports is with its unit."""
        return self.is_open and self.reports and self.state in (ReturnState.DRAFT, ReturnState.RETURNED)

    @property
    def may_correct(self) -> bool:
        """Restate a locked month."""
        return self.is_locked and self.state == ReturnState.ACCEPTED and may(self.user, Act.CORRECT_AFTER_LOCK)

    @property
    def may_review(self) -> bool:
        """Pass a submitted return on to the city."""
        return self.is_open and self.state == ReturnState.SUBMITTED and may(self.user, Act.REVIEW_RETURN)

    @property
    def may_accept(self) -> bool:
        """Make a reviewed return count."""
        return self.is_open and self.state == ReturnState.REVIEWED and may(self.user, Act.ACCEPT_RETURN)

    @property
    def may_give_back(self) -> bool:
        """Return it with words."""
        return self.may_review or self.may_accept


def desk_of(user: Any, code: str, period: str) -> Desk:
    """The return on this person's desk. Raises OutOfScope for a project that is not theirs, or what is no month."""
    project = fetch(visible_to(user), user, Act.ENTER_RETURN, code=code)
    try:
        parsed = Period.parse(period)
    except PeriodError:
        raise OutOfScope(_("That is not a month.")) from None
    entry = MonthlyReturn.objects.filter(project=project, period=str(parsed)).first()
    version = entry.versions.annotate(restates=restates()).order_by("-number").first() if entry else None
    before = neighbours([project], [str(parsed)])[project.pk].before(str(parsed)) or 0
    cycle = ReportingPeriod.objects.filter(period=str(parsed)).first()
    return Desk(user, project, parsed, cycle, entry, version, before, reports_for(project, parsed))

"""The window before a due date in which a milestone is not planned anew without approval (PEERS F26)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act, may
from projects.core.handling import is_locked
from projects.models import Milestone
from projects.queries.policies import handling_in_force
from projects.queries.workcalendar import load_calendar

Lock = Callable[[Milestone, date | None], bool]


def lock_for(by: Any) -> Lock:
    """Tells of a milestone and the date wanted for it whether this person has to ask first; reads once for many.

    Who may approve plans never has to, and a date that was not planned yet is free.
    """
    if may(by, Act.APPROVE_PLAN):
        return lambda milestone, planned_on: False
    today = clock.today()
    rule, calendar = handling_in_force(today), load_calendar()

    def locked(milestone: Milestone, planned_on: date | None) -> bool:
        moves = milestone.planned_on is not None and planned_on != milestone.planned_on
        return moves and is_locked(rule, calendar, milestone.due_on, today)

    return locked


def needs_approval(by: Any, milestone: Milestone, planned_on: date | None) -> bool:
    """Whether this person has to ask before the milestone gets another planned date today."""
    return lock_for(by)(milestone, planned_on)


def refusal(milestone: Milestone) -> Refusal:
    """What somebody is told who would plan anew without having asked."""
    told = {"step": milestone.step.name, "day": milestone.due_on}
    return Refusal(
        _("“%(step)s” is due on %(day)s, too soon to be moved freely: a new date needs the city office's approval.")
        % told,
        field="planned_on",
    )

"""Sweeps: the alerts that should be open on a day are made to be.

Level-triggered and set-based. A sweep compares what should be open with what is, so running it twice changes nothing
and a missed run costs time, never an alert. Transitions are the alerts' own append-only log; what people do to alerts
is in handling.py.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.standing import refresh
from projects.models import LedgerHead
from projects.queries.policies import policy_in_force
from projects.queries.watched import family
from projects.queries.workcalendar import load_calendar
from reports.actions import differences
from reports.actions.escalation import hand_up
from reports.models import Alert, AlertEvent
from reports.queries.alerts import swept_through
from reports.queries.candidates import QUERIES, Frame


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How many alerts changed, and how many are open now. `unable` names by rule the calendar year that it lacked."""

    raised: int = 0
    worsened: int = 0
    eased: int = 0
    cleared: int = 0
    escalated: int = 0
    open: int = 0
    unable: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What the command prints; `unable` only where a rule lacked a year."""
        return {name: value for name, value in asdict(self).items() if name != "unable" or value}


def sweep(*, by: Any, as_of: date, projects: Collection[int] | None = None, dry_run: bool = False) -> SweepResult:
    """Raise, worsen, ease and clear the alerts of all projects, or of some, for a day, in one transaction.

    A constant number of statements, whatever the number of projects. A rule that lacks a calendar year changes only
    what does not depend on it; the others run. Raises Refusal for a day before the last one that was swept, because
    the log of transitions goes forward, and where no policy is in force.
    """
    require(by, Right.HANDLE_ALERT)
    with transaction.atomic():
        _wait_for_the_turn()
        last = swept_through()
        if last is not None and as_of < last and not dry_run:
            raise Refusal(
                _("The alerts stand as of %(last)s already; a sweep for %(day)s would rewrite their history.")
                % {"last": last, "day": as_of}
            )
        return _sweep(Frame(policy_in_force(as_of), load_calendar(), as_of, projects), dry_run)


def sweep_night(*, by: Any, as_of: date, dry_run: bool = False) -> SweepResult:
    """The night's work: every project's lights as of the day, then every alert. Raises Refusal as `sweep` does."""
    with transaction.atomic():
        result = sweep(by=by, as_of=as_of, dry_run=dry_run)
        if not dry_run:
            refresh(as_of=as_of)
    return result


def sweep_touched(ids: Collection[int]) -> SweepResult:
    """Sweep the projects just changed, with their packages and parts, as of today or of the last day swept if later."""
    with transaction.atomic():
        _wait_for_the_turn()
        today, last = clock.today(), swept_through()
        return sweep(by=User.system(), as_of=max(today, last or today), projects=family(ids))


def _wait_for_the_turn() -> None:
    """Sweeps and writers of facts follow one another: the second of two sweeps waits, and finds nothing left to do.

    The lock is the ledger's, so that no fact changes between the comparison of one rule and that of the next.
    """
    LedgerHead.objects.select_for_update().get(id=1)


def _sweep(frame: Frame, dry_run: bool) -> SweepResult:
    found = [query(frame) for query in QUERIES.values()]
    differences.find(found, frame)
    kinds = differences.count()
    if kinds and not dry_run:
        differences.apply(kinds, found, frame, clock.now())
    escalated = 0 if dry_run else hand_up(frame, frame.policy.handling, clock.now())
    raised, cleared = (kinds.get(kind.value, 0) for kind in (AlertEvent.Kind.RAISED, AlertEvent.Kind.CLEARED))
    pending = raised - cleared if dry_run else 0
    return SweepResult(
        raised=raised,
        worsened=kinds.get(AlertEvent.Kind.WORSENED.value, 0),
        eased=kinds.get(AlertEvent.Kind.EASED.value, 0),
        cleared=cleared,
        escalated=escalated,
        open=Alert.objects.filter(cleared_on__isnull=True).count() + pending,
        unable={one.rule.code: one.missing for one in found if one.missing is not None},
    )

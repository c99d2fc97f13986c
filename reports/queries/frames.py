"""What a workbook covers: period, business date, ledger position, and whose projects. All that it shows follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.clock import SHANGHAI
from portfolio.models import Role
from portfolio.refusals import Forbidden, Refusal
from portfolio.web.access import FORBIDDEN
from projects.core.periods import Period
from projects.models import Change, Division, Organisation, Project, ReportingPeriod
from projects.queries.figures import head_position, position_at
from projects.queries.scope import EVERYTHING, OWN_COUNTY, in_division

WHOLE = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One cut through the facts. `head` is the change log's head at the position, SEQ:HASH; `moment` when it was made.

    `scope` is "" for every project, "division/CODE" or "organisation/CODE"; `locked` whether the period's figures were
    final (核定) at the position. Without `by_month` the frame covers everything up to the position.
    """

    period: Period
    as_of: date
    position: int
    moment: datetime
    head: str
    scope: str
    locked: bool
    by_month: bool = True


def resolve(period: Period | None, as_known: datetime | None, today: date) -> tuple[int, date]:
    """The ledger position and the business date of a report.

    Known at: what is asked for; else the moment of the month's lock; else now. As of: the day of the lock once the
    month was locked, else the day of knowing, but never after the month that follows the period, so that lights judge
    the period itself. Without a period: everything up to the position. Raises Refusal for a month that had not begun.
    """
    if period is None:
        moment = as_known.astimezone(SHANGHAI) if as_known else None
        return (position_at(moment), moment.date()) if moment else (head_position(), today)
    lock = ReportingPeriod.objects.filter(period=str(period), state=ReportingPeriod.State.LOCKED).first()
    if as_known is not None:
        position, day = position_at(as_known), as_known.astimezone(SHANGHAI).date()
    elif lock and lock.locked_position is not None:
        position, day = lock.locked_position, today
    else:
        position, day = head_position(), today
    if lock and lock.locked_at and (lock.locked_position or 0) <= position:
        day = lock.locked_at.astimezone(SHANGHAI).date()
    day = min(day, period.next().last_day)
    if day < period.first_day:
        raise Refusal(_("The month %(period)s had not begun on %(day)s.") % {"period": period, "day": day})
    return position, day


def frame(period: Period | None, position: int, as_of: date, scope: str = WHOLE) -> Frame:
    """The frame of a report that was resolved before."""
    by_month, period = period is not None, period or Period.of(as_of)
    lock = ReportingPeriod.objects.filter(period=str(period), locked_position__lte=position).exists()
    last = Change.objects.filter(seq=position).values_list("at", "hash").first()
    moment = datetime.fromisoformat(last[0]) if last else datetime.combine(as_of, time(), tzinfo=SHANGHAI)
    head = f"{position}:{last[1]}" if last else f"{position}:"
    return Frame(period, as_of, position, moment, head, scope, lock, by_month)


def scope_of(user: Any) -> str:
    """The scope of what a person may see. Raises Forbidden for somebody who sees no projects."""
    if getattr(user, "is_system", False) or user.role in EVERYTHING:
        return WHOLE
    if user.role in OWN_COUNTY:
        return f"division/{user.division}"
    if user.role == Role.PROJECT_UNIT:
        return f"organisation/{user.organisation}"
    raise Forbidden(FORBIDDEN)


def scope_name(scope: str) -> str:
    """The unit or firm that a scope names; "" for every project."""
    kind, _slash, code = scope.partition("/")
    if kind == "division":
        row = Division.objects.filter(code=code).first()
        return row.name if row else code
    if kind == "organisation":
        return Organisation.objects.filter(code=code).values_list("name", flat=True).first() or code
    return ""


def within(scope: str, projects: Iterable[int]) -> list[int]:
    """Those of the projects that lie in a scope, in their order."""
    kind, _slash, code = scope.partition("/")
    if not kind:
        return list(projects)
    rows = Project.objects.filter(in_division(code)) if kind == "division" else Project.objects.filter(owner__code=code)
    inside = set(rows.values_list("pk", flat=True))
    return [project for project in projects if project in inside]

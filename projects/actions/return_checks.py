"""What is checked of a return before it is submitted. A refusal is final; “really?” passes when repeated with a reason.

Source of the identities: statistics reporting rules (自年初累计 = 上月自年初累计 + 本月), soft checks marked as such.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import NeedsReason, Refusal
from projects.core.money import MoneyUnit, magnitude_jump, table_form
from projects.core.periods import Period, PeriodError
from projects.models import Project, ReportingPeriod
from projects.queries.returns import Around


def check_period_open(period: str) -> ReportingPeriod:
    """The month, if figures may be entered for it. Raises Refusal for a locked, unknown or future month."""
    try:
        parsed = Period.parse(period)
    except PeriodError:
        raise Refusal(_("%(period)s is not a month.") % {"period": period}, field="period") from None
    if parsed.first_day > clock.today():
        raise Refusal(_("The month %(period)s has not begun.") % {"period": period}, field="period")
    row = ReportingPeriod.objects.filter(period=period).first()
    if row is None:
        raise Refusal(_("The month %(period)s was not opened for reporting.") % {"period": period}, field="period")
    if row.state == ReportingPeriod.State.LOCKED:
        raise Refusal(
            _("The month %(period)s is locked. Ask the city project office for a correction after the lock.")
            % {"period": period},
            field="period",
        )
    return row


def check_figures(project: Project, entry: Any, around: Mapping[int, Around]) -> None:
    """Whether one return's figures can be. Raises Refusal, or NeedsReason unless the entry gives its reason."""
    figures, known = entry.figures, around.get(project.pk, Around())
    for name in ("invested", "statistics", "funds_arrived", "funds_paid"):
        if (getattr(figures, name) or 0) < 0:
            raise Refusal(_("An amount cannot be negative."), field=name)
    if figures.physical_percent is not None and not 0 <= figures.physical_percent <= 100:
        raise Refusal(_("Physical progress lies between 0 and 100 percent."), field="physical_percent")
    if entry.reason.strip():
        return
    before = known.before(entry.period)
    if before is not None and figures.invested < before:
        raise NeedsReason(
            _("%(project)s: completed this year falls from %(before)s to %(now)s 万元. If that is right, say why.")
            % {"project": project.name, "before": wan(before), "now": wan(figures.invested)},
            field="invested",
        )
    month = figures.invested - (before or 0)
    jump = _jump(month, known.month_before(entry.period), known.planned_month(entry.period))
    if jump:
        raise NeedsReason(
            _(
                "%(project)s: %(month)s 万元 this month is about %(jump)s times what is usual. Is the unit right? "
                "If it is, say why."
            )
            % {"project": project.name, "month": wan(month), "jump": f"{jump:,}"},
            field="invested",
        )


def _jump(month: int, last: int | None, planned: int | None) -> int | None:
    """About how many times a usual month this one is, where that looks like a slip of the unit; else None.

    A month swings freely, so it must stand out both against the month before and against a twelfth of the plan.
    """
    jumps = [magnitude_jump(usual, month) for usual in (last, planned) if usual and month > usual]
    there = [usual for usual in (last, planned) if usual]
    if not there or len(jumps) < len(there) or None in jumps:
        return None
    return max(jump for jump in jumps if jump)


def wan(yuan: int) -> str:
    """An amount in 万元 with two decimals, grouped."""
    return table_form(yuan, MoneyUnit.WAN, 2, grouped=True)

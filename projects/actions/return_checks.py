"""What is checked of a return before it is submitted. A refusal is final; “really?” passes when repeated with a reason.

Source of the identities: statistics reporting rules (自年初累计 = 上月自年初累计 + 本月), soft checks marked as such.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import NeedsReason, Refusal
from projects.core.money import MoneyUnit, magnitude_jump, table_form
from projects.core.periods import Period, PeriodError
from projects.models import Project, ReportingPeriod, ReturnVersion
from projects.queries.owed import reporting
from projects.queries.returns import OTHERS, Around

MANY = 300  # projects: beyond it a statement that names each is dearer than one that reads them all
SLIP = 7  # times: from here on a figure looks like one with a digit too many


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


def check_reports(projects: Sequence[Project], period: str) -> None:
    """Whether these projects report for a month. Raises Refusal for a package, whose parts do, or one on no list."""
    rows = (
        Project.objects.all() if len(projects) > MANY else Project.objects.filter(pk__in=[one.pk for one in projects])
    )
    due = set(reporting(rows, Period.parse(period)).values_list("pk", flat=True))
    for project in projects:
        if project.pk in due:
            continue
        if project.is_package:
            raise Refusal(
                _("%(project)s is a package: its parts report, and their figures add up.") % {"project": project.name}
            )
        raise Refusal(
            _("%(project)s counts on no list in %(period)s, so it has nothing to report.")
            % {"project": project.name, "period": period}
        )


def check_period_locked(period: str) -> None:
    """Raises Refusal for a month whose figures can still be given back and submitted anew."""
    if not ReportingPeriod.objects.filter(period=period, state=ReportingPeriod.State.LOCKED).exists():
        raise Refusal(
            _("The month %(period)s is not locked, so nothing has to be corrected after the lock.")
            % {"period": period},
            field="period",
        )


def check_possible(figures: Any) -> None:
    """Whether a return's figures can be at all, whatever the reason. Raises Refusal."""
    for name in ("invested", "statistics", "funds_arrived", "funds_paid"):
        if (getattr(figures, name) or 0) < 0:
            raise Refusal(_("An amount cannot be negative."), field=name)
    if figures.physical_percent is not None and not 0 <= figures.physical_percent <= 100:
        raise Refusal(_("Physical progress lies between 0 and 100 percent."), field="physical_percent")


def check_figures(project: Project, entry: Any, around: Mapping[int, Around]) -> None:
    """Whether one return's figures can be. Raises Refusal, or NeedsReason unless the entry gives its reason."""
    figures, known = entry.figures, around.get(project.pk, Around())
    check_possible(figures)
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
    usual = (known.month_before(entry.period), known.planned_month(entry.period))
    if jump := times(month, *usual):
        raise NeedsReason(
            _(
                "%(project)s: %(month)s 万元 this month is about %(jump)s times what is usual. Is the unit right? "
                "If it is, say why."
            )
            % {"project": project.name, "month": wan(month), "jump": f"{jump:,}"},
            field="invested",
        )
    _check_against_total(project, "invested", month, _("Completed in the month"))
    for name in OTHERS:
        _check_other(project, name, entry, known)


def _check_other(project: Project, name: str, entry: Any, known: Around) -> None:
    """Money beside the investment: it may run ahead of it, but not jump away from its own last figure as well."""
    now, before = getattr(entry.figures, name) or 0, known.other_before(name, entry.period)
    if before and (jump := times(now, before, entry.figures.invested)):
        facts = {"project": project.name, "field": _label(name), "now": wan(now), "jump": f"{jump:,}"}
        raise NeedsReason(
            _(
                "%(project)s: %(field)s, %(now)s 万元, is about %(jump)s times the figure before. Is the unit right? "
                "If it is, say why."
            )
            % facts,
            field=name,
        )
    _check_against_total(project, name, now, _label(name))


def _check_against_total(project: Project, name: str, amount: int, label: Any) -> None:
    """More at once than the whole project costs is a slip of the unit, or wants to be explained."""
    total = project.total_investment
    if total and amount > total:
        facts = {"project": project.name, "field": label, "now": wan(amount), "total": wan(total)}
        raise NeedsReason(
            _(
                "%(project)s: %(field)s, %(now)s 万元, is more than the whole project, %(total)s 万元. "
                "Is the unit right? If it is, say why."
            )
            % facts,
            field=name,
        )


def _label(name: str) -> Any:
    field: Any = ReturnVersion._meta.get_field(name)
    return field.verbose_name


def times(amount: int, *usual: int | None) -> int | None:
    """About how many times what is usual an amount is, where that looks like a slip of digit or unit; else None.

    It must stand out from everything that is known to be usual, because a month alone swings freely.
    """
    known = max((one for one in usual if one and one > 0), default=0)
    if not known or amount < SLIP * known:
        return None
    return magnitude_jump(known, amount) or round(amount / known)


def wan(yuan: int) -> str:
    """An amount in 万元 with two decimals, grouped."""
    return table_form(yuan, MoneyUnit.WAN, 2, grouped=True)

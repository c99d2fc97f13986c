"""What is doubted of a return's figures: all of it at once for a page or a file, the first of it for an action.

A refusal is final; “really?” passes when repeated with a reason; a remark asks nothing. Writes nothing.
Source of the identities: statistics reporting rules (自年初累计 = 上月自年初累计 + 本月), soft checks marked as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import NeedsReason, Refusal
from projects.core.money import MoneyUnit, magnitude_jump, rate_percent, table_form
from projects.models import Project, ReturnVersion
from projects.queries.returns import OTHERS, Around

SLIP = 7  # times: from here on a figure looks like one with a digit too many


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is worth a look and hinders nothing: more than the plan, paid before it arrived."""

    field: str
    sentence: Any


def check_possible(figures: Any) -> None:
    """Whether a return's figures can be at all, whatever the reason. Raises Refusal."""
    for refusal in impossible(figures):
        raise refusal


def check_figures(project: Project, entry: Any, around: Around) -> None:
    """Whether one return's figures can be. Raises Refusal, or NeedsReason unless the entry gives its reason."""
    for refusal in doubts(project, entry, around):
        raise refusal


def impossible(figures: Any) -> Iterator[Refusal]:
    """What cannot be, whatever the reason."""
    for name in ("invested", *OTHERS):
        if (getattr(figures, name) or 0) < 0:
            yield Refusal(_("An amount cannot be negative."), field=name)
    if figures.physical_percent is not None and not 0 <= figures.physical_percent <= 100:
        yield Refusal(_("Physical progress lies between 0 and 100 percent."), field="physical_percent")


def doubts(project: Project, entry: Any, around: Around) -> Iterator[Refusal]:
    """All that speaks against a return: Refusal, and NeedsReason where the entry gives no reason.

    `entry` has period, figures (yuan, cumulative this year) and reason; `around` is what is known of the project.
    """
    yield from impossible(entry.figures)
    if entry.reason.strip():
        return
    before = around.before(entry.period)
    if before is not None and entry.figures.invested < before:
        yield NeedsReason(
            _("%(project)s: completed this year falls from %(before)s to %(now)s 万元. If that is right, say why.")
            % {"project": project.name, "before": wan(before), "now": wan(entry.figures.invested)},
            field="invested",
        )
    month = entry.figures.invested - (before or 0)
    usual = (around.month_before(entry.period), around.planned_month(entry.period))
    if jump := times(month, *usual):
        yield NeedsReason(
            _(
                "%(project)s: %(month)s 万元 this month is about %(jump)s times what is usual. Is the unit right? "
                "If it is, say why."
            )
            % {"project": project.name, "month": wan(month), "jump": f"{jump:,}"},
            field="invested",
        )
    yield from _against_total(project, "invested", month, _("Completed in the month"))
    for name in OTHERS:
        yield from _other(project, name, entry, around)


def remarks(project: Project, entry: Any, around: Around) -> Iterator[Remark]:
    """What hinders nothing: over the year's plan (over 100 % is normal), above the whole, paid before it arrived.

    Since the start = completed before the year (自开始建设累计) + this year, the former where `around` knows it.
    """
    figures, plan = entry.figures, around.plans.get(int(entry.period[:4]))
    if plan and figures.invested > plan:
        facts = {"rate": rate_percent(figures.invested, plan), "plan": wan(plan)}
        yield Remark("invested", _("%(rate)s%% of the year's plan, %(plan)s 万元.") % facts)
    since_start, total = (around.opening or 0) + figures.invested, project.total_investment
    if total and since_start > total:
        facts = {"since_start": wan(since_start), "total": wan(total)}
        yield Remark(
            "invested", _("Since the start %(since_start)s 万元, more than the whole project, %(total)s 万元.") % facts
        )
    if figures.funds_paid is not None and figures.funds_paid > (figures.funds_arrived or 0):
        yield Remark("funds_paid", _("More is paid than has arrived."))


def _other(project: Project, name: str, entry: Any, known: Around) -> Iterator[Refusal]:
    """Money beside the investment: it may run ahead of it, but not jump away from its own last figure as well."""
    now, before = getattr(entry.figures, name) or 0, known.other_before(name, entry.period)
    if before and (jump := times(now, before, entry.figures.invested)):
        facts = {"project": project.name, "field": _label(name), "now": wan(now), "jump": f"{jump:,}"}
        yield NeedsReason(
            _(
                "%(project)s: %(field)s, %(now)s 万元, is about %(jump)s times the figure before. Is the unit right? "
                "If it is, say why."
            )
            % facts,
            field=name,
        )
    yield from _against_total(project, name, now, _label(name))


def _against_total(project: Project, name: str, amount: int, label: Any) -> Iterator[Refusal]:
    """More at once than the whole project costs is a slip of the unit, or wants to be explained."""
    total = project.total_investment
    if total and amount > total:
        facts = {"project": project.name, "field": label, "now": wan(amount), "total": wan(total)}
        yield NeedsReason(
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

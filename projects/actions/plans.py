"""Approves annual plans: the original is revision 1, each later one a revision of its own; nothing is overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import NeedsReason, Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.bulk import add_rows
from projects.actions.lookup import by_code, of_these
from projects.actions.record import ledger_batch
from projects.actions.return_doubts import times, wan
from projects.models import MONTHS, Act, Origin, PlanRevision, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """An annual plan with its twelve months, in yuan; the document and day of its approval."""

    project: str
    year: int
    amount: int
    months: tuple[int, ...]
    approved_on: date
    document: str = ""
    reason: str = ""


def approve_plans(*, by: Any, rows: Sequence[NewPlan], origin: str = Origin.WEB) -> None:
    """Enter approved plans, each as the next revision of its project and year.

    Raises Refusal where months do not sum to the year, an amount is negative, or the approval lies in the future or
    before the revision that it follows; NeedsReason where the amount looks like one in another unit.
    """
    require(by, Right.APPROVE_PLAN)
    for row in rows:
        _check(row)
    projects = by_code(Project, (row.project for row in rows))
    with ledger_batch(by=by, origin=origin) as book:
        last: dict[tuple[int, int], PlanRevision] = {}
        years = {row.year for row in rows}
        known = PlanRevision.objects.known().filter(of_these(projects), year__in=years)
        for plan in known.order_by("revision"):
            last[plan.project_id, plan.year] = plan
        new = []
        for row in sorted(rows, key=lambda item: (item.project, item.approved_on)):
            project = projects[row.project]
            before = last.get((project.pk, row.year))
            _check_likely(row, project, before)
            plan = PlanRevision(
                project=project, year=row.year, revision=before.revision + 1 if before else 1, amount=row.amount,
                document=row.document, approved_on=row.approved_on, reason=row.reason,
                **dict(zip(MONTHS, row.months, strict=True)),
            )  # fmt: skip
            plan.known_from = book.add(
                "planrevision",
                Act.APPROVE,
                {
                    "amount": (before.amount if before else None, row.amount),
                    "months": (list(before.months) if before else None, list(row.months)),
                    "document": (before.document if before else None, row.document),
                    "approved_on": (before.approved_on if before else None, row.approved_on),
                },
                key=f"{row.project}/{row.year}/{plan.revision}",
                project=project,
                reason=row.reason,
            )
            last[project.pk, row.year] = plan
            new.append(plan)
        add_rows(new)


def _check_likely(row: NewPlan, project: Project, before: PlanRevision | None) -> None:
    """Against the revision before and the whole project. Raises Refusal, or NeedsReason unless the plan gives one."""
    facts = {"project": row.project, "amount": wan(row.amount), "before": wan(before.amount) if before else ""}
    if before and row.approved_on < before.approved_on:
        raise Refusal(
            _("The plan of %(project)s is approved before the revision that it follows.") % facts, field="approved_on"
        )
    if row.reason.strip():
        return
    if before and (times(row.amount, before.amount) or times(before.amount, row.amount)):
        sentence = _(
            "The plan of %(project)s goes from %(before)s to %(amount)s 万元. Is the unit right? If it is, say why."
        )
        raise NeedsReason(sentence % facts, field="amount")
    if project.total_investment and row.amount > project.total_investment:
        sentence = _(
            "The plan of %(project)s, %(amount)s 万元, is more than the whole project, %(total)s 万元. "
            "Is the unit right? If it is, say why."
        )
        raise NeedsReason(sentence % (facts | {"total": wan(project.total_investment)}), field="amount")


def _check(row: NewPlan) -> None:
    facts = {"project": row.project, "months": f"{sum(row.months):,}", "amount": f"{row.amount:,}"}
    if len(row.months) != 12 or min((row.amount, *row.months)) < 0:
        raise Refusal(_("The plan of %(project)s needs twelve months, none of them negative.") % facts, field="months")
    if sum(row.months) != row.amount:
        raise Refusal(
            _("The months of %(project)s sum to %(months)s yuan, the year is %(amount)s yuan.") % facts, field="months"
        )
    if row.approved_on > clock.today():
        raise Refusal(_("The plan of %(project)s is approved in the future.") % facts, field="approved_on")

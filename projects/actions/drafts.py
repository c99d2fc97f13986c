"""Keeps what people have typed of many returns so far, a row by its own version; outside the ledger.

One row that somebody else changed hinders no other: each gets an answer of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import OutOfScope
from portfolio.web.access import Act, require
from projects.actions.bulk import save_fields
from projects.actions.return_checks import check_period_open, check_reports
from projects.models import MonthlyReturn, Project, ReturnState
from projects.queries.scope import visible_to

OPEN = (ReturnState.DRAFT, ReturnState.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a page holds of one return: the version that it was drawn with (0: none yet) and the texts typed."""

    project: str
    version: int
    values: Mapping[str, str]


class Outcome(StrEnum):
    """What became of one draft: kept; somebody was faster; already with the next desk."""

    KEPT = "kept"
    STALE = "stale"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Answer:
    """How one return stands after the attempt; `values` is the draft that stands there, `by` who typed it."""

    project: str
    outcome: Outcome
    version: int
    state: str = ReturnState.DRAFT
    by: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def save_drafts(*, by: Any, period: str, drafts: Sequence[Draft]) -> list[Answer]:
    """Keep drafts; the number of statements does not grow with them. What is unchanged is not written again.

    Raises OutOfScope where one project is not the person's, Forbidden, and Refusal for a month that is not open or a
    project that does not report. A stale draft is no exception here but an answer.
    """
    projects = {row.code: row for row in visible_to(by).filter(code__in=[one.project for one in drafts])}
    if len(projects) < len({one.project for one in drafts}):
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    require(by, Act.ENTER_RETURN)
    check_period_open(period)
    check_reports(list(projects.values()), period)
    rows = _locked_rows(projects, period, create={one.project for one in drafts if not one.version})
    answers, moved = [], []
    for one in drafts:
        row = rows.get(one.project)
        values = dict(one.values)
        if row is None or row.version != one.version:
            outcome = Outcome.CLOSED if row is not None and row.state not in OPEN else Outcome.STALE
        elif row.state not in OPEN:
            outcome = Outcome.CLOSED
        else:
            outcome = Outcome.KEPT
            if row.draft != values:
                row.draft, row.draft_by, row.version = values, by.username, row.version + 1
                moved.append(row)
        answers.append(_answer(one.project, outcome, row))
    save_fields(moved, ["draft", "draft_by", "version"])
    return answers


def _locked_rows(projects: Mapping[str, Project], period: str, create: set[str]) -> dict[str, MonthlyReturn]:
    """The month's returns by project code, held until the drafts are written; those never begun are begun."""
    held = (
        MonthlyReturn.objects.select_for_update(of=("self",))
        .filter(project__in=list(projects.values()), period=period)
        .order_by("pk")
    )
    codes = {project.pk: code for code, project in projects.items()}
    found = {codes[row.project_id]: row for row in held}
    if missing := sorted(create - found.keys()):
        new = [MonthlyReturn(project=projects[code], period=period, version=0) for code in missing]
        MonthlyReturn.objects.bulk_create(new, ignore_conflicts=True)
        found = {codes[row.project_id]: row for row in held.all()}
    return found


def _answer(code: str, outcome: Outcome, row: MonthlyReturn | None) -> Answer:
    if row is None:
        return Answer(code, outcome, 0)
    return Answer(code, outcome, row.version, row.state, row.draft_by, row.draft)

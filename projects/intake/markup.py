"""Gives a rejected file back as it came, its faults marked: cells coloured, a note on each, a column to filter by.

Whatever import it was: it takes any plan. The user's bytes are opened by a child process with limits of its own, for
they are as little trusted now as when they were read.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.refusals import Refusal
from projects.intake import faults, slots
from projects.intake.book import position
from projects.intake.limits import LIMITS, Limits
from projects.intake.plan import Finding, ImportPlan, Kind
from projects.intake.reader import places

_log = logging.getLogger(__name__)
MEMORY: Final = 700_000_000
"""Address space of the child: it holds the whole workbook with its looks."""
MARKABLE: Final = (".xlsx", ".xls", ".ods")
REMADE: Final = gettext_lazy(
    "This file was made anew as .xlsx from what was read of an .xls or .ods: every value stands in its sheet, row and "
    "column; the formats of the old file are not in it. It can be uploaded again as it is."
)
_START: Final = "import sys; sys.path += sys.argv[1:3]; from projects.intake.markup_child import main; main()"
_LENGTH: Final = 8


@dataclass(slots=True)
class Marks:
    """What one sheet is told: its header row, and what is wrong by row and by cell."""

    sheet: str
    header: int
    rows: dict[int, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


def mark(data: bytes, plan: ImportPlan, *, limits: Limits = LIMITS) -> bytes:
    """The same workbook with the plan's errors and conflicts marked; an .xls or .ods is made anew as .xlsx for it.

    Raises Refusal where there is nothing to mark, for what is no workbook, and for a file too large to be marked.
    """
    found = marks(plan)
    if not found:
        raise Refusal(_("Nothing is wrong in this file, so there is nothing to mark."))
    words = {"column": _("What is to be put right"), "author": _("Key-project tracker"), "remade": str(REMADE)}
    order = {"sheets": [asdict(one) for one in found], "words": words, "memory": MEMORY, "limits": asdict(limits)}
    answer = _ask(data, json.dumps(order).encode(), limits)
    if answer is None:
        raise Refusal(_("This file cannot be marked: only a workbook of ordinary size can. The list names every cell."))
    return answer


def marks(plan: ImportPlan) -> list[Marks]:
    """What is to be marked, sheet by sheet."""
    findings = [*plan.errors, *_conflicts(plan)]
    sheets = list(dict.fromkeys(finding.sheet for finding in findings if finding.sheet))
    return [_marks(plan, name, [one for one in findings if one.sheet == name]) for name in sheets]


def _conflicts(plan: ImportPlan) -> Iterable[Finding]:
    for row in plan.differences:
        if row.kind == Kind.CONFLICT:
            name = next((name for name in row.fields if name in row.cells), "")
            yield Finding(row.where[0], row.where[1], row.cells.get(name, ""), name, row.note or _("Conflict"))


def _marks(plan: ImportPlan, sheet: str, findings: list[Finding]) -> Marks:
    rows = [row.where[1] for row in plan.differences if row.where[0] == sheet and row.where[1]]
    found = Marks(sheet, max(min([*rows, *filter(None, map(_row_of, findings))], default=2) - 1, 1))
    for finding in findings:
        said = " ".join(part for part in (finding.message, finding.suggestion) if part)
        row = _row_of(finding) or found.header
        place = f"{finding.cell}: " if finding.cell else ""
        found.rows[row] = "\n".join(part for part in (found.rows.get(row, ""), place + said) if part)
        if finding.cell:
            found.cells[finding.cell] = "\n".join(part for part in (found.cells.get(finding.cell, ""), said) if part)
    return found


def _row_of(finding: Finding) -> int:
    """Where it stands: on a form of one entry a row, the row of its cell."""
    return position(finding.cell)[0] if finding.cell else finding.row


def _ask(data: bytes, order: bytes, limits: Limits) -> bytes | None:
    """The child's answer; None for a child that could not, or that is gone."""
    command = [sys.executable, "-I", "-S", "-c", _START, *places()]
    said = b"".join((len(order).to_bytes(_LENGTH, "big"), order, data))
    place = slots.take()
    try:
        done = subprocess.run(
            command, input=said, capture_output=True, timeout=2 * limits.seconds, env={}, cwd="/", check=False
        )
    except subprocess.TimeoutExpired:
        return None
    finally:
        slots.give_back(place)
    if done.returncode != 0:
        _log.warning("A file could not be marked: %s", _fault(done.stderr) or f"its child ended with {done.returncode}")
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"PK") else None


def _fault(told: bytes) -> str:
    """What the child says of its fault; "" for nonsense."""
    try:
        return faults.said(json.loads(told))
    except ValueError:
        return ""

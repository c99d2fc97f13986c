"""Reads a project register that nobody prepared for us into a plan: sheets, columns, rows, values, projects."""

import re
from datetime import date
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from portfolio.refusals import Refusal
from projects.intake.book import Book, Sheet, Value
from projects.intake.headers import Head, words
from projects.intake.plan import Finding, ImportPlan
from projects.intake.reader import read_workbook
from projects.intake.register_facts import load_facts, rewind
from projects.intake.register_names import load_names
from projects.intake.register_plan import Planner, Wanted
from projects.intake.register_rejoin import rejoining
from projects.intake.register_sheets import find_heads, year_of
from projects.models import Change, ColumnMemory, Programme
from projects.queries.imports import scope_of

KIND = "register"
_COVER = 40
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
_OPENING = 10
"""Rows at the head of a sheet that tell it from others where no header was recognised."""


def read_register(*, data: bytes, name: str, by: Any, as_of: date, options: Any) -> ImportPlan:
    """The plan of a register. `options`: programme, year, mapping, decisions, reason, effective_on.

    Raises Unreadable; Refusal for a list that there is not.
    """
    programme = str(options.get("programme") or "")
    listed = Programme.objects.filter(code=programme).first() if programme else None
    if programme and listed is None:
        raise Refusal(_("There is no list %(code)s.") % {"code": programme[:40]}, field="programme")
    book = read_workbook(data, name)
    as_it_is = find_heads(book, {})
    mapping = dict(options.get("mapping") or {}) or _remembered(_fingerprints(book, as_it_is), by)
    found = find_heads(book, mapping) if mapping else as_it_is
    year = year_of(found, int(options["year"]) if options.get("year") else (listed.year if listed else None))
    wanted = Wanted(
        by=by, as_of=as_of, programme=programme, year=year, mapping=mapping,
        decisions=dict(options.get("decisions") or {}), reason=str(options.get("reason") or ""),
    )  # fmt: skip
    if not found:
        return _without_head(book, mapping)
    facts = load_facts(by=by, year=year, programme=programme, as_of=as_of)
    if (position := drawn_at(book)) is not None:
        rewind(facts, position, year)
    plan = Planner(wanted, load_names(), facts, found, year).make()
    plan.options = {key: value for key, value in dict(options).items() if value}
    since = _effective(options.get("effective_on"), year, as_of)
    plan.about = {
        "programme": programme,
        "year": year,
        "effective_on": since.isoformat(),
        "rejoining": rejoining(plan, facts, since, as_of) if programme else {},
        "absent": len(set(facts.listed) - {row.project_code for row in plan.differences}) if programme else 0,
        "drawn_at": facts.drawn_at,
        "sheets": [head.sheet.name for head in found],
    }
    return plan


def drawn_at(book: Book) -> int | None:
    """The position of the change log that one of our own workbooks names on its cover, if this is its change log."""
    for sheet in book.sheets[:1]:
        for row in sheet.rows[:_COVER]:
            for value in row:
                found = _HEAD.fullmatch(value) if isinstance(value, str) else None
                if found and Change.objects.filter(seq=int(found[1]), hash=found[2]).exists():
                    return int(found[1])
    return None


def _remembered(prints: list[str], by: Any) -> dict[str, Any]:
    """How this office's people had these very headers taken before; {} where they had not."""
    kept = ColumnMemory.objects.filter(kind=KIND, scope=scope_of(by), headers__in=prints[:50]).first()
    return dict(kept.mapping) if kept else {}


def fingerprints(book: Book) -> list[str]:
    """What tells a file by its headers, whatever year and figures it has: of each sheet that looks like a register, or
    else of the first rows of each sheet.
    """
    return _fingerprints(book, find_heads(book, {}))


def _fingerprints(book: Book, as_it_is: list[Head]) -> list[str]:
    return [head.fingerprint() for head in as_it_is] or [_opening_words(sheet) for sheet in book.sheets]


def _opening_words(sheet: Sheet) -> str:
    """Of the first rows, the one with the most words and the fewest figures is most likely the head."""

    def likeliness(row: tuple[Value, ...]) -> int:
        filled = [value for value in row if value is not None and value != ""]
        return sum(1 if isinstance(value, str) else -1 for value in filled)

    head = max(sheet.rows[:_OPENING], key=likeliness, default=())
    said = [words(value).forms[-1:] for value in head if isinstance(value, str) and value]
    return sha256(repr(said).encode()).hexdigest()


def _without_head(book: Book, mapping: dict[str, Any]) -> ImportPlan:
    """No sheet holds a register: say what was looked for."""
    wanted = str(mapping.get("sheet") or "")
    if wanted and book.sheet(wanted) is None:
        message = _("The workbook has no sheet “%(sheet)s”.") % {"sheet": wanted[:40]}
        suggestion = _("Its sheets: %(names)s") % {"names": "、".join(sheet.name for sheet in book.sheets[:10])}
    else:
        message = _("No sheet holds a register: none has a row of headers with a project name and another column.")
        suggestion = _("Say on the page of columns in which row the headers stand.")
    return ImportPlan(KIND, errors=[Finding(wanted or book.sheets[0].name, 0, "", "", message, suggestion)])


def _effective(said: Any, year: int | None, as_of: date) -> date:
    """The day from which a new list and its plans hold: as said, or the first day of its year, or today before that."""
    if said:
        return date.fromisoformat(str(said))
    return as_of if year is None else min(as_of, date(year, 1, 1))

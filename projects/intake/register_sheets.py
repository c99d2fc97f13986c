"""Which sheets of a workbook hold the register, what was made of their columns, and of which year they are."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from projects.intake.book import Book
from projects.intake.headers import Head, heads
from projects.intake.plan import Recognised
from projects.intake.plan_months import PARTS
from projects.intake.register_doubles import tell_codes_apart
from projects.intake.register_fields import BY_KEY, Form
from projects.intake.values import shown

_SAMPLES: Final = 3


def find_heads(book: Book, mapping: Mapping[str, Any]) -> list[Head]:
    """The heads of the sheets that hold the register: the best one, and those that look the same (one for a county)."""
    wanted = str(mapping.get("sheet") or "")
    found = [
        head
        for sheet in book.sheets
        if (sheet.name == wanted if wanted else not sheet.hidden) and (head := heads(sheet, mapping)) is not None
    ]
    if not found:
        return []
    best = max(found, key=lambda head: (head.score, len(head.sheet.rows)))
    alike = [head for head in found if head.taken.keys() - PARTS == best.taken.keys() - PARTS]
    chosen = [best] if wanted else alike
    for head in chosen:
        tell_codes_apart(head, mapping)
    return chosen


def recognised(found: Iterable[Head]) -> list[Recognised]:
    """What was made of every column, with samples."""
    said = []
    for head in found:
        for column in head.columns:
            is_chosen = head.taken.get(column.field) is not None and head.taken[column.field].column == column.column
            key = column.field if is_chosen else ""
            money = key and BY_KEY[key].form is Form.MONEY
            unit = (column.unit or head.unit) if money else None
            said.append(
                Recognised(
                    key, column.header, unit.symbol if unit else "", head.sheet.name, column.letter,
                    _samples(head, column.column), column.how,
                )
            )  # fmt: skip
    return said


def _samples(head: Head, column: int) -> tuple[str, ...]:
    found: list[str] = []
    for row in range(head.last + 1, min(head.sheet.last_row, head.last + 40) + 1):
        value = head.sheet.value(row, column)
        if value is not None and value != "" and (text := shown(value)) not in found:
            found.append(text)
        if len(found) == _SAMPLES:
            break
    return tuple(found)


def year_of(found: Iterable[Head], wanted: int | None) -> int | None:
    """The year of the register: as asked for, as its plan is headed, or as its title says."""
    if wanted:
        return wanted
    for head in found:
        plan = head.taken.get("plan")
        if plan is not None and plan.year:
            return plan.year
        if head.year:
            return head.year
    return None

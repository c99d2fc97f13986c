"""What a sheet that people fill in has beyond one that they read: choices, bounds, notes, names, protection.

Limits are those of the office programs: a longer text makes them offer to repair the file, so it is refused here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from portfolio.sheets import widths
from portfolio.sheets.cells import clean

LONGEST_TITLE: Final = 32
LONGEST_ERROR: Final = 225
LONGEST_FORMULA: Final = 255
NOTE_WIDTH: Final = 260
NOTE_PLACES: Final = 34
NOTE_LINE: Final = 18


@dataclass(frozen=True, slots=True)
class Bound:
    """What an open cell may hold. `kind` is list, whole, decimal or date; `first` and `second` are formulas.

    `strict`: anything else is refused; otherwise the program asks whether it is meant.
    """

    kind: str
    first: str
    second: str = ""
    operator: str = "between"
    title: Any = ""
    error: Any = ""
    strict: bool = True


def chosen_from(name: str, *, title: Any, error: Any) -> Bound:
    """One of a named list of the lookup sheet, offered as a dropdown."""
    return Bound("list", name, title=title, error=error)


def protect(worksheet: Worksheet) -> None:
    """Only open cells can be changed; rows and columns may still be widened, and the filter used.

    Without a password: it keeps people from slips, and proves nothing. What comes back is checked all the same.
    """
    protection = worksheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.autoFilter = False  # False: not forbidden


def bound(worksheet: Worksheet, areas: Sequence[str], rule: Bound) -> None:
    """Lay a rule on areas such as `G6:G20`. Raises ValueError for a text or formula that no program takes."""
    if not areas:
        return
    title, error = clean(rule.title), clean(rule.error)
    if len(title) > LONGEST_TITLE or len(error) > LONGEST_ERROR:
        raise ValueError(f"the message of a rule is too long: {title!r} {error!r}")
    if max(len(rule.first), len(rule.second)) > LONGEST_FORMULA:
        raise ValueError("the formula of a rule is too long")
    made = DataValidation(
        type=rule.kind,
        operator=None if rule.kind == "list" else rule.operator,
        formula1=rule.first,
        formula2=rule.second or None,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="stop" if rule.strict else "warning",
        errorTitle=title or None,
        error=error or None,
    )
    for area in areas:
        made.add(area)
    worksheet.add_data_validation(made)


def note(ref: str, text: Any, author: str) -> CommentRecord:
    """A note that shows when the pointer rests on a cell, high enough for its text."""
    plain = clean(text)
    record = CommentRecord(ref=ref, author=author)
    record.text.t = plain
    record.width = NOTE_WIDTH
    record.height = (widths.lines(plain, NOTE_PLACES) + 1) * NOTE_LINE
    return record


def areas_of(letter: str, rows: Sequence[int]) -> list[str]:
    """Rows of one column as the fewest areas: G6:G9, G12."""
    found: list[str] = []
    for at, row in enumerate(rows):
        if at and row == rows[at - 1] + 1:
            found[-1] = f"{found[-1].partition(':')[0]}:{letter}{row}"
        else:
            found.append(f"{letter}{row}")
    return found

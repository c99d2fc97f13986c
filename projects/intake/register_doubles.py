"""Columns of a register whose headers mean the same field: codes are told apart by what stands below, the rest is told.

Knows nothing of other columns than those of one head, and reads no more of the sheet than a few cells below it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.core.codes import CodeError, parse_national_code
from projects.intake.book import address
from projects.intake.headers import Head, HeadColumn
from projects.intake.plan import Finding
from projects.intake.register_fields import BY_KEY
from projects.intake.values import clean_text

_SAMPLES: Final = 40
_OWN, _NATIONAL = "code", "national_code"


def tell_codes_apart(head: Head, mapping: Mapping[str, Any]) -> None:
    """Of several columns of project codes, the one that holds national codes is theirs, whatever the two are called.

    Where a person said which is which, or one has a header of its own, or the cells do not tell, nothing changes.
    """
    columns = sorted((one for one in head.columns if one.field == _OWN), key=lambda one: (one.place, one.column))
    if len(columns) < 2 or _NATIONAL in head.taken or mapping.keys() & {_OWN, _NATIONAL}:
        return
    national = [one for one in columns if _holds_national_codes(head, one)]
    if len(national) != 1:
        return
    found = replace(national[0], field=_NATIONAL)
    head.columns = [found if one.column == found.column else one for one in head.columns]
    head.taken |= {_OWN: next(one for one in columns if one.column != found.column), _NATIONAL: found}


def _holds_national_codes(head: Head, column: HeadColumn) -> bool:
    """Whether more than half of the first cells below are national codes."""
    last = min(head.sheet.last_row, head.last + _SAMPLES)
    cells = [head.sheet.value(row, column.column) for row in range(head.last + 1, last + 1)]
    texts = [text for cell in cells if (text := clean_text(cell).text)]
    return 2 * sum(map(_is_national_code, texts)) > len(texts)


def _is_national_code(text: str) -> bool:
    try:
        parse_national_code(text)
    except CodeError:
        return False
    return True


def doubles(head: Head) -> Iterator[Finding]:
    """What to say of each column that is left out because another one was taken for the same field and year."""
    for one in head.columns:
        taken = head.taken.get(one.field)
        if taken is None or taken.column == one.column or taken.year != one.year or not BY_KEY[one.field].taken:
            continue
        said = {"header": one.header, "field": BY_KEY[one.field].label, "other": taken.header, "letter": taken.letter}
        yield Finding(
            head.sheet.name, head.last, address(head.last, one.column), one.field,
            _("“%(header)s” looks like “%(field)s” too, for which column %(letter)s “%(other)s” is taken.") % said,
            _("Say on the page of columns which of the two it is, or what else this one is."), one.header,
        )  # fmt: skip

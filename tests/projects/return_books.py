"""Return workbooks as people handle them: downloaded, opened, filled in, saved again by another program."""

import warnings
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
from django.urls import reverse
from openpyxl.utils import get_column_letter

from portfolio.clock import SHANGHAI
from projects.core.periods import Period
from projects.intake.return_columns import keys_by_header, plain_header
from projects.intake.template import Order, return_workbook
from projects.models import Change
from projects.queries.owed import reporting
from projects.queries.return_sheet import reported
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar

PERIOD = "2023-12"
SHEET, STONES, HEADER = "月报", "里程碑节点", 4


def downloaded(client: Any, user: Any, **asked: str) -> bytes:
    """The month's workbook, as this person downloads it."""
    client.force_login(user)
    response = client.get(reverse("return_workbook"), {"period": PERIOD, **asked})
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def drawn(user: Any, on: date, who: str = "曹县") -> bytes:
    """The same, drawn without a browser."""
    period = Period.parse(PERIOD)
    rows = reported(reporting(visible_to(user), period), period, on, load_calendar())
    moment = datetime.combine(on, time(9), SHANGHAI)
    return return_workbook(rows, Order(who, period, "2023年12月", date(2024, 1, 8), moment))


def slip(client: Any, user: Any, code: str) -> bytes:
    """The slip of one project."""
    client.force_login(user)
    response = client.get(reverse("return_slip", args=[code, PERIOD]))
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def opened(content: bytes) -> Any:
    """The workbook as another program has it open."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(BytesIO(content))


def columns(sheet: Any, kind: str = "return") -> dict[str, str]:
    """The letter of each field."""
    keys, found, group = keys_by_header(kind), {}, ""
    header = HEADER if kind == "return" else 3
    for cell in sheet[header]:
        upper = plain_header(sheet.cell(header - 1, cell.column).value or "")
        group = upper or group
        lower = plain_header(cell.value or "")
        if key := keys.get(lower) or keys.get(group + lower) or (keys.get(upper) if not lower else None):
            found.setdefault(key, get_column_letter(cell.column))
    return found


def row_of(sheet: Any, code: str, step: str = "") -> int:
    """The row of a project, or of one of its milestones."""
    named = columns(sheet, "milestones" if sheet.title == STONES else "return")
    for row in range(1, sheet.max_row + 1):
        if sheet[f"{named['code']}{row}"].value == code and (not step or sheet[f"{named['step']}{row}"].value == step):
            return row
    raise AssertionError(f"{code} {step} is not in the workbook")


def filled(content: bytes, code: str = "T23-0001", step: str = "", **values: Any) -> bytes:
    """The workbook with a project's cells (or a milestone's) filled in and saved."""
    return changed(content, lambda book: fill(book, code, step, **values))


def fill(book: Any, code: str, step: str = "", **values: Any) -> None:
    """Type into a row."""
    sheet = book[STONES if step else SHEET]
    named = columns(sheet, "milestones" if step else "return")
    for key, value in values.items():
        sheet[f"{named[key]}{row_of(sheet, code, step)}"] = value


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody did something to it and saved it."""
    book = opened(content)
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def said(change: Change) -> Mapping[str, Any]:
    """What of a change log's row is the same by whichever way it came."""
    names = ("model", "key", "project", "act", "changes", "reason", "actor", "actor_name")
    return {name: getattr(change, name) for name in names}

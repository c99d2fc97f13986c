"""A large sheet is read in slices, and nothing of it differs from reading it whole."""

import io
from typing import Any

import pytest

from projects.intake import child, preflight, slices
from projects.intake.limits import LIMITS
from projects.intake.reader import Book, read_workbook
from tests.intake.spoken import heard
from tests.workbooks.books import Page, xlsx
from tests.workbooks.case import PASSES
from tests.workbooks.make import cases

assert cases
XLSX = [case for case in PASSES if case.kind == "xlsx" and case.name != "million_empty_rows.xlsx"]  # 20 000 slices


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sheet is large, and a slice holds a few rows."""
    monkeypatch.setattr(preflight, "LARGE", 0)
    monkeypatch.setattr(slices, "SLICE", 700)
    monkeypatch.setattr("projects.intake.package.PIECE", 300)


def in_slices(data: bytes, name: str) -> Any:
    out = io.BytesIO()
    child._answer(data, LIMITS, out)
    return heard(out.getvalue(), name)


@pytest.mark.parametrize("case", XLSX, ids=lambda case: case.name)
def test_a_workbook_in_slices_is_the_same_workbook(case: Any, small: None) -> None:
    data = case.make()

    assert in_slices(data, case.name) == read_workbook(data, case.name)


def test_slices_that_begin_at_different_columns_are_put_in_line(small: None) -> None:
    rows = [[None] * (at % 5) + [f"示例{at}（示例）"] for at in range(60)]
    data = xlsx(Page("台账", rows, more={"H200": 5}, merged=("A1:B2", "A58:B59")))

    found = in_slices(data, "a.xlsx")

    assert isinstance(found, Book)
    assert found == read_workbook(data, "a.xlsx")
    assert found.sheets[0].value(200, 8) == 5


def test_a_sheet_is_really_parted(small: None) -> None:
    data = xlsx(Page("台账", [[at] for at in range(300)]))
    found = preflight.look(data, LIMITS)

    assert len(list(slices.slices(found.package, found.parts, found.large["台账"]))) > 5

"""Workbooks come out of the reader as neutral rows, and what is none is refused with a sentence."""

from datetime import date, datetime, time
from io import BytesIO
from time import perf_counter

import openpyxl
import pytest

from projects.intake.reader import Unreadable, address, position, read_workbook, read_workbooks
from tests.workbooks.books import Page, ods_of, xlsx


def made(**cells: object) -> bytes:
    workbook = openpyxl.Workbook()
    for cell, value in cells.items():
        workbook.active[cell] = value
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("曹县", "曹县"),
        (12, 12),
        (12.0, 12),
        (0.1, 0.1),
        (True, True),
        (date(2023, 6, 1), date(2023, 6, 1)),
        (datetime(2023, 6, 1, 8, 30), datetime(2023, 6, 1, 8, 30)),
        (time(8, 30), time(8, 30)),
    ],
)
def test_a_cell_is_read_as_what_it_is(written: object, read: object) -> None:
    value = read_workbook(made(B2=written), "a.xlsx").sheets[0].value(2, 2)

    assert (value, type(value)) == (read, type(read))


def test_a_sheet_says_where_it_begins() -> None:
    sheet = read_workbook(made(C5="x", E6=1), "a.xlsx").sheets[0]

    assert (sheet.first_row, sheet.first_column, sheet.rows) == (5, 3, (("x", None, None), (None, None, 1)))


def test_a_formula_saved_without_a_value_is_listed() -> None:
    sheet = read_workbook(made(A1=1, B1="=A1*2"), "a.xlsx").sheets[0]

    assert sheet.uncalculated == {(1, 2)}


def test_fifty_rows_above_a_million_empty_ones_are_fifty_rows() -> None:
    """Formatted to the last row of the sheet, as a copied column leaves it; nobody walks what is empty."""
    rows = [[f"{letter}{row}" for letter in "ABC"] for row in range(1, 51)]
    data = xlsx(Page("台账", rows, more={"A1048576": None, "C1048576": None}))

    before = perf_counter()
    sheet = read_workbook(data, "a.xlsx").sheets[0]
    took = perf_counter() - before

    assert (len(sheet.rows), sheet.first_row, sheet.value(50, 3)) == (50, 1, "C50")
    assert took < 5  # seconds; well under one on a machine that does nothing else


def test_the_content_decides_and_not_the_name() -> None:
    assert read_workbook(made(A1=1), "a.xls").kind == "xlsx"


def test_many_files_are_read_with_one_child_and_a_bad_one_stops_nobody() -> None:
    found = list(
        read_workbooks([("a.xlsx", made(A1=1)), ("b.xlsx", b"PK\x03\x04 and no more"), ("c.xlsx", made(A1=2))])
    )

    assert [one.code if isinstance(one, Unreadable) else one.sheets[0].value(1, 1) for one in found] == [
        1,
        "damaged",
        2,
    ]


@pytest.mark.parametrize(
    ("row", "column", "cell"), [(1, 1, "A1"), (7, 3, "C7"), (9, 27, "AA9"), (1_048_576, 16_384, "XFD1048576")]
)
def test_cells_are_named_as_people_name_them(row: int, column: int, cell: str) -> None:
    assert (address(row, column), position(cell)) == (cell, (row, column))


FAR = 2**31


@pytest.mark.parametrize("span", [f'rows-spanned="{FAR}"', f'columns-spanned="{FAR}"'])
def test_a_merged_area_ends_where_the_sheet_does(span: str) -> None:
    cell = '<table:table-cell{} office:value-type="float" office:value="1"/>'
    rows = "".join(f"<table:table-row>{cell.format(one) * 3}</table:table-row>" for one in ("", ""))
    head = f"<table:table-row>{cell.format(f' table:number-{span}')}</table:table-row>"
    (sheet,) = read_workbook(ods_of(f'<table:table table:name="台账">{head}{rows}</table:table>'), "a.ods").sheets

    assert sheet.merged == (((1, 1, 3, 1),) if "rows" in span else ((1, 1, 1, 3),))


def test_merged_areas_beyond_what_is_used_are_none_and_never_more_than_there_is() -> None:
    far = xlsx(Page("台账", [[1, 2], [3, 4]], merged=("C1:D9", "A1:XFD1048576", "A1:B2", "A1:B1")))

    assert read_workbook(far, "a.xlsx").sheets[0].merged == ((1, 1, 2, 2),)

"""Each workbook of fixtures/workbooks is read, or refused at the cell and with the sentence, that its JSON names."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from projects.intake.reader import Book, Unreadable, address, position, read_workbook
from tests.workbooks.case import FOLDER, Fails, Passes
from tests.workbooks.make import as_text, cases, expectation
from tests.workbooks.packing import signature

ALL = cases()
PASSING = [path for path, case in ALL if isinstance(case, Passes)]
FAILING = [path for path, case in ALL if isinstance(case, Fails)]


def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{path}.json").read_text(encoding="utf-8"))
    return found


def read(path: Path) -> Book:
    return read_workbook((FOLDER / path).read_bytes(), path.name)


def test_there_are_at_least_forty_cases_and_each_has_a_name_of_its_own() -> None:
    names = [path for path, _case in ALL]

    assert len(names) == len(set(names)) >= 40


def test_what_is_committed_is_what_the_script_makes() -> None:
    files = {path.relative_to(FOLDER) for path in FOLDER.rglob("*") if path.is_file()}

    assert files == {one for path, _case in ALL for one in (path, path.with_name(path.name + ".json"))}


@pytest.mark.parametrize(("path", "case"), ALL, ids=[str(path) for path, _case in ALL])
def test_a_committed_file_is_what_the_script_makes(path: Path, case: Passes | Fails) -> None:
    assert signature((FOLDER / path).read_bytes()) == signature(case.make())
    assert (FOLDER / f"{path}.json").read_text(encoding="utf-8") == as_text(expectation(case))


@pytest.mark.parametrize("path", PASSING, ids=str)
def test_a_workbook_that_should_pass_is_read_as_its_json_says(path: Path) -> None:
    wanted = expected(path)["reader"]

    book = read(path)

    assert book.kind == wanted["kind"]
    assert {name: _cells(book, name, cells) for name, cells in wanted["cells"].items()} == wanted["cells"]
    assert {name: _about(book, name, about) for name, about in wanted["sheets"].items()} == wanted["sheets"]


@pytest.mark.parametrize("path", FAILING, ids=str)
def test_a_file_that_should_fail_is_refused_as_its_json_says(path: Path) -> None:
    wanted = expected(path)["reader"]

    with pytest.raises(Unreadable) as caught:
        read(path)

    refused = caught.value
    assert (refused.code, refused.sheet, refused.cell) == (wanted["code"], wanted["sheet"], wanted["cell"])
    for language, message in wanted["message"].items():
        with translation.override(language):
            assert str(refused) == message


def _cells(book: Book, name: str, cells: dict[str, Any]) -> dict[str, Any]:
    sheet = book.sheet(name)
    assert sheet is not None
    values = {cell: sheet.value(*position(cell)) for cell in cells}
    return {cell: f"date:{value.isoformat()}" if isinstance(value, date) else value for cell, value in values.items()}


def _about(book: Book, name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    sheet = book.sheet(name)
    assert sheet is not None
    about = {
        "hidden": sheet.hidden,
        "merged": [f"{address(r1, c1)}:{address(r2, c2)}" for r1, c1, r2, c2 in sheet.merged],
        "uncalculated": [address(row, column) for row, column in sorted(sheet.uncalculated)],
        "hidden_rows": sorted(sheet.hidden_rows),
        "first": address(sheet.first_row, sheet.first_column),
        "last": address(sheet.last_row, sheet.last_column),
    }
    return {key: about[key] for key in wanted}

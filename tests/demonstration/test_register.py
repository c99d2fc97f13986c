"""The demonstration's register, exported and sent in again, changes nothing; a corrected cell is the one difference."""

from datetime import date
from pathlib import Path

import pytest

from portfolio import clock
from portfolio.models import User
from projects.actions.imports import import_file
from projects.intake.plan import ImportPlan
from projects.models import Change, ImportBatch
from tests.demonstration.conftest import answer
from tests.intake.register_books import edited

pytestmark = [pytest.mark.usefixtures("demonstration"), pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(date(2024, 1, 12)):
        yield


@pytest.fixture
def register(tmp_path: Path) -> Path:
    answer("build_workbook", "register", "--period", "2023-12", "--out", str(tmp_path / "register.xlsx"))
    return tmp_path / "register.xlsx"


def planned(data: bytes) -> ImportPlan:
    system = User.system()
    return import_file(by=system, kind="register", name="a.xlsx", data=data, options={}, commit=False)[0]


def test_the_exported_register_changes_nothing_and_its_totals_foot(register: Path) -> None:
    before = Change.objects.count()

    said = answer("import_register", str(register), "--commit")

    assert {kind: said[kind] for kind in ("create", "update", "unchanged", "conflict", "error")} == {
        "create": 0, "update": 0, "unchanged": 251, "conflict": 0, "error": 0,
    }  # fmt: skip
    assert {total["field"] for total in said["stated_totals"]} >= {"projects", "total_investment", "plan", "completed"}
    assert {total["difference"] for total in said["stated_totals"]} == {0}
    assert {column["field"]: column["unit"] for column in said["columns"]}["plan"] == "万元"
    assert (Change.objects.count(), ImportBatch.objects.count()) == (before, 0)


def test_one_corrected_cell_is_the_only_difference_and_the_total_no_longer_foots(register: Path) -> None:
    data = register.read_bytes()
    row = planned(data).differences[1]
    sheet, number = row.where

    plan = planned(edited(data, sheet, {f"M{number}": 61_000}))

    assert [(one.project_code, dict(one.fields), one.source) for one in plan.changes] == [
        (row.project_code, {"total_investment": (580_000_000, 610_000_000)}, f"{sheet}!M{number}")
    ]
    assert {total.field: total.difference for total in plan.stated_totals if total.difference} == {
        "total_investment": -30_000_000
    }

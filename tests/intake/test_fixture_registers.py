"""Each workbook of fixtures/workbooks that is a register is planned as its JSON says: rows, cells, totals, amounts."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from portfolio.models import User
from projects.intake.plan import ImportPlan
from projects.intake.register import read_register
from tests.workbooks.case import FOLDER

pytestmark = pytest.mark.django_db
FIELDS = ("total_investment", "plan", "start_year", "end_year", "plan_months")
WANTED = {
    path: said["import"]["register"]
    for path in sorted((FOLDER / "should_pass").glob("*.json"))
    if "register" in (said := json.loads(path.read_text(encoding="utf-8"))).get("import", {})
}


def planned(name: str, data: bytes) -> ImportPlan:
    call_command("load_reference", stdout=StringIO())
    options = {"year": 2024}
    return read_register(data=data, name=name, by=User.system(), as_of=date(2024, 1, 12), options=options)


def rows(plan: ImportPlan) -> dict[str, Any]:
    said = {
        f"{row.where[0]}!{row.where[1]}": {name: row.fields[name][1] for name in FIELDS if name in row.fields}
        for row in plan.differences
    }
    return {place: values for place, values in said.items() if values}


def test_there_are_cases() -> None:
    assert len(WANTED) >= 25


@pytest.mark.parametrize("path", WANTED, ids=lambda path: path.stem)
def test_a_register_is_planned_as_its_json_says(path: Any) -> None:
    wanted = WANTED[path]

    plan = planned(path.stem, (path.parent / path.stem).read_bytes())

    assert {kind: count for kind, count in plan.counts().items() if count} == wanted["counts"]
    assert [[one.sheet, one.cell, one.field] for one in plan.errors] == wanted["errors"]
    assert all(one.message for one in plan.errors)
    assert [[one.label, one.field, one.difference] for one in plan.stated_totals if one.difference] == wanted["off"]
    assert rows(plan) == wanted["rows"]

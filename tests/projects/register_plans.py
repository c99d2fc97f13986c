"""Registers imported into a small city: the day, two rows, the city, and what a plan says."""

from datetime import date
from typing import Any

from portfolio.models import User
from projects.actions import imports
from projects.intake.plan import ImportPlan, Kind
from tests import factories as make

TODAY = date(2024, 1, 12)
NAME = 1
ROWS = [
    [1, "银河纺织智能化改造项目", "曹县", "银河纺织有限公司", "改造车间", "2023-2025", 32000, 12000],
    [2, "青荷生物医药产业园", "单县", "青荷生物医药有限公司", "新建厂房", "2024-2026", 90000, 30000],
]


def small_city() -> User:
    """Two counties, the list of 2024; gives the office."""
    make.DivisionFactory(caoxian=True, aliases=["曹"])
    make.DivisionFactory(shanxian=True)
    make.ProgrammeFactory(code="P2024", year=2024)
    office: User = make.UserFactory(username="office")
    return office


def planned(by: Any, data: bytes, name: str = "台账.xlsx", **options: Any) -> ImportPlan:
    return imports.import_file(by=by, kind="register", name=name, data=data, options=options, commit=False)[0]


def committed(by: Any, data: bytes, name: str = "台账.xlsx", **options: Any) -> ImportPlan:
    plan, batch = imports.import_file(by=by, kind="register", name=name, data=data, options=options, commit=True)
    assert batch is not None, (plan.errors, plan.counts())
    return plan


def wrong(plan: ImportPlan) -> dict[str, str]:
    return {finding.cell: finding.field for finding in plan.errors}


def of_kind(plan: ImportPlan, kind: Kind) -> list[str]:
    return [row.title for row in plan.differences if row.kind is kind]

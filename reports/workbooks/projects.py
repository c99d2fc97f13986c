"""Sheets of single projects: the register, and plan and completion by month."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.columns import Column, Kind
from portfolio.sheets.sheet import Placed
from projects.core.money import MoneyUnit
from projects.intake import columns as shared
from projects.models import Project, Stage
from reports.queries.snapshot import Snapshot
from reports.workbooks import words
from reports.workbooks.groups import ROUNDED
from reports.workbooks.registry import Check, Making, TableSpec
from reports.workbooks.rows import DECEMBER, ProjectRow, project_rows

WAN = MoneyUnit.WAN
TYPES, NATURES, STAGES = dict(Project.Type.choices), dict(Project.Nature.choices), dict(Stage.choices)

NUMBER = shared.NUMBER.reads(lambda row: row.number)
CODE = shared.CODE.reads(lambda row: row.line.code)
NAME = shared.NAME.reads(lambda row: row.line.name)
DIVISION = shared.DIVISION.reads(lambda row: row.line.division.name if row.line.division else "")
PLAN = shared.PLAN.reads(lambda row: row.line.figures.plan)
COMPLETED = shared.COMPLETED.reads(lambda row: row.line.figures.completed)
RATE = shared.RATE.reads(lambda row: row.line.rate)
LEADER = shared.LEADER.reads(lambda row: row.line.leader)

REGISTER_COLUMNS = (
    NUMBER,
    CODE,
    NAME,
    shared.LISTS.reads(lambda row: row.lists),
    DIVISION,
    shared.PROJECT_TYPE.reads(lambda row: TYPES.get(row.line.project_type, "")),
    shared.INDUSTRY.reads(lambda row: row.line.industry.name if row.line.industry else ""),
    shared.STAGE.reads(lambda row: STAGES.get(row.line.stage, "")),
    shared.NATURE.reads(lambda row: NATURES.get(row.line.nature, "")),
    shared.OWNER.reads(lambda row: row.line.owner),
    shared.CONTENT.reads(lambda row: row.line.content),
    shared.YEARS.reads(lambda row: row.years),
    shared.TOTAL.reads(lambda row: row.line.total_investment),
    PLAN,
    COMPLETED,
    shared.RESTATED.reads(lambda row: row.restated),
    RATE,
    shared.GAP.reads(lambda row: row.gap),
    shared.MONTH.reads(lambda row: row.line.figures.month),
    shared.SINCE_START.reads(lambda row: row.line.figures.since_start),
    shared.PHYSICAL.reads(lambda row: row.physical),
    shared.LIGHT.reads(lambda row: words.lit(row.line.light.overall)),
    shared.WHY.reads(lambda row: row.why),
    shared.RULE.reads(lambda row: row.rule),
    shared.PROBLEM.reads(lambda row: row.line.progress.problem),
    LEADER,
    shared.RESPONSIBLE.reads(lambda row: row.line.responsible),
)
_LEFT_OUT = {"nature", "owner", "content", "since_start", "problem", "month", "restated"}
_WIDTHS = {"name": 27, "why": 31, "rule": 24, "physical": 29}
_WIDTHS |= {"lists": 10, "responsible": 14, "industry": 11, "code": 11}
SHORT_COLUMNS = tuple(
    column.wide(_WIDTHS.get(column.key, column.width)) for column in REGISTER_COLUMNS if column.key not in _LEFT_OUT
)


def rows(making: Making) -> Any:
    """Every project, each once."""
    return project_rows(making.data)


def register_total(making: Making) -> dict[str, Any]:
    """The sums of a register."""
    data: Snapshot = making.data
    whole = data.everything
    return {
        "name": _("Total of %(count)s projects") % {"count": whole.projects},
        "total_investment": whole.total_investment,
        "plan": whole.plan,
        "completed": whole.completed,
        "month": whole.month,
        "rate": whole.rate,
        "gap": data.gap(whole.completed, whole.plan),
        "since_start": sum(line.figures.since_start or 0 for line in data.lines),
    }


def register_checks(making: Making, placed: Placed) -> Iterator[Check]:
    """The register's printed sums are the sums of its rows."""
    whole = making.data.everything
    for column, yuan in (
        (shared.TOTAL, whole.total_investment),
        (shared.PLAN, whole.plan),
        (shared.COMPLETED, whole.completed),
    ):
        yield Check(
            _("%(column)s: the rows add up to the total") % {"column": column.header},
            placed.sheet,
            placed.cell(column.key, placed.total),
            f"SUM({placed.area(column.key)})",
            words.in_unit(yuan, WAN),
        )


def register_sheet(key: str, columns: tuple[Column, ...]) -> TableSpec:
    """The project register with these columns."""
    return TableSpec(
        key=key,
        title=gettext_lazy("Project register"),
        heading=gettext_lazy("Register of key projects"),
        columns=columns,
        source=rows,
        unit=WAN,
        total=register_total,
        notes=(ROUNDED,),
        frozen=3,
        filtered=True,
        checks=register_checks,
    )


def _month_columns() -> Iterator[Column]:
    for month in range(1, DECEMBER + 1):
        yield _month("plan", month, PLANNED, partial(ProjectRow.planned, month=month))
    for month in range(1, DECEMBER + 1):
        yield _month("done", month, DONE, partial(ProjectRow.done, month=month))


def _month(part: str, month: int, group: Any, read: Callable[[ProjectRow], int | None]) -> Column:
    key, header = f"{part}{month:02d}", MONTHS[month - 1]
    return Column(key, header, Kind.MONEY, WAN, width=7.6, group=group, blank="", value=read)


PLANNED, DONE = gettext_lazy("Plan by month"), gettext_lazy("Completed by month")
MONTHS = (
    gettext_lazy("Jan"), gettext_lazy("Feb"), gettext_lazy("Mar"),
    gettext_lazy("Apr"), gettext_lazy("May"), gettext_lazy("Jun"),
    gettext_lazy("Jul"), gettext_lazy("Aug"), gettext_lazy("Sep"),
    gettext_lazy("Oct"), gettext_lazy("Nov"), gettext_lazy("Dec"),
)  # fmt: skip


def months_total(making: Making) -> dict[str, Any]:
    """The sums of plan and completion by month."""
    every = project_rows(making.data)
    sums: dict[str, Any] = register_total(making)
    for month in range(1, DECEMBER + 1):
        sums[f"plan{month:02d}"] = sum(row.planned(month) or 0 for row in every)
        if month <= making.frame.period.month:
            sums[f"done{month:02d}"] = sum(row.done(month) or 0 for row in every)
    return sums


def months_checks(making: Making, placed: Placed) -> Iterator[Check]:
    """The months of all projects add up to their plans and to what was completed."""
    whole = making.data.everything
    for part, key, yuan in (("plan", "plan", whole.plan), ("done", "completed", whole.completed)):
        first, last = placed.letters[f"{part}01"], placed.letters[f"{part}12"]
        yield Check(
            _("%(column)s: the twelve months add up to the year")
            % {"column": shared.PLAN.header if part == "plan" else shared.COMPLETED.header},
            placed.sheet,
            placed.cell(key, placed.total),
            f"SUM('{placed.sheet}'!${first}${placed.first}:${last}${max(placed.first, placed.last)})",
            words.in_unit(yuan, WAN),
        )


MONTHS_SHEET = TableSpec(
    key="project_months",
    title=gettext_lazy("Projects by month"),
    heading=gettext_lazy("Plan and completion of key projects by month"),
    columns=(NUMBER, NAME.wide(26), DIVISION, PLAN, COMPLETED, RATE, *_month_columns()),
    source=rows,
    unit=WAN,
    total=months_total,
    notes=(
        gettext_lazy("Completed in a month is the difference of two reported cumulatives; it may be negative."),
        ROUNDED,
    ),
    frozen=2,
    filtered=True,
    checks=months_checks,
)

"""Sheets of totals: lists, units ranked, industry chains. Rates are totals over totals, each project once."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.columns import Column, Kind
from portfolio.sheets.sheet import Placed
from projects.core.lights import Light
from projects.core.money import MoneyUnit
from projects.models import Division, Project
from reports.queries.snapshot import Line, Snapshot
from reports.workbooks import words
from reports.workbooks.registry import RATE, Check, Making, TableSpec
from reports.workbooks.rows import GroupRow, group_row

YI = MoneyUnit.YI


def _money(key: str, header: Any, read: Any, places: int) -> Column:
    return Column(key, header, Kind.MONEY, YI, places, width=13, value=read)


def _count(key: str, header: Any, read: Any, width: float = 8) -> Column:
    return Column(key, header, Kind.WHOLE, width=width, value=read)


def group_columns(*first: Column, places: int) -> tuple[Column, ...]:
    """The columns of a sheet of totals, behind its own first ones; amounts with so many decimals."""
    lights = gettext_lazy("Lights")
    return (
        *first,
        _count("projects", gettext_lazy("Number of projects"), lambda row: row.group.projects),
        _money("total_investment", gettext_lazy("Total investment"), lambda row: row.group.total_investment, places),
        _money("plan", gettext_lazy("Annual plan"), lambda row: row.group.plan, places),
        _money("completed", gettext_lazy("Completed this year"), lambda row: row.group.completed, places),
        _money("month", gettext_lazy("Completed this month"), lambda row: row.group.month, places),
        Column("rate", gettext_lazy("Completion rate"), Kind.PERCENT, places=1, width=10, value=lambda row: row.rate),
        Column("pace", gettext_lazy("Pro-rata schedule"), Kind.PERCENT, places=1, width=9, value=lambda row: row.pace),
        Column("gap", gettext_lazy("Points against pace"), Kind.POINTS, places=1, width=12, value=lambda row: row.gap),
        _count("red", words.LIGHTS[Light.RED], lambda row: row.group.lights[Light.RED], 7).under(lights, "red"),
        _count("yellow", words.LIGHTS[Light.YELLOW], lambda row: row.group.lights[Light.YELLOW], 7).under(
            lights, "yellow"
        ),
        _count("green", words.LIGHTS[Light.GREEN], lambda row: row.group.lights[Light.GREEN], 7).under(lights, "green"),
        _count("unjudged", words.LIGHTS[Light.NOT_JUDGED], lambda row: row.group.lights[Light.NOT_JUDGED], 8).under(
            lights, "unjudged"
        ),
        _count("overdue", gettext_lazy("Milestones overdue"), lambda row: row.group.overdue, 9),
        _count("without_plan", gettext_lazy("Without a plan"), lambda row: row.group.without_plan),
        _count("unreported", gettext_lazy("Not reported this month"), lambda row: row.group.unreported, 9),
    )


NAME = Column("name", gettext_lazy("List"), width=26, value=lambda row: row.name)
UNIT = Column("name", gettext_lazy("County or zone"), width=16, value=lambda row: row.name)
CHAIN = Column("name", gettext_lazy("Industry chain"), width=27, value=lambda row: row.name)
SECTION = Column("section", gettext_lazy("Ranked among"), Kind.MARK, width=11, value=lambda row: row.section)
RANK = Column("rank", gettext_lazy("Rank"), Kind.ORDINAL, width=7, value=lambda row: row.rank)
ROUNDED = gettext_lazy(
    "Figures are rounded for printing only; totals and rates come from exact amounts. Rates are totals over totals."
)
SHARED = gettext_lazy(
    "A project that crosses units is split by its shares and counts once in each of them; the whole counts it once."
)


def list_rows(making: Making) -> list[GroupRow]:
    """Each list."""
    data: Snapshot = making.data
    return [group_row(data, programme.name, data.of_lines(data.on(programme.code))) for programme in data.programmes]


def whole_row(data: Snapshot, name: str) -> GroupRow:
    """All projects, each once."""
    return group_row(data, name, data.everything)


def whole_total(making: Making, columns: tuple[Column, ...], name: str) -> dict[str, Any]:
    """The totals row of a sheet of totals."""
    row = whole_row(making.data, name)
    return {column.key: column.of(row) for column in columns}


def whole_name(making: Making) -> str:
    """What the totals row of the units is called."""
    return _("All projects covered, each whole") if making.frame.scope else _("Whole city")


def unit_rows(making: Making) -> list[GroupRow]:
    """Counties, then zones, each from the first of its ranking to the last; city-level units unranked."""
    data: Snapshot = making.data
    places = {division.code: division for division in data.divisions}
    names = {"county": _("Counties and districts"), "zone": _("Development zones")}
    rows: list[GroupRow] = []
    for section in ("county", "zone", ""):
        codes = [code for code in data.by_unit if _group_of(places.get(code)) == section]
        made = [group_row(data, _name(places.get(code), code), data.by_unit[code]) for code in codes]
        made.sort(key=lambda row: (row.rate is None, -(row.rate or 0), row.name))
        better = [row.rate for row in made if row.rate is not None]
        rows += [
            group_row(
                data,
                row.name,
                row.group,
                section=names.get(section, _("Not ranked")),
                rank=1 + sum(rate > row.rate for rate in better) if section and row.rate is not None else None,
            )
            for row in made
        ]
    return rows


def _group_of(division: Division | None) -> str:
    return division.rank_group if division else ""


def _name(division: Division | None, code: str) -> str:
    return division.name if division else code


def chain_rows(making: Making) -> list[GroupRow]:
    """Each chain in its order; projects of no chain by their type."""
    data: Snapshot = making.data
    groups: list[tuple[str, list[Line]]] = [
        (chain.name, [line for line in data.lines if line.industry and line.industry.pk == chain.pk])
        for chain in data.industries
    ]
    rest = [line for line in data.lines if line.industry is None]
    for value, label in [*Project.Type.choices, ("", _("Type not known"))]:
        groups.append((_("%(type)s, no chain") % {"type": label}, [one for one in rest if one.project_type == value]))
    return [group_row(data, name, data.of_lines(lines)) for name, lines in groups if lines]


def sum_checks(what: str) -> Any:
    """Checks that the rows of a sheet of totals add up to its totals row."""

    def checks(making: Making, placed: Placed) -> Iterator[Check]:
        whole = making.data.everything
        kind, _slash, _code = making.frame.scope.partition("/")
        if kind == "division" and what == "units":
            return
        pairs = (("plan", whole.plan), ("completed", whole.completed), ("total_investment", whole.total_investment))
        for key, yuan in pairs:
            header = next(column.header for column in group_columns(places=0) if column.key == key)
            yield Check(
                _("%(column)s: the rows add up to the total") % {"column": header},
                placed.sheet,
                placed.cell(key, placed.total),
                f"SUM({placed.area(key)})",
                words.in_unit(yuan, YI),
            )
        yield rate_check(placed, whole)

    return checks


def rate_check(placed: Placed, group: Any) -> Check:
    """The printed rate is completed over plan."""
    plan, completed = placed.cell("plan", placed.total), placed.cell("completed", placed.total)
    return Check(
        _("Completion rate is completed over plan"),
        placed.sheet,
        placed.cell("rate", placed.total),
        f'IF({plan}=0,"—",{completed}/{plan})',
        words.exact(group.rate) if group.rate is not None else "—",
        10,
        RATE,
    )


UNIT_COLUMNS = group_columns(RANK, UNIT, SECTION, places=2)
CHAIN_COLUMNS = group_columns(CHAIN, places=2)
UNITS_SHEET = TableSpec(
    key="units",
    title=gettext_lazy("Ranking of units"),
    heading=gettext_lazy("Completion of key projects by unit"),
    columns=UNIT_COLUMNS,
    source=unit_rows,
    unit=YI,
    total=lambda making: whole_total(making, UNIT_COLUMNS, whole_name(making)),
    total_first=True,
    notes=(
        gettext_lazy("From the highest completion rate to the lowest; counties and zones are ranked apart."),
        SHARED,
        ROUNDED,
    ),
    frozen=2,
    one_page=True,
    checks=sum_checks("units"),
)
CHAINS_SHEET = TableSpec(
    key="chains",
    title=gettext_lazy("Industry chains"),
    heading=gettext_lazy("Completion of key projects by industry chain"),
    columns=CHAIN_COLUMNS,
    source=chain_rows,
    unit=YI,
    total=lambda making: whole_total(making, CHAIN_COLUMNS, _("Total")),
    notes=(ROUNDED,),
    frozen=1,
    one_page=True,
    checks=sum_checks("chains"),
)

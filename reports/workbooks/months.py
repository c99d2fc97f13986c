"""The sheet of months: plan and completion of each list by month, cumulated; the S-curves stand on it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.columns import Column, Kind
from portfolio.sheets.sheet import Placed
from projects.core.money import MoneyUnit
from reports.queries.snapshot import Snapshot
from reports.workbooks import words
from reports.workbooks.groups import ROUNDED
from reports.workbooks.projects import MONTHS
from reports.workbooks.registry import Check, Making, TableSpec
from reports.workbooks.rows import DECEMBER, MonthRow, month_rows

YI = MoneyUnit.YI
_SO_FAR = gettext_lazy("Cumulative")
_ALONE = gettext_lazy("In the month")


def rows(making: Making) -> list[MonthRow]:
    """Twelve rows for each list, then for all projects, each once."""
    data: Snapshot = making.data
    made: list[MonthRow] = []
    for programme in data.programmes:
        made += month_rows(data, programme.name, data.on(programme.code))
    if len(data.programmes) != 1:
        made += month_rows(data, _("All, each project once"), data.lines)
    return made


def area(placed: Placed, key: str, place: int) -> str:
    """The twelve cells of a list's column, as a chart names them."""
    first = placed.first + place * DECEMBER
    letter = placed.letters[key]
    return f"'{placed.sheet}'!${letter}${first}:${letter}${first + DECEMBER - 1}"


def checks(making: Making, placed: Placed) -> Iterator[Check]:
    """Each list's months add up to its plan, and its last cumulative is what the overview says."""
    data: Snapshot = making.data
    overview = making.placed["lists"]
    reached = data.frame.period.month
    for place, programme in enumerate(data.programmes):
        group = data.of_lines(data.on(programme.code))
        row = overview.first + place
        yield Check(
            _("%(name)s: the planned months add up to the annual plan") % {"name": programme.name},
            placed.sheet,
            overview.cell("plan", row),
            f"SUM({area(placed, 'plan', place)})",
            words.in_unit(group.plan, YI),
        )
        yield Check(
            _("%(name)s: the completed months add up to the year so far") % {"name": programme.name},
            placed.sheet,
            overview.cell("completed", row),
            f"SUM({area(placed, 'done', place)})",
            words.in_unit(group.completed, YI),
        )
        yield Check(
            _("%(name)s: the last cumulative is the year so far") % {"name": programme.name},
            placed.sheet,
            overview.cell("completed", row),
            placed.cell("done_so_far", placed.first + place * DECEMBER + reached - 1),
            words.in_unit(group.completed, YI),
        )


def _money(key: str, header: object, group: object) -> Column:
    return Column(key, header, Kind.MONEY, YI, 2, width=13, group=group, blank="", value=lambda row: getattr(row, key))


COLUMNS = (
    Column("name", gettext_lazy("List"), width=26, value=lambda row: row.name),
    Column("month", gettext_lazy("Month"), Kind.MARK, width=10, value=lambda row: MONTHS[row.month - 1]),
    _money("plan", gettext_lazy("Planned"), _ALONE),
    _money("done", gettext_lazy("Completed"), _ALONE),
    _money("plan_so_far", gettext_lazy("Planned"), _SO_FAR),
    _money("done_so_far", gettext_lazy("Completed"), _SO_FAR),
    Column(
        "planned_rate",
        gettext_lazy("Planned, share of the year"),
        Kind.PERCENT,
        places=1,
        width=12,
        value=lambda row: row.planned_rate,
    ),
    Column(
        "rate", gettext_lazy("Completion rate"), Kind.PERCENT, places=1, width=12, blank="", value=lambda row: row.rate
    ),
    Column("pace", gettext_lazy("Pro-rata schedule"), Kind.PERCENT, places=1, width=11, value=lambda row: row.pace),
    Column(
        "gap",
        gettext_lazy("Points against the monthly plan"),
        Kind.POINTS,
        places=1,
        width=13,
        blank="",
        value=lambda row: row.gap,
    ),
)
LIST_MONTHS_SHEET = TableSpec(
    key="months",
    title=gettext_lazy("Progress by month"),
    heading=gettext_lazy("Plan and completion by month"),
    columns=COLUMNS,
    source=rows,
    unit=YI,
    notes=(
        gettext_lazy("Projects that count at the end of the period; their figures of the whole year go with them."),
        gettext_lazy(
            "The pro-rata schedule is n/12; the monthly plan is the revision in force at the end of the period."
        ),
        ROUNDED,
    ),
    frozen=2,
    one_page=True,
    stage=2,
    checks=checks,
)

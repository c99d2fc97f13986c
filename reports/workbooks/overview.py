"""The overview: the sentence that an office publishes, the lists, and two charts over the other sheets' cells."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.charts import PALETTE, Axes, Line, Place, bar_chart, line_chart
from portfolio.sheets.sheet import Layout, Placed, Sheet
from projects.core.money import MoneyUnit, rate_percent, report_form
from reports.queries.snapshot import Group, Snapshot
from reports.workbooks import groups, words
from reports.workbooks.months import area
from reports.workbooks.registry import COUNT, RATE, Check, Making, SheetSpec
from reports.workbooks.words import in_unit

YI, WAN = MoneyUnit.YI, MoneyUnit.WAN
COLUMNS = groups.group_columns(groups.NAME, places=1)
CHART_ROWS = 20


def draw_lists(making: Making, spec: SheetSpec) -> None:
    """Sentence and table; the charts come later, when the cells under them stand."""
    data: Snapshot = making.data
    rows = groups.list_rows(making)
    total = groups.whole_total(making, COLUMNS, _("All, each project once")) if len(rows) != 1 else None
    values = [[column.of(row) for column in COLUMNS] for row in rows]
    sheet = making.book.table_sheet(str(spec.title), COLUMNS, values, one_page=True)
    sheet.title(_("Key projects: summary") + words.until(making.frame.period))
    sheet.line(words.basis_line(making.frame), words.unit_line(YI))
    for sentence in sentences(data):
        sheet.statement(sentence)
    sheet.space(8)
    bottom = [total[column.key] for column in COLUMNS] if total else None
    placed = sheet.table(COLUMNS, values, Layout(bottom=bottom, frozen=1))
    if total is None:
        placed = placed.totalled(placed.last)
    sheet.note(str(groups.ROUNDED))
    making.placed["lists"] = placed
    making.rows["lists"] = len(values)
    making.sheets["lists"] = sheet
    making.checks.extend(_list_checks(making, placed))


def sentences(data: Snapshot) -> Iterator[str]:
    """One published sentence for each list: projects, completed, rate, against pace."""
    for programme in data.programmes:
        group = data.of_lines(data.on(programme.code))
        yield sentence(data, programme.name, group)


def sentence(data: Snapshot, name: str, group: Group) -> str:
    """151 projects, 572.4亿元 completed, 110.0 % of the annual plan."""
    facts = {
        "list": name,
        "count": group.projects,
        "completed": report_form(group.completed, YI, 1),
        "plan": report_form(group.plan, YI, 1),
        "rate": rate_percent(group.completed, group.plan),
    }
    if facts["rate"] is None:
        return _("%(list)s: %(count)s projects; no annual plan, so no completion rate.") % facts
    return (
        _(
            "%(list)s: %(count)s projects, %(completed)s hundred million yuan completed this year, "
            "%(rate)s%% of the annual plan of %(plan)s hundred million yuan."
        )
        % facts
    )


def draw_charts(making: Making) -> None:
    """S-curves by list on the left, completion rates of the units on the right."""
    sheet: Sheet = making.sheets["lists"]
    months, units = making.placed["months"], making.placed["units"]
    sheet.space(6)
    top, middle = sheet.room(CHART_ROWS) - 1, sheet.column_at(0.5)
    lines = []
    for place, programme in enumerate(making.data.programmes[:3]):
        planned, done = PALETTE[place * 2 : place * 2 + 2]
        lines.append(
            Line(_("%(list)s, planned") % {"list": programme.name}, area(months, "planned_rate", place), planned, True)
        )
        lines.append(Line(_("%(list)s, completed") % {"list": programme.name}, area(months, "rate", place), done))
    if lines:
        line_chart(
            sheet,
            Place(0, top, middle, top + CHART_ROWS),
            _("Planned and completed, share of the annual plan"),
            area(months, "month", 0),
            lines,
            Axes("", "", "0%"),
        )
    if units.last >= units.first:
        bar_chart(
            sheet,
            Place(middle, top, sheet.columns, top + CHART_ROWS),
            _("Completion rate by unit"),
            units.area("name"),
            units.area("rate"),
            Axes("", "", "0.0%"),
        )


def _list_checks(making: Making, placed: Placed) -> Iterator[Check]:
    """What the overview prints of each list is what the register's rows add up to."""
    data: Snapshot = making.data
    register = making.placed["register"]
    for place, programme in enumerate(data.programmes):
        row, group = placed.first + place, data.of_lines(data.on(programme.code))
        inside = _on_list(register, programme.name)
        yield from _checks_of(placed, register, row, (programme.name, group, inside))
    if placed.total not in {0, placed.last}:
        everything = (_("All, each project once"), data.everything, f'({register.area("code")}<>"")')
        yield from _checks_of(placed, register, placed.total, everything)


def _checks_of(placed: Placed, register: Placed, row: int, of: tuple[str, Group, str]) -> Iterator[Check]:
    name, group, inside = of
    what = {"name": name}
    yield Check(
        _("%(name)s: number of projects") % what,
        placed.sheet,
        placed.cell("projects", row),
        f"SUMPRODUCT(--{inside})",
        group.projects,
        number=COUNT,
    )
    sums: tuple[tuple[str, str, int], ...] = (
        ("plan", _("%(name)s: annual plan") % what, group.plan),
        ("completed", _("%(name)s: completed this year") % what, group.completed),
    )
    for key, title, yuan in sums:
        yield Check(
            title,
            placed.sheet,
            placed.cell(key, row),
            f"SUMPRODUCT(--{inside},{register.area(key)})/{YI.factor // WAN.factor}",
            in_unit(yuan, YI),
        )
    if group.rate is not None:
        yield Check(
            _("%(name)s: completion rate") % what,
            placed.sheet,
            placed.cell("rate", row),
            f"{placed.cell('completed', row)}/{placed.cell('plan', row)}",
            words.exact(group.rate),
            10,
            RATE,
        )


def _on_list(register: Placed, name: str) -> str:
    """Which rows of the register name a list, whole names only."""
    mark = words.joined(["", ""])
    quoted = name.replace('"', '""')
    return f'ISNUMBER(FIND("{mark}{quoted}{mark}","{mark}"&{register.area("lists")}&"{mark}"))'


OVERVIEW_SHEET = SheetSpec(
    key="lists", title=gettext_lazy("Overall situation"), columns=COLUMNS, draw=draw_lists, stage=1, finish=draw_charts
)

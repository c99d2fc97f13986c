"""The first sheet: what the workbook covers, as of when and as known at when, and the totals to hold it against.

Who built it and when is in the archive's record and not here, so that building it again gives the same bytes.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portfolio.sheets.columns import Column, Kind
from portfolio.sheets.sheet import Layout, Sheet
from projects.core.money import MoneyUnit
from projects.templatetags.figures import month as month_name
from reports.queries.snapshot import Snapshot
from reports.workbooks import groups, words
from reports.workbooks.registry import Making, SheetSpec

YI = MoneyUnit.YI
WIDTHS = (26.0, 34.0, 18.0, 20.0, 20.0, 18.0)
CONTENTS = (
    Column("sheet", gettext_lazy("Sheet"), width=26, value=lambda row: row[0]),
    Column("rows", gettext_lazy("Rows"), Kind.WHOLE, value=lambda row: row[1]),
)
TOTALS = (
    Column("name", gettext_lazy("Control totals"), width=26, value=lambda row: row.name),
    Column("code", gettext_lazy("Code of the list"), Kind.MARK, value=lambda row: row.section),
    Column("projects", gettext_lazy("Number of projects"), Kind.WHOLE, value=lambda row: row.group.projects),
    Column("plan", gettext_lazy("Annual plan"), Kind.MONEY, YI, 1, value=lambda row: row.group.plan),
    Column("completed", gettext_lazy("Completed this year"), Kind.MONEY, YI, 1, value=lambda row: row.group.completed),
    Column("rate", gettext_lazy("Completion rate"), Kind.PERCENT, places=1, value=lambda row: row.rate),
)


def draw(making: Making, spec: SheetSpec) -> None:
    """Facts, control totals, contents, a line to sign."""
    sheet = making.book.sheet(str(spec.title), WIDTHS, one_page=True)
    sheet.space(14)
    sheet.title(str(making.workbook.title) + words.covered(making.frame))
    sheet.space(10)
    sheet.facts(facts(making))
    if isinstance(making.data, Snapshot):
        _control_totals(making, sheet)
    sheet.space(14)
    rows = [[making.title_of(key), count] for key, count in sorted(making.rows.items(), key=_place(making))]
    sheet.table(CONTENTS, rows, Layout(repeat=False))
    sheet.space(24)
    sheet.statement(
        _("Prepared by: ____________    Reviewed by: ____________    Approved by: ____________    Date: ____________")
    )


def _place(making: Making) -> Any:
    order = [sheet.key for sheet in making.workbook.sheets]
    return lambda item: order.index(item[0])


def _control_totals(making: Making, sheet: Sheet) -> None:
    data: Snapshot = making.data
    rows = [
        groups.group_row(data, one.name, data.of_lines(data.on(one.code)), section=one.code) for one in data.programmes
    ]
    whole = groups.whole_row(data, _("All, each project once"))
    sheet.space(14)
    sheet.line("", words.unit_line(YI))
    values = [[column.of(row) for column in TOTALS] for row in rows]
    sheet.table(TOTALS, values, Layout(bottom=[column.of(whole) for column in TOTALS], repeat=False))


def facts(making: Making) -> Iterator[tuple[str, Any]]:
    """Name and text of each line of the cover."""
    frame = making.frame
    yield _("Period"), month_name(frame.period) if frame.by_month else _("From the first change on")
    yield _("State of the figures"), words.state(frame)
    yield _("As of"), frame.as_of.isoformat()
    yield (
        _("As known at"),
        _("no. %(position)s of the change log, %(moment)s (Asia/Shanghai)")
        % {"position": frame.position, "moment": words.moment(frame)},
    )
    yield _("Head of the change log"), frame.head
    yield _("Covers"), _scope(making)
    if isinstance(making.data, Snapshot):
        yield _("Lists"), _lists(making.data)
        yield _("Policy of the lights"), _policy(making.data)
    yield _("Kind of figures"), _("Dispatch figures reported by the units, not official statistics.")
    if getattr(making.data, "has_demo", False):
        yield _("Demonstration data"), _("Projects, people and figures marked （示例） are invented.")
    yield _("Rounding"), str(groups.ROUNDED)


def _scope(making: Making) -> str:
    name = getattr(making.data, "scope_name", "")
    if not name:
        return _("The whole city")
    kind = making.frame.scope.partition("/")[0]
    if kind == "division":
        return _("Only the projects of %(name)s, those in which it holds a share included") % {"name": name}
    return _("Only the projects of %(name)s") % {"name": name}


def _lists(data: Snapshot) -> str:
    return words.joined([f"{programme.name} ({programme.code})" for programme in data.programmes]) or "—"


def _policy(data: Snapshot) -> str:
    policy = data.policy
    chinese = (get_language() or "").startswith("zh")
    name = policy.name if chinese or not policy.name_en else policy.name_en
    return _("%(name)s, version %(version)s; source: %(source)s") % {
        "name": name,
        "version": policy.version,
        "source": policy.source,
    }


COVER_SHEET = SheetSpec(key="cover", title=gettext_lazy("Cover"), columns=TOTALS, draw=draw, stage=4)

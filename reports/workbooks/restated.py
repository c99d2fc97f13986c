"""The sheet of restatements: what was corrected after its month was locked, before and after, by whom and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.sheets.columns import Column, Kind
from projects.core.money import MoneyUnit
from projects.intake import columns as shared
from projects.models import ReturnVersion
from projects.queries.restated import Restatement
from reports.workbooks.registry import Making, TableSpec

WAN: Final = MoneyUnit.WAN
IN_PERCENT: Final = "physical_percent"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one correction."""

    number: int
    told: Restatement
    field: str
    before: int | None
    after: int | None

    @property
    def what(self) -> str:
        """The figure's name; a percentage is written out, since the columns hold money."""
        field: Any = ReturnVersion._meta.get_field(self.field)
        if self.field == IN_PERCENT:
            return f"{field.verbose_name} {_percent(self.before)} → {_percent(self.after)}"
        return str(field.verbose_name)

    def money(self, amount: int | None) -> int | None:
        """An amount in yuan; nothing for a percentage."""
        return None if self.field == IN_PERCENT else amount

    @property
    def difference(self) -> int | None:
        """By how much it changed, in yuan."""
        if self.field == IN_PERCENT or self.before is None or self.after is None:
            return None
        return self.after - self.before


def _percent(number: int | None) -> str:
    return "—" if number is None else f"{number}%"


def rows(making: Making) -> list[Row]:
    """Each corrected figure, in the order of the corrections."""
    return [Row(number, *parts) for number, parts in enumerate(_figures(making.data.restated), start=1)]


def _figures(told: list[Restatement]) -> Iterator[tuple[Restatement, str, int | None, int | None]]:
    for one in told:
        for field, before, after in one.figures:
            yield one, field, before, after


def total(making: Making) -> dict[str, Any]:
    """How many corrections there are, and by how much completed investment changed in all."""
    told: list[Restatement] = making.data.restated
    words = {"count": len(told), "projects": len({one.code for one in told})}
    return {"name": _("%(count)s corrections of %(projects)s projects") % words}


RESTATED_SHEET = TableSpec(
    key="restated",
    title=gettext_lazy("Restatements"),
    heading=gettext_lazy("Figures restated after the lock"),
    columns=(
        shared.NUMBER.reads(lambda row: row.number),
        shared.CODE.reads(lambda row: row.told.code),
        shared.NAME.reads(lambda row: row.told.name),
        Column("month", gettext_lazy("Month"), Kind.MARK, width=10, value=lambda row: row.told.period),
        Column("what", gettext_lazy("Figure"), width=20, value=lambda row: row.what),
        Column("before", gettext_lazy("Before"), Kind.MONEY, WAN, width=13, value=lambda row: row.money(row.before)),
        Column("after", gettext_lazy("After"), Kind.MONEY, WAN, width=13, value=lambda row: row.money(row.after)),
        Column("difference", gettext_lazy("Difference"), Kind.MONEY, WAN, width=13, value=lambda row: row.difference),
        Column("reason", gettext_lazy("Reason"), width=34, value=lambda row: row.told.reason),
        Column("by", gettext_lazy("Corrected by"), width=18, value=lambda row: row.told.by),
        Column("on", gettext_lazy("Corrected on"), Kind.DATE, width=12, value=lambda row: _day(row.told.at)),
    ),
    source=rows,
    total=total,
    unit=WAN,
    notes=(
        gettext_lazy(
            "Corrections of locked months that were known when this was made; figures are cumulative this year."
        ),
        gettext_lazy("Of this year's months up to the period, and of earlier years where they were made in this year."),
    ),
    frozen=3,
    filtered=True,
    stage=1,
)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

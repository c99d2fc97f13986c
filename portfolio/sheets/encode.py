"""Writes values in the form of their column; the styles are looked up once for a table, not for a cell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from fractions import Fraction
from typing import Any

from portfolio.sheets import cells
from portfolio.sheets.cells import Formula
from portfolio.sheets.columns import NUMERIC, Column, Entry, Kind, Lit
from portfolio.sheets.styles import LIGHTS, Style, Styles, body_style, quoted

MISSING = "—"
"""A figure that there is not: no plan, nothing reported, no rate."""

Written = tuple[str, str]
"""The XML of a cell, and what it shows, for widths and heights."""


class Encoder:
    """The cells of one table. `wraps` tells for each column whether its texts may take several lines."""

    def __init__(self, columns: Sequence[Column], styles: Styles, zone: tzinfo, *, strong: bool = False) -> None:
        self.wraps = [column.kind in {Kind.TEXT, Kind.MARK, Kind.LIGHT} for column in columns]
        self._zone = zone
        self._columns, self._styles = columns, styles
        self._writers = [self._writer(column, styles, body_style(column, strong=strong)) for column in columns]
        self._open: dict[int, Callable[[str, Any], Written]] = {}

    def cell(self, at: int, ref: str, value: Any) -> Written:
        """One cell: `at`: place of its column, `ref`: its address. Raises TypeError for a strange value."""
        if isinstance(value, Entry):
            return self._open_writer(at)(ref, value.value)
        return self._writers[at](ref, value)

    def _open_writer(self, at: int) -> Callable[[str, Any], Written]:
        """Writes the open cells of a column; most tables have none."""
        if at not in self._open:
            column = replace(self._columns[at], blank="")
            self._open[at] = self._writer(column, self._styles, body_style(column, open=True))
        return self._open[at]

    def _writer(self, column: Column, styles: Styles, look: Style) -> Callable[[str, Any], Written]:
        plain, quote = styles.of(look), styles.of(quoted(look))
        number = None if column.kind not in NUMERIC else _number_writer(column)
        tones = self._tones(column, styles)
        dashed = number and column.kind is not Kind.ORDINAL
        missing = (MISSING if dashed else "") if column.blank is None else column.blank

        def write(ref: str, value: Any) -> Written:
            if value is None or value == "":
                return cells.text_cell(ref, plain, missing), missing
            if number and not isinstance(value, str | Formula):
                written = number(value)
                return cells.number_cell(ref, plain, written), written
            if isinstance(value, str):
                text = cells.clean(value)
                return cells.text_cell(ref, quote if cells.needs_quote(text) else plain, text), text
            if isinstance(value, Formula):
                style = styles.of(replace(look, number=value.number)) if value.number else plain
                return cells.formula_cell(ref, style, value), str(value.value)
            if isinstance(value, Lit):
                text = cells.clean(value.text)
                return cells.text_cell(ref, tones.get(value.tone, plain), text), text
            if isinstance(value, date):
                return self._day(column, ref, plain, value)
            return write(ref, str(value))

        return write

    def _tones(self, column: Column, styles: Styles) -> dict[str, int]:
        if column.kind is not Kind.LIGHT:
            return {}
        look = body_style(column)
        return {tone: styles.of(type(look)(look.role, look.number, "center", tone)) for tone in LIGHTS}

    def _day(self, column: Column, ref: str, style: int, value: date) -> Written:
        if isinstance(value, datetime) != (column.kind is Kind.MOMENT):
            raise TypeError(f"column {column.key} cannot hold {value!r}")
        return cells.number_cell(ref, style, cells.serial(value, self._zone)), "0000-00-00 00:00:00"[
            : _SHOWN[column.kind]
        ]


_SHOWN = {Kind.DATE: 10, Kind.MOMENT: 19}


def _number_writer(column: Column) -> Callable[[Any], str]:
    """How a column's numbers are written: money exactly in its unit, ratios and points to fifteen digits."""
    if column.unit is not None:
        factor = column.unit.factor

        def money(value: int) -> str:
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"column {column.key}: money is a whole number of yuan, not {value!r}")
            return cells.in_unit(value, factor)

        return money
    if column.kind in {Kind.ORDINAL, Kind.WHOLE}:
        return lambda value: cells.plain_number(int(value))
    return lambda value: cells.ratio(Fraction(value))

"""Native charts over the cells of a sheet: lines over months, and bars of a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from portfolio.sheets.cells import clean
from portfolio.sheets.sheet import Sheet

INK: Final = "404040"
GRID: Final = "D9D9D9"
PALETTE: Final = ("8EA3B8", "1F5FA8", "C9B58B", "B0562B", "9DB8A0", "2F7D4F")
"""Muted for what was planned and full for what was done, in pairs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its name, the cells of its values, and its colour; planned ones are dashed."""

    name: str
    values: str
    colour: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chart stands: from its first column and row to its last, counted from 0, the last ones not covered."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Axes:
    """Titles of the axes and the number format of the values."""

    across: str
    up: str
    number: str = "0"


def line_chart(sheet: Sheet, place: Place, title: str, categories: str, lines: Sequence[Line], axes: Axes) -> None:
    """Lines over the categories (areas as formulas name them)."""
    chart = LineChart()
    for line in lines:
        series = _series(line.name, line.values, categories)
        series.smooth = False
        series.marker.symbol = "none" if line.dashed else "circle"
        series.marker.size = 5
        series.marker.graphicalProperties = GraphicalProperties(solidFill=line.colour)
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(w=19050 if line.dashed else 28575, solidFill=line.colour)
        )
        if line.dashed:
            series.graphicalProperties.line.dashStyle = "dash"
        chart.series.append(series)
    _dress(chart, title, axes)
    chart.legend.position = "b"
    _put(sheet, place, chart)


def bar_chart(sheet: Sheet, place: Place, title: str, categories: str, values: str, axes: Axes) -> None:
    """Horizontal bars, the first category at the top, each with its value."""
    chart = BarChart()
    chart.type, chart.gapWidth = "bar", 45
    series = _series(title, values, categories)
    series.graphicalProperties = GraphicalProperties(solidFill=PALETTE[1])
    series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    series.dLbls.numFmt = axes.number
    series.dLbls.txPr = _text(9)
    chart.series.append(series)
    chart.legend = None
    _dress(chart, title, axes)
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min = 0
    _put(sheet, place, chart)


def _series(name: str, values: str, categories: str) -> Any:
    series = SeriesFactory(values, title=None)
    series.tx = SeriesLabel(v=clean(name))
    series.cat = AxDataSource(strRef=StrRef(f=categories))
    return series


def _dress(chart: Any, title: str, axes: Axes) -> None:
    chart.title = clean(title)
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_face(12, bold=True))
    chart.title.overlay = False
    height = 0.66 if chart.legend is not None else 0.74
    chart.layout = Layout(manualLayout=ManualLayout(x=0.1, y=0.14, w=0.86, h=height, xMode="edge", yMode="edge"))
    for axis, name in ((chart.x_axis, axes.across), (chart.y_axis, axes.up)):
        axis.delete = False
        axis.title = clean(name) or None
        if axis.title:
            axis.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_face(9))
            axis.title.overlay = False
        axis.txPr = _text(9)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    chart.y_axis.number_format = axes.number
    chart.y_axis.majorTickMark = "none"
    if chart.legend is not None:
        chart.legend.txPr = _text(9)


def _face(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size * 100, b=bold, solidFill=INK)


def _text(size: int) -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_face(size)), endParaRPr=_face(size))
    return RichText(p=[paragraph])


def _put(sheet: Sheet, place: Place, chart: Any) -> None:
    first = AnchorMarker(col=place.left, row=place.top)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=first, to=AnchorMarker(col=place.right, row=place.bottom))
    sheet.worksheet.add_chart(chart)

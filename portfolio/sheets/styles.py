"""The look of a workbook: named styles as offices print them, and the number of each style in the file."""

from dataclasses import dataclass, replace
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

from portfolio.sheets.columns import Column, Kind

GB2312: Final = 134
"""The character set that makes a program without the face take another Chinese one."""
GRID: Final = "8C8C8C"
HEADER_FILL: Final = "E8EDF3"
TOTAL_FILL: Final = "F4F6F9"
OPEN_FILL: Final = "FFFBE5"
LIGHTS: Final = {
    "red": ("9C1C1C", "F8D9D9"),
    "yellow": ("7A5200", "FCEFC8"),
    "green": ("1D6B3A", "DDF1E2"),
    "none": ("6B6B6B", None),
}


NAMES: Final = {  # as the style gallery of an office program lists them
    "title": ("报表标题", "Report title"),
    "subtitle": ("报表小标题", "Report heading"),
    "line": ("报表说明行", "Report line"),
    "header": ("报表表头", "Report header"),
    "cell": ("报表正文", "Report cell"),
    "total": ("报表合计", "Report total"),
    "note": ("报表附注", "Report note"),
}


@dataclass(frozen=True, slots=True)
class Faces:
    """The type faces of one language."""

    title: str
    header: str
    body: str
    code: str = "Consolas"


FACES: Final = {
    "zh": Faces(title="方正小标宋简体", header="仿宋_GB2312", body="宋体"),
    "en": Faces(title="Times New Roman", header="Times New Roman", body="Times New Roman"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """One look of a cell; `number` is a number format."""

    role: str
    number: str = "General"
    horizontal: str = "left"
    tone: str = ""
    strong: bool = False
    quoted: bool = False
    framed: bool = True
    open: bool = False
    """Filled in by whoever receives the sheet: open under protection, and of its own colour."""


class Styles:
    """The styles of one workbook, each registered once; `of` gives a style's number in the file."""

    def __init__(self, workbook: Workbook, language: str) -> None:
        self._sheet = workbook.create_sheet("styles")  # a cell needs a sheet to register its style with
        workbook.remove(self._sheet)
        self._chinese = language.startswith("zh")
        self.faces = FACES["zh" if self._chinese else "en"]
        self._numbers: dict[Style, int] = {}
        workbook._named_styles["Normal"].font = self._font("body")
        for role in NAMES:
            workbook.add_named_style(self._named(role))

    def of(self, style: Style) -> int:
        """The number of a style in the file."""
        if style not in self._numbers:
            self._numbers[style] = self._register(style)
        return self._numbers[style]

    def _register(self, style: Style) -> int:
        cell: Any = WriteOnlyCell(self._sheet)
        cell.style = self._name("total" if style.strong else "cell" if style.role == "code" else style.role)
        cell.number_format = style.number
        cell.quotePrefix = style.quoted
        cell.alignment = Alignment(horizontal=style.horizontal, vertical="center", wrap_text=_wraps(style))
        if not style.framed:
            cell.border = Border()
        if style.role == "code":
            cell.font = Font(name=self.faces.code, size=9)
        if style.open:
            cell.protection = Protection(locked=False)
            cell.fill = PatternFill("solid", fgColor=f"FF{OPEN_FILL}")
        if style.tone:
            ink, ground = LIGHTS[style.tone]
            cell.font = Font(name=self.faces.body, charset=GB2312, size=10, bold=bool(ground), color=f"FF{ink}")
            if ground:
                cell.fill = PatternFill("solid", fgColor=f"FF{ground}")
        return int(cell.style_id)

    def _name(self, role: str) -> str:
        return NAMES[role][0 if self._chinese else 1]

    def _named(self, role: str) -> NamedStyle:
        style = NamedStyle(name=self._name(role), font=self._font(role))
        style.alignment = Alignment(horizontal="center" if role in {"title", "header"} else "left", vertical="center")
        if role in {"header", "cell", "total"}:
            side = Side(style="thin", color=f"FF{GRID}")
            style.border = Border(left=side, right=side, top=side, bottom=side)
        if role in {"header", "total"}:
            style.fill = PatternFill("solid", fgColor=f"FF{HEADER_FILL if role == 'header' else TOTAL_FILL}")
        return style

    def _font(self, role: str) -> Font:
        faces = self.faces
        name, size, bold = {
            "title": (faces.title, 20, not self._chinese),
            "subtitle": (faces.header, 12, True),
            "header": (faces.header, 11, True),
            "total": (faces.body, 10, True),
            "note": (faces.body, 9, False),
            "line": (faces.body, 10, False),
        }.get(role, (faces.body, 10, False))
        return Font(name=name, charset=GB2312, size=size, bold=bold, color="FF1A1A1A")


def _wraps(style: Style) -> bool:
    return style.horizontal != "right"


PAD: Final = "_ "
"""Room between a figure and the line beside it."""
_FORMATS: Final = {
    Kind.ORDINAL: "0",
    Kind.WHOLE: f"#,##0{PAD}",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.TEXT: "@",
}
_SIDES: Final = {
    Kind.WHOLE: "right",
    Kind.PLAIN: "right",
    Kind.MONEY: "right",
    Kind.PERCENT: "right",
    Kind.POINTS: "right",
    Kind.TEXT: "left",
    Kind.CODE: "left",
}


def number_format(column: Column) -> str:
    """The number format of a column: 14,367.87 · 110.0% · +3.8 · 2024-01-12."""
    digits = "0" * column.places + "#" * column.spare
    decimals = f".{digits}" if digits else ""
    if column.kind is Kind.MONEY:
        return f"#,##0{decimals}{PAD}"
    if column.kind is Kind.PERCENT:
        return f"0{decimals}%{PAD}"
    if column.kind is Kind.POINTS:
        return f"+0{decimals}{PAD};-0{decimals}{PAD};0{decimals}{PAD}"
    return _FORMATS.get(column.kind, "General")


def body_style(column: Column, *, strong: bool = False, open: bool = False) -> Style:
    """The look of a column's cells; `strong` in a totals row, `open` where they are filled in."""
    role = "code" if column.kind is Kind.CODE and not strong else "cell"
    return Style(role, number_format(column), _SIDES.get(column.kind, "center"), strong=strong, open=open)


def quoted(style: Style) -> Style:
    """The same look for a text that a program must not take for a formula when the cell is edited."""
    return replace(style, quoted=True)

"""Small workbooks written by hand: .xlsx, .ods and .xls of pages of cells, with fixed bytes."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from projects.intake.book import address, position
from tests.workbooks.packing import Part, ole, package

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
EPOCH: Final = date(1899, 12, 30)
STYLES: Final = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill>'
    '<patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="9" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value that was saved with it; None where it was saved without one."""

    text: str
    value: str | float | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """A cell that shows an error."""

    text: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A number formatted as percent: 0.6 shows as 60%."""

    value: float


@dataclass(frozen=True, slots=True)
class Rich:
    """A text in several looks."""

    runs: tuple[str, ...]


Cell: TypeAlias = str | int | float | bool | date | Formula | Error | Percent | Rich | None
Rows: TypeAlias = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet: its rows stand from A1 on; `more` are cells by address; `hidden_rows` are hidden."""

    name: str
    rows: Rows
    merged: tuple[str, ...] = ()
    more: Mapping[str, Cell] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    dimension: str = ""


def xlsx(*pages: Page, extra: Iterable[Part] = (), date1904: bool = False) -> bytes:
    """A workbook of the pages; texts stand in their cells. `extra` parts are put beside."""
    sheets = [Part(f"xl/worksheets/sheet{at}.xml", sheet_xml(page).encode()) for at, page in enumerate(pages, 1)]
    return package([*frame([(page.name, page.hidden) for page in pages], date1904=date1904), *sheets, *extra])


def frame(sheets: Sequence[tuple[str, bool]], *, date1904: bool = False) -> list[Part]:
    """All parts of a workbook but its sheets, which have to be called xl/worksheets/sheet1.xml and so on."""
    numbers = range(1, len(sheets) + 1)
    types = f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
    types += 'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    types += f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
    types += f'<Override PartName="/xl/styles.xml" ContentType="{kind}styles+xml"/>'
    for at in numbers:
        types += f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{kind}worksheet+xml"/>'
    root = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/'
    root += 'officeDocument" Target="xl/workbook.xml"/></Relationships>'
    book = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    book += '<workbookPr date1904="1"/>' if date1904 else ""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}"{" state=" + quoteattr("hidden") if hidden else ""} '
        f'r:id="rId{at}"/>'
        for at, (name, hidden) in zip(numbers, sheets, strict=True)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in numbers
    )
    related += f'<Relationship Id="rId{len(sheets) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
    relations = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'
    return [
        Part("[Content_Types].xml", (types + "</Types>").encode()),
        Part("_rels/.rels", root.encode()),
        Part("xl/workbook.xml", f"{book}<sheets>{listed}</sheets></workbook>".encode(), packed=len(sheets) > 100),
        Part("xl/_rels/workbook.xml.rels", relations.encode(), packed=len(sheets) > 100),
        Part("xl/styles.xml", STYLES.encode()),
    ]


def sheet_xml(page: Page) -> str:
    """A page as the XML of its sheet."""
    placed: dict[int, dict[int, Cell]] = {}
    for row, cells in enumerate(page.rows, 1):
        for column, cell in enumerate(cells, 1):
            if cell is not None:
                placed.setdefault(row, {})[column] = cell
    for where, cell in page.more.items():
        row, column = position(where)
        placed.setdefault(row, {})[column] = cell
    lines = []
    for row in sorted({*placed, *page.hidden_rows}):
        cells_xml = "".join(cell_xml(address(row, at), cell) for at, cell in sorted(placed.get(row, {}).items()))
        lines.append(
            f'<row r="{row}"{" hidden=" + quoteattr("1") if row in page.hidden_rows else ""}>{cells_xml}</row>'
        )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in page.merged)
    merged = f'<mergeCells count="{len(page.merged)}">{merged}</mergeCells>' if merged else ""
    dimension = f'<dimension ref="{page.dimension}"/>' if page.dimension else ""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{dimension}<sheetData>{"".join(lines)}</sheetData>{merged}</worksheet>'


def cell_xml(where: str, cell: Cell) -> str:
    """One cell."""
    match cell:
        case None:
            return f'<c r="{where}" s="1"/>'
        case int() | float():
            kind = ' t="b"' if isinstance(cell, bool) else ""
            return f'<c r="{where}"{kind}><v>{cell + 0!r}</v></c>'
        case date():
            return f'<c r="{where}" s="1"><v>{(cell - EPOCH).days}</v></c>'
        case Percent():
            return f'<c r="{where}" s="2"><v>{cell.value!r}</v></c>'
        case Error():
            return f'<c r="{where}" t="e"><v>{cell.text}</v></c>'
        case Rich():
            runs = "".join(f"<r><rPr><b/></rPr><t>{escape(run)}</t></r>" for run in cell.runs)
            return f'<c r="{where}" t="inlineStr"><is>{runs}</is></c>'
        case Formula():
            return _formula_xml(where, cell)
        case str():
            return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    raise TypeError(type(cell).__name__)


def _formula_xml(where: str, cell: Formula) -> str:
    if isinstance(cell.value, str):
        return f'<c r="{where}" t="str"><f>{escape(cell.text)}</f><v>{escape(cell.value)}</v></c>'
    value = "" if cell.value is None else f"<v>{cell.value!r}</v>"
    return f'<c r="{where}"><f>{escape(cell.text)}</f>{value}</c>'


ODS_MIME: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_ODS: Final = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(*pages: Page) -> bytes:
    """An OpenDocument workbook of the pages' rows."""
    tables = []
    for page in pages:
        merged = {position(area.split(":")[0]): position(area.split(":")[1]) for area in page.merged}
        rows = []
        for row, cells in enumerate(page.rows, 1):
            inside = "".join(_ods_cell(cell, merged.get((row, at)), (row, at)) for at, cell in enumerate(cells, 1))
            rows.append(f"<table:table-row>{inside}</table:table-row>")
        tables.append(f"<table:table table:name={quoteattr(page.name)}>{''.join(rows)}</table:table>")
    return ods_of("".join(tables))


def ods_of(tables: str) -> bytes:
    """An OpenDocument workbook of tables that are XML already."""
    content = f"{HEAD}<office:document-content {_ODS} office:version='1.2'><office:body><office:spreadsheet>{tables}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    manifest = f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    manifest += f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_MIME.decode()}"/>'
    manifest += '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    return package(
        [
            Part("mimetype", ODS_MIME),
            Part("content.xml", content.encode()),
            Part("META-INF/manifest.xml", f"{manifest}</manifest:manifest>".encode()),
        ]
    )


def _ods_cell(cell: Cell, end: tuple[int, int] | None, here: tuple[int, int]) -> str:
    span = ""
    if end is not None:
        span = (
            f' table:number-rows-spanned="{end[0] - here[0] + 1}" table:number-columns-spanned="{end[1] - here[1] + 1}"'
        )
    match cell:
        case None:
            return f"<table:table-cell{span}/>"
        case bool():
            return f'<table:table-cell{span} office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
        case int() | float():
            return f'<table:table-cell{span} office:value-type="float" office:value="{cell!r}"/>'
        case date():
            return f'<table:table-cell{span} office:value-type="date" office:date-value="{cell.isoformat()}"/>'
        case _:
            text = escape(str(cell))
            return f'<table:table-cell{span} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def xls(*pages: Page, password: bool = False, extra: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """An Excel 97 workbook of the pages' rows; `password` marks it as encrypted."""
    sheets = [_xls_sheet(page) for page in pages]
    bound = [struct.pack("<IBB", 0, int(page.hidden), 0) + _short(page.name) for page in pages]
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if password else b""
    head += _record(0x0042, struct.pack("<H", 1200))
    head += b"".join(_record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14))
    offset = len(head) + sum(len(_record(0x0085, one)) for one in bound) + 4
    listed = b""
    for one, sheet in zip(bound, sheets, strict=True):
        listed += _record(0x0085, struct.pack("<I", offset) + one[4:])
        offset += len(sheet)
    return ole([("Workbook", head + listed + _record(0x000A, b"") + b"".join(sheets)), *extra])


def _xls_sheet(page: Page) -> bytes:
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(page.rows):
        for column, cell in enumerate(cells):
            match cell:
                case None:
                    continue
                case bool():
                    body += _record(0x0205, struct.pack("<HHHBB", row, column, 0, int(cell), 0))
                case int() | float():
                    body += _record(0x0203, struct.pack("<HHHd", row, column, 0, float(cell)))
                case date():
                    body += _record(0x0203, struct.pack("<HHHd", row, column, 1, float((cell - EPOCH).days)))
                case _:
                    text = str(cell).encode("utf-16-le")
                    body += _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)
    areas = [(*position(area.split(":")[0]), *position(area.split(":")[1])) for area in page.merged]
    if areas:
        packed = b"".join(struct.pack("<HHHH", r1 - 1, r2 - 1, c1 - 1, c2 - 1) for r1, c1, r2, c2 in areas)
        body += _record(0x00E5, struct.pack("<H", len(areas)) + packed)
    return body + _record(0x000A, b"")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")

"""A workbook being made: its sheets, its properties, and its bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import IO, Any, Final, Self

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.page import PageMargins

from portfolio.sheets.cells import clean
from portfolio.sheets.columns import Column
from portfolio.sheets.package import Rows, pack
from portfolio.sheets.sheet import Sheet, measure
from portfolio.sheets.styles import Styles
from portfolio.sheets.widths import stretched

A3: Final = 8
A4: Final = 9
ACROSS: Final = {A3: 172.0, A4: 118.0}
"""Half-width characters across the paper in landscape."""
UPRIGHT: Final = 82.0
"""The same across A4 held upright."""
CM: Final = 1 / 2.54
_FORBIDDEN: Final = str.maketrans("[]:*?/\\'", "〔〕：＊？／＼’")


@dataclass(frozen=True, slots=True)
class Properties:
    """What a workbook says of itself. `moment` stands for its times, so that building it again changes nothing.

    `mark` stands at the foot of each printed page, beside the page number and the title.
    """

    title: str
    language: str
    moment: datetime
    zone: tzinfo
    author: str = ""
    footer: str = "第 &P 页 共 &N 页"
    mark: str = ""


class Book:
    """Sheets in order, then `save`; used in a `with`, because its rows lie in temporary files until it ends."""

    def __init__(self, properties: Properties) -> None:
        self.properties = properties
        self._workbook = Workbook()
        self._workbook.remove(self._workbook.active)
        local = properties.moment.astimezone(properties.zone).replace(tzinfo=None, microsecond=0)
        self._workbook.properties = DocumentProperties(
            title=clean(properties.title),
            creator=clean(properties.author),
            lastModifiedBy=clean(properties.author),
            language="zh-CN" if properties.language.startswith("zh") else "en",
            created=local,
            modified=local,
        )
        self.styles = Styles(self._workbook, properties.language)
        self._sheets: list[Sheet] = []

    def sheet(
        self, name: str, widths: Sequence[float], *, one_page: bool = False, paper: int = A3, upright: bool = False
    ) -> Sheet:
        """A new sheet, printed in landscape (or A4 `upright`) as wide as one page (and, `one_page`, as high); its
        columns grow to fill the paper."""
        worksheet = self._workbook.create_sheet(sheet_name(name))
        self._set_up(worksheet, one_page, paper)
        if upright:
            worksheet.page_setup.orientation = "portrait"
        across = stretched(list(widths), UPRIGHT if upright else ACROSS[paper])
        made = Sheet(worksheet, self.styles, self.properties.zone, across, clean(self.properties.author))
        self._sheets.append(made)
        return made

    def table_sheet(
        self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, one_page: bool = False
    ) -> Sheet:
        """A new sheet whose columns are as wide as the rows of its one table need."""
        widths = list(measure(columns, rows, self.properties.zone, self.styles))
        return self.sheet(name, widths, one_page=one_page)

    def name_area(self, name: str, area: str) -> None:
        """Give an area such as `'Choices'!$A$2:$A$7` a name by which formulas and rules call it."""
        self._workbook.defined_names[name] = DefinedName(name, attr_text=area)

    def order(self, names: Sequence[str]) -> None:
        """Put the sheets in this order; the first is the one that is seen when the workbook is opened."""
        wanted = [sheet_name(name) for name in names]
        self._workbook._sheets.sort(key=lambda sheet: wanted.index(sheet.title))
        self._workbook.active = 0

    def save(self, out: IO[bytes]) -> str:
        """Write the workbook, once; gives the digest of its content."""
        for sheet in self._sheets:
            if sheet.worksheet.sheet_state == "visible":  # what is hidden is not printed either
                sheet.worksheet.print_area = sheet.print_area
        rows = {sheet.name: Rows(sheet.dimension, sheet.rows, sheet.notes) for sheet in self._sheets}
        return pack(self._workbook, rows, out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for sheet in self._sheets:
            sheet.rows.close()

    def _set_up(self, worksheet: Any, one_page: bool, paper: int) -> None:
        worksheet.page_setup.paperSize = paper
        worksheet.page_setup.orientation = "landscape"
        worksheet.page_setup.fitToWidth = 1
        worksheet.page_setup.fitToHeight = 1 if one_page else 0
        worksheet.sheet_properties.pageSetUpPr.fitToPage = True
        worksheet.print_options.horizontalCentered = True
        worksheet.page_margins = PageMargins(2 * CM, 2 * CM, 2 * CM, 2 * CM, 1 * CM, 1 * CM)
        foot, said = worksheet.oddFooter, self.properties
        for part, text in ((foot.left, said.mark), (foot.center, said.footer), (foot.right, said.title)):
            part.text = (text if part is foot.center else text.replace("&", "&&")[:80]) or None
            part.size = 10
        worksheet.sheet_view.showGridLines = False


def sheet_name(name: str) -> str:
    """A name that a sheet can have: no forbidden signs, at most 31 characters."""
    return clean(name).translate(_FORBIDDEN).strip()[:31] or "-"

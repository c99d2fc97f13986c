"""What the reader does not tell about an OpenDocument sheet: merged areas, hidden rows, and how far it is filled.

Plain Python, runs in the child process.
"""

from typing import Final
from xml.parsers import expat

from projects.intake.book import Area
from projects.intake.containers import Refused
from projects.intake.limits import Limits
from projects.intake.scan import Notes

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_LAST: Final = 1 << 31
NOT_WELL_FORMED: Final = (expat.ExpatError, LookupError, ValueError, OSError)
"""What the parser raises; the last three for an encoding that is none, or that it would have to load."""


class OdsScan:
    """Fed with content.xml; leaves the notes of each sheet by its name in `sheets`."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: dict[str, Notes] = {}
        self._limits = limits
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._started
        self._parser.StartDoctypeDeclHandler = _doctype
        self._depth = self._row = self._column = self._rows = 0
        self._name = ""
        self._first: tuple[int, int] | None = None
        self._parser.EndElementHandler = self._ended

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Read on. Raises Refused."""
        try:
            self._parser.Parse(piece, last)
        except NOT_WELL_FORMED as reason:
            raise Refused("malformed", part="content.xml") from reason

    def close(self) -> None:
        """The file ends here. Raises Refused."""
        self.feed(b"", last=True)

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        if not tag.startswith(_TABLE):
            return
        match tag[len(_TABLE) :]:
            case "table":
                self._depth += 1
                if self._depth == 1:
                    self._begin(attributes.get(f"{_TABLE}name", ""))
            case "table-row" if self._depth == 1:
                self._row += self._rows
                self._rows = _times(attributes, "number-rows-repeated")
                self._column = 1
                if attributes.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                    last = min(self._row + self._rows, self._row + self._limits.area // 1_000)
                    self.sheets[self._name].hidden_rows.update(range(self._row, last))
            case "table-cell" | "covered-table-cell" if self._depth == 1:
                self._cell(attributes)

    def _ended(self, tag: str) -> None:
        if tag == f"{_TABLE}table":
            self._depth -= 1

    def _begin(self, name: str) -> None:
        if len(self.sheets) >= self._limits.sheets:
            raise Refused("sheets", count=len(self.sheets) + 1, limit=self._limits.sheets)
        self._name, self._row, self._rows, self._column, self._first = name, 1, 0, 1, None
        self.sheets[name] = Notes()

    def _cell(self, attributes: dict[str, str]) -> None:
        across = _times(attributes, "number-columns-repeated")
        down, right = _times(attributes, "number-rows-spanned"), _times(attributes, "number-columns-spanned")
        if down > 1 or right > 1:
            area: Area = (self._row, self._column, self._row + down - 1, self._column + right - 1)
            self.sheets[self._name].merged.append(area)
        if f"{_OFFICE}value-type" in attributes:
            top, left = self._first = self._first or (self._row, self._column)
            row, column = self._row + self._rows - 1, self._column + across - 1
            if (row - top + 1) * (column - min(left, self._column) + 1) > self._limits.area:
                raise Refused("area", sheet=self._name, row=row, column=column)
        self._column += across


def _times(attributes: dict[str, str], name: str) -> int:
    """How often; what is no number is once."""
    text = attributes.get(_TABLE + name, "1")
    return max(1, min(int(text), _LAST)) if text.isascii() and text.isdigit() and len(text) < 12 else 1


def _doctype(*_declared: object) -> None:
    raise Refused("entities", part="content.xml")

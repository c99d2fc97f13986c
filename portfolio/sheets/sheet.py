"""One sheet as an office prints it: title, unit line, header rows, body, totals, notes; rows stream to a file.

Rows go from top to bottom and are never touched again, so that a sheet of any length takes little memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, cast

from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from portfolio.sheets import cells, filling, widths
from portfolio.sheets.cells import clean
from portfolio.sheets.columns import Column, check_columns
from portfolio.sheets.encode import Encoder
from portfolio.sheets.styles import Style, Styles, quoted

MOST_ROWS: Final = 1_048_576
LINE: Final = 15.0
TALLEST: Final = 400.0
IN_MEMORY: Final = 4 << 20
WIDEST_WORD: Final = 24.0


class SheetTooLong(ValueError):
    """More rows than a worksheet has."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table stands: a totals row over or under it; a header that is printed on every page and stays in sight
    (`repeat`), with the first `frozen` columns; a filter over its body."""

    top: Sequence[Any] | None = None
    bottom: Sequence[Any] | None = None
    repeat: bool = True
    frozen: int = 0
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table stands: its first and last body row (last < first when empty), and its totals row or 0."""

    sheet: str
    letters: dict[str, str]
    first: int
    last: int
    total: int

    def cell(self, key: str, row: int) -> str:
        """A cell of another sheet, as a formula names it."""
        return f"'{self.sheet}'!${self.letters[key]}${row}"

    def totalled(self, row: int) -> "Placed":
        """The same table with this row as its totals."""
        return replace(self, total=row)

    def area(self, key: str) -> str:
        """A column of the body, as a formula names it; one empty row where there are none."""
        letter = self.letters[key]
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${max(self.first, self.last)}"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a form: `column` says how its value is written; `lines` is the room that it has at least."""

    label: Any
    column: Column
    value: Any
    hint: Any = ""
    lines: int = 1


class Sheet:
    """Writes one sheet from top to bottom; `column_widths` are in half-width characters."""

    def __init__(
        self, worksheet: Worksheet, styles: Styles, zone: tzinfo, column_widths: Sequence[float], author: str = ""
    ) -> None:
        self.worksheet = worksheet
        self.name = str(worksheet.title)
        self.columns = len(column_widths)
        self.printed = self.columns
        self.row = 0
        self.notes: list[CommentRecord] = []
        self.rows = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))
        self._styles = styles
        self._zone = zone
        self._author = author
        self._widths = list(column_widths)
        self._letters = [get_column_letter(at + 1) for at in range(self.columns)]
        for letter, width in zip(self._letters, self._widths, strict=True):
            worksheet.column_dimensions[letter].width = width

    def print_only(self, columns: int) -> None:
        """Print the first columns alone; titles and notes stand over those. Call it before anything is written."""
        self.printed = columns

    @property
    def print_area(self) -> str:
        """What is printed."""
        return f"A1:{self._letters[self.printed - 1]}{max(self.row, 1)}"

    @property
    def _across(self) -> float:
        return sum(self._widths[: self.printed])

    @property
    def dimension(self) -> str:
        """The used range."""
        return f"A1:{self._letters[-1]}{max(self.row, 1)}"

    def column_at(self, share: float) -> int:
        """The column, counted from 0, that begins nearest to a share of the sheet's width."""
        edges = [sum(self._widths[:at]) for at in range(self.columns + 1)]
        return min(range(self.columns + 1), key=lambda at: abs(edges[at] - share * edges[-1]))

    # ---- sheets that are filled in

    def protect(self) -> None:
        """Let only open cells (Entry) be changed."""
        filling.protect(self.worksheet)

    def hide(self, *, deep: bool = False) -> None:
        """Keep the sheet out of sight; `deep`: the program's menu does not offer to show it."""
        self.worksheet.sheet_state = "veryHidden" if deep else "hidden"

    def bound(self, letter: str, rows: Sequence[int], rule: filling.Bound) -> None:
        """Lay a rule on a column's cells in these rows (rising)."""
        filling.bound(self.worksheet, filling.areas_of(letter, rows), rule)

    def note_at(self, ref: str, text: Any) -> None:
        """A note on a cell that says what belongs there."""
        self.notes.append(filling.note(ref, text, self._author))

    # ---- lines over the whole width

    def title(self, text: str) -> None:
        """The title, over the whole width, twice as large as other texts; it wraps."""
        tall = widths.lines(text, self._across / 2)
        self._line(text, Style("title", horizontal="center", framed=False), 34.0 + (tall - 1) * 26)

    def subtitle(self, text: str) -> None:
        """The heading of a part."""
        self._line(text, Style("subtitle", framed=False), 24.0)

    def statement(self, text: str) -> None:
        """A sentence or two over the whole width, as large as a heading; it wraps."""
        tall = widths.lines(text, self._across * 0.8)
        self._line(text, Style("subtitle", framed=False), tall * 18.0 + 4)

    def note(self, text: str) -> None:
        """A note under a table, over the whole width; it wraps."""
        height = widths.lines(text, self._across) * 13.5
        self._line(text, Style("note", framed=False), max(height, LINE))

    def line(self, left: str, right: str) -> None:
        """The line over a table: what it covers on the left, its unit on the right."""
        row = self._next()
        middle = max(1, self.printed // 2)
        parts = [self._text(f"A{row}", Style("line", framed=False), left)]
        if self.columns > 1:
            ref = f"{self._letters[middle]}{row}"
            parts.append(self._text(ref, Style("line", horizontal="right", framed=False), right))
            self._merge(row, 0, row, middle - 1)
            self._merge(row, middle, row, self.printed - 1)
        self._write(row, "".join(parts), 18.0)

    def space(self, height: float = 10.0) -> None:
        """An empty row."""
        self._write(self._next(), "", height)

    def room(self, rows: int, height: float = 18.0) -> int:
        """Empty rows for a chart; gives the first of them."""
        first = self.row + 1
        for _ in range(rows):
            self.space(height)
        return first

    # ---- tables

    def table(self, columns: Sequence[Column], body: Iterable[Sequence[Any]], layout: "Layout | None" = None) -> Placed:
        """Header rows, the body and perhaps a totals row; each row has a value for each column. Raises SheetTooLong."""
        check_columns(columns, readable=False)
        layout = layout or Layout()
        top, bottom = layout.top, layout.bottom
        header = self._header(columns, layout.repeat)
        encoder = Encoder(columns, self._styles, self._zone)
        strong = Encoder(columns, self._styles, self._zone, strong=True)
        total = self._body_row(strong, top) if top is not None else 0
        first = self.row + 1
        for values in body:
            self._body_row(encoder, values)
        last = self.row
        if bottom is not None:
            total = self._body_row(strong, bottom)
        if layout.repeat:
            self.worksheet.freeze_panes = f"{get_column_letter(layout.frozen + 1)}{header + 1}"
        if layout.filtered and last >= first:
            self.worksheet.auto_filter.ref = f"A{header}:{self._letters[len(columns) - 1]}{last}"
        letters = {column.key: self._letters[at] for at, column in enumerate(columns)}
        return Placed(self.name, letters, first, last, total)

    def facts(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """A list of facts: a name in the first column, its text over the others."""
        label, look = Style("header", horizontal="left"), Style("cell")
        room = sum(self._widths[1:])
        for name, value in pairs:
            row, text = self._next(), clean(value)
            tall = max(widths.lines(text, room), widths.lines(clean(name), self._widths[0]))
            rest = "".join(cells.blank_cell(f"{letter}{row}", self._styles.of(look)) for letter in self._letters[2:])
            self._merge(row, 1, row, self.columns - 1)
            self._write(
                row, self._text(f"A{row}", label, name) + self._text(f"B{row}", look, text) + rest, tall * LINE + 6
            )

    def form(self, items: Iterable[Item]) -> list[int]:
        """A form of one entry a row: what is asked, the answer, what belongs there; gives the rows."""
        label, hint = Style("header", horizontal="left"), Style("cell")
        rows = []
        for item in items:
            row = self._next()
            encoder = Encoder([item.column], self._styles, self._zone)
            answer, shown = encoder.cell(0, f"B{row}", item.value)
            texts = (clean(item.label), shown, clean(item.hint))
            tall = max(widths.lines(text, width) for text, width in zip(texts, self._widths, strict=False))
            ends = self._text(f"A{row}", label, item.label), self._text(f"C{row}", hint, item.hint)
            self._write(row, answer.join(ends), max(tall, item.lines) * LINE + 6)
            rows.append(row)
        return rows

    def _header(self, columns: Sequence[Column], repeat: bool) -> int:
        groups = [str(column.group) for column in columns]
        depth = 2 if any(groups) else 1
        first = self.row + 1
        style = Style("header", horizontal="center")
        texts = [clean(column.header) for column in columns]
        upper = [group or text for group, text in zip(groups, texts, strict=True)] if depth == 2 else texts
        for level in range(depth):
            row = self._next()
            shown = upper if level == 0 else [text if groups[at] else "" for at, text in enumerate(texts)]
            xml = "".join(
                self._text(f"{letter}{row}", style, text) for letter, text in zip(self._letters, shown, strict=False)
            )
            self._write(row, xml, self._header_height(texts, groups, level, depth))
        if depth == 2:
            self._merge_groups(groups, first)
        if repeat:
            self.worksheet.print_title_rows = f"{first}:{self.row}"
        return self.row

    def _header_height(self, texts: Sequence[str], groups: Sequence[str], level: int, depth: int) -> float:
        """High enough for the longest header; one that spans both rows has a line in the upper one."""
        if depth == 2 and level == 0:
            return LINE + 8
        lines = (
            widths.lines(text, self._widths[at]) - (1 if depth == 2 and not groups[at] else 0)
            for at, text in enumerate(texts)
        )
        return max(1, *lines) * LINE + 8

    def _merge_groups(self, groups: Sequence[str], first: int) -> None:
        start = 0
        for at in range(1, len(groups) + 1):
            if at < len(groups) and groups[at] == groups[start] and groups[at]:
                continue
            if groups[start]:
                self._merge(first, start, first, at - 1)
            else:
                self._merge(first, start, first + 1, start)
            start = at

    def _body_row(self, encoder: Encoder, values: Sequence[Any]) -> int:
        row = self._next()
        tall, parts = 1, []
        for at, value in enumerate(values):
            xml, shown = encoder.cell(at, f"{self._letters[at]}{row}", value)
            parts.append(xml)
            if shown and encoder.wraps[at]:
                tall = max(tall, widths.lines(shown, self._widths[at]))
        self._write(row, "".join(parts), min(tall * LINE - (tall - 1) * 1.5 + 4, TALLEST))
        return row

    # ---- the bare rows

    def _text(self, ref: str, style: Style, value: object) -> str:
        text = clean(value)
        return cells.text_cell(ref, self._styles.of(quoted(style) if cells.needs_quote(text) else style), text)

    def _line(self, text: str, style: Style, height: float) -> None:
        row = self._next()
        self._merge(row, 0, row, self.printed - 1)
        self._write(row, self._text(f"A{row}", style, text), height)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.worksheet.merged_cells.add(f"{self._letters[left]}{top}:{self._letters[right]}{bottom}")

    def _next(self) -> int:
        if self.row >= MOST_ROWS:
            raise SheetTooLong(self.name)
        self.row += 1
        return self.row

    def _write(self, row: int, xml: str, height: float) -> None:
        self.rows.write(f'<row r="{row}" ht="{height:g}" customHeight="1">{xml}</row>'.encode())


def measure(columns: Sequence[Column], rows: Iterable[Sequence[Any]], zone: tzinfo, styles: Styles) -> Iterator[float]:
    """A width for each column: its own, or what fits its content; never so narrow that a word would break."""
    encoder = Encoder(columns, styles, zone)
    shown: list[list[str]] = [[clean(column.header)] for column in columns]
    for values in rows:
        for at, value in enumerate(values):
            if encoder.wraps[at] or columns[at].width is None:
                shown[at].append(encoder.cell(at, "A1", value)[1])
    for at, column in enumerate(columns):
        unbroken = min(max(map(widths.word, shown[at])) + 1.6, WIDEST_WORD)
        own = column.width or widths.fitted(shown[at], least=6.0, most=44.0)
        yield max(own, unbroken)

"""Packs a workbook so that the same cells give the same bytes: fixed order, times, XML form and compression.

Beside the bytes stands a digest of the unpacked parts, which also holds where the compression library differs.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Final
from xml.etree.ElementTree import canonicalize, fromstring, register_namespace, tostring

from openpyxl import Workbook
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.merge import MergeCell, MergeCells
from openpyxl.writer.excel import ExcelWriter

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
LEVEL: Final = 6
CHUNK: Final = 1 << 20
_FIRST: Final = ("[Content_Types].xml", "_rels/.rels")
_EMPTY_ROWS: Final = b"<sheetData></sheetData>"


# Programs that read the drawings of notes know these prefixes; some know nothing else.
for _prefix in ("v", "o", "x"):
    _name = {"v": "vml", "o": "office:office", "x": "office:excel"}[_prefix]
    register_namespace(_prefix, f"urn:schemas-microsoft-com:{_name}")


@dataclass(frozen=True, slots=True)
class Rows:
    """A sheet's used range, its rows as XML, and the notes on its cells."""

    dimension: str
    stream: IO[bytes]
    notes: Sequence[CommentRecord] = ()


class Part:
    """One file of the package: bytes, or a head, a stream of rows and a tail."""

    def __init__(self, head: bytes, rows: IO[bytes] | None = None, tail: bytes = b"") -> None:
        self._head, self._rows, self._tail = head, rows, tail

    def chunks(self) -> Iterable[bytes]:
        """Its bytes in pieces."""
        yield self._head
        if self._rows is not None:
            self._rows.seek(0)
            while piece := self._rows.read(CHUNK):
                yield piece
        yield self._tail


class _Shell(WorksheetWriter):
    """Everything of a worksheet but its rows, which are written apart."""

    def __init__(self, worksheet: Any, rows: Rows) -> None:
        super().__init__(worksheet, BytesIO())
        self._dimension = rows.dimension
        worksheet._comments = list(rows.notes)  # the library finds them on cells; here there are none

    def write_dimensions(self) -> None:
        self.xf.send(SheetDimension(self._dimension).to_tree())

    def write_rows(self) -> None:
        with self.xf.send(True).element("sheetData"):
            pass
        self.xf.send(None)

    def write_merged_cells(self) -> None:
        if merged := [MergeCell(str(area)) for area in self.ws.merged_cells.sorted()]:
            self.xf.send(MergeCells(mergeCell=merged).to_tree())


class _Collector(ExcelWriter):
    """Collects the parts that the library writes, and takes each sheet's rows from where they were streamed to."""

    def __init__(self, workbook: Workbook, rows: dict[str, Rows]) -> None:
        super().__init__(workbook, self)
        self._rows_of = rows
        self.parts: dict[str, Part] = {}

    def writestr(self, name: str, data: bytes | str) -> None:
        self.parts[name] = Part(canonical(_prefixed(data) if name.endswith(".vml") else data))

    def namelist(self) -> list[str]:
        return list(self.parts)

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        rows = self._rows_of[ws.title]
        shell = _Shell(ws, rows)
        shell.write()
        ws._rels = shell._rels
        head, tail = canonical(shell.read()).split(_EMPTY_ROWS)
        self.parts[ws.path[1:]] = Part(head + b"<sheetData>", rows.stream, b"</sheetData>" + tail)
        self.manifest.append(ws)


def _prefixed(drawing: bytes | str) -> str:
    """The drawing of a sheet's notes, its names written with the prefixes registered above."""
    return tostring(fromstring(drawing), encoding="unicode")  # our own bytes, just made


def canonical(xml: bytes | str) -> bytes:
    """The one form of an XML document, whichever library wrote it."""
    text = xml.decode() if isinstance(xml, bytes) else xml
    return DECLARATION + canonicalize(text).encode()


def pack(workbook: Workbook, rows: dict[str, Rows], out: IO[bytes]) -> str:
    """Write the package; `rows` has what each sheet holds. Gives the digest of the content."""
    collector = _Collector(workbook, rows)
    collector.write_data()
    digest = _Digest()
    with zipfile.ZipFile(out, "w") as package:
        for name in _ordered(collector.parts):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, LEVEL  # type: ignore[attr-defined]
            info.create_system, info.external_attr = 3, 0o600 << 16
            digest.begin(name)
            with package.open(info, "w") as entry:
                for piece in collector.parts[name].chunks():
                    digest.add(piece)
                    entry.write(piece)
    return digest.hex()


def content_digest(file: IO[bytes]) -> str:
    """The digest of a package's unpacked parts, in the order of their names; sha256, hex.

    Raises zipfile.BadZipFile for what is no package.
    """
    digest = _Digest()
    with zipfile.ZipFile(file) as package:
        for name in _ordered(package.namelist()):
            digest.begin(name)
            with package.open(name) as entry:
                shutil.copyfileobj(entry, digest, CHUNK)
    return digest.hex()


def _ordered(names: Iterable[str]) -> list[str]:
    given = set(names)
    return [name for name in _FIRST if name in given] + sorted(given.difference(_FIRST))


class _Digest:
    """sha256 over the names and sha256s of the parts."""

    def __init__(self) -> None:
        self._whole, self._name, self._part = hashlib.sha256(), "", hashlib.sha256()

    def begin(self, name: str) -> None:
        self._close()
        self._name, self._part = name, hashlib.sha256()

    def add(self, piece: bytes) -> None:
        self._part.update(piece)

    write = add

    def hex(self) -> str:
        self._close()
        return self._whole.hexdigest()

    def _close(self) -> None:
        if self._name:
            self._whole.update(f"{self._name}\x00{self._part.hexdigest()}\n".encode())
            self._name = ""

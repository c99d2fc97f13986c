"""Looks at a packed workbook before anything reads it: sizes from its directory, then its XML in small pieces.

Plain Python, runs in the child process. It raises Refused; it keeps nothing but what the sheets' cells tell in passing.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from projects.intake.containers import Refused
from projects.intake.limits import Limits
from projects.intake.package import Package
from projects.intake.scan import FilledCells, Notes, Pieces, SheetScan
from projects.intake.scan_ods import NOT_WELL_FORMED, OdsScan
from projects.intake.slices import LARGE

_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_DIRECTORY_ENTRY: Final = 400  # bytes; names of parts are short
_LARGE: Final = 10_000_000
_MIMETYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_TEXTS: Final = "xl/sharedstrings.xml"
_LISTED: Final = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")


@dataclass(slots=True)
class Found:
    """What the preflight learnt: the kind, notes on each sheet by its name, and which sheets are large."""

    kind: str
    package: Package
    parts: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    sheets: dict[str, Notes] = field(default_factory=dict)
    large: dict[str, zipfile.ZipInfo] = field(default_factory=dict)


def look(data: bytes, limits: Limits) -> Found:
    """Check a ZIP that claims to be a workbook. Raises Refused."""
    _check_directory(data, limits)
    try:
        package = Package.opened(data)
        parts = _parts(package, limits)
        found = Found(_kind(package, parts), package, parts)
        _check_xml(package, parts, found, limits)
        return found
    except (zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, NotImplementedError, EOFError) as reason:
        raise Refused("damaged") from reason
    except (ValueError, KeyError, OSError, RuntimeError, zlib.error) as reason:
        raise Refused("damaged") from reason


def _check_directory(data: bytes, limits: Limits) -> None:
    """The size of the directory, from the last record of the file: before anything makes an object for each entry."""
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - 0xFFFF))
    if at < 0 or at + _END_SIZE > len(data):
        raise Refused("damaged")
    entries, size = struct.unpack_from("<HI", data, at + 10)
    if entries > limits.parts or size > limits.parts * _DIRECTORY_ENTRY:
        sheets = data.count(b"xl/worksheets/sheet", max(0, at - size))
        if sheets > limits.sheets:
            raise Refused("sheets", count=sheets, limit=limits.sheets)
        raise Refused("parts", count=entries, limit=limits.parts)


def _parts(package: Package, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The entries by their name in small letters. Raises Refused for sizes and for what no office program writes."""
    parts: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for entry in package.entries:
        name = entry.filename.replace("\\", "/").lstrip("/").lower()
        if name in parts or entry.compress_type not in _METHODS:
            raise Refused("damaged")
        if entry.flag_bits & 0x1:
            raise Refused("encrypted")
        total += entry.file_size
        if entry.file_size > _LARGE and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise Refused("bomb", part=entry.filename[:80], limit=limits.ratio)
        parts[name] = entry
    if total > limits.unpacked:
        raise Refused("unpacked", size=total, limit=limits.unpacked)
    if len(parts) > limits.parts:
        raise Refused("parts", count=len(parts), limit=limits.parts)
    return parts


def _kind(package: Package, parts: dict[str, zipfile.ZipInfo]) -> str:
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "xl/macrosheets/" in name for name in parts):
        raise Refused("macros")
    if "xl/workbook.xml" in parts:
        sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in parts)
        return "xlsx" if sheets else _raise("no_sheets")
    if "xl/workbook.bin" in parts:
        raise Refused("xlsb")
    if "mimetype" in parts and "content.xml" in parts:
        if not package.read(parts["mimetype"]).startswith(_MIMETYPE):
            raise Refused("document")
        manifest = parts.get("meta-inf/manifest.xml")
        if manifest is not None and b"encryption-data" in package.read(manifest):
            raise Refused("encrypted")
        if any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in parts):
            raise Refused("macros")
        return "ods"
    document = any(name.startswith(("word/", "ppt/")) for name in parts) or "mimetype" in parts
    raise Refused("document" if document else "archive")


def _raise(code: str) -> str:
    raise Refused(code)


def _check_xml(package: Package, parts: dict[str, zipfile.ZipInfo], found: Found, limits: Limits) -> None:
    """Every XML part is read once, in pieces: what has a document type or is not well-formed is refused."""
    names = sheet_names(package, parts, limits) if found.kind == "xlsx" else {}
    listed = _LISTED if found.kind == "xlsx" else ()  # those were read for the names
    linked = any(name.startswith("xl/externallinks/") for name in parts)
    for name, entry in parts.items():
        if name not in names and (name in listed or not name.endswith((".xml", ".rels"))):
            continue
        if found.kind == "ods" and name == "content.xml":
            content = OdsScan(limits)
            _read_part(package, entry, content)
            found.sheets = content.sheets
            continue
        if name not in names:
            _read_part(package, entry, Gate(entry.filename) if name == _TEXTS else Decoration(entry.filename))
            continue
        scan = SheetScan(names[name], limits, linked=linked)
        found.sheets[names[name]] = scan.notes
        _read_part(package, entry, Gate(entry.filename), scan)
        if scan.wide:
            _read_part(package, entry, FilledCells(names[name], limits))
        if entry.file_size > LARGE:
            found.large[names[name]] = entry


def _read_part(package: Package, entry: zipfile.ZipInfo, *readers: "Gate | Decoration | Pieces | OdsScan") -> None:
    """The size that the directory states is checked against what there is: zipfile reads no further than stated."""
    for piece in package.pieces(entry):
        for reader in readers:
            reader.feed(piece)
    for reader in readers:
        reader.close()


class Gate:
    """Lets through well-formed XML without a document type; so nothing that follows meets an entity."""

    def __init__(self, part: str) -> None:
        self._part = part
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Read on. Raises Refused."""
        try:
            self.parser.Parse(piece, last)
        except NOT_WELL_FORMED as reason:
            raise Refused("malformed", part=self._part[:80]) from reason

    def close(self) -> None:
        """The part ends here. Raises Refused where it may not."""
        self.feed(b"", last=True)

    def _doctype(self, *_declared: object) -> None:
        raise Refused("entities", part=self._part[:80])


class Decoration:
    """Lets through a part that no value is read from, such as the looks: ill-formed or not, it has no document type."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """Read on. Raises Refused."""
        text = self._tail + piece
        wide = b"\0" in text  # two bytes a sign, or no text at all
        plain = text.replace(b"\0", b"") if wide else text
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Refused("entities", part=self._part[:80])
        if wide:
            raise Refused("malformed", part=self._part[:80])
        self._tail = text[-16:]

    def close(self) -> None:
        """The part ends here."""


def sheet_names(package: Package, parts: dict[str, zipfile.ZipInfo], limits: Limits) -> dict[str, str]:
    """The name of each sheet by its part: from the workbook and its relationships. Raises Refused."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relationship(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id") or name == "id"), "")
            sheets.append((attributes.get("name", ""), key))

    _elements(package, parts.get("xl/_rels/workbook.xml.rels"), relationship)
    _elements(package, parts["xl/workbook.xml"], sheet)
    if not sheets:
        raise Refused("no_sheets")
    if len(sheets) > limits.sheets:
        raise Refused("sheets", count=len(sheets), limit=limits.sheets)
    return {_path(targets.get(key, "")): name for name, key in sheets}


def _elements(package: Package, entry: zipfile.ZipInfo | None, started: Callable[[str, dict[str, str]], None]) -> None:
    if entry is None:
        raise Refused("damaged")
    gate = Gate(entry.filename)
    gate.parser.StartElementHandler = started
    for piece in package.pieces(entry):
        gate.feed(piece)
    gate.close()


def _path(target: str) -> str:
    """Where a relationship of the workbook points to, as a name of a part."""
    path = target.replace("\\", "/").lower()
    return path.lstrip("/") if path.startswith("/") else f"xl/{path.removeprefix('./')}"

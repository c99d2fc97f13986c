"""A large sheet as several small workbooks, one after another: the reader holds all of a sheet, and more than twice.

Plain Python, runs in the child process. Rows are not changed, only parted where a row with a number begins.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from projects.intake.containers import Refused
from projects.intake.package import Package

LARGE: Final = 14_000_000
"""Bytes of a sheet's XML from which on it is read in slices."""
SLICE: Final = 9_000_000
_LONGEST_HEAD: Final = 2_000_000
_START: Final = re.compile(rb"<(?:(\w+):)?sheetData(?:\s[^>]*)?>")
_NUMBERED: Final = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["']\d""")
_LONGEST_TAG: Final = 1_000
_KEPT: Final = (
    "[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    "xl/sharedstrings.xml",
)  # fmt: skip


def slices(package: Package, parts: dict[str, zipfile.ZipInfo], sheet: zipfile.ZipInfo) -> Iterator[bytes]:
    """Workbooks that each hold some rows of the sheet, in order; what follows them is in the last. Raises Refused."""
    kept = [parts[name] for name in _KEPT if name in parts]
    for content in _parted(package.pieces(sheet)):
        yield _workbook(package, kept, sheet.filename, content)


def _parted(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The XML of the sheet in slices that are each well-formed."""
    head, text = _head(pieces)
    prefix = (_START.search(head) or [b"", None])[1]
    name = prefix + b":" if prefix else b""
    end = b"</" + name + b"sheetData></" + name + b"worksheet>"
    rows = bytearray(text)
    for piece in pieces:
        looked = max(len(rows) - _LONGEST_TAG, 1)
        rows += piece
        cut = _NUMBERED.search(rows, looked) if len(rows) >= SLICE else None
        if cut is not None:
            yield head + rows[: cut.start()] + end
            del rows[: cut.start()]
    yield head + rows


def _head(pieces: Iterator[bytes]) -> tuple[bytes, bytes]:
    """What stands before the rows, and what of them came with it. Raises Refused where no rows come."""
    text = b""
    for piece in pieces:
        text += piece
        found = _START.search(text)
        if found:
            return text[: found.end()], text[found.end() :]
        if len(text) > _LONGEST_HEAD:
            break
    raise Refused("damaged")


def _workbook(package: Package, kept: list[zipfile.ZipInfo], name: str, content: bytes) -> bytes:
    """A package of the parts that every sheet needs, as packed as they came, and of this one."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    entries = [(one.filename, one.compress_type, one.CRC, package.packed(one), one.file_size) for one in kept]
    entries.append((name, zipfile.ZIP_DEFLATED, zlib.crc32(content), memoryview(packed), len(content)))
    body, directory = bytearray(), bytearray()
    for filename, method, checksum, data, size in entries:
        title = filename.encode("utf-8")
        about = struct.pack("<HHHHHIIIHH", 20, 0x800, method, 0, 33, checksum, len(data), size, len(title), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + about + bytes(10) + struct.pack("<I", len(body)) + title
        body += b"PK\x03\x04" + about + title
        body += data
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)

"""What a file is, judged by its first bytes and its directory alone: nothing in it is unpacked. Plain Python."""

import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC: Final = b"PK\x03\x04"
_OTHERS: Final = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"{\\rtf", "document"),
)
_ENTRY: Final = 128
_LAST_SECTOR: Final = 0xFFFFFFFA
_FILEPASS: Final = 0x2F
_FIRST_RECORDS: Final = 4


class Refused(Exception):
    """A file that will not be read: a code and its figures; the sentence is written where there are languages."""

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


class Container(StrEnum):
    """How a workbook is packed."""

    ZIP = "zip"
    OLE = "ole"


def container_of(data: bytes) -> Container:
    """ZIP (xlsx, ods) or OLE (xls). Raises Refused for everything that is no workbook."""
    if not data:
        raise Refused("empty")
    if data.startswith(ZIP_MAGIC):
        return Container.ZIP
    if data.startswith(OLE_MAGIC):
        check_ole(data)
        return Container.OLE
    raise Refused(_other(data))


def check_ole(data: bytes) -> None:
    """Raise Refused unless it is an old workbook (.xls) without password and macros."""
    entries = list(_entries(data))
    names = {name for name, _start in entries}
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise Refused("encrypted")
    if "WordDocument" in names or "PowerPoint Document" in names:
        raise Refused("document")
    book = next((start for name, start in entries if name.lower() in ("workbook", "book")), None)
    if book is None:
        raise Refused("damaged")
    if _has_password(data, book):
        raise Refused("encrypted")
    if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT"}:
        raise Refused("macros")


def _other(data: bytes) -> str:
    found = next((what for magic, what in _OTHERS if data.startswith(magic)), None)
    if found:
        return found
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"schemas-microsoft-com:office:spreadsheet" in start:
        return "xml"
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")) or b"<table" in start:
        return "html"
    if start.startswith(b"<"):
        return "xml"
    if data[:4] in (b"\x09\x08\x10\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00"):
        return "xls_bare"
    return "unknown" if b"\x00" in data[:2048] else "text"


def _has_password(data: bytes, sector: int) -> bool:
    """Whether a FILEPASS record stands among the first records of the workbook's stream."""
    at = (sector + 1) << data[30]
    for _record in range(_FIRST_RECORDS):
        kind, length = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        if kind == _FILEPASS:
            return True
        at += 4 + length
    return False


def _entries(data: bytes) -> Iterator[tuple[str, int]]:
    """Names of the streams and storages of an OLE container with their first sectors, from its directory."""
    try:
        directory = b"".join(_directory(data))
    except (struct.error, IndexError) as reason:
        raise Refused("damaged") from reason
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = min(int.from_bytes(directory[at + 64 : at + 66], "little"), 64)
        if directory[at + 66] and length >= 2:
            name = directory[at : at + length - 2].decode("utf-16-le", "replace")
            yield name, int.from_bytes(directory[at + 116 : at + 120], "little")


def _directory(data: bytes) -> Iterator[bytes]:
    """The sectors of the directory, along their chain; a chain that runs in a ring ends."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise Refused("damaged")
    size = 1 << shift
    tables = [one for one in struct.unpack_from("<109I", data, 76) if one < _LAST_SECTOR]
    (sector,) = struct.unpack_from("<I", data, 48)
    seen: set[int] = set()
    while sector < _LAST_SECTOR and sector not in seen and (sector + 1) * size < len(data):
        seen.add(sector)
        yield data[(sector + 1) * size : (sector + 2) * size]
        table, at = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", data, (tables[table] + 1) * size + at * 4)

"""Packages and old containers with fixed bytes, made by hand so that a case can hold what no office program writes."""

import io
import struct
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_MOMENT: Final = (2023, 12, 31, 12, 0, 0)
_SECTOR: Final = 512
_FREE, _END_OF_CHAIN, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_MINI_CUTOFF: Final = 4096


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a package; `packed` deflates it."""

    name: str
    content: bytes
    packed: bool = False


def package(parts: Iterable[Part]) -> bytes:
    """A ZIP of the parts in their order, always at the same moment."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as target:
        warnings.simplefilter("ignore")  # a case may hold a name twice
        for part in parts:
            entry = zipfile.ZipInfo(part.name, _MOMENT)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if part.packed else zipfile.ZIP_STORED
            target.writestr(entry, part.content, compresslevel=9)
    return out.getvalue()


def rewritten(data: bytes, name: str, content: bytes | None) -> bytes:
    """The package with one part replaced, added, or (None) taken out."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = [
            Part(entry.filename, source.read(entry), entry.compress_type == zipfile.ZIP_DEFLATED)
            for entry in source.infolist()
        ]
    kept = [part for part in parts if part.name != name]
    if content is None:
        return package(kept)
    new = Part(name, content, len(content) > 20_000)
    return package([new if part.name == name else part for part in parts] if len(kept) < len(parts) else [*parts, new])


def part_of(data: bytes, name: str) -> bytes:
    """One part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return source.read(name)


def signature(data: bytes) -> object:
    """What has to be the same wherever a file is made: another compression library gives other bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            entries = source.infolist()
    except (zipfile.BadZipFile, NotImplementedError):
        return data
    if all(entry.compress_type == zipfile.ZIP_STORED for entry in entries):
        return data
    return [(entry.filename, entry.CRC, entry.file_size, entry.flag_bits, entry.compress_type) for entry in entries]


def ole(streams: Iterable[tuple[str, bytes]]) -> bytes:
    """An OLE container of streams, each at least 4096 bytes long (padded), so that none is a small one."""
    padded = [(name, content.ljust(_MINI_CUTOFF, b"\0")) for name, content in streams]
    sectors = [-(-len(content) // _SECTOR) for _name, content in padded]
    directory_size = -(-(len(padded) + 1) // 4)
    total = 1 + directory_size + sum(sectors)
    assert total <= _SECTOR // 4, "one FAT sector is enough for a case"
    fat = [_FAT, *_chain(1, directory_size)]
    entries = [_entry("Root Entry", 5, child=1 if padded else _FREE, start=_END_OF_CHAIN, size=0)]
    at = 1 + directory_size
    for number, ((name, content), count) in enumerate(zip(padded, sectors, strict=True), 1):
        right = number + 1 if number < len(padded) else _FREE
        entries.append(_entry(name, 2, right=right, start=at, size=len(content)))
        fat += _chain(at, count)
        at += count
    directory = b"".join(entries).ljust(directory_size * _SECTOR, b"\0")
    body = b"".join(content.ljust(count * _SECTOR, b"\0") for (_n, content), count in zip(padded, sectors, strict=True))
    table = struct.pack(f"<{_SECTOR // 4}I", *fat, *[_FREE] * (_SECTOR // 4 - len(fat)))
    return _header() + table + directory + body


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END_OF_CHAIN] if count else []


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<64sHBBIII", text, len(text), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _MINI_CUTOFF, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0)
    return head + struct.pack("<109I", 0, *[_FREE] * 108)

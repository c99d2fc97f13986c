"""A ZIP whose parts are unpacked a piece at a time, and only as far as its directory states. Plain Python."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from projects.intake.containers import ZIP_MAGIC

PIECE: Final = 1 << 18
_LOCAL_HEADER: Final = 30


@dataclass(frozen=True, slots=True)
class Package:
    """The bytes of a ZIP and the entries of its directory."""

    data: bytes
    entries: list[zipfile.ZipInfo]

    @classmethod
    def opened(cls, data: bytes) -> "Package":
        """Read the directory. Raises what zipfile raises."""
        with zipfile.ZipFile(io.BytesIO(data)) as directory:
            return cls(data, directory.infolist())

    def packed(self, entry: zipfile.ZipInfo) -> memoryview:
        """A part as it is packed. Raises BadZipFile, struct.error."""
        at = entry.header_offset
        if self.data[at : at + 4] != ZIP_MAGIC:
            raise zipfile.BadZipFile(entry.filename)
        at += _LOCAL_HEADER + sum(struct.unpack_from("<HH", self.data, at + 26))
        return memoryview(self.data)[at : at + entry.compress_size]

    def pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """A part, unpacked by and by, as long as it is what the directory states. Raises BadZipFile, zlib.error."""
        packed = self.packed(entry)
        checksum = size = 0
        for piece in _inflated(packed) if entry.compress_type == zipfile.ZIP_DEFLATED else _cut(packed):
            checksum = zlib.crc32(piece, checksum)
            size += len(piece)
            if size > entry.file_size:
                raise zipfile.BadZipFile(entry.filename)
            yield piece
        if size != entry.file_size or checksum != entry.CRC:
            raise zipfile.BadZipFile(entry.filename)

    def read(self, entry: zipfile.ZipInfo) -> bytes:
        """A small part, whole. Raises BadZipFile, zlib.error."""
        return b"".join(self.pieces(entry))


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    while rest and not inflater.eof:
        yield inflater.decompress(rest, PIECE)
        rest = inflater.unconsumed_tail
    if not inflater.eof:
        yield inflater.flush()


def _cut(stored: memoryview) -> Iterator[bytes]:
    for at in range(0, len(stored), PIECE):
        yield bytes(stored[at : at + PIECE])

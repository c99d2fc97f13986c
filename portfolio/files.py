"""Puts files in their place whole or not at all: written beside it, synced, hashed, then renamed.

Knows nothing of what the files are; the archive of workbooks and the store of uploads stand on it.
"""

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Final, Generic, TypeVar
from uuid import uuid4

from portfolio import clock

Outcome = TypeVar("Outcome")
CHUNK = 1 << 20
PART = ".part"
ABANDONED = timedelta(hours=1)
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What an operating system says when there is no room."""


@dataclass(frozen=True, slots=True)
class Stored(Generic[Outcome]):
    """A file in its place."""

    size: int
    sha256: str
    outcome: Outcome


def put(target: Path, write: Callable[[IO[bytes]], Outcome]) -> Stored[Outcome]:
    """Put what `write` writes at `target`; nothing is there unless all of it is.

    A device or a pipe is written to and never replaced. Raises what `write` raises, and OSError; then nothing is left
    behind.
    """
    if target.exists() and not target.is_file():
        return _pour(target, write)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid4().hex}{PART}")
    try:
        with part.open("xb") as file:
            outcome = write(file)
            file.flush()
            os.fsync(file.fileno())
        size, sha256 = measure(part)
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return Stored(size, sha256, outcome)


def _pour(target: Path, write: Callable[[IO[bytes]], Outcome]) -> Stored[Outcome]:
    whole = BytesIO()
    outcome = write(whole)
    content = whole.getvalue()
    with target.open("r+b" if target.is_char_device() else "wb", buffering=0) as device:
        sent = 0
        while sent < len(content):
            sent += device.write(content[sent:]) or 0
    return Stored(len(content), hashlib.sha256(content).hexdigest(), outcome)


def measure(path: Path) -> tuple[int, str]:
    """Size and sha256 (hex) of what is on disk. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
        return file.tell(), digest.hexdigest()


def sweep_parts(root: Path) -> int:
    """Remove what processes that were killed left half written below a folder; gives how many files."""
    old = (clock.wall_now() - ABANDONED).timestamp()
    parts = [path for path in root.rglob(f".*{PART}") if path.stat().st_mtime < old]
    for path in parts:
        path.unlink(missing_ok=True)
    return len(parts)


def _sync(folder: Path) -> None:
    """Make the renaming itself last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

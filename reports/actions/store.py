"""Puts files into the archive whole or not at all: written beside their place, synced, hashed, then renamed."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Generic, TypeVar
from uuid import uuid4

from django.conf import settings

from portfolio import clock

Outcome = TypeVar("Outcome")
CHUNK = 1 << 20
PART = ".part"
ABANDONED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stored(Generic[Outcome]):
    """A file in its place."""

    size: int
    sha256: str
    outcome: Outcome


def root() -> Path:
    """The archive's folder."""
    return Path(settings.ARCHIVE_ROOT)


def store(name: str, write: Callable[[IO[bytes]], Outcome]) -> Stored[Outcome]:
    """Put what `write` writes at `name`, below the archive's folder; nothing is there unless all of it is.

    Raises what `write` raises, and OSError; then nothing is left behind.
    """
    return put(root() / name, write)


def put(target: Path, write: Callable[[IO[bytes]], Outcome]) -> Stored[Outcome]:
    """As `store`, anywhere. A device or a pipe is written to and never replaced."""
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


def sweep_parts() -> int:
    """Remove what processes that were killed left half written; gives how many files."""
    old = (clock.wall_now() - ABANDONED).timestamp()
    parts = [path for path in root().rglob(f".*{PART}") if path.stat().st_mtime < old]
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

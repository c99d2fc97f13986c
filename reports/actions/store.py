"""Where the archive's files lie; they are put there whole or not at all (portfolio/files.py)."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

from django.conf import settings

from portfolio import files
from portfolio.files import FULL, Stored, measure, put

__all__ = ["FULL", "Stored", "measure", "put", "root", "store", "sweep_parts"]

Outcome = TypeVar("Outcome")


def root() -> Path:
    """The archive's folder."""
    return Path(settings.ARCHIVE_ROOT)


def store(name: str, write: Callable[[IO[bytes]], Outcome]) -> Stored[Outcome]:
    """Put what `write` writes at `name`, below the archive's folder; nothing is there unless all of it is.

    Raises what `write` raises, and OSError; then nothing is left behind.
    """
    return put(root() / name, write)


def sweep_parts() -> int:
    """Remove what processes that were killed left half written; gives how many files."""
    return files.sweep_parts(root())

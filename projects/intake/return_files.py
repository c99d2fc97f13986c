"""Finds the workbooks that a path means: one file, those of a folder, those of a zip; bounded, in order of names."""

import zipfile
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from portfolio.refusals import Refusal
from projects.intake.limits import LIMITS, MB

KINDS: Final = (".xlsx", ".xls", ".ods", ".et")
MOST: Final = 5_000
WHOLE: Final = 500 * MB
"""What all files of one run may hold together."""


def files_of(path: Path) -> list[tuple[str, bytes]]:
    """Name and content of each workbook, by name. Raises Refusal for none, for too many and for what cannot be read."""
    try:
        if path.is_dir():
            found = _of_folder(path)
        elif path.suffix.lower() == ".zip":
            found = _of_zip(path)
        else:
            found = [(path.name, path.read_bytes())]
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise Refusal(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": why}) from fault
    if not found:
        raise Refusal(_("There is no workbook in %(file)s.") % {"file": path})
    return found


def _of_folder(folder: Path) -> list[tuple[str, bytes]]:
    paths = sorted(path for path in folder.rglob("*") if _is_meant(path.name) and path.is_file())
    _bound([path.stat().st_size for path in paths], folder)
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in paths]


def _of_zip(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as package:
        entries = sorted((one for one in package.infolist() if _is_meant(one.filename)), key=lambda one: one.filename)
        _bound([one.file_size for one in entries], path)
        return [(_named(one), _content(package, one)) for one in entries]


def _content(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Never more than the package says that it is; one that is larger than any upload is cut and then refused."""
    with package.open(entry) as file:
        return file.read(min(entry.file_size, LIMITS.packed) + 1)


def _named(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: old programs write Chinese names in GBK."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return entry.filename


def _is_meant(name: str) -> bool:
    """Workbooks, and not what office programs leave beside them."""
    last = name.rpartition("/")[2]
    return last.lower().endswith(KINDS) and not last.startswith(("~$", ".")) and "__MACOSX" not in name


def _bound(sizes: list[int], path: Path) -> None:
    if len(sizes) > MOST:
        facts = {"file": path, "count": len(sizes), "most": MOST}
        raise Refusal(_("%(file)s holds %(count)s workbooks; at most %(most)s are taken at once.") % facts)
    if sum(sizes) > WHOLE:
        facts = {"file": path, "size": sum(sizes) // MB, "most": WHOLE // MB}
        raise Refusal(_("%(file)s holds %(size)s MB; at most %(most)s MB are taken at once.") % facts)

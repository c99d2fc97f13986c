"""The files of the repository as the tests of its shape see them: what git tracks or would track, nothing generated."""

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPLICATIONS = ("portfolio", "projects", "reports")


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository, relative to its root, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(sorted(path for name in listed.split("\0") if name and (ROOT / (path := Path(name))).is_file()))


def files(*suffixes: str, under: tuple[str, ...] = ()) -> list[Path]:
    """Those with one of the suffixes, below one of the top folders if any is named."""
    return [path for path in tracked() if path.suffix in suffixes and (not under or path.parts[0] in under)]


def product_modules() -> list[Path]:
    """The Python files of the product itself, without migrations."""
    return [path for path in files(".py", under=APPLICATIONS) if "migrations" not in path.parts]


def templates() -> list[Path]:
    """The templates of the product."""
    return [path for path in files(".html", ".txt", under=APPLICATIONS) if "templates" in path.parts]


@functools.cache
def text(path: Path) -> str:
    """The content of a file named relative to the root."""
    return (ROOT / path).read_text(encoding="utf-8")


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), str(path))


def is_mail(path: Path) -> bool:
    """Whether a template is part of a mail, where styles have to be inline."""
    return "mail" in path.parts

"""A case: a workbook as it may arrive, and what the product has to make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "fixtures/workbooks"
PASSES: Final[list["Passes"]] = []
FAILS: Final[list["Fails"]] = []
Make = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Passes:
    """A workbook that is read. `cells` are expected values by sheet and address; `sheets` what a sheet says of itself.

    A date is expected as its ISO text after “date:”. What the import makes of it is in expected.py.
    """

    name: str
    about: str
    make: Make
    kind: str
    cells: Mapping[str, Mapping[str, Any]]
    sheets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fails:
    """A file that the reader refuses, with the code and the figures of its sentence."""

    name: str
    about: str
    make: Make
    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def passes(
    name: str, about: str, cells: Mapping[str, Mapping[str, Any]], *, kind: str = "", **sheets: Any
) -> Callable[[Make], Make]:
    """Register a workbook that is read; its kind is that of its name unless it is named otherwise."""

    def register(make: Make) -> Make:
        PASSES.append(Passes(name, about, make, kind or name.rpartition(".")[2], cells, sheets.get("sheets", {})))
        return make

    return register


def fails(name: str, about: str, code: str, **figures: Any) -> Callable[[Make], Make]:
    """Register a file that is refused."""

    def register(make: Make) -> Make:
        FAILS.append(Fails(name, about, make, code, figures))
        return make

    return register

"""Writes fixtures/workbooks: each case as a file, and beside it as JSON what is expected of it.

    python -m tests.workbooks.make          writes all; what is no case any more is removed

A case is added in registers.py, plans.py or odd.py (read) or hostile.py (refused), what the import makes of it in
expected.py.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import translation

from projects.intake.unreadable import Unreadable
from tests.workbooks import hostile, odd, plans, registers
from tests.workbooks.case import FAILS, FOLDER, PASSES, Fails, Passes
from tests.workbooks.expected import IMPORTS

LANGUAGES = ("en", "zh-hans")
MODULES = (hostile, registers, odd, plans)


def cases() -> list[tuple[Path, Passes | Fails]]:
    """Every case with the path of its file below fixtures/workbooks."""
    return [
        *((Path("should_pass") / case.name, case) for case in PASSES),
        *((Path("should_fail") / case.name, case) for case in FAILS),
    ]


def expectation(case: Passes | Fails) -> dict[str, Any]:
    """What stands beside the file."""
    expected: dict[str, Any] = {"about": case.about}
    if isinstance(case, Fails):
        refused = Unreadable(case.code, case.figures)
        expected["reader"] = {
            "code": case.code,
            "sheet": refused.sheet,
            "cell": refused.cell,
            "figures": dict(case.figures),
            "message": dict(_messages(refused)),
        }
    else:
        expected["reader"] = {"kind": case.kind, "cells": case.cells, "sheets": case.sheets}
    if case.name in IMPORTS:
        expected["import"] = IMPORTS[case.name]
    return expected


def as_text(expected: dict[str, Any]) -> str:
    """The expectation as it is written."""
    return json.dumps(expected, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _messages(refused: Unreadable) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        with translation.override(language):
            yield language, str(refused)


def main() -> None:
    """Write what changed."""
    wanted: dict[Path, bytes] = {}
    for path, case in cases():
        wanted[FOLDER / path] = case.make()
        wanted[FOLDER / path.with_name(path.name + ".json")] = as_text(expectation(case)).encode()
    for path in FOLDER.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    for path, content in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    django.setup()
    main()

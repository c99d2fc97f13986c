"""What an import would do, before anything is written: differences by project, all errors and warnings, totals.

Every import (register, monthly returns, list adjustment) ends in this one shape; pages show it, commands print it, and
what is committed is exactly it. It holds plain values only, so that it can be kept as JSON. Amounts are integer yuan.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from portfolio.chain import canonical_json


class Kind(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    """The fact changed since the file was drawn; both values are shown and nothing is overwritten."""
    ERROR = "error"


WRITTEN = frozenset({Kind.CREATE, Kind.UPDATE})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong (or odd) in one cell: what, and what would be right. `row` counts as Excel does; 0 with
    an empty `cell` is the whole sheet. `field` is the column's key; `offers` are rows to choose from: (code, name).
    """

    sheet: str
    row: int
    cell: str
    field: str
    message: str
    suggestion: str = ""
    value: str = ""
    offers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)  # not frozen: such a row takes four times as long to make, and there are many
class Difference:
    """What would happen to one row of the file.

    `key` is unique in the plan (a project's code, code/period, …). `fields` is {field: (old, new)} with plain values:
    yuan, ISO dates, codes, texts. `cells` says where each field was read; `where` is (sheet, row).
    """

    key: str
    project_code: str
    title: str
    kind: Kind
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    where: tuple[str, int] = ("", 0)
    cells: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def source(self) -> str:
        """Sheet and cells that the row came from: 台账!C7,F7."""
        sheet, row = self.where
        return self.source_of(self.fields) or (f"{sheet}!{row}" if row else sheet)

    def source_of(self, fields: Iterable[str]) -> str:
        """Sheet and cells of some fields."""
        cells = [self.cells[name] for name in fields if name in self.cells]
        return f"{self.where[0]}!{','.join(dict.fromkeys(cells))}" if cells else ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """One column of the file: the field it was taken for ("" for none), its header, unit, letter, and sample values.

    `unit` is 元, 万元, 亿元 or empty; `how` says why it was taken so: header, mapping, remembered.
    """

    field: str
    header: str
    unit: str
    sheet: str
    column: str = ""
    samples: tuple[str, ...] = ()
    how: str = "header"


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A total that the file itself states, in yuan (or a count), against the sum of its rows."""

    field: str
    stated: int
    computed: int
    sheet: str = ""
    cell: str = ""
    label: str = ""

    @property
    def difference(self) -> int:
        """Stated less computed: 0 where it foots."""
        return self.stated - self.computed


@dataclass(slots=True)
class ImportPlan:
    """All of it. `options` are those that it was made with; `about` holds what one kind of import has to add."""

    kind: str
    differences: list[Difference] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    columns: list[Recognised] = field(default_factory=list)
    stated_totals: list[StatedTotal] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them; every kind is there. A row that is wrong in several cells counts once."""
        found = Counter(difference.kind for difference in self.differences)
        return {str(kind): found[kind] for kind in Kind}

    @property
    def changes(self) -> list[Difference]:
        """The rows that would be written."""
        return [difference for difference in self.differences if difference.kind in WRITTEN]

    @property
    def is_clean(self) -> bool:
        """Whether all of it can be committed: no error and no conflict."""
        return not self.errors and not any(row.kind in (Kind.ERROR, Kind.CONFLICT) for row in self.differences)

    def digest(self) -> str:
        """A hash over what would be written and what keeps it from being written; the same plan has the same."""
        said = [
            [row.key, row.project_code, str(row.kind), {name: list(pair) for name, pair in row.fields.items()}]
            for row in self.differences
        ]
        wrong = [[item.sheet, item.cell, item.field] for item in self.errors]
        return sha256(canonical_json({"kind": self.kind, "rows": said, "errors": wrong}).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON values: counts first, as commands print it, then all that `from_json` needs."""
        return {
            "kind": self.kind,
            **self.counts(),
            "errors": [_item(item) for item in self.errors],
            "warnings": [_item(item) for item in self.warnings],
            "columns": [_item(item) for item in self.columns],
            "stated_totals": [{**_item(item), "difference": item.difference} for item in self.stated_totals],
            "differences": [_row(item) for item in self.differences],
            "options": self.options,
            "about": self.about,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ImportPlan":
        """The plan as it was kept; an empty one for a batch that was never planned."""
        return cls(
            kind=kept.get("kind", ""),
            differences=[_difference(row) for row in kept.get("differences", ())],
            errors=[_finding(row) for row in kept.get("errors", ())],
            warnings=[_finding(row) for row in kept.get("warnings", ())],
            columns=[Recognised(**{**row, "samples": tuple(row["samples"])}) for row in kept.get("columns", ())],
            stated_totals=[
                StatedTotal(**{name: value for name, value in row.items() if name != "difference"})
                for row in kept.get("stated_totals", ())
            ],
            options=dict(kept.get("options", {})),
            about=dict(kept.get("about", {})),
        )


def _item(item: Any) -> dict[str, Any]:
    said = asdict(item)
    return {name: _listed(value) for name, value in said.items()}


def _listed(value: Any) -> Any:
    return [_listed(part) for part in value] if isinstance(value, tuple | list) else value


def _row(row: Difference) -> dict[str, Any]:
    # By hand: asdict copies deeply, which ten thousand rows feel.
    return {
        "key": row.key,
        "project_code": row.project_code,
        "title": row.title,
        "kind": str(row.kind),
        "fields": {name: list(pair) for name, pair in row.fields.items()},
        "where": list(row.where),
        "cells": dict(row.cells),
        "note": row.note,
    }


def _difference(kept: Mapping[str, Any]) -> Difference:
    return Difference(
        key=kept["key"],
        project_code=kept["project_code"],
        title=kept["title"],
        kind=Kind(kept["kind"]),
        fields={name: (pair[0], pair[1]) for name, pair in kept["fields"].items()},
        where=(kept["where"][0], kept["where"][1]),
        cells=dict(kept["cells"]),
        note=kept["note"],
    )


def _finding(kept: Mapping[str, Any]) -> Finding:
    return Finding(**{**kept, "offers": tuple((code, name) for code, name in kept.get("offers", ()))})

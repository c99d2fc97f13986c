"""Brings a table up to a list of rows: creates what is missing, changes what differs, says each in the change log.

For data that comes as files with the product. What is the same is not touched, so a second run writes nothing.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from projects.actions.record import CHUNK, Batch, created, diff
from projects.models import Act

Row = TypeVar("Row", bound=models.Model)
Key = TypeVar("Key", bound=Hashable)
About = Callable[[Any], dict[str, Any]]


@dataclass(slots=True)
class Tally:
    """How many rows of one kind were created, changed, withdrawn, and left as they were."""

    created: int = 0
    updated: int = 0
    withdrawn: int = 0
    unchanged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.updated + other.updated,
            self.withdrawn + other.withdrawn,
            self.unchanged + other.unchanged,
        )


def bring_up_to_date(
    book: Batch,
    model: type[Row],
    existing: Mapping[Key, Row],
    wanted: Mapping[Key, Mapping[str, Any]],
    about: About,
) -> Tally:
    """Create and change rows until those under `wanted` keys have the wanted values; others are left alone.

    `about` gives what the change log needs to name a row: its key, and its project where it has one.
    """
    fresh = {key: model(**values) for key, values in wanted.items() if key not in existing}
    model._default_manager.bulk_create(fresh.values(), batch_size=CHUNK)
    for key, row in fresh.items():
        book.add(row, Act.CREATE, created(wanted[key]), **about(row))
    touched: set[str] = set()
    changed = []
    for key, values in wanted.items():
        if key not in existing or not (changes := diff(row := existing[key], values)):
            continue
        for field, (_old, new) in changes.items():
            setattr(row, field, new)
        if hasattr(row, "version"):  # a form that was drawn before this must not overwrite it
            row.version += 1
            touched.add("version")
        touched.update(changes)
        changed.append(row)
        book.add(row, Act.UPDATE, changes, **about(row))
    if changed:
        model._default_manager.bulk_update(changed, sorted(touched), batch_size=CHUNK)
    return Tally(len(fresh), len(changed), 0, len(wanted) - len(fresh) - len(changed))


def withdraw(book: Batch, rows: Collection[models.Model], fields: Collection[str], about: About) -> Tally:
    """Take out rows that their file no longer has; the change log keeps what they said."""
    for row in rows:
        book.add(row, Act.UPDATE, {field: (getattr(row, field), None) for field in fields}, **about(row))
        row.delete()
    return Tally(withdrawn=len(rows))

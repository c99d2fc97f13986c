"""Writes new rows, and some fields of rows that are there: few as they are, many in statements that do not grow."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db import models

from projects.actions.upsert import insert, insert_lists, overwrite

FEW: Final = 30
"""Up to so many rows one ordinary statement is the cheapest; SQLite takes about as many in one."""


def save_fields(rows: Collection[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of rows that exist: an insert by primary key whose conflict updates them.

    The rows must be complete as read from the database, and locked by the batch that is open.
    """
    if not rows:
        return
    model = type(next(iter(rows)))
    if len(rows) > FEW:
        overwrite(model, rows, fields)
        return
    table: Any = model._default_manager
    table.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=list(fields))


def add_rows(rows: Collection[models.Model]) -> None:
    """Write new rows of one model. Their primary keys are not read back."""
    if not rows:
        return
    model = type(next(iter(rows)))
    if len(rows) > FEW:
        insert(model, rows)
    else:
        table: Any = model._default_manager
        table.bulk_create(rows)


def add_lists(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write new rows that are given as lists of values, for the fields that `names` says (a foreign key as its id)."""
    if len(rows) > FEW:
        insert_lists(model, names, rows)
    elif rows:
        table: Any = model._default_manager
        table.bulk_create([model(**dict(zip(names, row, strict=True))) for row in rows])

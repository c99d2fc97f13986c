"""Writes new rows, and some fields of rows that are there: few as they are, many in statements that do not grow."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db import models

from projects.actions.upsert import insert, insert_values, overwrite

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


def add_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows that are given as the values of all their fields."""
    if len(rows) > FEW:
        insert_values(model, rows)
    elif rows:
        table: Any = model._default_manager
        table.bulk_create([model(**row) for row in rows])

"""Saves some fields of many rows at once, in one statement a chunk instead of a CASE expression a row and field."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models

CHUNK = 300


def save_fields(rows: Collection[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of rows that exist: an insert by primary key whose conflict updates them.

    The rows must be complete as read from the database, and locked by the batch that is open.
    """
    if not rows:
        return
    table: Any = type(next(iter(rows)))._default_manager
    table.bulk_create(rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=list(fields))

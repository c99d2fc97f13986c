"""Puts rows in the place of those with the same primary key, in a number of statements that does not grow with them.

For derived tables alone: facts are written one change at a time, through projects.actions.record.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.db import connection, models

_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of rows kept in memory; more go through a temporary file, so that any number takes the same memory."""


def upsert(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Write the rows, those that are there already over what stands; gives how many there were.

    `rows` may still be reading from the database while it is asked for more. One statement on SQLite, three on
    PostgreSQL.
    """
    names = [field.attname for field in model._meta.concrete_fields]
    columns = [str(field.column) for field in model._meta.concrete_fields]
    count = 0
    with SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="utf-8") as spool:
        for row in rows:
            spool.write(json.dumps([_plain(getattr(row, name)) for name in names]) + "\n")
            count += 1
        if count:
            spool.seek(0)
            write = _copy if connection.vendor == "postgresql" else _insert
            write(model, columns, spool)
    return count


def _plain(value: Any) -> Any:
    """A value as both databases take it from text."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, dict | list) else value


def _lines(spool: IO[str]) -> Iterator[list[Any]]:
    return (json.loads(line) for line in spool)


def _insert(model: type[models.Model], columns: list[str], spool: IO[str]) -> None:
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    values: Any = _lines(spool)  # one prepared statement, fed row by row
    with connection.cursor() as cursor:
        cursor.executemany(f"{sql} {_replacing(model, columns)}", values)


def _copy(model: type[models.Model], columns: list[str], spool: IO[str]) -> None:
    table, listed = model._meta.db_table, ", ".join(columns)
    arriving = f"arriving_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {arriving} (LIKE {table}) ON COMMIT DELETE ROWS")
        cursor.execute(f"DELETE FROM {arriving}")
        with cursor.copy(f"COPY {arriving} ({listed}) FROM STDIN") as copy:
            for values in _lines(spool):
                copy.write_row(values)
        cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {arriving} {_replacing(model, columns)}")


def _replacing(model: type[models.Model], columns: list[str]) -> str:
    key = model._meta.pk.column
    others = ", ".join(f"{column} = excluded.{column}" for column in columns if column != key)
    return f"ON CONFLICT ({key}) DO UPDATE SET {others}"

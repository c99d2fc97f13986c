"""Writes any number of rows in a number of statements that does not grow with them: one on SQLite, three on PostgreSQL.

Facts come here only from actions that note each of their changes through projects.actions.record.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.db import connection, models

_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of rows kept in memory; more go through a temporary file, so that any number takes the same memory."""
_AT_ONCE: Final = 999
"""Values that one statement may take where the database does not say."""
_PLAIN: Final = frozenset({type(None), str, int, bool})


def upsert(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Write the rows, those that are there already over what stands; gives how many there were.

    `rows` may still be reading from the database while it is asked for more.
    """
    return _write(model, rows, list(model._meta.concrete_fields), _replacing(model, model._meta.concrete_fields))


def overwrite(model: type[models.Model], rows: Iterable[models.Model], names: Iterable[str]) -> int:
    """Write some fields of rows that are there; the rows must be complete as read."""
    changed = [model._meta.get_field(name) for name in names]
    return _write(model, rows, list(model._meta.concrete_fields), _replacing(model, changed))


def insert(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Write new rows; their primary keys are given by the database where they have none, and not read back."""
    every = list(rows)
    given = all(row.pk is not None for row in every)
    names = [field.attname for field in model._meta.concrete_fields if given or not field.primary_key]
    return insert_lists(model, names, [[getattr(row, name) for name in names] for row in every])


def insert_lists(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Write new rows that are given as lists of values, for the fields that `names` says."""
    columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    table, listed = model._meta.db_table, ", ".join(columns[name] for name in names)
    values = (row if _PLAIN.issuperset(map(type, row)) else [_plain(value) for value in row] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _pour(cursor, f"COPY {table} ({listed}) FROM STDIN", values)
        elif rows:
            _insert_many(cursor, f"INSERT INTO {table} ({listed}) VALUES", values, len(names))
    return len(rows)


def _insert_many(cursor: Any, sql: str, rows: Iterable[Sequence[Any]], width: int) -> None:
    """Many rows at a time by one prepared statement, and those that are left one by one by another."""
    places = f"({', '.join(['%s'] * width)})"
    at_once = (connection.features.max_query_params or _AT_ONCE) // width
    left: list[Sequence[Any]] = []

    def full() -> Iterator[list[Any]]:
        for row in rows:
            left.append(row)
            if len(left) == at_once:
                yield list(chain.from_iterable(left))
                left.clear()

    cursor.executemany(f"{sql} {', '.join([places] * at_once)}", full())
    cursor.executemany(f"{sql} {places}", left)


def _write(model: type[models.Model], rows: Iterable[models.Model], fields: list[Any], conflict: str) -> int:
    names = [field.attname for field in fields]
    columns = [str(field.column) for field in fields]
    count = 0
    with SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="utf-8") as spool:
        for row in rows:
            spool.write(json.dumps([_plain(getattr(row, name)) for name in names]) + "\n")
            count += 1
        if count:
            spool.seek(0)
            write = _copy if connection.vendor == "postgresql" else _insert
            write(model, columns, spool, conflict)
    return count


def _plain(value: Any) -> Any:
    """A value as both databases take it from text."""
    if value is None or type(value) is str or type(value) is int:
        return value
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, dict | list) else value


def _lines(spool: IO[str]) -> Iterator[list[Any]]:
    return (json.loads(line) for line in spool)


def _insert(model: type[models.Model], columns: list[str], spool: IO[str], conflict: str) -> None:
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    values: Any = _lines(spool)  # one prepared statement, fed row by row
    with connection.cursor() as cursor:
        cursor.executemany(f"{sql} {conflict}", values)


def _copy(model: type[models.Model], columns: list[str], spool: IO[str], conflict: str) -> None:
    table, listed = model._meta.db_table, ", ".join(columns)
    arriving = f"arriving_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {arriving} (LIKE {table}) ON COMMIT DELETE ROWS")
        cursor.execute(f"DELETE FROM {arriving}")
        _pour(cursor, f"COPY {arriving} ({listed}) FROM STDIN", _lines(spool))
        cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {arriving} {conflict}")


def _pour(cursor: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(sql) as copy:
        for values in rows:
            copy.write_row(values)


def _replacing(model: type[models.Model], fields: Iterable[Any]) -> str:
    key = model._meta.pk.column
    others = ", ".join(f"{field.column} = excluded.{field.column}" for field in fields if not field.primary_key)
    return f"ON CONFLICT ({key}) DO UPDATE SET {others}"

"""Tables that are only ever added to: refusing managers, and triggers that hold the database itself to it.

Append-only is kept twice: Django code that forgets meets an exception, SQL that goes around Django meets a trigger.
"""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Something tried to change or remove a row of an append-only table."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A query set whose rows cannot be changed or removed through it."""

    def _refuse(self) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are only ever added.")

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are only ever added.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{type(self).__name__} rows are only ever added.")


def trigger_statements(vendor: str, table: str) -> tuple[list[str], list[str]]:
    """The SQL that guards a table, and the SQL that lifts the guard, for `sqlite` or `postgresql`."""
    message = f"{table} is append-only"
    if vendor == "sqlite":
        create = [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
        return create, [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    create = [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]
    drop = [f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}" for verb in ("change", "truncate")]
    return create, drop


def guard(schema_editor: Any, tables: list[str]) -> None:
    """Put the triggers on the tables; a migration's step."""
    for table in tables:
        for statement in trigger_statements(schema_editor.connection.vendor, table)[0]:
            schema_editor.execute(statement)


def unguard(schema_editor: Any, tables: list[str]) -> None:
    """Take the triggers off again; the reverse step."""
    for table in tables:
        for statement in trigger_statements(schema_editor.connection.vendor, table)[1]:
            schema_editor.execute(statement)

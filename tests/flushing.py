"""Empties the database after a test with real transactions, which the append-only triggers would otherwise refuse."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

from portfolio.appendonly import AppendOnly, guard, unguard
from portfolio.chain import GENESIS

_flush = TransactionTestCase._fixture_teardown


def guarded_tables() -> list[str]:
    """The tables that are only ever added to."""
    return [model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)]


def flush_and_guard(case: TransactionTestCase) -> Any:
    """Lift the triggers, flush, put them back, and begin both chains anew as the migrations do."""
    tables = guarded_tables()
    with connection.schema_editor() as editor:
        unguard(editor, tables)
    _flush(case)
    with connection.schema_editor() as editor:
        guard(editor, tables)
    for application, head in (("projects", "LedgerHead"), ("portfolio", "AccessHead")):
        apps.get_model(application, head).objects.create(id=1, seq=0, hash=GENESIS)


def install() -> None:
    """Make every test with `transaction=True` end that way."""
    TransactionTestCase._fixture_teardown = flush_and_guard  # type: ignore[method-assign]

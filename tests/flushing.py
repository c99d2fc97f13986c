"""Keeps the database of the tests whole: its triggers through a flush, its connection through a closed response."""

from typing import Any

from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import TransactionTestCase, client

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
    """Make every test with `transaction=True` end that way, and let no response close the connection of its test.

    The test client protects the connection only while it closes a response itself; it would be lost with the test's
    transaction, on PostgreSQL alone, when a test closes a file that it was given.
    """
    TransactionTestCase._fixture_teardown = flush_and_guard  # type: ignore[method-assign]
    for happened in (request_started, request_finished):
        happened.disconnect(close_old_connections)
    client.close_old_connections = _keep_connections  # what the client connects again after each request


def _keep_connections(**_: Any) -> None:
    """Stands where a request would close connections."""

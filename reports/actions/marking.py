"""The mark that a letter was taken: all that stands between two letters, so it is written out and planned once.

When it is written, and what a kill before it leads to: decisions/0003-mail-at-least-once.md.
"""

import logging
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections

from portfolio import clock
from reports.models import OutboxMessage

SENT: Final = (
    "UPDATE reports_outboxmessage SET state = 'sent', sent_at = %s, attempts = %s, last_error = %s, "
    "next_attempt_at = NULL, claim = '', claimed_at = NULL WHERE id = %s AND state = 'sending' AND claim = %s"
)
"""By primary key and in a transaction of its own, if the claim is still this process's own."""

_log = logging.getLogger(__name__)


class Mark:
    """The mark owed for the letter that was taken last; `patience` is how long the database may be away for it."""

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience.total_seconds()
        self._owed: tuple[OutboxMessage, int, str] | None = None
        self._planned: Any = None

    def owe(self, message: OutboxMessage, attempts: int, remark: str) -> None:
        """Note that the server took a letter, with so many attempts and what it remarked."""
        self._owed = (message, attempts, remark)

    def settle(self) -> None:
        """Write that the server took it. A database that is away is waited for: the letter must not go twice for it."""
        since = monotonic()
        while self._owed is not None:
            try:
                self._write(*self._owed)
            except (OperationalError, InterfaceError) as reason:
                if connection.in_atomic_block or monotonic() - since > self._patience:
                    raise
                _log.warning("The database is away while a mail waits to be marked as sent: %s", reason)
                connection.close()
                sleep(1)

    def _write(self, message: OutboxMessage, attempts: int, remark: str) -> None:
        told_if_lost(message, self._executed(clock.now(), (attempts, remark, message.pk, message.claim)) == 1)
        self._owed = None

    def _executed(self, sent_at: datetime, others: tuple[int, str, int, str]) -> int:
        """Carry SENT out; gives how many rows it marked. PostgreSQL reads and plans it once for each connection."""
        database = connections[DEFAULT_DB_ALIAS]
        if database.vendor != "postgresql" or database.queries_logged:  # a log is not told what was planned before
            with database.cursor() as cursor:
                return int(cursor.execute(SENT, (database.ops.adapt_datetimefield_value(sent_at), *others)).rowcount)
        database.ensure_connection()
        with database.wrap_database_errors:
            if self._planned is None or self._planned.connection is not database.connection:
                self._planned = _planning(database.connection)
            return int(self._planned.execute(SENT, (sent_at, *others)).rowcount)


def _planning(driver: Any) -> Any:
    """A cursor whose statements PostgreSQL plans once; Django's own has each read and planned again."""
    from psycopg import Cursor

    driver.prepare_threshold = 0
    return Cursor(driver)


def told_if_lost(message: OutboxMessage, marked: bool) -> None:
    """Say in the log that a message was taken back while this process had it."""
    if not marked:
        _log.error("Mail %s was taken back while it was being sent; a second copy may follow.", message.dedupe_key)

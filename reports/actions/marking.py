"""The mark that a letter was taken: all that stands between two letters, so it is written out and planned once.

PostgreSQL writes it while the next letter is made: it is asked by `begin`, its answer is taken by `settle`. When each
comes, and what a kill before it leads to: decisions/0003-mail-at-least-once.md.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from select import POLLIN, poll
from time import monotonic, sleep
from typing import Any, Final
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from portfolio import clock
from reports.models import OutboxMessage

SENT: Final = (
    "UPDATE reports_outboxmessage SET state = 'sent', sent_at = %s, attempts = %s, last_error = %s, "
    "next_attempt_at = NULL, claim = '', claimed_at = NULL WHERE id = %s AND state = 'sending' AND claim = %s"
)
"""By primary key and in a transaction of its own, if the claim is still this process's own."""

PLAN: Final = b"mark_sent"
"""The name under which a connection to PostgreSQL knows SENT."""

_planned: Final[WeakSet[Any]] = WeakSet()
"""The connections that do."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A letter that the server took, and what is to be written about it."""

    message: OutboxMessage
    sent_at: datetime
    attempts: int
    remark: str

    def values(self, sent_at: object) -> tuple[Any, ...]:
        """For SENT, with the time in the database's own form."""
        return sent_at, self.attempts, self.remark, self.message.pk, self.message.claim


class Mark:
    """The mark owed for the letter that was taken last; `patience` is how long the database may be away for it.

    From `begin` to `settle` nothing else can be asked over the connection to the database.
    """

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience.total_seconds()
        self._owed: _Taken | None = None
        self._asked: Any = None
        self._doubt = False

    def owe(self, message: OutboxMessage, attempts: int, remark: str) -> None:
        """Note that the server took a letter, with so many attempts and what it remarked."""
        self.settle()
        self._owed = _Taken(message, clock.now(), attempts, remark)

    def begin(self) -> None:
        """Ask PostgreSQL to write it, without waiting; any other database writes it now."""
        if _can_be_asked():
            self._ask()
        else:
            self.settle()

    def settle(self) -> None:
        """Write that the server took it. A database that is away is waited for: the letter must not go twice for it."""
        since = monotonic()
        if _can_be_asked():
            self._ask()
        while self._owed is not None:
            try:
                self._settled(self._owed)
            except (OperationalError, InterfaceError) as reason:
                if _database().in_atomic_block or monotonic() - since > self._patience:
                    raise
                _log.warning("The database is away while a mail waits to be marked as sent: %s", reason)
                self._doubt = True
                _database().close()
                sleep(1)

    def _ask(self) -> None:
        driver = _database().connection
        if self._owed is not None and self._asked is None and driver is not None:
            try:
                _send(driver, self._owed)
                self._asked = driver.pgconn
            except _database().Database.Error:
                self._doubt = True  # it is written by `settle`, which knows how to wait

    def _settled(self, owed: _Taken) -> None:
        marked = self._answer()
        if marked is None:
            marked = _write(owed)
        if not marked and self._doubt:  # an answer was lost, which may have been the yes to this very mark
            marked = OutboxMessage.objects.filter(pk=owed.message.pk, sent_at=owed.sent_at).count()
        self._owed, self._doubt = None, False
        told_if_lost(owed.message, marked == 1)

    def _answer(self) -> int | None:
        """How many rows PostgreSQL marked when it was asked; None if it was not, or if it cannot be known."""
        if self._asked is None:
            return None
        try:
            marked = _answer_of(self._asked)
        except _database().Database.Error:
            marked = None
        self._asked, self._doubt = None, marked is None
        return marked


def _database() -> Any:
    return connections[DEFAULT_DB_ALIAS]


def _can_be_asked() -> bool:
    database = _database()
    return database.vendor == "postgresql" and not database.queries_logged  # a log is told of what Django asks


def _send(driver: Any, owed: _Taken) -> None:
    """Send SENT to PostgreSQL, which reads and plans it once for each connection. Raises psycopg's errors."""
    if driver not in _planned:
        driver.pgconn.prepare(PLAN, SENT.replace("%s", "${}").format(1, 2, 3, 4, 5).encode())
        _planned.add(driver)
    driver.pgconn.send_query_prepared(PLAN, [str(value).encode() for value in owed.values(owed.sent_at.isoformat())])


def _answer_of(asked: Any) -> int | None:
    """Wait for the answer, to its end; None for a refusal. The wait can be interrupted, and then be gone on with."""
    arrival = poll()
    arrival.register(asked.socket, POLLIN)
    marked: int | None = None
    while True:
        asked.consume_input()
        if asked.is_busy():
            arrival.poll()
        elif (result := asked.get_result()) is None:
            return marked
        else:
            marked = result.command_tuples


def _write(owed: _Taken) -> int:
    database = _database()
    with database.cursor() as cursor:
        return int(cursor.execute(SENT, owed.values(database.ops.adapt_datetimefield_value(owed.sent_at))).rowcount)


def told_if_lost(message: OutboxMessage, marked: bool) -> None:
    """Say in the log that a message was taken back while this process had it."""
    if not marked:
        _log.error("Mail %s was taken back while it was being sent; a second copy may follow.", message.dedupe_key)

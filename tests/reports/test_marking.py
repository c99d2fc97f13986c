"""The mark that a letter was taken: asked while the next one is made, certain before that one leaves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portfolio import clock
from reports.actions import marking
from reports.models import OutboxMessage
from tests.factories import OutboxMessageFactory
from tests.flows.installation import until

pytestmark = pytest.mark.django_db(transaction=True)

State = OutboxMessage.State
ALARM = "was taken back"


@pytest.fixture
def message() -> OutboxMessage:
    now = clock.wall_now()
    return OutboxMessageFactory(state=State.SENDING, claim="ours", claimed_at=now, next_attempt_at=now)


@pytest.fixture
def mark(message: OutboxMessage) -> marking.Mark:
    mark = marking.Mark(patience=timedelta(seconds=30))
    mark.owe(message, attempts=2, remark="a copy was refused")
    return mark


@pytest.fixture
def beside() -> Iterator[Any]:
    """A connection of another process."""
    other = connection.copy()
    with other.cursor() as cursor:
        yield cursor
    other.close()


def lose_the_connection(beside: Any) -> None:
    beside.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


def state_seen(beside: Any) -> str:
    beside.execute("SELECT state FROM reports_outboxmessage")
    return str(beside.fetchone()[0])


@pytest.mark.parametrize("begun", [True, False])
def test_what_is_settled_stands_as_sent_with_what_the_server_remarked(
    begun: bool, mark: marking.Mark, message: OutboxMessage
) -> None:
    if begun:
        mark.begin()
    mark.settle()

    message.refresh_from_db()
    written = (message.state, message.attempts, message.last_error, message.claim, message.claimed_at)
    assert written == (State.SENT, 2, "a copy was refused", "", None)
    assert message.sent_at is not None and message.next_attempt_at is None


def test_the_next_letter_s_note_settles_the_last(mark: marking.Mark, message: OutboxMessage) -> None:
    mark.begin()
    mark.owe(OutboxMessageFactory.build(), attempts=1, remark="")

    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize("begun", [True, False])
def test_a_message_that_was_taken_back_meanwhile_is_told_and_left_alone(
    begun: bool, mark: marking.Mark, message: OutboxMessage, caplog: pytest.LogCaptureFixture
) -> None:
    OutboxMessage.objects.update(claim="another's")
    if begun:
        mark.begin()
    mark.settle()

    assert ALARM in caplog.text
    assert OutboxMessage.objects.get().claim == "another's"


@pytest.mark.postgres
def test_it_is_written_before_anybody_waits_for_it(mark: marking.Mark, beside: Any) -> None:
    mark.begin()

    until(lambda: state_seen(beside) == State.SENT)
    mark.settle()


@pytest.mark.postgres
def test_a_connection_lost_before_it_is_asked_is_opened_anew(
    mark: marking.Mark, message: OutboxMessage, beside: Any, caplog: pytest.LogCaptureFixture
) -> None:
    lose_the_connection(beside)
    mark.begin()
    mark.settle()

    assert state_seen(beside) == State.SENT
    assert ALARM not in caplog.text


@pytest.mark.postgres
def test_an_answer_that_was_lost_is_no_alarm(mark: marking.Mark, beside: Any, caplog: pytest.LogCaptureFixture) -> None:
    mark.begin()
    until(lambda: state_seen(beside) == State.SENT)
    connection.connection.pgconn.finish()  # it was written, and the yes never came
    mark.settle()

    assert state_seen(beside) == State.SENT
    assert ALARM not in caplog.text


@pytest.mark.postgres
def test_a_statement_that_the_server_forgot_is_written_out(
    mark: marking.Mark, message: OutboxMessage, beside: Any, caplog: pytest.LogCaptureFixture
) -> None:
    mark.begin()
    mark.settle()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as a pool between here and there may do
    OutboxMessage.objects.update(state=State.SENDING, claim="ours", claimed_at=clock.wall_now(), sent_at=None)
    mark.owe(message, attempts=3, remark="")
    mark.begin()
    mark.settle()

    message.refresh_from_db()
    assert (message.state, message.attempts, ALARM in caplog.text) == (State.SENT, 3, False)

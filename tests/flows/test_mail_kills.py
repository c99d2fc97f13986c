"""Workers killed on the way: no mail is lost, and a second copy bears the same Message-ID."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.installation import Installation, installed, kill, until
from tests.flows.smtp_sink import Sink, free_port, serving

QUEUE = """
from portfolio import clock
from reports.actions.outbox import enqueue
from reports.core.routing import message_id
from tests.factories import OutboxMessageFactory
keys = [f"digest:L{number:02d}:2024-01-12" for number in range(1, 4)]
messages = [
    OutboxMessageFactory.build(dedupe_key=key, message_id=message_id(key, "demo.invalid")) for key in keys
]
enqueue(messages)
answer([one.message_id for one in messages])
"""


LONG = 180
"""Seconds after which something is broken and not merely slow: what is waited for is an event, never a time."""


class Gate:
    """Holds the SMTP server's answer back until the test lets it go."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.opened.wait(LONG)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("empty")) as installation:
        yield installation


@pytest.fixture
def place(tmp_path: Path, empty: Installation) -> Iterator[tuple[Installation, Sink]]:
    with serving(Sink()) as sink:
        with installed(tmp_path, empty, EMAIL_URL=f"smtp://127.0.0.1:{sink.port}") as installation:
            yield installation, sink


def states(installation: Installation) -> list[str]:
    return [state for (state,) in installation.rows("SELECT state FROM reports_outboxmessage ORDER BY id")]


def test_a_worker_killed_before_the_server_said_yes_loses_nothing(place: tuple[Installation, Sink]) -> None:
    installation, sink = place
    expected = installation.run(QUEUE)
    silent = Gate()
    sink.content = lambda _: silent.wait() or "451 the worker is gone by now"

    with installation.started("manage.py", "deliver_mail") as worker:
        assert silent.reached.wait(LONG)
        assert states(installation) == ["sending"] * 3
        kill(worker)
    silent.opened.set()
    sink.content = lambda _: ""
    installation.manage("rescue", after_minutes=11)
    installation.manage("deliver_mail", after_minutes=13)

    assert states(installation) == ["sent"] * 3
    assert sorted(sink.message_ids) == sorted(expected)


def test_a_worker_killed_between_yes_and_mark_sends_a_second_copy_under_the_same_message_id(
    place: tuple[Installation, Sink],
) -> None:
    installation, sink = place
    expected = installation.run(QUEUE)
    accepted = Gate()
    sink.before_yes = accepted.wait

    with installation.started("manage.py", "deliver_mail") as worker:
        assert accepted.reached.wait(LONG)
        with installation.writers_waiting("reports_outboxmessage"):
            accepted.opened.set()
            until(lambda: sink.begun == 2, LONG)  # it has the server's yes, and wants the database to mark the row
            kill(worker)
    sink.before_yes = lambda: None
    assert states(installation) == ["sending"] * 3
    installation.manage("rescue", after_minutes=11)
    installation.manage("deliver_mail", after_minutes=13)

    assert states(installation) == ["sent"] * 3
    assert sorted(set(sink.message_ids)) == sorted(expected)
    assert len(sink.taken) == len(expected) + 1  # at most one more for each kill in that window


def test_a_database_that_is_away_between_yes_and_mark_costs_no_second_copy(place: tuple[Installation, Sink]) -> None:
    installation, sink = place
    expected = installation.run(QUEUE)
    accepted = Gate()
    sink.before_yes = accepted.wait

    with installation.started("manage.py", "deliver_mail") as worker:
        assert accepted.reached.wait(LONG)
        with installation.database_away():
            accepted.opened.set()
            until(lambda: sink.begun == 2, LONG)  # it has the server's yes
            time.sleep(installation.patience)  # and has met the database away, more than once
            assert worker.poll() is None
        assert worker.wait(LONG) == 0

    assert states(installation) == ["sent"] * 3
    assert sorted(sink.message_ids) == sorted(expected)


def test_two_workers_at_once_send_each_mail_once(place: tuple[Installation, Sink]) -> None:
    installation, sink = place
    expected = installation.run(QUEUE.replace("range(1, 4)", "range(1, 61)"))

    with (
        installation.started("manage.py", "deliver_mail") as one,
        installation.started("manage.py", "deliver_mail") as two,
    ):
        until(lambda: one.poll() is not None and two.poll() is not None, LONG)

    assert sorted(sink.message_ids) == sorted(expected)


def test_an_unreachable_server_is_told_and_nothing_is_lost(tmp_path: Path, empty: Installation) -> None:
    port = free_port()
    with installed(tmp_path, empty, EMAIL_URL=f"smtp://127.0.0.1:{port}") as installation:
        expected = installation.run(QUEUE)
        with installation.started("manage.py", "deliver_mail") as worker:
            assert worker.wait(LONG) == 1
        assert states(installation) == ["queued"] * 3

        with serving(Sink(), port) as sink:
            installation.manage("deliver_mail", after_minutes=timedelta(hours=49) / timedelta(minutes=1))

    assert sorted(sink.message_ids) == sorted(expected)

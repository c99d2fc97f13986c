"""The worst day: two schedulers, every job again and again, a killed worker, a flushed broker, a database away."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import redis

from tests.flows.installation import kill, until
from tests.flows.test_celery_flow import (
    DIGESTS,
    Office,
    furnished,  # noqa: F401 - fixtures
    office,  # noqa: F401
)

pytestmark = pytest.mark.redis

LONG = 180
A_MINUTE = 60
"""A real one: longer than any wait of the drivers', so that whoever asks in it is refused."""
SCHEDULER = """
from portfolio.celery import app
each_second = ("sweep_alerts", "queue_digests", "deliver_mail", "rescue")
app.conf.beat_schedule = {name: {"task": f"reports.{name}", "schedule": 1.0} for name in each_second}
app.Beat(scheduler_cls="celery.beat:Scheduler", loglevel="ERROR", quiet=True, pidfile=None).run()
"""
AGAIN = """
from portfolio.models import JobRun
JobRun.objects.filter(job__in=("deliver_mail", "rescue", "sweep_alerts", "queue_digests")).delete()
"""


@contextmanager
def two_schedulers(place: Office) -> Iterator[None]:
    """Two real ones, each asking for every job once a second."""
    with place.started("-c", SCHEDULER), place.started("-c", SCHEDULER):
        yield


def test_on_the_worst_day_each_reader_still_gets_one_mail_of_the_day(office: Office) -> None:  # noqa: F811
    reached, opened = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        assert opened.wait(LONG)

    office.sink.before_yes = hold
    with ExitStack() as first:
        worker = first.enter_context(office.worker(count=2))
        first.enter_context(two_schedulers(office))
        assert reached.wait(LONG)  # a mail was taken, and its worker does not know it yet
        begun = office.sink.begun
        with office.writers_waiting("reports_outboxmessage"):
            opened.set()
            until(lambda: office.sink.begun > begun, LONG)  # now it knows, and cannot mark it
            kill(worker)
        broker = redis.Redis.from_url(office.environment["REDIS_URL"])
        broker.flushall()
        broker.close()
    office.sink.before_yes = lambda: None
    assert "sending" in office.mail().values()

    office.pass_time(11)
    office.run(AGAIN)  # whatever was done is asked for once more
    with office.worker(count=2), two_schedulers(office):
        until(lambda: "sending" not in office.mail().values(), LONG)
        with office.database_away():
            time.sleep(A_MINUTE)
        office.pass_time(3)
        office.run(AGAIN)
        until(office.all_sent, LONG)

    copies = Counter(office.sink.message_ids)
    assert list(office.mail()) == DIGESTS
    assert sorted(copies) == office.message_ids()
    assert sum(copies.values()) <= len(DIGESTS) + 1  # one worker was killed between yes and mark

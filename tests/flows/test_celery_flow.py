"""The day's jobs through a real worker on a real Redis: sweep, digests, mail, workbook; what is missed and killed."""

import hashlib
import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from portfolio.celery import app, broker_url
from portfolio.processes import redis_command, redis_server
from tests.flows.installation import Installation, installed, kill, until
from tests.flows.smtp_sink import Sink, serving

pytestmark = pytest.mark.redis

FURNISH = """
from datetime import date
from tests.reports.mailbox import furnish, night
furnish()
for day in (date(2024, 1, 8), date(2024, 1, 10)):
    night(day)
"""

LATER = """
from datetime import timedelta
from django.db.models import F
from portfolio import clock
from portfolio.models import JobRun
from reports.models import ArchivedWorkbook, OutboxMessage
passed = timedelta(minutes={minutes})
OutboxMessage.objects.update(claimed_at=F("claimed_at") - passed, next_attempt_at=F("next_attempt_at") - passed)
JobRun.objects.update(started_at=F("started_at") - passed)
ArchivedWorkbook.objects.update(started_at=F("started_at") - passed)
JobRun.objects.filter(job="deliver_mail").delete()
"""


class Office(Installation):
    """An installation with a broker, and a worker that can be killed and started again."""

    sink: Sink

    def send(self, task: str) -> None:
        """Publish a task, as the scheduler does."""
        with app.connection_for_write(broker_url(self.environment["REDIS_URL"])) as connection:
            app.send_task(task, connection=connection)

    def jobs(self) -> dict[str, str]:
        """The daily jobs with their slots, and how they stand."""
        rows = self.rows("SELECT job, slot, state FROM portfolio_jobrun WHERE job NOT IN ('deliver_mail', 'rescue')")
        return {f"{job} {slot}": state for job, slot, state in rows}

    def mail(self) -> dict[str, str]:
        """Keys and states of the outbox."""
        return dict(self.rows("SELECT dedupe_key, state FROM reports_outboxmessage ORDER BY dedupe_key"))

    def message_ids(self) -> list[str]:
        return sorted(identity for (identity,) in self.rows("SELECT message_id FROM reports_outboxmessage"))

    def all_sent(self) -> bool:
        return set(self.mail().values()) == {"sent"}

    def workbook(self) -> tuple[str, str, str, str, str]:
        """Kind, period, state, path and sha256 of the one workbook; empty before there is one."""
        rows = self.rows("SELECT kind, period, state, path, sha256 FROM reports_archivedworkbook")
        return rows[0] if rows else ("", "", "", "", "")

    def pass_time(self, minutes: int) -> None:
        """Make claims, waits and runs as old as if so many minutes had gone by; what runs each minute may run again."""
        self.run(LATER.format(minutes=minutes))

    @contextmanager
    def worker(self, count: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
        command = ["-m", "celery", "-A", "portfolio.celery", "worker", "--loglevel", "ERROR"]
        more = ["--queues", "alerts,reports,imports", "--concurrency", str(count), "--without-gossip"]
        with self.started(*command, *more, "--without-mingle") as process:
            yield process


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("furnished")) as installation:
        installation.run(FURNISH)
        yield installation


@pytest.fixture
def office(tmp_path: Path, furnished: Installation) -> Iterator[Office]:
    binary = redis_server()
    assert binary is not None
    with ExitStack() as stack:
        short = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pf")))  # socket paths must be short
        redis = subprocess.Popen(redis_command(binary, short / "r", short), stdout=subprocess.DEVNULL)
        stack.callback(redis.wait)
        stack.callback(redis.terminate)
        until((short / "r").exists, 10)
        sink = stack.enter_context(serving(Sink()))
        places = {"REDIS_URL": f"unix://{short / 'r'}", "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        place = stack.enter_context(installed(tmp_path, furnished, BUSINESS_DATE="2024-01-11", **places))
        office = Office(place.environment)
        office.sink = sink
        yield office


DIGESTS = [f"digest:{person}:2024-01-11" for person in ("L01", "L02", "S-OFFICE")]
DONE = {
    "sweep_alerts 2024-01-11": "done",
    "queue_digests 2024-01-11": "done",
    "build_monthly_summary 2023-12": "done",
}

CAUGHT_UP = DONE | {"turn_months 2024-01-11": "done", "send_reminders 2024-01-11": "done"}


def test_a_day_from_sweep_to_workbook(office: Office) -> None:
    with office.worker():
        for task in ("reports.sweep_alerts", "reports.queue_digests", "reports.build_monthly_summary"):
            office.send(task)
        until(lambda: office.workbook()[2] in ("ready", "failed") and office.jobs() == DONE)
        office.send("reports.deliver_mail")
        until(office.all_sent)

    late = "SELECT count(*) FROM reports_alert WHERE cleared_on IS NULL AND level <> 'notice'"
    assert office.rows(late) == [(11,)]
    assert list(office.mail()) == DIGESTS
    assert sorted(office.sink.message_ids) == office.message_ids()
    leader = next(one for one in office.sink.taken if "l01@demo.invalid" in one.recipients)
    assert leader.recipients == ["l01@demo.invalid", "lx01@demo.invalid"]
    assert "需协调1件" in str(leader.mail["Subject"])
    kind, period, state, path, sha256 = office.workbook()
    assert (kind, period, state) == ("summary", "2023-12", "ready")
    content = Path(office.environment["VAR_DIR"], "archive", path).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256


def test_what_was_missed_is_caught_up_once_however_often_it_is_asked_for(office: Office) -> None:
    """Nothing ran at its hour; then two schedulers and the rescue all ask two workers for the same."""
    with office.worker(count=2):
        for task in ("rescue", "queue_digests", "queue_digests", "sweep_alerts", "send_reminders", "send_reminders"):
            office.send(f"reports.{task}")
        until(lambda: office.jobs() == CAUGHT_UP)
        for _ in range(2):
            office.send("reports.deliver_mail")
        until(office.all_sent)

    assert sorted(office.sink.message_ids) == office.message_ids()
    assert list(office.mail()) == DIGESTS


def test_a_worker_killed_while_it_sends_loses_nothing(office: Office) -> None:
    reached, opened = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        opened.wait(30)

    office.sink.before_yes = hold
    with office.worker() as worker:
        office.send("reports.queue_digests")
        until(lambda: len(office.mail()) == len(DIGESTS))
        office.send("reports.deliver_mail")
        assert reached.wait(30)
        kill(worker)
    opened.set()
    office.sink.before_yes = lambda: None
    assert set(office.mail().values()) == {"sending"}
    office.pass_time(11)
    rescued = json.loads(office.manage("rescue"))["mail"]
    office.pass_time(2)
    with office.worker():
        office.send("reports.deliver_mail")
        until(office.all_sent)

    assert rescued == len(DIGESTS)
    assert sorted(set(office.sink.message_ids)) == office.message_ids()
    assert len(office.sink.taken) <= len(DIGESTS) + 1


def test_a_worker_killed_while_it_builds_leaves_no_half_workbook(office: Office) -> None:
    archive = Path(office.environment["VAR_DIR"], "archive")
    with office.worker() as worker:
        office.send("reports.build_monthly_summary")
        until(lambda: office.workbook()[2] == "building", 30)
        kill(worker)
    assert office.workbook()[2] == "building"
    assert [one for one in archive.rglob("*") if one.is_file() and not one.name.endswith(".part")] == []
    office.pass_time(20)
    with office.worker():
        office.send("reports.rescue")
        until(lambda: office.workbook()[2] == "ready" and office.jobs()["build_monthly_summary 2023-12"] == "done")

    assert len(list(archive.rglob("*.xlsx"))) == 1

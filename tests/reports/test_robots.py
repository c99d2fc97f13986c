"""Chat rooms: told once a day, counts and a link alone, again when their service failed, and never in the way of mail.

The services are a real server on loopback; only the addresses at which the library finds them are changed.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio import clock
from portfolio.models import JobRun, User
from projects.models import Project
from reports import tasks
from reports.actions import jobs
from reports.actions.robots import tell_robots
from reports.models import OutboxMessage
from tests.reports.mailbox import FRIDAY, SYSTEM, furnish, morning, night

pytestmark = pytest.mark.django_db

TOKEN = "secret0123456789token"
ROOMS = [f"dingtalk://{TOKEN}", f"wecombot://{TOKEN}", f"feishu://{TOKEN}"]


class Service(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, 200 when there are none left; keeps what was said."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[tuple[str, dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    def texts(self) -> list[str]:
        """The words of each message, wherever a service has them in its form."""
        return [str(said.get("text") or said.get("content") or said.get("markdown")) for _path, said in self.heard]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(content)))
        code = self.server.answers.pop(0) if self.server.answers else 200
        answer = b'{"errcode": 0, "code": 0}'
        self.send_response(code)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: Any) -> None:
        """No word on the tests' output."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    server = Service()
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    here = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"{here}/dingtalk?access_token={{token}}")
    monkeypatch.setattr(NotifyWeComBot, "notify_url", f"{here}/wecom?key={{key}}")
    monkeypatch.setattr(NotifyFeishu, "notify_url", f"{here}/feishu/{{token}}/")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _alerts(db: None) -> None:
    furnish()
    night(FRIDAY)


def later(minutes: int) -> None:
    """As if the runs had ended so long ago."""
    JobRun.objects.filter(job="tell_robots").update(finished_at=timezone.now() - timedelta(minutes=minutes))


def test_nobody_is_told_unless_a_room_is_named(settings: Any, service: Service) -> None:
    assert settings.WEBHOOKS == []

    assert tell_robots(by=SYSTEM, on=FRIDAY).as_json() == {"on": "2024-01-12", "told": [], "failed": []}
    assert not service.heard


def test_each_room_is_told_once_a_day_in_its_service_s_form(settings: Any, service: Service) -> None:
    settings.WEBHOOKS = ROOMS

    first, again = tell_robots(by=SYSTEM, on=FRIDAY), tell_robots(by=SYSTEM, on=FRIDAY)

    assert (first.told, first.failed) == (("DingTalk", "WeCom", "Feishu"), ())
    assert again.told == ()
    assert [path for path, _said in service.heard] == [
        f"/dingtalk?access_token={TOKEN}", f"/wecom?key={TOKEN}", f"/feishu/{TOKEN}/"
    ]  # fmt: skip
    assert all("红灯" in text and "登录查看：" in text for text in service.texts())


def test_counts_and_a_link_are_all_that_is_said(settings: Any, service: Service) -> None:
    settings.WEBHOOKS = ROOMS[:1]

    tell_robots(by=SYSTEM, on=FRIDAY)

    (text,) = service.texts()
    assert "【重点项目进展】2024年1月12日" in text
    assert "现有预警：红灯2件、黄灯9件。今日新增红灯2件、黄灯9件，解除0件。" in text
    assert f"{settings.SITE_URL}/alerts/" in text
    names = [*Project.objects.values_list("name", flat=True), *Project.objects.values_list("code", flat=True)]
    assert not [name for name in names if name in text]
    assert "市领导" not in text


def test_a_service_that_answers_500_is_tried_again_and_told_once(settings: Any, service: Service) -> None:
    settings.WEBHOOKS = ROOMS[:1]
    service.answers = [500]

    failed = tell_robots(by=SYSTEM, on=FRIDAY)
    at_once = tell_robots(by=SYSTEM, on=FRIDAY)
    later(6)
    told, again = tell_robots(by=SYSTEM, on=FRIDAY), tell_robots(by=SYSTEM, on=FRIDAY)

    assert (failed.failed, at_once.failed + at_once.told) == (("DingTalk",), ())
    assert (told.told, again.told) == (("DingTalk",), ())
    assert len(service.heard) == 2
    run = JobRun.objects.get(job="tell_robots")
    assert (run.state, run.attempts, run.error) == ("done", 2, "")


def test_one_room_that_fails_keeps_no_other_from_being_told(settings: Any, service: Service) -> None:
    settings.WEBHOOKS = [*ROOMS, "carrier-pigeon://x"]
    service.answers = [200, 500, 200]

    result = tell_robots(by=SYSTEM, on=FRIDAY)

    assert result.told == ("DingTalk", "Feishu")
    assert result.failed == ("WeCom", "carrier-pigeon")


def test_a_server_that_is_away_stands_on_the_outbox_page_with_its_reason_and_no_secret(
    settings: Any, service: Service
) -> None:
    settings.WEBHOOKS = [f"feishu://{TOKEN}"]
    service.shutdown()
    service.server_close()
    tell_robots(by=SYSTEM, on=FRIDAY)
    client = Client()
    client.force_login(User.objects.get(username="office"))

    with clock.set_to(FRIDAY):
        shown = client.get(reverse("outbox")).content.decode()

    assert "工作群" in shown
    assert "2024-01-12" in shown
    assert "Feishu: A Connection error" in shown
    assert TOKEN not in shown
    assert not JobRun.objects.filter(slot__contains=TOKEN).exists()
    assert TOKEN not in "".join(JobRun.objects.values_list("error", flat=True))


@pytest.mark.parametrize("day", [date(2024, 1, 13), date(2024, 2, 9), date(2024, 2, 12)])
def test_nobody_is_told_on_a_rest_day_or_a_quiet_day(settings: Any, service: Service, day: date) -> None:
    settings.WEBHOOKS = ROOMS

    assert tell_robots(by=SYSTEM, on=day).told == ()
    assert not service.heard


def test_the_task_waits_for_the_day_s_digests_and_mail_does_not_wait_for_it(settings: Any, service: Service) -> None:
    settings.WEBHOOKS = ROOMS[:1]
    service.answers = [500]
    with clock.set_to(FRIDAY):
        tasks.tell_robots()
        assert not service.heard
        jobs.run_once("queue_digests", FRIDAY.isoformat(), lambda: morning(FRIDAY).as_json())
        tasks.tell_robots()

    assert len(service.heard) == 1
    assert OutboxMessage.objects.filter(business_date=FRIDAY, state="queued").count() == 3

"""What the product leans on is away – broker, mail server – and says so to whoever waits; nothing is lost."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture.sources import ROOT
from tests.flows.installation import LATER, Installation, installed
from tests.flows.smtp_sink import free_port

FURNISH = """
from tests.world import World
World()
"""
BROWSE = """
import time
from django.conf import settings
from django.test import Client
from portfolio.models import User
settings.ALLOWED_HOSTS = ["testserver"]
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is collected here
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
def browser(who, language):
    client = Client()
    client.force_login(User.objects.get(username=who))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client
"""
NO_WORKER = {"zh-hans": "后台任务进程暂时无法连接，恢复后会自动生成", "en": "No worker can be reached at the moment"}
NO_SERVER = {"zh-hans": "无法连接邮件服务器", "en": "The mail server could not be reached"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    away = {
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "BUSINESS_DATE": "2024-01-05",
    }
    with installed(tmp_path_factory.mktemp("away"), **away) as installation:
        installation.run(FURNISH)
        yield installation


@pytest.fixture(scope="module")
def seen(place: Installation) -> Any:
    """What an office clerk saw who asked for a workbook and reported a milestone while there was no broker."""
    return place.run(
        f"""{BROWSE}
from portfolio.web import health
from projects.models import Milestone
from reports.models import ArchivedWorkbook
seen = {{}}
for language in ("zh-hans", "en"):
    client, begun = browser("office", language), time.monotonic()
    asked = {{"period": "2023-12", "language": language, "as_known": ""}}
    seen[language] = client.post("/reports/build/register/", asked, follow=True).content.decode()
    seen[f"{{language}} took"] = time.monotonic() - begun
fields = {{"version": "1", "actual_on": "2024-01-04", "forecast_on": "", "planned_on": "2023-12-29", "reason": ""}}
seen["saved"] = browser("staff", "en").post("/projects/T-OWN-DRAFT/milestones/D04/", fields).status_code
seen["stored"] = str(Milestone.objects.get(project__code="T-OWN-DRAFT").actual_on)
seen["queued"] = list(ArchivedWorkbook.objects.filter(kind="register").values_list("state", flat=True))
seen["health"] = Client().get("/healthz").json()
answer(seen)
"""
    )


@pytest.mark.parametrize("language", NO_WORKER)
def test_a_broker_that_is_away_is_told_at_once_and_the_workbook_waits(language: str, seen: Any) -> None:
    assert NO_WORKER[language] in seen[language]
    assert seen[f"{language} took"] < 20
    assert set(seen["queued"]) == {"queued"}


def test_facts_are_saved_without_a_broker(seen: Any) -> None:
    assert (seen["saved"], seen["stored"]) == (302, "2024-01-04")


def test_the_health_page_names_the_broker(seen: Any) -> None:
    assert seen["health"]["broker"] != "ok"
    assert seen["health"]["database"] == "ok"


@pytest.fixture(scope="module")
def delivery(place: Installation) -> "subprocess.CompletedProcess[str]":
    place.run(
        """
from portfolio import clock
from reports.models import OutboxMessage
OutboxMessage.objects.filter(state="queued").update(next_attempt_at=clock.wall_now())
"""
    )
    code = [sys.executable, "-c", LATER, "0", "deliver_mail"]
    return subprocess.run(code, cwd=ROOT, env=place.environment, capture_output=True, text=True)


def test_the_command_says_that_no_server_takes_mail_and_how_many_wait(
    delivery: "subprocess.CompletedProcess[str]", place: Installation
) -> None:
    assert delivery.returncode == 1
    assert "邮件" in delivery.stderr and "Traceback" not in delivery.stderr
    assert place.rows("SELECT count(*) FROM reports_outboxmessage WHERE state = 'queued'") == [(2,)]


@pytest.mark.parametrize("language", NO_SERVER)
def test_the_outbox_says_so_in_the_reader_s_language(
    language: str, delivery: "subprocess.CompletedProcess[str]", place: Installation
) -> None:
    html = place.run(f'{BROWSE}\nanswer(browser("office", "{language}").get("/outbox/?state=queued").content.decode())')

    assert NO_SERVER[language] in html

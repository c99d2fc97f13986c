"""/healthz: what it says of each part, without a login, and when it answers 503."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery import current_app
from django.db import DatabaseError, connection
from django.test import Client

from portfolio import clock
from portfolio.celery import broker_url
from portfolio.models import JobRun
from portfolio.tasks import heartbeat
from portfolio.web import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "_last", {})
    yield


@pytest.fixture
def broker_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_broker", lambda: "ok")


def workers_answer(monkeypatch: pytest.MonkeyPatch, answer: dict[str, list[str]] | None) -> None:
    control = SimpleNamespace(inspect=lambda timeout: SimpleNamespace(active=lambda: answer))
    monkeypatch.setattr(current_app, "control", control)


def beat_was(minutes: float) -> None:
    heartbeat()
    JobRun.objects.filter(job="heartbeat").update(finished_at=clock.wall_now() - timedelta(minutes=minutes))


def test_with_everything_alive_it_is_ok(client: Client, broker_lives: None) -> None:
    heartbeat()
    answer = client.get("/healthz")
    found = answer.json()
    assert answer.status_code == 200 and found.pop("outbox") is not None
    assert found == {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok", "scheduler": "ok"}


def test_a_database_that_does_not_answer_is_503(
    client: Client, broker_lives: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"], answer.json()["worker"]) == (503, "down", "unknown")


def test_a_broker_that_does_not_answer_is_503(
    client: Client, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nothing"
    monkeypatch.setitem(current_app.conf, "broker_url", f"redis+socket://{tmp_path}/nothing")
    heartbeat()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "down")


@pytest.mark.redis
def test_a_broker_that_answers_is_ok(
    client: Client, settings: object, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = redis_url
    monkeypatch.setitem(current_app.conf, "broker_url", broker_url(redis_url))
    assert client.get("/healthz").json()["broker"] == "ok"


@pytest.mark.parametrize(
    ("answer", "worker", "scheduler", "status"),
    [
        (None, "down", "unknown", 503),
        ({"worker@here": []}, "ok", "down", 503),
        ({"worker@here": ["a long task"]}, "busy", "unknown", 200),
    ],
)
def test_an_old_heartbeat_is_looked_into(
    client: Client,
    broker_lives: None,
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, list[str]] | None,
    worker: str,
    scheduler: str,
    status: int,
) -> None:
    beat_was(3)
    workers_answer(monkeypatch, answer)
    found = client.get("/healthz")
    assert (found.json()["worker"], found.json()["scheduler"], found.status_code) == (worker, scheduler, status)


def test_many_callers_cost_one_look(client: Client, broker_lives: None, django_assert_num_queries: object) -> None:
    heartbeat()
    client.get("/healthz")
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_it_may_not_be_cached_or_written_to(client: Client, broker_lives: None) -> None:
    heartbeat()
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert client.post("/healthz").status_code == 405

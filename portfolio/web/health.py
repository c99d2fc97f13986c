"""/healthz: whether the parts of a running installation live. No login, so nothing secret and nothing slow.

Applications add parts of their own with `register`; a part that answers "down" makes the whole 503.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from portfolio import clock
from portfolio.models import JobRun

OK, DOWN, BUSY, UNKNOWN = "ok", "down", "busy", "unknown"
LATE = timedelta(seconds=150)  # two heartbeats and a half
KEPT = 5.0  # seconds for which an answer serves every caller

_parts: dict[str, Callable[[], Any]] = {}
_last: dict[str, tuple[float, dict[str, Any]]] = {}


def register(name: str, part: Callable[[], Any]) -> None:
    """Add a part: a function that returns "ok", "down" or a JSON value; it may ask the database."""
    _parts[name] = part


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything lives, 503 when a part is down."""
    asked, report = _last.get("report", (0.0, {}))
    if not report or time.monotonic() - asked > KEPT:
        report = examine()
        _last["report"] = (time.monotonic(), report)
    return JsonResponse(report, status=200 if report["status"] == OK else 503)


def examine() -> dict[str, Any]:
    """The state of every part by name, and `status` of the whole."""
    report: dict[str, Any] = {"status": OK, "database": _database(), "broker": _broker()}
    if report["database"] == OK:
        report["worker"], report["scheduler"] = _worker_and_scheduler(report["broker"])
        report |= {name: part() for name, part in _parts.items()}
    else:
        report |= dict.fromkeys(("worker", "scheduler", *_parts), UNKNOWN)
    if DOWN in report.values():
        report["status"] = DOWN
    return report


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return OK
    except DatabaseError:
        return DOWN


def _broker() -> str:
    if not settings.REDIS_URL:
        return DOWN
    try:
        with current_app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        return OK
    except (OperationalError, OSError):
        return DOWN


def _worker_and_scheduler(broker: str) -> tuple[str, str]:
    """A fresh heartbeat went through both. Without one, workers are asked: silent, at work, or idle for want of it."""
    beat = JobRun.objects.filter(job="heartbeat").values_list("finished_at", flat=True).first()
    if beat and clock.wall_now() - beat < LATE:
        return OK, OK
    active = current_app.control.inspect(timeout=1).active() if broker == OK else None
    if not active:
        return DOWN, UNKNOWN
    return (BUSY, UNKNOWN) if any(active.values()) else (OK, DOWN)

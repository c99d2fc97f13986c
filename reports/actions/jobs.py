"""Runs of scheduled jobs: a slot (a day, a month, a minute) is run once, whoever asks and however often.

A slot is taken by inserting its row, or by compare-and-set from a run that failed or died. Real time throughout.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from portfolio import clock
from portfolio.models import JobRun

TRIES: Final = 5
"""How often a slot that fails or dies is taken up again; then it stays failed, and says so."""

RETRY_AFTER: Final = timedelta(minutes=5)
LIFE: Final = timedelta(minutes=16)
"""A run that began longer ago has been ended by its task's time limit of 15 minutes, or its worker is gone."""

ALLOWANCE: Final = "mail_allowance"
"""Not a job: how many letters were let go in a minute, where MAIL_RATE limits them."""

PASSING: Final = ("deliver_mail", "rescue", ALLOWANCE)
"""Jobs that run every few minutes; what they did is in the outbox, so their runs are kept for two days only."""

KEEP_PASSING: Final = timedelta(days=2)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A slot that is this process's own until `started_at` in its row is another's."""

    job: str
    slot: str
    started_at: datetime


def take(job: str, slot: str, *, life: timedelta = LIFE) -> Taken | None:
    """Take a slot; None when it is done, being run, or has failed too often or too lately."""
    now = clock.wall_now()
    with transaction.atomic():
        run, fresh = JobRun.objects.get_or_create(job=job, slot=slot, defaults={"started_at": now})
    if fresh:
        return Taken(job, slot, run.started_at)
    if run.attempts >= TRIES or not _is_free(run, now, life):
        return None
    seen = JobRun.objects.filter(pk=run.pk, state=run.state, started_at=run.started_at)
    won = seen.update(state=JobRun.State.RUNNING, started_at=now, finished_at=None, attempts=run.attempts + 1, error="")
    return Taken(job, slot, now) if won else None


def _is_free(run: JobRun, now: datetime, life: timedelta) -> bool:
    if run.state == JobRun.State.RUNNING:
        return now - run.started_at > life
    return run.state == JobRun.State.FAILED and now - (run.finished_at or run.started_at) > RETRY_AFTER


def finish(taken: Taken, result: Mapping[str, Any]) -> bool:
    """Mark the slot as done; False when somebody else took it over meanwhile."""
    return _end(taken, state=JobRun.State.DONE, result=dict(result))


def fail(taken: Taken, error: str) -> bool:
    """Mark the run as failed; the slot may be taken again after five minutes."""
    return _end(taken, state=JobRun.State.FAILED, error=error[:2000])


def _end(taken: Taken, **fields: Any) -> bool:
    mine = JobRun.objects.filter(
        job=taken.job, slot=taken.slot, state=JobRun.State.RUNNING, started_at=taken.started_at
    )
    return mine.update(finished_at=clock.wall_now(), **fields) == 1


def run_once(
    job: str, slot: str, work: Callable[[], Mapping[str, Any]], *, life: timedelta = LIFE
) -> Mapping[str, Any] | None:
    """Do the work of a slot; None when it is not to be had. An error is written down and goes on upwards."""
    taken = take(job, slot, life=life)
    if taken is None:
        return None
    try:
        result = work()
    except Exception as reason:
        fail(taken, f"{type(reason).__name__}: {reason}")
        raise
    if not finish(taken, result):
        _log.error("Job %s %s outlived its time and was taken over.", job, slot)
    return result


def is_done(job: str, slot: str) -> bool:
    """Whether the slot's work is done."""
    return JobRun.objects.filter(job=job, slot=slot, state=JobRun.State.DONE).exists()


def is_open(job: str, slot: str, *, life: timedelta = LIFE) -> bool:
    """Whether somebody may take the slot now: never begun, or failed or dead and not too often."""
    run = JobRun.objects.filter(job=job, slot=slot).first()
    return run is None or (run.attempts < TRIES and _is_free(run, clock.wall_now(), life))


def prune() -> int:
    """Remove old runs of the jobs that run every few minutes."""
    old = JobRun.objects.filter(job__in=PASSING, started_at__lt=clock.wall_now() - KEEP_PASSING)
    return old.delete()[0]

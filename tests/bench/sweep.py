"""The nightly job, as it runs, against the bare scan: the same conditions counted by the same database and no more.

A night is the whole of `sweep_night`, alerts and standings. Its first one finds no alert, and the standings of the day
before. Each round is one transaction that is rolled back, so every round begins alike.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import connection, transaction

from portfolio.models import User
from projects.actions.standing import refresh
from projects.models import Change, Milestone, ProjectStanding, ReturnVersion
from projects.queries.judged import judged
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar
from reports.actions import alerts
from reports.core.rules import look
from reports.models import Alert, AlertEvent
from reports.queries.candidates import QUERIES, Frame, common_sql
from tests.bench import dataset
from tests.bench.harness import Figure, Rounds

DAY = dataset.AS_OF
NEXT = DAY + timedelta(days=3)  # the Monday after
CHANGED = 50  # every so many-th project: 2 %
LOOP_UP_TO = 10_000
SCAN = "bare scan"
FIRST, SAME, FEW, LATER = "first night", "unchanged night", "2 % changed night", "next working day's night"
NOTHING, LOOP = "all standings from nothing", "rules judged one project after the other"
WRITTEN = (Alert, AlertEvent, Change)
LIMITS = {(FIRST, "postgresql", 100_000): 12.0, (SAME, "postgresql", 100_000): 2.5}


class _Rolled(Exception):
    """Ends a round: what it wrote goes."""


def measure(size: int, rounds: int) -> list[Figure]:
    """The nights of a portfolio of so many projects, on the database that is set."""
    dataset.build(size)
    times, counts = Rounds(), {}
    _from_nothing(times)
    for _round in range(rounds):
        counts = _round_of_nights(times, size)
        _tidy()
    figures = [times.figure(night, SCAN, _limit(night, size), **counts[night]) for night in (FIRST, SAME, FEW, LATER)]
    if LOOP in times.seconds:
        figures.append(times.figure(LOOP, SCAN))
    once = Rounds()
    once.seconds = {NOTHING: times.seconds[NOTHING], SCAN: times.seconds[SCAN][:1]}
    return [*figures, once.figure(NOTHING, SCAN)]


def _limit(night: str, size: int) -> float | None:
    return LIMITS.get((night, connection.vendor, size))


def _from_nothing(times: Rounds) -> None:
    """The standings that the day before left, which at first have all to be judged."""
    with times.timed(NOTHING):
        refresh(as_of=DAY - timedelta(days=1))
    _tidy()


def _round_of_nights(times: Rounds, size: int) -> dict[str, dict[str, Any]]:
    counts, count = {}, scan()
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                connection.cursor().execute("SET LOCAL jit = off")  # as the sweep does; the yardstick is shorter for it
            with times.timed(SCAN):
                matching = count()
            counts[FIRST] = _night(times, FIRST, DAY)
            assert counts[FIRST]["raised"] == matching > 0, "the scan must count what the sweep raises"
            counts[SAME] = _night(times, SAME, DAY)
            assert not any(counts[SAME][kind] for kind in ("raised", "worsened", "eased", "cleared", "standings"))
            assert dataset.change(CHANGED) == size // CHANGED
            counts[FEW] = _night(times, FEW, DAY)
            assert counts[FEW]["raised"] and counts[FEW]["cleared"], "the changes must be seen"
            counts[LATER] = _night(times, LATER, NEXT)
            raise _Rolled
    except _Rolled:
        pass
    if size <= LOOP_UP_TO:
        with times.timed(LOOP):
            policy = policy_in_force(DAY)
            look((one.facts for one in judged(policy, DAY)), policy, load_calendar(), DAY)
    return counts


def _night(times: Rounds, name: str, day: Any) -> dict[str, Any]:
    """One night; how long its standings took and how many statements it was."""
    standings: dict[str, Any] = {}

    def refreshed(**options: Any) -> int:
        began = time.perf_counter()
        standings["standings"] = refresh(**options)
        standings["standing_seconds"] = round(time.perf_counter() - began, 4)
        return int(standings["standings"])

    with mock.patch.object(alerts, "refresh", refreshed), _counted() as statements, times.timed(name):
        result = alerts.sweep_night(by=User.system(), as_of=day)
    return {**result.as_json(), **standings, "statements": len(statements)}


def scan() -> Callable[[], int]:
    """Counts the subjects that should have an alert: the sweep's own conditions, in one statement and nothing else."""
    frame = Frame(policy_in_force(DAY), load_calendar(), DAY)
    found = [query(frame) for query in QUERIES.values()]
    counts = ", ".join(f"(SELECT count(*) FROM ({one.sql}) c{at})" for at, one in enumerate(found))
    sql, parameters = f"WITH {common_sql(frame)} SELECT {counts}", dict(frame.parameters)
    for one in found:
        parameters |= one.parameters

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return sum(cursor.fetchone())

    return count


@contextmanager
def _counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield seen


def _tidy() -> None:
    """Take away what a round that was rolled back left behind, as the server does by itself in time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            tables = ", ".join(model._meta.db_table for model in (Milestone, ReturnVersion, ProjectStanding, *WRITTEN))
            cursor.execute(f"VACUUM (ANALYZE) {tables}")

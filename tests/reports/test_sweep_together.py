"""Two sweeps at once, and a sweep beside a writer: each alert is raised once, told once, and cleared once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portfolio.models import User
from projects.models import Milestone
from reports.actions.alerts import sweep
from reports.models import Alert, AlertEvent
from tests.reports import watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Run each in a thread and a connection of its own, all starting together; gives what went wrong."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_of_two_sweeps_at_once_the_second_finds_nothing_left_to_do() -> None:
    watch.begin()
    for _ in range(20):
        watch.milestone(watch.project(), "2023-12-29")
    results = []

    def night() -> None:
        results.append(sweep(by=User.system(), as_of=watch.FRIDAY))

    failures = at_once(night, night, night)

    assert failures == []
    assert sorted(result.raised for result in results) == [0, 0, 20]
    assert Alert.objects.count() == AlertEvent.objects.count() == 20


def test_two_sweeps_of_different_days_leave_the_later_one_s_alerts() -> None:
    watch.begin()
    late = watch.milestone(watch.project(), "2023-12-29")
    watch.night()
    Milestone.objects.filter(pk=late.pk).update(actual_on=watch.FRIDAY)

    at_once(lambda: watch.night("2024-01-15"), lambda: watch.night("2024-01-16"))

    assert watch.only_alert().cleared_on is not None
    assert AlertEvent.objects.filter(kind="cleared").count() == 1

"""Slots of scheduled jobs: each is run once, a dead run is taken over, a failed one is tried again, old ones go."""

from datetime import timedelta

import pytest
import time_machine

from portfolio import clock
from portfolio.models import JobRun
from reports.actions import jobs
from tests.factories import JobRunFactory

pytestmark = pytest.mark.django_db


def later(**by: float) -> time_machine.travel:
    return time_machine.travel(clock.wall_now() + timedelta(**by), tick=True)


def test_a_slot_is_run_once() -> None:
    done: list[int] = []

    results = [jobs.run_once("sweep", "2024-01-12", lambda: {"n": done.append(1) or 7}) for _ in range(3)]

    assert (len(done), results) == (1, [{"n": 7}, None, None])


def test_what_came_of_a_run_is_written_down() -> None:
    jobs.run_once("sweep", "2024-01-12", lambda: {"raised": 3})

    run = JobRun.objects.get()
    assert (run.state, run.result, run.attempts) == (JobRun.State.DONE, {"raised": 3}, 1)
    assert run.finished_at >= run.started_at


def test_a_slot_that_is_being_run_is_not_to_be_had() -> None:
    jobs.take("sweep", "2024-01-12")

    assert jobs.take("sweep", "2024-01-12") is None


def test_a_run_that_died_is_taken_over_after_its_time() -> None:
    lost = jobs.take("sweep", "2024-01-12", life=timedelta(minutes=16))

    with later(minutes=15):
        assert jobs.take("sweep", "2024-01-12") is None
    with later(minutes=17):
        again = jobs.take("sweep", "2024-01-12")
        assert again is not None
        assert jobs.finish(lost, {}) is False
        assert jobs.finish(again, {}) is True


def test_a_failed_slot_says_why_and_is_tried_again_after_five_minutes() -> None:
    def fails() -> dict[str, int]:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError):
        jobs.run_once("sweep", "2024-01-12", fails)

    assert "the database is gone" in JobRun.objects.get().error
    assert jobs.run_once("sweep", "2024-01-12", dict) is None
    with later(minutes=6):
        assert jobs.run_once("sweep", "2024-01-12", dict) == {}
    assert JobRun.objects.get().attempts == 2


def test_a_slot_that_always_fails_is_left_alone_in_the_end() -> None:
    JobRunFactory(job="sweep", slot="2024-01-12", state=JobRun.State.FAILED, attempts=jobs.TRIES)

    assert jobs.take("sweep", "2024-01-12") is None
    assert jobs.is_open("sweep", "2024-01-12") is False


@pytest.mark.parametrize(
    ("state", "minutes", "expected"),
    [("running", 1, False), ("running", 20, True), ("failed", 1, False), ("failed", 6, True), ("done", 999, False)],
)
def test_a_slot_is_open_to_be_caught_up(state: str, minutes: int, expected: bool) -> None:
    JobRunFactory(job="sweep", slot="s", state=state, started_at=clock.wall_now() - timedelta(minutes=minutes))

    assert jobs.is_open("sweep", "s") is expected


def test_a_slot_that_was_never_begun_is_open() -> None:
    assert jobs.is_open("sweep", "2024-01-12") is True


def test_two_processes_that_see_the_same_dead_run_do_not_both_take_it() -> None:
    JobRunFactory(job="sweep", slot="s", started_at=clock.wall_now() - timedelta(hours=1))

    taken = [jobs.take("sweep", "s"), jobs.take("sweep", "s")]

    assert [one is not None for one in taken] == [True, False]


def test_runs_of_every_minute_are_kept_for_two_days_and_daily_ones_for_good() -> None:
    old = clock.wall_now() - timedelta(days=3)
    for job in (*jobs.PASSING, "sweep_alerts"):
        JobRunFactory(job=job, slot="old", started_at=old)
        JobRunFactory(job=job, slot="new", started_at=clock.wall_now())

    assert jobs.prune() == len(jobs.PASSING)
    kept = set(JobRun.objects.values_list("job", "slot"))
    assert kept == {(job, "new") for job in jobs.PASSING} | {("sweep_alerts", "old"), ("sweep_alerts", "new")}

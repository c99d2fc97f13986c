"""What the rescue starts: the daily jobs whose hour has passed and whose slot nobody has taken, in their order."""

from datetime import date, datetime, time

import pytest
from django.conf import settings as django_settings

from portfolio import clock
from portfolio.clock import SHANGHAI
from portfolio.models import JobRun
from portfolio.refusals import Refusal
from reports import tasks
from tests.factories import JobRunFactory, ReportingPeriodFactory

pytestmark = pytest.mark.django_db

SWEEP, DIGESTS, SUMMARY = "reports.sweep_alerts", "reports.queue_digests", "reports.build_monthly_summary"
MONTHS, REMINDERS = "reports.turn_months", "reports.send_reminders"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 1, 12, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(0, 24), []),
        (at(1), [MONTHS]),
        (at(2, 14), [MONTHS]),  # the scheduler itself has five minutes
        (at(2, 15), [MONTHS, SWEEP]),
        (at(8, 34), [MONTHS, SWEEP]),
        (at(8, 35), [MONTHS, SWEEP, DIGESTS]),
        (at(8, 45), [MONTHS, SWEEP, DIGESTS, REMINDERS]),
        (at(19, 59), [MONTHS, SWEEP, DIGESTS, REMINDERS]),
        (at(20), [MONTHS, SWEEP]),  # nobody is written at night; the next digest tells it
    ],
)
def test_what_was_missed_is_started_after_its_hour(moment: datetime, expected: list[str]) -> None:
    assert tasks.missed(moment) == expected


def test_a_demonstration_whose_day_stands_still_is_written_at_any_hour() -> None:
    with clock.set_to(date(2024, 1, 12), time(23, 0)):
        assert tasks.missed(clock.now()) == [MONTHS, SWEEP, DIGESTS, REMINDERS]


@pytest.mark.parametrize("state", ["done", "running"])
def test_what_is_done_or_under_way_is_not_started_again(state: str) -> None:
    JobRunFactory(job="sweep_alerts", slot="2024-01-12", state=state, started_at=clock.wall_now())

    assert tasks.missed(at(10)) == [MONTHS, DIGESTS, REMINDERS]


def test_the_summary_of_a_month_waits_for_its_lock() -> None:
    before = tasks.missed(at(1))
    ReportingPeriodFactory(locked=True)

    assert (before, tasks.missed(at(1))) == ([MONTHS], [MONTHS, SUMMARY])


def test_digests_wait_for_the_sweep_of_their_day() -> None:
    JobRunFactory(job="sweep_alerts", slot="2024-01-12", state="running", started_at=clock.wall_now())

    tasks.queue_digests("2024-01-12")

    assert not JobRun.objects.filter(job="queue_digests").exists()


def test_a_refusal_is_written_down_and_tried_again() -> None:
    with pytest.raises(Refusal):  # no policy is loaded
        tasks.sweep_alerts("2024-01-12")

    run = JobRun.objects.get(job="sweep_alerts")
    assert run.state == JobRun.State.FAILED
    assert "Refusal" in run.error


def test_without_a_broker_a_workbook_waits_for_the_scheduled_run(settings: object) -> None:
    settings.REDIS_URL = ""

    assert tasks._pass_on(1) is None


def test_slots_of_a_minute_are_in_the_time_of_the_office() -> None:
    assert tasks._minute().endswith("+08:00")
    assert django_settings.TIME_ZONE == "Asia/Shanghai"

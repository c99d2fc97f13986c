"""The day is Asia/Shanghai's from end to end: half an hour before and after midnight, on a machine that runs on UTC."""

import time
from copy import copy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client

from portfolio import clock
from portfolio.celery import SCHEDULE
from portfolio.models import JobRun, User
from projects.actions import reference
from projects.intake.fixtures import read_reference
from projects.models import Change, Division
from reports import tasks
from reports.actions.alerts import sweep
from reports.models import Alert
from tests import factories as make

EVENING = "2024-01-04 15:30:00+00:00"  # 23:30 on Thursday the 4th in the office
NIGHT = "2024-01-04 16:30:00+00:00"  # 00:30 on Friday the 5th


@pytest.fixture(autouse=True)
def machine_on_utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def due_on_thursday(db):
    """A milestone of a listed project, due on Thursday the 4th and still open."""
    folder = Path(settings.BASE_DIR, "fixtures/reference")
    with time_machine.travel("2024-01-01 00:00:00+00:00", tick=False):
        reference.load_reference(by=User.system(), reference=read_reference(folder))
    project = make.ProjectFactory(code="T24-0001", division=Division.objects.get(code="371721"))
    make.ListingFactory(project=project)
    milestone = make.MilestoneFactory(project=project, planned_on=date(2024, 1, 4))
    make.MilestoneRevisionFactory(milestone=milestone)
    return milestone


def clerk():
    client = Client()
    client.force_login(make.UserFactory(county_staff=True))
    return client


def report(actual_on):
    fields = {"version": "1", "actual_on": actual_on, "forecast_on": "", "planned_on": "2024-01-04", "reason": ""}
    return clerk().post("/projects/T24-0001/milestones/D04/", fields)


@pytest.mark.parametrize(("moment", "day"), [(EVENING, date(2024, 1, 4)), (NIGHT, date(2024, 1, 5))])
def test_today_is_the_office_s_day(moment, day):
    with time_machine.travel(moment, tick=False):
        assert clock.today() == day
        assert clock.now().utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(("moment", "open_alerts"), [(EVENING, 0), (NIGHT, 1)])
def test_what_is_due_on_the_day_becomes_late_with_the_office_s_midnight(moment, open_alerts, due_on_thursday):
    with time_machine.travel(moment, tick=False):
        sweep(by=User.system(), as_of=clock.today())

    overdue = Alert.objects.filter(rule="milestone_overdue")
    assert [alert.raised_on for alert in overdue] == [date(2024, 1, 5)] * open_alerts


@pytest.mark.parametrize(("moment", "late"), [(EVENING, False), (NIGHT, True)])
def test_its_page_says_so_at_the_same_minute(moment, late, due_on_thursday):
    with time_machine.travel(moment, tick=False):
        html = clerk().get("/projects/T24-0001/milestones/D04/").content.decode()

    assert ("逾期1个工作日" in html) is late


def test_a_day_that_has_begun_in_the_office_is_no_future(due_on_thursday):
    with time_machine.travel(NIGHT, tick=False):
        assert report("2024-01-05").status_code == 302

    due_on_thursday.refresh_from_db()
    assert due_on_thursday.actual_on == date(2024, 1, 5)


def test_a_day_that_has_not_begun_in_the_office_is(due_on_thursday):
    with time_machine.travel(EVENING, tick=False):
        response = report("2024-01-05")

    assert "actual_on" in response.context["form"].errors
    due_on_thursday.refresh_from_db()
    assert due_on_thursday.actual_on is None


@pytest.mark.parametrize(("moment", "day"), [(EVENING, "2024-01-04"), (NIGHT, "2024-01-05")])
def test_a_date_reaches_database_and_change_log_as_it_was_typed(moment, day, due_on_thursday):
    with time_machine.travel(moment, tick=False):
        report(day)

    with connection.cursor() as cursor:
        cursor.execute("SELECT actual_on FROM projects_milestone WHERE id = %s", [due_on_thursday.pk])
        assert str(cursor.fetchone()[0]) == day
    change = Change.objects.last()
    assert f'"actual_on":[null,"{day}"]' in change.changes
    assert change.business_date == day
    assert change.at.startswith(day) and change.at.endswith("+08:00")


def next_run(name, now):
    """When the scheduler starts an entry next."""
    schedule = copy(SCHEDULE[name]["schedule"])
    schedule.nowfun = lambda: now
    return (now + schedule.remaining_estimate(now)).astimezone(clock.SHANGHAI)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("open and lock months by their rules", datetime(2024, 1, 12, 0, 20)),
        ("sweep alerts each night", datetime(2024, 1, 12, 2, 10)),
        ("build the ended month's summary", datetime(2024, 1, 12, 3, 0)),
        ("walk the change log's chain", datetime(2024, 1, 12, 4, 0)),
        ("take the text out of old mail", datetime(2024, 1, 12, 4, 20)),
        ("queue digests", datetime(2024, 1, 12, 8, 30)),
        ("remind of returns", datetime(2024, 1, 12, 8, 40)),
        ("mail new red lights at once", datetime(2024, 1, 12, 9, 0)),
    ],
)
@pytest.mark.parametrize("asked", [datetime(2024, 1, 11, 16, 5, tzinfo=UTC), datetime(2024, 1, 11, 16, 19, tzinfo=UTC)])
def test_daily_jobs_start_by_the_office_s_clock(asked, entry, expected):
    assert next_run(entry, asked) == expected.replace(tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize("last", [datetime(2024, 1, 12, 0, 29, tzinfo=UTC), datetime(2024, 1, 11, 10, 0, tzinfo=UTC)])
def test_digests_of_the_day_are_due_at_half_past_eight_and_not_a_day_early(last):
    assert next_run("queue digests", last).isoformat() == "2024-01-12T08:30:00+08:00"


@pytest.mark.django_db
@pytest.mark.parametrize(("moment", "slot"), [(EVENING, "2024-01-04"), (NIGHT, "2024-01-05")])
def test_a_job_without_a_date_takes_the_office_s_day(moment, slot, due_on_thursday):
    with time_machine.travel(moment, tick=False):
        tasks.sweep_alerts()

    assert JobRun.objects.get(job="sweep_alerts").slot == slot


@pytest.mark.django_db
def test_a_job_takes_its_business_date_as_an_argument(due_on_thursday):
    with time_machine.travel(NIGHT, tick=False):
        tasks.sweep_alerts(on="2024-01-12")

    assert JobRun.objects.get(job="sweep_alerts").slot == "2024-01-12"
    assert Alert.objects.get(rule="milestone_overdue").raised_on == date(2024, 1, 12)

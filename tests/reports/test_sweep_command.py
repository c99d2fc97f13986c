"""sweep_alerts: JSON on stdout; a refusal is a sentence on stderr and exit 1."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from portfolio import clock
from projects.models import CalendarDay, CalendarYear, ProjectStanding
from reports.models import Alert
from tests.reports import watch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _late(db: None) -> None:
    watch.begin()
    watch.milestone(watch.project(), "2023-12-29")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    call_command("sweep_alerts", *arguments)
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


def test_it_prints_what_changed_and_the_second_time_nothing_does(capsys: pytest.CaptureFixture[str]) -> None:
    first = run(capsys, "--on", "2024-01-12")
    second = run(capsys, "--on", "2024-01-12")

    assert first == {"raised": 1, "worsened": 0, "eased": 0, "cleared": 0, "escalated": 0, "open": 1}
    assert second == {"raised": 0, "worsened": 0, "eased": 0, "cleared": 0, "escalated": 0, "open": 1}


def test_without_a_day_it_is_today(capsys: pytest.CaptureFixture[str]) -> None:
    with clock.set_to(watch.FRIDAY):
        run(capsys)

    assert watch.only_alert().raised_on == watch.FRIDAY


def test_the_night_also_brings_the_lights_up_to_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--on", "2024-01-12")

    standing = ProjectStanding.objects.get()
    assert (standing.light_milestones, standing.overdue) == ("yellow", 1)


def test_a_dry_run_writes_neither_alerts_nor_lights(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "--on", "2024-01-12", "--dry-run")

    assert said["raised"] == 1
    assert not Alert.objects.exists()
    assert not ProjectStanding.objects.exists()


def test_an_earlier_day_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--on", "2024-01-12")

    with pytest.raises(SystemExit) as stopped:
        call_command("sweep_alerts", "--on", "2024-01-11")

    assert stopped.value.code == 1
    assert "2024-01-12" in capsys.readouterr().err


def test_a_missing_calendar_year_is_named_and_the_exit_status_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    watch.figures(watch.project(), 100, 10)
    CalendarYear.objects.filter(year=2024).delete()
    CalendarDay.objects.filter(day__year=2024).delete()

    with pytest.raises(SystemExit) as stopped:
        call_command("sweep_alerts", "--on", "2024-01-12")

    said = capsys.readouterr()
    assert stopped.value.code == 1
    late = ("milestone_overdue", "start_missed", "milestone_due_soon")
    assert json.loads(said.out)["unable"] == dict.fromkeys(late, 2024)
    assert said.err.count("2024年工作日日历未载入") == 3
    assert watch.only_alert().rule == "investment_behind"


@pytest.mark.parametrize("wrong", ["2024-13-01", "yesterday"])
def test_what_is_no_date_is_wrong_usage(wrong: str) -> None:
    with pytest.raises(CommandError):
        call_command("sweep_alerts", "--on", wrong)


def test_the_day_after_a_night_goes_on_from_it(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--on", "2024-01-12")

    said = run(capsys, "--on", "2024-01-22")

    assert said == {"raised": 0, "worsened": 1, "eased": 0, "cleared": 0, "escalated": 1, "open": 1}
    assert watch.only_alert().level_since == date(2024, 1, 22)

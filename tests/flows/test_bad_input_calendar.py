"""A calendar year that nobody has published yet: each page and job names it, marks or refuses, and guesses nothing."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions import reference
from projects.actions.cycle import lock_period, open_period
from projects.actions.milestones import MilestoneUpdate, update_milestones
from projects.core.periods import Period
from projects.intake.fixtures import read_reference
from projects.models import Division, Milestone
from reports.actions.alerts import sweep_night
from reports.actions.digests import queue_digests
from reports.models import Alert, OutboxMessage
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = date(2027, 2, 1)  # a Monday; the State Council's notices are loaded to 2026
PAGES = (
    "/", "/projects/", "/projects/T27-0001/", "/projects/T27-0001/milestones/D04/",
    "/projects/T27-0001/returns/2027-01/", "/returns/", "/alerts/", "/alerts/panel/T27-0001/", "/reports/", "/outbox/",
    "/ledger/", "/reports/downloads/",
)  # fmt: skip


@pytest.fixture(scope="module")
def late(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A listed project of 2027 that is behind pace, with a milestone overdue since before and one still to come."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.set_to(date(2026, 12, 28)):
            facts = read_reference(Path(settings.BASE_DIR, "fixtures/reference"))
            reference.load_reference(by=User.system(), reference=facts)
            project = make.ProjectFactory(code="T27-0001", division=Division.objects.get(code="371721"))
            programme = make.ProgrammeFactory(code="P2026-PROV", year=2026, year_to=2027)
            make.ListingFactory(project=project, programme=programme, joined_on=date(2026, 1, 1))
            for year in (2026, 2027):
                make.PlanRevisionFactory(project=project, year=year, approved_on=date(year, 1, 1))
            make.ReturnVersionFactory(project=project, period="2027-01", invested=10_000)
            make.ReportingPeriodFactory(period="2027-01", opens_on=date(2027, 1, 1), due_on=date(2027, 2, 5))
            for step, day in (("D04", date(2026, 12, 1)), ("D06", date(2027, 3, 6))):
                step_row = make.MilestoneStepFactory(code=step)
                milestone = make.MilestoneFactory(project=project, step=step_row, planned_on=day)
                make.MilestoneRevisionFactory(milestone=milestone)
            make.UserFactory(username="office")
            make.UserFactory(username="staff", county_staff=True)
            sweep_night(by=User.system(), as_of=date(2026, 12, 28))
        with clock.set_to(TODAY):
            yield
        transaction.set_rollback(True)


def page(address: str, who: str = "office", language: str = "zh-hans") -> str:
    client = Client()
    client.force_login(User.objects.get(username=who))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", ["office", "staff"])
def test_every_page_can_be_read(who: str, language: str, late: None) -> None:
    theirs = [one for one in PAGES if who == "office" or one not in {"/outbox/", "/ledger/", "/reports/downloads/"}]

    assert all(page(address, who, language) for address in theirs)


@pytest.mark.parametrize(
    "address", ["/", "/projects/T27-0001/", "/projects/T27-0001/milestones/D04/", "/alerts/", "/returns/"]
)
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "2027年工作日日历未公布"), ("en", "2027")])
def test_pages_that_count_working_days_name_the_year(address: str, language: str, words: str, late: None) -> None:
    html = page(address, language=language)

    assert words in html
    if language == "en":
        assert "calendar of 2027" in html or "calendar for 2027" in html or "2027 working-day calendar" in html


def test_the_sweep_keeps_the_alerts_that_it_cannot_judge_and_does_the_rest(late: None) -> None:
    result = sweep_night(by=User.system(), as_of=TODAY)

    assert result.unable == dict.fromkeys(("milestone_overdue", "start_missed", "milestone_due_soon"), 2027)
    assert Alert.objects.filter(rule="milestone_overdue", cleared_on__isnull=True).count() == 1


def test_the_command_names_the_year_and_says_that_not_all_was_done(
    late: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("sweep_alerts")

    said = capsys.readouterr()
    assert stopped.value.code == 1
    assert json.loads(said.out)["unable"]["milestone_overdue"] == 2027
    assert "2027" in said.err


def test_no_digest_is_queued_on_a_day_of_which_nobody_knows_whether_it_is_a_working_day(late: None) -> None:
    with pytest.raises(Refusal, match="2027"):
        queue_digests(by=User.system(), on=TODAY)

    assert not OutboxMessage.objects.exists()


def test_a_month_whose_deadline_cannot_be_worked_out_is_not_opened(late: None) -> None:
    with pytest.raises(Refusal, match="2027"):
        open_period(by=User.system(), period=Period(2027, 2))


def test_a_month_is_locked_all_the_same(late: None) -> None:
    """The lock needs no calendar: its figures and the lights of the day are what they are."""
    assert lock_period(by=User.system(), period=Period(2027, 1))["projects"] == 1


def test_a_due_date_in_that_year_is_not_moved_and_is_marked(late: None) -> None:
    """2027-03-06 is a Saturday, but whether it is a make-up working day is not known."""
    wanted = {"planned_on": date(2027, 3, 6)}
    milestone = Milestone.objects.get(step__code="D04")
    update_milestones(
        by=User.system(), rows=[MilestoneUpdate(project="T27-0001", step="D04", wanted=wanted, reason="调整")]
    )

    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.due_known) == (date(2027, 3, 6), False)
    assert "2027年工作日日历未公布，暂不顺延" in page("/projects/T27-0001/milestones/D04/")

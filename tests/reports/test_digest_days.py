"""Digests: on which days, to whom, in which language."""

from datetime import date

import pytest

from portfolio import clock
from portfolio.refusals import Forbidden, Refusal
from projects.models import CalendarDay, CalendarYear, Person, Project
from reports.actions.digests import queue_digests
from reports.models import OutboxMessage
from tests import factories as make
from tests.reports.mailbox import (
    FRIDAY,
    MONDAY,
    SYSTEM,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    furnish,
    mail,
    morning,
    night,
    was_written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _furnished(db: None) -> None:
    furnish()
    for day in (date(2024, 1, 8), date(2024, 1, 10), THURSDAY):
        night(day)


# ---- when


@pytest.mark.parametrize("day", [date(2024, 1, 13), date(2024, 1, 14), date(2024, 2, 12), date(2024, 2, 17)])
def test_nothing_is_queued_on_a_rest_day(day: date) -> None:
    report = morning(day)

    assert (report.queued, str(report.occasion)) == (0, "rest_day")
    assert OutboxMessage.objects.count() == 0


def test_nothing_is_queued_on_a_quiet_working_day() -> None:
    CalendarDay.objects.update_or_create(day=date(2024, 2, 9), defaults={"is_workday": True, "quiet": True})

    assert str(morning(date(2024, 2, 9)).occasion) == "quiet_day"
    assert OutboxMessage.objects.count() == 0


def test_a_working_sunday_is_a_sending_day() -> None:
    assert morning(date(2024, 2, 18)).queued == 3


def test_without_news_mail_goes_on_the_first_working_day_of_a_week_alone() -> None:
    morning(THURSDAY)
    for day in (FRIDAY, MONDAY, TUESDAY, WEDNESDAY):
        morning(day)

    days = OutboxMessage.objects.filter(person="L01").order_by("pk").values_list("business_date", "kind")
    assert list(days) == [(THURSDAY, "digest"), (MONDAY, "overview")]


def test_a_year_without_a_calendar_is_refused_in_a_sentence() -> None:
    CalendarYear.objects.filter(year=2026).delete()

    with pytest.raises(Refusal, match="2026年工作日日历尚未载入"):
        morning(date(2026, 3, 2))


def test_a_dry_run_writes_nothing() -> None:
    with clock.set_to(THURSDAY):
        report = queue_digests(by=SYSTEM, on=THURSDAY, dry_run=True)

    assert (report.queued, OutboxMessage.objects.count()) == (3, 0)


def test_only_the_office_and_the_product_queue_mail() -> None:
    with pytest.raises(Forbidden):
        queue_digests(by=make.UserFactory(leader=True), on=FRIDAY)


# ---- to whom


def test_the_liaison_officer_gets_a_copy() -> None:
    morning(THURSDAY)

    assert mail("L01", THURSDAY).copies == [["联络员甲（示例）", "lx01@demo.invalid"]]
    assert mail("L02", THURSDAY).copies == []


def test_a_copy_outside_the_allowed_domains_is_left_out(settings: object) -> None:
    settings.MAIL_DOMAINS = ["heze.gov.cn"]
    Person.objects.filter(code="L01").update(email="l01@heze.gov.cn")
    morning(THURSDAY)

    assert mail("L01", THURSDAY).state == "queued"
    assert mail("L01", THURSDAY).copies == []
    assert mail("L02", THURSDAY).state == "withheld"


def test_a_leader_without_an_address_is_written_and_withheld() -> None:
    Person.objects.filter(code="L02").update(email="")

    report = morning(THURSDAY)

    assert report.withheld == 1
    assert "未登记电子邮箱" in mail("L02", THURSDAY).withheld_reason


def test_a_mail_is_in_its_reader_s_language() -> None:
    make.UserFactory(username="l02", role="leader", person="L02", language="en")
    morning(THURSDAY)

    assert mail("L02", THURSDAY).text.startswith("Key-project progress note\n")
    assert mail("L01", THURSDAY).text.startswith("重点项目进展提示\n")


def test_a_row_that_cannot_be_told_silences_nobody_else_and_is_said() -> None:
    made = Project.objects.get(code="T23-0020")
    broken = make.AlertFactory(project=made, rule="a_rule_that_is_gone", subject=made.code)

    with pytest.raises(Refusal, match="L02"):
        morning(THURSDAY)
    written = set(OutboxMessage.objects.values_list("person", flat=True))
    broken.delete()
    morning(THURSDAY)

    assert written == {"L01", "S-OFFICE"}
    assert was_written("L02", THURSDAY)

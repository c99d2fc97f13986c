"""The Spring Festival and Labour Day of 2024, day by day: what is queued, what goes on, what is late from when."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from django.utils.translation import override

from portfolio import clock
from projects.actions.workdays import set_quiet
from projects.models import CalendarDay, MilestoneStep, Person, Programme
from projects.queries.workcalendar import load_calendar
from reports.actions import delivery
from reports.actions.digests import queue_digests
from reports.actions.reminders import send_reminders
from reports.models import Alert, OutboxMessage
from reports.wording import alert_sentence
from tests import factories as make
from tests.flows.smtp_sink import Sink, serving
from tests.reports.mailbox import SYSTEM, furnish, night, project

pytestmark = pytest.mark.django_db

EVE, LAST_REST, SUNDAY = date(2024, 2, 9), date(2024, 2, 17), date(2024, 2, 18)
DAY = timedelta(days=1)


@pytest.fixture
def sink(settings: object) -> Iterator[Sink]:
    settings.MAIL = {"backend": "django.core.mail.backends.smtp.EmailBackend"}
    with serving(Sink()) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        furnish()
        yield server


def overdue(code: str, planned: date) -> None:
    """A project of this year's list, with a milestone that is still open."""
    programme = Programme.objects.filter(code="P2024-PROV").first() or make.ProgrammeFactory(
        code="P2024-PROV", year=2024, year_to=2024
    )
    made = project(code, f"{code}项目（示例）", Person.objects.get(code="L01"))
    make.ListingFactory(project=made, programme=programme, joined_on=date(2024, 1, 1))
    due = load_calendar().due_date(planned).date
    make.MilestoneFactory(project=made, step=MilestoneStep.objects.get(code="D04"), planned_on=planned, due_on=due)


def a_day(day: date) -> delivery.Delivery:
    """Everything that is scheduled: the sweep, digests, reminders, and deliveries in the morning and at night."""
    night(day)
    with time_machine.travel(f"{day}T08:30:00+08:00", tick=False), clock.set_to(day, time(8, 30)):
        queue_digests(by=SYSTEM, on=day)
        send_reminders(by=SYSTEM, on=day)
    for at in (time(8, 31), time(23, 59)):
        with time_machine.travel(f"{day}T{at}+08:00", tick=False), clock.set_to(day, at):
            report = delivery.deliver(by=SYSTEM)
    return report


def keep_quiet_on_the_eve() -> None:
    """The State Council leaves 除夕 of 2024 a working day; the office's own setting keeps it quiet."""
    if not CalendarDay.objects.filter(day=EVE, quiet=True).exists():
        set_quiet(by=SYSTEM, day=EVE, quiet=True, name="除夕")


def queued_on() -> set[date]:
    return set(OutboxMessage.objects.values_list("business_date", flat=True))


def test_nothing_is_queued_from_new_year_s_eve_to_the_last_day_off_and_a_working_sunday_sends(sink: Sink) -> None:
    keep_quiet_on_the_eve()
    day = date(2024, 2, 8)
    while day <= SUNDAY:
        with clock.set_to(day):
            overdue(f"T24-{day:%m%d}", day - DAY)  # there is always news
        a_day(day)
        day += DAY

    days = queued_on()
    assert date(2024, 2, 8) in days
    assert not {EVE + DAY * n for n in range((LAST_REST - EVE).days + 1)} & days
    assert SUNDAY in days


@pytest.mark.parametrize(
    ("due", "reminded"),
    [(SUNDAY, {date(2024, 2, 8)}), (date(2024, 2, 19), set()), (date(2024, 2, 20), {SUNDAY})],
    ids=["on the last day before", "on the eve, which is quiet", "on the working Sunday"],
)
def test_a_reminder_whose_day_is_two_working_days_before_the_deadline_keeps_the_days_off(
    sink: Sink, due: date, reminded: set[date]
) -> None:
    keep_quiet_on_the_eve()
    make.UserFactory(username="clerk", county_staff=True, email="clerk@demo.invalid")
    make.ReportingPeriodFactory(period="2024-01", due_on=due)
    overdue("T24-0131", date(2024, 1, 31))
    day = date(2024, 2, 8)
    while day <= SUNDAY:
        a_day(day)
        day += DAY

    reminders = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.REMINDER)
    assert set(reminders.values_list("business_date", flat=True)) == reminded


def test_mail_of_before_the_festival_is_tried_again_during_it(sink: Sink) -> None:
    overdue("T24-0208", date(2024, 2, 7))
    sink.content = lambda _: "451 4.3.0 down for the holidays"
    a_day(date(2024, 2, 8))
    waiting = {one.message_id: one.attempts for one in OutboxMessage.objects.all()}
    sink.content = lambda _: ""
    a_day(EVE)

    assert waiting
    assert set(sink.message_ids) == waiting.keys()
    assert len(sink.taken) == len(waiting)
    assert all(str(one.mail["Subject"]).startswith("【补发：原定2024年2月8日】") for one in sink.taken)
    assert queued_on() == {date(2024, 2, 8)}


@pytest.mark.parametrize(
    ("on", "days"),
    [(date(2024, 5, day), None) for day in range(1, 7)] + [(date(2024, 5, 7), 1), (date(2024, 5, 8), 2)],
)
def test_what_is_due_on_labour_day_is_late_from_the_day_after_the_first_working_day(on: date, days: int | None) -> None:
    furnish()
    overdue("T24-0501", date(2024, 5, 1))

    night(on)

    found = Alert.objects.filter(rule="milestone_overdue", project__code="T24-0501")
    with clock.set_to(on), override("zh-hans"):
        said = [alert_sentence(alert, as_of=on, calendar=load_calendar()) for alert in found]
    assert len(said) == bool(days)
    assert all(re.search(rf"\D{days}个工作日", sentence) for sentence in said), said

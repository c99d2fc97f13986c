"""The mail server dead for two days, then back: everybody learns everything, once, in one mail instead of a flood."""

import re
from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine

from portfolio import clock
from portfolio.refusals import Refusal
from reports.actions import delivery, outbox
from reports.core.routing import message_id
from reports.models import OutboxMessage
from tests.factories import UserFactory
from tests.flows.smtp_sink import Sink, free_port, serving
from tests.reports.mailbox import FRIDAY, MONDAY, SYSTEM, THURSDAY, TUESDAY, furnish, mail, morning, night, parts

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture(autouse=True)
def port(settings: object) -> Iterator[int]:
    settings.MAIL = {"backend": "django.core.mail.backends.smtp.EmailBackend"}
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    furnish()
    night(date(2024, 1, 10))
    yield settings.EMAIL_PORT


def a_day(day: date, *times: time) -> list[delivery.Delivery]:
    """Sweep, digests, and a run of the outbox at each of some times, in business time and real time alike."""
    night(day)
    with time_machine.travel(f"{day}T08:30:00+08:00", tick=False):
        morning(day, goes_out=False)
    return [run(day, at) for at in times or (time(8, 31), time(15), time(20))]


def run(day: date, at: time) -> delivery.Delivery:
    with time_machine.travel(f"{day}T{at}+08:00", tick=False), clock.set_to(day, at):
        return delivery.deliver(by=SYSTEM)


def states(person: str) -> list[tuple[date, str]]:
    rows = OutboxMessage.objects.filter(person=person).order_by("business_date")
    return list(rows.values_list("business_date", "state"))


def test_after_two_dead_days_each_reader_gets_one_mail_with_all_the_news(port: int) -> None:
    for day in (THURSDAY, FRIDAY):
        assert all((one.sent, one.failed) == (0, 0) for one in a_day(day))
    with serving(Sink(), port) as sink:
        a_day(MONDAY)
        a_day(TUESDAY)

    people = {"L01": "l01@demo.invalid", "L02": "l02@demo.invalid", "S-OFFICE": "office@demo.invalid"}
    assert sorted(taken.recipients[0] for taken in sink.taken) == sorted(people.values())
    assert sorted(sink.message_ids) == sorted(mail(person, MONDAY).message_id for person in people)
    assert states("L01") == [(THURSDAY, State.WITHHELD), (FRIDAY, State.WITHHELD), (MONDAY, State.SENT)]


def test_the_one_mail_tells_what_the_dead_days_would_have_told(port: int) -> None:
    a_day(THURSDAY)
    told_on_thursday = parts(mail("L01", THURSDAY).text)["新增预警"]
    a_day(FRIDAY)
    with serving(Sink(), port):
        a_day(MONDAY)

    news = parts(mail("L01", MONDAY).text)["新增预警"]
    assert projects(told_on_thursday)
    assert projects(told_on_thursday) <= projects(news)


def projects(text: str) -> set[str]:
    return set(re.findall(r"[甲乙丙丁戊己][^\s“”]*?（示例）", text))


def test_what_is_overtaken_says_by_what_and_is_not_sent_again(port: int) -> None:
    a_day(THURSDAY)
    a_day(FRIDAY)

    overtaken = mail("L01", THURSDAY)
    assert overtaken.overtaken_by == mail("L01", FRIDAY).dedupe_key
    assert "2024-01-12" in overtaken.withheld_reason
    with pytest.raises(Refusal):
        outbox.resend(by=UserFactory(), message=overtaken, reason="领导没有收到")


def test_when_the_server_comes_back_at_night_the_last_mail_goes_and_says_that_it_is_late(port: int) -> None:
    a_day(THURSDAY)
    a_day(FRIDAY)
    with serving(Sink(), port) as sink:
        run(date(2024, 1, 13), time(3))
        a_day(MONDAY)

    late = [taken.mail["Subject"] for taken in sink.taken if taken.message_id == mail("L01", FRIDAY).message_id]
    assert len(late) == 1
    assert late[0].startswith("【补发：原定2024年1月12日】")
    assert states("L01") == [(THURSDAY, State.WITHHELD), (FRIDAY, State.SENT), (MONDAY, State.SENT)]
    assert len(set(sink.message_ids)) == len(sink.taken)


def test_a_mail_that_leaves_while_the_next_is_written_is_not_told_again(port: int, monkeypatch: object) -> None:
    a_day(THURSDAY)
    night(FRIDAY)
    real = outbox.enqueue_instead

    def just_left(message: OutboxMessage, earlier: list[int]) -> object:
        OutboxMessage.objects.filter(pk__in=earlier, state=State.QUEUED).update(
            state=State.SENDING, claim="a worker's", claimed_at=clock.wall_now(), next_attempt_at=None
        )
        return real(message, earlier)

    monkeypatch.setattr("reports.actions.digests.enqueue_instead", just_left)
    with time_machine.travel("2024-01-12T08:30:00+08:00", tick=False):
        morning(FRIDAY, goes_out=False)

    assert mail("L01", THURSDAY).state == State.SENDING
    once = OutboxMessage.objects.filter(person="L01", business_date=FRIDAY)
    news = [parts(one.text)["新增预警"] for one in once]
    told = parts(mail("L01", THURSDAY).text)["新增预警"]
    assert projects(told)
    assert not any(projects(told) & projects(text) for text in news)


def test_identity_survives_everything(port: int) -> None:
    a_day(THURSDAY)

    assert mail("L01", THURSDAY).message_id == message_id("digest:L01:2024-01-11", "demo.invalid")

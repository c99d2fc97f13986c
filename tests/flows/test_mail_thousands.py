"""Ten thousand mails through a server that refuses three attempts in ten, and one recipient in twenty for good."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db.models import Min

from portfolio import clock
from portfolio.models import User
from reports.actions import delivery, outbox
from reports.core.retries import GIVE_UP_AFTER, wait_after
from reports.core.routing import message_id
from reports.models import OutboxMessage
from tests.factories import OutboxMessageFactory
from tests.flows.moody_server import Moody, serving_moodily

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
MANY, GONE, DAY = 10_000, 20, date(2024, 1, 12)
BEGIN = datetime(2024, 1, 12, 8, 30, tzinfo=clock.SHANGHAI)
SYSTEM = User.system()


def queue() -> dict[str, str]:
    """The mails: Message-ID by address. Every twentieth mailbox does not exist."""
    messages = []
    for number in range(MANY):
        key = f"digest:L{number:05d}:2024-01-12"
        mailbox = f"{'gone' if number % GONE == 0 else 'leader'}{number:05d}@demo.invalid"
        identity = message_id(key, "demo.invalid")
        messages.append(OutboxMessageFactory.build(dedupe_key=key, to_address=mailbox, message_id=identity))
    outbox.enqueue(messages)
    return {one.to_address: one.message_id for one in messages}


def run_until_nothing_waits() -> timedelta:
    """Let the clock jump from one attempt that is due to the next; how long it took by that clock."""
    now = BEGIN
    while True:
        with time_machine.travel(now, tick=False), clock.set_to(DAY):
            while delivery.due(clock.wall_now()).exists():
                delivery.deliver(by=SYSTEM)
        upcoming = OutboxMessage.objects.aggregate(next=Min("next_attempt_at"))["next"]
        if upcoming is None:
            return now - BEGIN
        assert upcoming > now
        now = upcoming


def through(moody: Moody, settings: object) -> tuple[dict[str, str], timedelta]:
    settings.MAIL = {"backend": "django.core.mail.backends.smtp.EmailBackend"}
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", moody.port, 20
    with time_machine.travel(BEGIN, tick=False):
        expected = queue()
    return expected, run_until_nothing_waits()


def test_none_of_ten_thousand_is_lost_or_doubled_and_each_that_cannot_arrive_is_listed(settings: object) -> None:
    with serving_moodily(chance=0.3, seed=20240112) as moody:
        expected, took = through(moody, settings)

    good = {address: identity for address, identity in expected.items() if address.startswith("leader")}
    assert moody.to == good
    assert moody.taken == dict.fromkeys(good.values(), 1)  # each under its one Message-ID, and once
    assert moody.refused > MANY // 3  # it was as moody as it said
    failed = OutboxMessage.objects.filter(state=State.FAILED).values_list("to_address", flat=True)
    assert set(failed) == expected.keys() - good.keys()
    assert OutboxMessage.objects.filter(state=State.SENT).count() == len(good)
    assert not OutboxMessage.objects.filter(state=State.FAILED).exclude(last_error__contains="550 5.1.1").exists()
    assert took <= GIVE_UP_AFTER


def test_a_mailbox_that_is_always_busy_is_given_up_after_72_hours_and_listed(settings: object) -> None:
    settings.MAIL_RATE = 0
    with serving_moodily(chance=1, seed=1) as moody:
        settings.MAIL = {"backend": "django.core.mail.backends.smtp.EmailBackend"}
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", moody.port, 20
        with time_machine.travel(BEGIN, tick=False):
            outbox.enqueue([OutboxMessageFactory.build(dedupe_key="digest:L1:2024-01-12")])
        took = run_until_nothing_waits()

    message = OutboxMessage.objects.get()
    waits = [wait for at in range(1, message.attempts) if (wait := wait_after(at))]
    assert (message.state, message.attempts, moody.attempts) == (State.FAILED, 39, 39)
    assert took == sum(waits, timedelta()) <= GIVE_UP_AFTER
    assert waits[:5] == [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 120)]

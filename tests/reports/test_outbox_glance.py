"""The outbox at a glance: what went on which day, what stands in the way, who was written to; texts go with age."""

import hashlib
from datetime import date

import pytest
from django.test import Client

from portfolio import clock
from portfolio.models import JobRun
from portfolio.refusals import Refusal
from reports import tasks
from reports.actions import outbox
from reports.models import OutboxMessage
from reports.queries.outbox import last_days, troubles
from tests.factories import OutboxMessageFactory, PersonFactory, UserFactory
from tests.reports.mailbox import SYSTEM

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
DAY = date(2024, 1, 12)


def written(state: str = State.SENT, **fields: object) -> OutboxMessage:
    now = clock.wall_now()
    needed = {
        State.QUEUED: {"next_attempt_at": now},
        State.SENT: {"sent_at": now},
        State.WITHHELD: {"withheld_reason": "no address"},
    }
    return OutboxMessageFactory(state=state, **{**needed.get(state, {}), **fields})


def test_each_day_is_counted_by_what_became_of_its_mail() -> None:
    written()
    written(subject="【补发：原定2024年1月12日】【提示】")
    written(State.QUEUED)
    written(State.FAILED, last_error="550 gone")
    written(State.WITHHELD)
    written(business_date=date(2024, 1, 11))

    first, second = last_days()

    assert (first.day, first.sent, first.late, first.waiting, first.failed, first.withheld) == (DAY, 2, 1, 1, 1, 1)
    assert (second.day, second.sent) == (date(2024, 1, 11), 1)


def test_what_servers_said_is_counted_once_for_many() -> None:
    for _ in range(3):
        written(State.QUEUED, last_error="451 later", attempts=1)
    written(State.FAILED, last_error="550 gone")
    written(last_error="copy@demo.invalid: 550 gone")  # it went; only a copy did not

    assert [(one.words, one.count) for one in troubles()] == [("451 later", 3), ("550 gone", 1)]


def test_the_office_sees_it_on_the_page(client: Client) -> None:
    written(State.FAILED, last_error="550 5.1.1 no such mailbox", to_name="市领导09（示例）")
    written(State.QUEUED, last_error="451 4.7.1 greylisted", attempts=2)
    client.force_login(UserFactory())

    html = client.get("/outbox/").content.decode()

    assert "550 5.1.1 no such mailbox" in html
    assert "已被暂拒2次" in html
    assert "?on=2024-01-12&amp;state=failed" in html


def test_a_leader_sees_neither_the_counts_nor_others_names(client: Client) -> None:
    PersonFactory(code="L01", kind="leader")
    written(person="L01", to_name="市领导01（示例）")
    written(person="L02", to_name="市领导02（示例）")
    client.force_login(UserFactory(leader=True, person="L01"))

    html = client.get("/outbox/").content.decode()

    assert "市领导01（示例）" in html
    assert "市领导02（示例）" not in html
    assert "受阻原因" not in html


def test_one_person_s_mail_can_be_picked_out(client: Client) -> None:
    written(person="L01", to_name="市领导01（示例）", subject="第一封")
    written(person="L02", to_name="市领导02（示例）", subject="第二封")
    client.force_login(UserFactory())

    html = client.get("/outbox/?person=L02").content.decode()

    assert "第二封" in html
    assert "第一封" not in html


# ---- texts that go with age


def test_old_mail_loses_its_text_and_keeps_its_record(settings: object) -> None:
    settings.MAIL_KEEP_DAYS = 365
    old = written(business_date=date(2023, 1, 11), text="一、总体", html="<p>一、总体</p>")
    young = written(business_date=date(2023, 1, 12))

    assert outbox.thin(by=SYSTEM, on=DAY) == 1
    assert outbox.thin(by=SYSTEM, on=DAY) == 0

    kept = {name: getattr(old, name) for name in ("dedupe_key", "message_id", "subject", "to_address", "state")}
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.text, old.html, old.thinned_on) == ("", "", DAY)
    assert old.content_sha256 == hashlib.sha256("一、总体\0<p>一、总体</p>".encode()).hexdigest()
    assert {name: getattr(old, name) for name in kept} == kept
    assert young.text


@pytest.mark.parametrize(("days", "age", "thinned"), [(0, 4000, 0), (30, 182, 0), (30, 184, 1)])
def test_nothing_goes_before_half_a_year_or_where_all_is_kept(
    settings: object, days: int, age: int, thinned: int
) -> None:
    settings.MAIL_KEEP_DAYS = days
    written(business_date=date.fromordinal(DAY.toordinal() - age))

    assert outbox.thin(by=SYSTEM, on=DAY) == thinned


def test_what_waits_keeps_its_text(settings: object) -> None:
    settings.MAIL_KEEP_DAYS = 365
    written(State.QUEUED, business_date=date(2020, 1, 10))

    assert outbox.thin(by=SYSTEM, on=DAY) == 0


def test_a_mail_without_its_text_is_not_sent_again_and_its_page_says_why(client: Client, settings: object) -> None:
    settings.MAIL_KEEP_DAYS = 365
    message = written(business_date=date(2020, 1, 10))
    outbox.thin(by=SYSTEM, on=DAY)
    message.refresh_from_db()
    client.force_login(UserFactory())

    with pytest.raises(Refusal):
        outbox.resend(by=UserFactory(), message=message, reason="领导没有收到")
    html = client.get(f"/outbox/{message.pk}/").content.decode()
    assert message.content_sha256 in html
    assert "iframe" not in html


def test_thinning_is_a_job_of_the_night() -> None:
    tasks.thin_outbox("2024-01-12")
    tasks.thin_outbox("2024-01-12")

    run = JobRun.objects.get(job="thin_outbox")
    assert (run.slot, run.result) == ("2024-01-12", {"thinned": 0})

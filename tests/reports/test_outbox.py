"""The outbox: one row a key, delivery to files, what may not go, rescue, and the office's hand on a message."""

import email
import email.policy
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden, Refusal
from projects.models import Change
from reports.actions import delivery, outbox
from reports.models import OutboxMessage
from tests.factories import ArchivedWorkbookFactory, OutboxMessageFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
SYSTEM = User.system()


def unsaved(**fields: object) -> OutboxMessage:
    return outbox.address_checked(OutboxMessageFactory.build(**fields))


def in_state(state: str, **fields: object) -> OutboxMessage:
    now = clock.wall_now()
    needed = {
        State.QUEUED: {"next_attempt_at": now},
        State.SENDING: {"claimed_at": now, "claim": "x"},
        State.SENT: {"sent_at": now},
        State.WITHHELD: {"withheld_reason": "no address"},
    }
    return OutboxMessageFactory(state=state, **{**needed.get(state, {}), **fields})


def files(settings: object) -> list[Path]:
    return sorted(Path(settings.MAIL["folder"]).glob("*.eml"))


def test_a_key_is_queued_once() -> None:
    first = outbox.enqueue([unsaved(dedupe_key="digest:L01:2024-01-12", text="first")])
    again = outbox.enqueue([unsaved(dedupe_key="digest:L01:2024-01-12", text="again")])

    assert (len(first), again) == (1, [])
    assert OutboxMessage.objects.get().text == "first"


def test_a_person_without_an_address_is_shown_not_forgotten() -> None:
    (row,) = outbox.enqueue([unsaved(to_address="")])

    assert row.state == State.WITHHELD
    assert "电子邮箱" in row.withheld_reason


def test_a_domain_outside_the_allowed_ones_is_withheld(settings: object) -> None:
    settings.MAIL_DOMAINS = ["heze.gov.cn"]

    (row,) = outbox.enqueue([unsaved(to_address="l01@qq.com")])

    assert row.state == State.WITHHELD
    assert "MAIL_DOMAINS" in row.withheld_reason


def test_a_domain_that_is_restricted_later_stops_what_waits(settings: object) -> None:
    message = in_state(State.QUEUED)
    settings.MAIL_DOMAINS = ["heze.gov.cn"]

    assert delivery.deliver(by=SYSTEM).withheld == 1
    message.refresh_from_db()
    assert message.state == State.WITHHELD


def test_mail_goes_to_one_file_each(settings: object) -> None:
    in_state(State.QUEUED, text="一、总体", number="20240112-L001", message_id="<digest.a@demo.invalid>")
    in_state(State.QUEUED, number="20240112-L002", message_id="<digest.b@demo.invalid>")

    report = delivery.deliver(by=SYSTEM)

    assert report.sent == 2
    assert [one.name for one in files(settings)] == ["20240112-L001-digest.a.eml", "20240112-L002-digest.b.eml"]
    mail = email.message_from_bytes(files(settings)[0].read_bytes(), policy=email.policy.default)
    assert mail.get_body(("plain",)).get_content().strip() == "一、总体"


def test_sending_again_replaces_the_file(settings: object) -> None:
    message = in_state(State.QUEUED)
    delivery.deliver(by=SYSTEM)
    message.refresh_from_db()

    outbox.resend(by=UserFactory(), message=message, reason="领导没有收到")
    delivery.deliver(by=SYSTEM)

    assert len(files(settings)) == 1


def test_a_folder_that_cannot_be_written_costs_no_attempt(settings: object, tmp_path: Path) -> None:
    message = in_state(State.QUEUED)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    settings.MAIL = {**settings.MAIL, "folder": str(blocked)}

    report = delivery.deliver(by=SYSTEM)

    message.refresh_from_db()
    assert (report.waiting, message.state, message.attempts) == (1, State.QUEUED, 0)
    assert "FileExistsError" in report.error


def test_a_dry_run_sends_nothing(settings: object) -> None:
    message = in_state(State.QUEUED)

    assert delivery.deliver(by=SYSTEM, dry_run=True).waiting == 1
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert files(settings) == []


def test_only_the_mail_of_a_day_goes_when_one_is_named(settings: object) -> None:
    in_state(State.QUEUED, business_date="2024-01-12")
    in_state(State.QUEUED, business_date="2024-01-15")

    assert delivery.deliver(by=SYSTEM, on=OutboxMessage.objects.first().business_date).sent == 1


def test_when_it_was_sent_is_business_time() -> None:
    message = in_state(State.QUEUED)
    with clock.set_to(message.business_date):
        delivery.deliver(by=SYSTEM)

    message.refresh_from_db()
    assert message.sent_at.astimezone(clock.SHANGHAI).date() == message.business_date


def test_a_claimed_message_is_nobody_else_s(settings: object) -> None:
    in_state(State.SENDING)

    assert delivery.deliver(by=SYSTEM) == delivery.Delivery()


def test_a_message_whose_worker_was_lost_goes_back_and_counts_an_attempt() -> None:
    message = in_state(State.SENDING)

    with time_machine.travel(clock.wall_now() + timedelta(minutes=9)):
        assert delivery.rescue(by=SYSTEM) == 0
    with time_machine.travel(clock.wall_now() + timedelta(minutes=11)):
        assert delivery.rescue(by=SYSTEM) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.claimed_at) == (State.QUEUED, 1, None)


def test_a_letter_that_always_loses_its_worker_fails_in_the_end() -> None:
    message = in_state(State.SENDING, attempts=38, claimed_at=clock.wall_now() - timedelta(hours=1))

    delivery.rescue(by=SYSTEM)

    message.refresh_from_db()
    assert message.state == State.FAILED


def workbook(settings: object, content: bytes, sha256: str) -> object:
    Path(settings.ARCHIVE_ROOT, "a.xlsx").write_bytes(content)
    return ArchivedWorkbookFactory(
        state="ready", path="a.xlsx", size=len(content), file_name="汇总.xlsx", sha256=sha256
    )


def test_a_workbook_goes_along_byte_for_byte(settings: object) -> None:
    content = b"PK workbook"
    in_state(State.QUEUED, attachment=workbook(settings, content, hashlib.sha256(content).hexdigest()))

    delivery.deliver(by=SYSTEM)

    mail = email.message_from_bytes(files(settings)[0].read_bytes(), policy=email.policy.default)
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("汇总.xlsx", content)


def test_a_workbook_whose_bytes_were_altered_does_not_go(settings: object) -> None:
    message = in_state(State.QUEUED, attachment=workbook(settings, b"altered", "0" * 64))

    assert delivery.deliver(by=SYSTEM).failed == 1
    message.refresh_from_db()
    assert "汇总.xlsx" in message.last_error


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.WITHHELD])
def test_the_office_can_send_again(state: str) -> None:
    message = in_state(state, attempts=7)
    identity = message.message_id

    outbox.resend(by=UserFactory(), message=message, reason="领导没有收到")

    assert (message.state, message.attempts, message.sent_at) == (State.QUEUED, 0, None)
    assert message.message_id == identity
    change = Change.objects.get()
    assert (change.reason, change.key) == ("领导没有收到", message.dedupe_key)


def test_sending_again_goes_to_the_address_that_is_recorded_now() -> None:
    PersonFactory(code="L01", email="new@demo.invalid")
    message = in_state(State.FAILED, person="L01", to_address="old@demo.invalid")

    outbox.resend(by=UserFactory(), message=message, reason="地址已更正")

    assert message.to_address == "new@demo.invalid"
    assert "old@demo.invalid" in Change.objects.get().changes


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING])
def test_what_waits_or_is_on_its_way_is_not_sent_again(state: str) -> None:
    with pytest.raises(Refusal):
        outbox.resend(by=UserFactory(), message=in_state(state), reason="…")


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_the_office_can_withhold(state: str) -> None:
    message = in_state(state)

    outbox.withhold(by=UserFactory(), message=message, reason="项目已撤销")

    assert (message.state, message.withheld_reason) == (State.WITHHELD, "项目已撤销")
    assert delivery.deliver(by=SYSTEM).sent == 0


@pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.WITHHELD])
def test_what_is_gone_cannot_be_withheld(state: str) -> None:
    with pytest.raises(Refusal):
        outbox.withhold(by=UserFactory(), message=in_state(state), reason="…")


@pytest.mark.parametrize("act", [outbox.resend, outbox.withhold])
def test_a_reason_is_asked_for(act: object) -> None:
    message = in_state(State.FAILED)

    with pytest.raises(Refusal) as refused:
        act(by=UserFactory(), message=message, reason="  ")
    assert refused.value.field == "reason"


def test_a_message_that_changed_meanwhile_is_not_touched() -> None:
    message = in_state(State.FAILED)
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.WITHHELD, withheld_reason="other")

    with pytest.raises(Refusal):
        outbox.withhold(by=UserFactory(), message=message, reason="mine")
    assert Change.objects.count() == 0


@pytest.mark.parametrize("role", ["leader", "auditor", "county_staff"])
def test_nobody_but_the_office_handles_mail(role: str) -> None:
    message, user = in_state(State.FAILED), UserFactory(**{role: True})

    for act in (outbox.resend, outbox.withhold):
        with pytest.raises(Forbidden):
            act(by=user, message=message, reason="…")
    with pytest.raises(Forbidden):
        delivery.deliver(by=user)

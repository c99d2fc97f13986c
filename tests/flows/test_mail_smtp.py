"""Mail through a real SMTP server on loopback: what arrives, what is refused, who tries again, and what stays."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection

from portfolio import clock
from portfolio.models import User
from reports.actions import delivery
from reports.core.routing import message_id
from reports.models import OutboxMessage
from tests.factories import OutboxMessageFactory
from tests.flows.smtp_sink import Sink, free_port, serving

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture
def sink(settings: object) -> Iterator[Sink]:
    with serving(Sink()) as server:
        use_smtp(settings, server.port)
        yield server


def use_smtp(settings: object, port: int) -> None:
    """What EMAIL_URL=smtp://127.0.0.1:port sets."""
    settings.MAIL = {"backend": "django.core.mail.backends.smtp.EmailBackend"}
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def queued(**fields: object) -> OutboxMessage:
    message = OutboxMessageFactory.build(next_attempt_at=clock.wall_now(), **fields)
    if "message_id" not in fields:
        message.message_id = message_id(message.dedupe_key, "demo.invalid")
    message.save()
    return message


def deliver(after: timedelta = timedelta(), on: date = date(2024, 1, 12)) -> delivery.Delivery:
    with time_machine.travel(clock.wall_now() + after, tick=True), clock.set_to(on):
        return delivery.deliver(by=User.system())


def test_a_mail_arrives_with_both_forms_and_its_headers(sink: Sink) -> None:
    queued(
        subject="【重点项目进展提示】您包保的30个项目（截至2023年12月底）：新增红灯1个、黄灯1个，需协调1件",
        text="一、总体\n鄄城县……",
        html="<p>一、总体<br>鄄城县……</p>",
        to_name="市领导01（示例）",
        copies=[["联络员（示例）", "liaison@demo.invalid"]],
        message_id="<digest.1@demo.invalid>",
        number="20240112-L001",
    )

    deliver()

    (taken,) = sink.taken
    assert taken.recipients == ["leader-1@demo.invalid", "liaison@demo.invalid"]
    mail = taken.mail
    assert mail["Subject"].startswith("【重点项目进展提示】您包保的30个项目（截至2023年12月底）：新增红灯1个")
    assert mail["To"].addresses[0].display_name == "市领导01（示例）"
    assert mail["Cc"].addresses[0].addr_spec == "liaison@demo.invalid"
    assert mail["Message-ID"] == "<digest.1@demo.invalid>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Mail-Number"] == "20240112-L001"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == "一、总体\n鄄城县……"
    assert "鄄城县" in mail.get_body(("html",)).get_content()


def test_no_line_of_a_mail_is_longer_than_servers_take(sink: Sink) -> None:
    queued(text="鄄城县" * 2000, html=f"<p>{'鄄城县' * 2000}</p>", subject="【提示】" + "鄄城县" * 80)

    deliver()

    assert max(len(line) for line in sink.taken[0].raw.split(b"\r\n")) <= 998
    assert sink.taken[0].raw.isascii()


def test_a_batch_goes_over_one_connection(sink: Sink) -> None:
    for _ in range(5):
        queued()

    assert deliver().sent == 5
    assert sink.sessions == 1


def test_a_second_run_sends_nothing_again(sink: Sink) -> None:
    queued()

    assert (deliver().sent, deliver().sent) == (1, 0)
    assert len(sink.taken) == 1


@pytest.mark.parametrize("where", ["recipient", "content"])
def test_a_refusal_for_now_is_tried_again_on_the_ladder(sink: Sink, where: str) -> None:
    message = queued()
    setattr(sink, where, lambda _: "451 4.7.1 greylisted")

    first = deliver()
    message.refresh_from_db()
    too_early = deliver()
    setattr(sink, where, lambda _: "")
    later = deliver(timedelta(minutes=2))

    assert (first.retried, message.attempts, message.state) == (1, 1, State.QUEUED)
    assert "451 4.7.1 greylisted" in message.last_error
    assert (too_early.sent, later.sent) == (0, 1)
    assert len(set(sink.message_ids)) == len(sink.taken) == 1


@pytest.mark.parametrize("where", ["recipient", "content"])
def test_a_refusal_for_good_fails_at_once_and_is_not_tried_again(sink: Sink, where: str) -> None:
    message = queued()
    setattr(sink, where, lambda _: "550 5.1.1 no such mailbox")

    first, later = deliver(), deliver(timedelta(hours=3))

    message.refresh_from_db()
    assert (first.failed, later) == (1, delivery.Delivery())
    assert (message.state, message.attempts) == (State.FAILED, 1)
    assert "550 5.1.1 no such mailbox" in message.last_error


def test_one_refused_letter_does_not_hold_up_the_others(sink: Sink) -> None:
    bad = queued(to_address="gone@demo.invalid")
    good = [queued(), queued()]
    sink.recipient = lambda address: "550 gone" if address.startswith("gone") else ""

    report = deliver()

    assert (report.sent, report.failed, sink.sessions) == (2, 1, 1)
    assert set(sink.message_ids) == {one.message_id for one in good}
    bad.refresh_from_db()
    assert bad.state == State.FAILED


def test_after_three_days_of_refusals_a_mail_fails(sink: Sink) -> None:
    message = queued(attempts=38)
    sink.content = lambda _: "451 later"

    assert deliver().failed == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, 39)


def test_a_copy_refused_for_good_does_not_keep_the_letter_from_the_leader(sink: Sink) -> None:
    message = queued(copies=[["联络员", "liaison@demo.invalid"]])
    sink.recipient = lambda address: "550 gone" if address.startswith("liaison") else ""

    assert deliver().sent == 1
    assert sink.taken[0].recipients == ["leader-1@demo.invalid"]
    message.refresh_from_db()
    assert "liaison@demo.invalid: 550 gone" in message.last_error


def test_a_copy_refused_for_now_holds_the_letter_back_three_times_at_most(sink: Sink) -> None:
    queued(copies=[["联络员", "liaison@demo.invalid"]])
    sink.recipient = lambda address: "450 busy" if address.startswith("liaison") else ""

    runs = [deliver(timedelta(minutes=minutes)) for minutes in (0, 2, 10, 50)]

    assert [(run.sent, run.retried) for run in runs] == [(0, 1), (0, 1), (0, 1), (1, 0)]
    assert len(sink.taken) == 1


def test_a_server_that_cannot_be_reached_costs_no_attempt(settings: object) -> None:
    use_smtp(settings, free_port())
    messages = [queued(), queued()]

    report = deliver()

    assert (report.waiting, report.sent, report.failed) == (2, 0, 0)
    assert "ConnectionRefusedError" in report.error
    for message in messages:
        message.refresh_from_db()
        assert (message.state, message.attempts, message.claimed_at) == (State.QUEUED, 0, None)
        assert "ConnectionRefusedError" in message.last_error


def test_a_server_that_comes_back_gets_everything_once(settings: object) -> None:
    port = free_port()
    use_smtp(settings, port)
    expected = {queued().message_id for _ in range(3)}
    for minutes in range(0, 5, 2):
        deliver(timedelta(minutes=minutes))

    with serving(Sink(), port) as sink:
        deliver(timedelta(minutes=10))
        deliver(timedelta(minutes=20))

    assert sorted(sink.message_ids) == sorted(expected)


def test_a_server_that_closes_costs_the_letter_an_attempt_and_the_next_goes_over_a_new_connection(sink: Sink) -> None:
    first, second = queued(), queued()
    sink.content = lambda message_id: "421 closing" if message_id == first.message_id else ""

    report = deliver()

    assert (report.retried, report.sent) == (1, 1)
    assert sink.sessions == 2
    assert sink.message_ids == [second.message_id]


def test_a_letter_that_cannot_be_written_fails_and_says_why(sink: Sink) -> None:
    message = queued(subject="two\nlines")

    assert deliver().failed == 1
    message.refresh_from_db()
    assert message.last_error
    assert sink.taken == []


def test_the_number_of_statements_per_letter_is_one(sink: Sink, django_assert_num_queries: object) -> None:
    for _ in range(10):
        queued()

    # claim: ids, update, read; then one mark a letter; then one look whether more is due
    with django_assert_num_queries(3 + 10 + 1) as seen:
        deliver()
    assert sum("UPDATE" in query["sql"] for query in seen.captured_queries) == 11


@pytest.mark.postgres  # SQLite keeps what it has read by itself
def test_the_mark_is_read_once_and_carried_out_for_each_letter(sink: Sink) -> None:
    def carried_out() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements "
                "WHERE statement LIKE 'UPDATE reports_outboxmessage SET state = ''sent''%'"
            )
            return int(cursor.fetchone()[0])

    before = carried_out()
    for _ in range(5):
        queued()
    deliver()

    assert carried_out() - before == len(sink.taken) == 5


def test_what_goes_on_a_later_day_says_so_in_its_subject(sink: Sink) -> None:
    message = queued(subject="【重点项目进展提示】", language="zh-hans")
    sink.content = lambda _: "451 later"
    deliver(on=date(2024, 1, 13))
    sink.content = lambda _: ""

    deliver(timedelta(minutes=2), on=date(2024, 1, 15))

    message.refresh_from_db()
    assert sink.taken[0].mail["Subject"] == message.subject == "【补发：原定2024年1月12日】【重点项目进展提示】"
    assert sink.taken[0].mail["Message-ID"] == message.message_id


def test_a_server_that_takes_so_many_over_a_connection_gets_the_rest_over_another(sink: Sink) -> None:
    messages = [queued() for _ in range(5)]
    sink.most = 2

    report = deliver()

    assert (report.sent, report.retried, sink.sessions) == (5, 0, 3)
    assert sorted(sink.message_ids) == sorted(one.message_id for one in messages)


@pytest.mark.parametrize("copies", [[], [["联络员", "liaison@demo.invalid"]]])
@pytest.mark.parametrize("answer", ["450 busy", "550 gone"])
def test_commands_in_one_go_or_in_turn_come_to_the_same(sink: Sink, copies: list[list[str]], answer: str) -> None:
    outcomes = []
    for pipelining in (True, False):
        sink.pipelining = pipelining
        bad = queued(to_address="gone@demo.invalid", copies=copies)
        good = [queued(copies=copies) for _ in range(2)]
        sink.recipient = lambda address: answer if address.startswith("gone") else ""
        report = deliver()
        bad.refresh_from_db()
        sent = [sink.message_ids.count(one.message_id) for one in (bad, *good)]
        outcomes.append((report, bad.state, bad.attempts, bad.last_error, sent))

    assert outcomes[0] == outcomes[1]
    assert outcomes[0][-1] == [0, 1, 1]


def test_a_sender_whom_the_server_refuses_costs_no_letter(sink: Sink, settings: object) -> None:
    message = queued()
    sink.sender = lambda address: "550 5.7.1 not yours to send as"

    report = deliver()

    message.refresh_from_db()
    assert (report.retried, message.state, sink.taken) == (1, State.QUEUED, [])
    assert "MAIL FROM: 550 5.7.1" in message.last_error


def test_no_more_letters_leave_in_a_minute_than_the_rate_allows(sink: Sink, settings: object) -> None:
    settings.MAIL_RATE = 3
    for _ in range(8):
        queued()

    with time_machine.travel("2024-01-12T08:30:10+08:00", tick=False):
        OutboxMessage.objects.update(next_attempt_at=clock.wall_now())
        runs = [delivery.deliver(by=User.system()).sent for _ in range(2)]
    later = [deliver(timedelta(minutes=minutes)).sent for minutes in (1, 2, 3)]

    assert runs == [3, 0]
    assert later == [3, 2, 0]

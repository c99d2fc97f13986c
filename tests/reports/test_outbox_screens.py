"""/outbox/: who reads whose mail, how its HTML is shown, and what the office does."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio import clock
from portfolio.models import AccessEvent, Role, User
from reports.models import OutboxMessage
from tests.factories import OutboxMessageFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture
def message() -> OutboxMessage:
    return OutboxMessageFactory(
        person="LEADER-1", subject="【重点项目进展提示】甲", text="一、总体", html="<p style='color:red'>一、总体</p>",
        next_attempt_at=clock.wall_now(), number="20240112-L001",
    )  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    user.save()  # the factory sets the password without saving it
    client.force_login(user)
    return client


def liaison() -> User:
    leader = PersonFactory(leader=True)
    PersonFactory(code="LX01", kind="liaison", serves=leader)
    return UserFactory(role=Role.LIAISON, person="LX01")


def addresses(message: OutboxMessage) -> list[str]:
    return [reverse("outbox_message", args=[message.pk]), reverse("outbox_html", args=[message.pk])]


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ({}, 200),
        ({"auditor": True}, 200),
        ({"leader": True}, 200),
        ({"leader": True, "person": "LEADER-2"}, 404),
        ({"county_staff": True}, 403),
        ({"unit": True}, 403),
        ({"admin": True}, 403),
    ],
)
def test_a_mail_is_read_by_its_recipient_the_office_and_auditors(
    message: OutboxMessage, user: dict[str, object], status: int
) -> None:
    client = signed_in(UserFactory(**user))

    assert [client.get(address).status_code for address in addresses(message)] == [status, status]


def test_a_liaison_officer_reads_the_mail_of_the_leader_served(message: OutboxMessage) -> None:
    client = signed_in(liaison())

    assert client.get(addresses(message)[0]).status_code == 200


def test_a_leader_s_list_holds_the_own_mail_alone(message: OutboxMessage) -> None:
    OutboxMessageFactory(person="LEADER-2", subject="【重点项目进展提示】乙")

    page = signed_in(UserFactory(leader=True)).get(reverse("outbox")).content.decode()

    assert "提示】甲" in page
    assert "提示】乙" not in page


def test_reading_a_mail_is_recorded(message: OutboxMessage) -> None:
    signed_in(UserFactory(auditor=True, username="auditor")).get(addresses(message)[0])

    event = AccessEvent.objects.filter(kind=AccessEvent.Kind.READ_MAIL).get()
    assert (event.account, event.subject) == ("auditor", message.dedupe_key)


@pytest.mark.parametrize(("destination", "recorded"), [("iframe", 0), ("document", 1)])
def test_reading_the_html_by_itself_is_recorded_too(message: OutboxMessage, destination: str, recorded: int) -> None:
    signed_in(UserFactory()).get(addresses(message)[1], headers={"Sec-Fetch-Dest": destination})

    assert AccessEvent.objects.filter(kind=AccessEvent.Kind.READ_MAIL).count() == recorded


def test_the_html_of_a_mail_can_do_nothing(message: OutboxMessage) -> None:
    answer = signed_in(UserFactory()).get(addresses(message)[1])

    directives = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split(";")}
    assert directives["default-src"] == ["'none'"]
    assert directives["sandbox"] == []
    assert directives["frame-ancestors"] == ["'self'"]
    assert "script-src" not in directives or directives["script-src"] == ["'none'"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.content.decode() == message.html


def test_the_page_frames_its_own_site_and_keeps_the_strict_policy(message: OutboxMessage) -> None:
    policy = signed_in(UserFactory()).get(addresses(message)[0])["Content-Security-Policy"]

    assert "frame-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_the_office_sends_a_failed_mail_again_with_a_reason(message: OutboxMessage) -> None:
    OutboxMessage.objects.update(state=State.FAILED)
    client = signed_in(UserFactory())

    refused = client.post(reverse("outbox_resend", args=[message.pk]), {"reason": "", "seen": "failed"})
    done = client.post(reverse("outbox_resend", args=[message.pk]), {"reason": "地址已更正", "seen": "failed"})

    assert (refused.status_code, done.status_code) == (200, 302)
    message.refresh_from_db()
    assert message.state == State.QUEUED


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "已发生变化"), ("en", "has changed meanwhile")])
@pytest.mark.parametrize("seen", ["failed", "", None])
def test_what_was_sent_again_meanwhile_is_not_sent_twice_and_the_reason_stays(
    message: OutboxMessage, seen: str | None, language: str, words: str
) -> None:
    """The page showed a failed mail; a colleague has sent it since."""
    OutboxMessage.objects.update(state=State.SENT, sent_at=clock.now())
    client = signed_in(UserFactory())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    fields = {"reason": "地址已更正", **({} if seen is None else {"seen": seen})}
    answer = client.post(reverse("outbox_resend", args=[message.pk]), fields)

    html = answer.content.decode()
    assert words in html and "地址已更正" in html
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_refusal_stands_in_the_form(message: OutboxMessage) -> None:
    fields = {"reason": "再发", "seen": "queued"}
    answer = signed_in(UserFactory()).post(reverse("outbox_resend", args=[message.pk]), fields)

    assert answer.status_code == 200
    assert "不能这样处理" in answer.content.decode()


@pytest.mark.parametrize("user", [{"auditor": True}, {"leader": True}])
def test_readers_cannot_handle_mail(message: OutboxMessage, user: dict[str, object]) -> None:
    client = signed_in(UserFactory(**user))

    for name in ("outbox_resend", "outbox_withhold"):
        assert client.post(reverse(name, args=[message.pk]), {"reason": "…"}).status_code == 403
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_the_list_is_filtered_by_state(message: OutboxMessage) -> None:
    OutboxMessageFactory(state=State.FAILED, subject="【重点项目进展提示】乙")

    page = signed_in(UserFactory()).get(reverse("outbox"), {"state": "failed"}).content.decode()

    assert "提示】乙" in page
    assert "提示】甲" not in page


@pytest.mark.parametrize(("copies", "words"), [(1, "+1 copy<"), (2, "+2 copies<")])
def test_the_list_counts_copies_as_english_does(message: OutboxMessage, copies: int, words: str) -> None:
    OutboxMessage.objects.update(copies=[["联络员（示例）", "a@demo.invalid"]] * copies)
    client = signed_in(UserFactory())
    client.cookies["django_language"] = "en"

    assert words in client.get("/outbox/").content.decode()


def test_the_list_s_statements_do_not_grow_with_its_rows() -> None:
    client = signed_in(UserFactory())
    counts = []
    for _ in range(2):
        OutboxMessageFactory.create_batch(15)
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("outbox"))
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 11  # three for the glance above it: days, troubles, whom one may choose

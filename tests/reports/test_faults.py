"""Troubles outside, read on the page in either language, whoever wrote them down: a full disk, a mail server away."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from portfolio import clock
from portfolio.models import User
from reports.actions import archive
from reports.actions.archive import build
from reports.faults import SENTENCES, retold
from reports.models import ArchivedWorkbook, OutboxMessage
from tests import factories as make
from tests.flows.smtp_sink import free_port
from tests.reports import small
from tests.reports.filing import ask, full_disk

pytestmark = pytest.mark.django_db
READ = [("zh-hans", "磁盘已满"), ("en", "The disk is full")]


def page(address: str, language: str, user: User) -> str:
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(address).content.decode()


@pytest.mark.parametrize("built_in", ["zh-hans", "en"])
@pytest.mark.parametrize(("language", "words"), READ)
def test_a_full_disk_is_told_in_the_reader_s_language_and_can_be_tried_again(
    built_in: str, language: str, words: str, portfolio: object
) -> None:
    office = make.UserFactory()
    with clock.set_to(small.AFTER):
        row = ask(office, language=built_in)
        with full_disk():
            build(archive_id=row.pk)
        html = page(f"/reports/{row.pk}/", language, office)

        assert words in html
        assert f"/reports/{row.pk}/again/" in html
        assert archive.visible(office).get().state == ArchivedWorkbook.State.FAILED


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "无法连接邮件服务器"), ("en", "The mail server could not be reached")]
)
@pytest.mark.parametrize("address", ["/outbox/", "/outbox/{}/"])
def test_a_mail_server_that_is_away_is_told_and_the_mail_waits(language: str, words: str, address: str) -> None:
    why = f"ConnectionRefusedError: [Errno 111] Connection refused ({free_port()})"
    message = make.OutboxMessageFactory(last_error=why, attempts=1, next_attempt_at=clock.wall_now())

    html = page(address.format(message.pk), language, make.UserFactory())

    assert words in html and "Errno 111" in html
    assert OutboxMessage.objects.get().state == OutboxMessage.State.QUEUED


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_was_noted_in_one_language_is_told_in_the_other(sentence: str) -> None:
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = translation.gettext(sentence) % {"why": "EIO", "day": "2024-01-12", "room": "wecom 1"}

    for noted in said.values():
        for language, wanted in said.items():
            with translation.override(language):
                assert retold(noted) == wanted
    assert said["zh-hans"] != said["en"]


@pytest.mark.parametrize("words", ["", "550 5.1.1 no such user", "领导要求暂缓发送"])
def test_words_that_are_not_ours_stay_as_they_came(words: str) -> None:
    assert retold(words) == words

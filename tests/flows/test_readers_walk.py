"""Each role reads whatever its pages lead to, in both languages: every way goes on, every word is in that language."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from portfolio import clock
from portfolio.web import health
from tests.flows.reader import CHINESE, ENGLISH, Page, read, said_by_people
from tests.world import TODAY, World

pytestmark = pytest.mark.django_db

READERS = ("unit", "staff", "review", "office", "leader", "liaison", "auditor", "logs", "accounts", "security")
ALIKE = 2  # so many of the addresses that differ in a number, a code or a value alone are read
ENDS = ("/logout/", "/account/language/")
# What is said the same in Chinese: names of formats, of commands, of what a browser says of itself.
NAMES = {
    "sha", "HTML", "Excel", "Tab", "xls", "xlsx", "ods", "Message-ID", "verify", "ledger", "head", "archive",
    "Shift", "Enter", "Esc", "Alt", "Ctrl", "Space", "Home", "End",  # keys
    # Django's administration site: the words of its icons, JSON as it is stored, and what axes calls a row.
    "True", "False", "null", "true", "false", "Search", "Attempted", "Access",
}  # fmt: skip
# The mark on what is invented, a language by its own name, and what the world's mails say of a project.
SAME = re.compile("（示例）|简体中文|(own|other)-draft-项目")


@dataclass
class Walk:
    """What one reader saw in one language: ways that ended nowhere, and words of the other language."""

    read: int = 0
    dead: list[str] = field(default_factory=list)
    foreign: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def people(city: World, django_db_blocker: Any) -> "re.Pattern[str]":
    with django_db_blocker.unblock():
        return said_by_people()


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=READERS)
def walk(
    request: pytest.FixtureRequest, city: World, people: "re.Pattern[str]", language: str, monkeypatch: Any, db: None
) -> Walk:
    monkeypatch.setattr(health, "_last", {})
    city.put_files()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = city.sessions[request.param]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with clock.set_to(TODAY):
        return _walk(client, people, CHINESE if language == "en" else ENGLISH)


def _walk(client: Client, people: "re.Pattern[str]", other: "re.Pattern[str]") -> Walk:
    seen, alike = Walk(), Counter[str]()
    ahead: list[tuple[str, str, Page]] = [("get", "/", Page("/"))]
    known: set[tuple[str, str]] = set()
    while ahead:
        method, address, shown_on = ahead.pop(0)
        kind = re.sub(r"=[^&]*", "=", re.sub(r"\d+|T-[A-Z-]+", "1", address))
        if (method, address) in known or alike[method + kind] >= ALIKE or address.startswith(ENDS):
            continue
        known.add((method, address))
        alike[method + kind] += 1
        status, page = _ask(client, method, address, shown_on)
        seen.read += 1
        if status not in (200, 302):
            seen.dead.append(f"{method} {address}: {status}, shown on {shown_on.address}")
        ahead += [(*way, page) for way in sorted(page.ways)]
        for text in page.words:
            words = set(other.findall(SAME.sub(" ", people.sub(" ", text)))) - NAMES
            seen.foreign |= dict.fromkeys(words, f"{address}: {text}")
    return seen


def _ask(client: Client, method: str, address: str, shown_on: Page) -> tuple[int, Page]:
    """What an address answers. A form is sent as it is drawn, nothing typed, and nothing of it is kept."""
    if method == "post":
        with transaction.atomic():
            status = client.post(address, shown_on.hidden.get(address, {})).status_code
            transaction.set_rollback(True)
        return status, Page(address)
    response = client.get(address)
    if response.status_code == 302:
        page = Page(address)
        page.ways.add(("get", response["Location"]))
        return 302, page
    if response.status_code != 200 or "html" not in response["Content-Type"]:
        response.close()
        return response.status_code, Page(address)
    return 200, read(address, response.content.decode())


def test_no_way_that_a_page_shows_is_closed_to_its_reader_and_no_word_is_untranslated(walk: Walk) -> None:
    assert walk.read >= 5
    assert not walk.dead
    assert not walk.foreign

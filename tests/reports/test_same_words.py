"""A light is explained in the same words on the project's page, in the mail and in the workbook: sentence and rule."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from portfolio import clock
from portfolio.models import User
from projects.actions.standing import refresh
from reports.actions.alerts import sweep
from reports.models import Alert
from tests import factories as make
from tests.reports import made
from tests.reports.mailbox import mail, morning

pytestmark = pytest.mark.django_db

DAY = date(2024, 1, 8)
"""The day of the lock: as of which the workbook judges, too."""

SHEET = {"zh-hans": "项目台账", "en": "Project register"}
HEADERS = {
    "zh-hans": ("序号", "项目编码", "亮灯原因", "判定规则", "。"),
    "en": ("No.", "Project code", "Cause of the light", "Rule of the light", "."),
}
SAMPLE = ("K1", "K2", "K4")
"""A milestone late, a start missed, investment behind pace."""


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _told(portfolio: None, language: str) -> None:
    make.UserFactory(username="office", email="office@demo.invalid", person="S-OFFICE", language=language)
    with clock.set_to(DAY):
        refresh(whole=True)
        sweep(by=User.system(), as_of=DAY)
    morning(DAY)


def workbook(language: str) -> dict[str, tuple[str, str]]:
    """Cause and rule by project, as the summary's register prints them."""
    number, code, why, rule, _stop = HEADERS[language]
    sheet = made.build("summary", language=language).book[SHEET[language]]
    return {row[code]: (row[why], row[rule]) for row in made.rows(sheet, number)}


def page(address: str, language: str) -> str:
    """A page as its reader sees it."""
    client = Client()
    client.force_login(User.objects.get(username="office"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with clock.set_to(DAY):
        return unescape(client.get(address).content.decode())


@pytest.mark.parametrize("code", SAMPLE)
def test_sentence_and_rule_are_the_same_character_for_character(code: str, language: str) -> None:
    why, rule = workbook(language)[code]
    sentence = f"   {why}{HEADERS[language][-1]}"

    items = [part.splitlines() for part in mail("S-OFFICE", DAY).text.split("\n\n") if f" · {code}\n" in part]
    shown = page(f"/projects/{code}/", language)
    label = {"zh-hans": "判定规则：", "en": "Rule: "}[language]
    assert [item[item.index(sentence) + 1] for item in items if sentence in item] == [f"   {label}{rule}"]
    assert f">{why}</p>" in shown
    assert f"{rule}</p>" in shown


def test_the_rule_names_the_policy_and_its_version(language: str) -> None:
    _why, rule = workbook(language)["K4"]

    said = {
        "zh-hans": "慢于序时10个百分点及以上为黄灯，超过30个百分点为红灯（本地默认 v1）。",
        "en": "10 or more percentage points behind pace is yellow, more than 30 is red (Local default v1).",
    }
    assert rule == said[language]


def test_the_alert_s_own_page_says_the_rule_too(language: str) -> None:
    alert = Alert.objects.get(project__code="K4", rule="investment_behind")

    assert workbook(language)["K4"][1] in page(f"/alerts/{alert.pk}/", language)


def test_what_is_green_has_neither(language: str) -> None:
    found: dict[str, Any] = workbook(language)

    assert found["K3"] == (None, None)

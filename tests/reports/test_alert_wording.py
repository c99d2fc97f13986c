"""An alert in words: the same sentence as the light's, for how long it has stood, by which policy."""

from datetime import date

import pytest
from django.utils.translation import override

from reports.core.rules import RULES
from reports.models import Alert
from reports.wording import RULE_TITLES, alert_sentence, policy_words, rule_title, standing_words
from tests import factories as make
from tests.core.builders import day, published_calendar
from tests.reports import watch

CALENDAR = published_calendar()


@pytest.fixture
def alert(db: None) -> Alert:
    watch.begin()
    watch.milestone(watch.project(), "2023-12-29")
    watch.night()
    return watch.only_alert()


@pytest.mark.parametrize(
    ("as_of", "chinese"),
    [
        ("2024-01-12", "“主体封顶”应于2023年12月29日完成，已滞后9个工作日"),
        ("2024-01-13", "“主体封顶”应于2023年12月29日完成，已滞后9个工作日"),
        ("2024-01-15", "“主体封顶”应于2023年12月29日完成，已滞后10个工作日"),
    ],
)
def test_an_alert_counts_working_days_to_the_reader_s_day(alert: Alert, as_of: str, chinese: str) -> None:
    assert alert_sentence(alert, as_of=day(as_of), calendar=CALENDAR) == chinese


def test_a_cleared_alert_says_what_was_wrong_on_its_last_day(alert: Alert) -> None:
    alert.cleared_on = date(2024, 1, 12)

    with override("en"):
        sentence = alert_sentence(alert, as_of=date(2024, 6, 3), calendar=CALENDAR)

    assert sentence.endswith("was due on 29 Dec 2023, 9 working days late")


@pytest.mark.parametrize(
    ("since", "as_of", "chinese", "english"),
    [
        ("2024-01-12", "2024-01-12", "今日", "today"),
        ("2024-01-11", "2024-01-12", "1个工作日", "1 working day"),
        ("2023-12-29", "2024-01-12", "9个工作日", "9 working days"),
        ("2018-01-01", "2024-01-12", "", ""),
    ],
)
def test_for_how_long_an_alert_has_stood(since: str, as_of: str, chinese: str, english: str) -> None:
    for language, wanted in (("zh-hans", chinese), ("en", english)):
        with override(language):
            assert standing_words(day(since), day(as_of), CALENDAR) == wanted


def test_every_rule_has_a_title_in_both_languages() -> None:
    assert set(RULE_TITLES) == {rule.code for rule in RULES}
    for rule in RULES:
        with override("en"):
            assert rule_title(rule.code) == rule.title
        with override("zh-hans"):
            assert rule_title(rule.code) != rule.title


def test_an_alert_names_its_policy_and_version_even_when_the_policy_has_gone() -> None:
    alert = make.AlertFactory.build(policy_code="local-default", policy_edition=2)

    assert policy_words(alert, {("local-default", 2): "本地默认 v2"}) == "本地默认 v2"
    assert policy_words(alert, {}) == "local-default v2"

"""Sending days, what became of an alert between two mails, what is untold, and what is put before a leader."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.calendar import CalendarYearMissing
from reports.core.routing import (
    GRAVITY,
    News,
    Occasion,
    Standing,
    Step,
    Told,
    Turn,
    digest_key,
    is_allowed,
    is_due,
    is_untold,
    message_id,
    needs_leader,
    news,
    occasion,
)
from tests.core.builders import published_calendar

CALENDAR = published_calendar()
EVE = date(2024, 2, 9)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 12), Occasion.DAILY),
        (date(2024, 1, 13), Occasion.REST_DAY),
        (date(2024, 1, 15), Occasion.WEEKLY),
        (date(2024, 1, 1), Occasion.REST_DAY),
        (date(2024, 1, 2), Occasion.WEEKLY),
        (EVE, Occasion.QUIET_DAY),
        (date(2024, 2, 16), Occasion.REST_DAY),
        (date(2024, 2, 17), Occasion.REST_DAY),
        (date(2024, 2, 18), Occasion.WEEKLY),
        (date(2024, 2, 19), Occasion.WEEKLY),
        (date(2024, 5, 6), Occasion.WEEKLY),
        (date(2024, 5, 11), Occasion.DAILY),
    ],
)
def test_a_day_is_for_sending_or_not(day: date, expected: Occasion) -> None:
    assert occasion(day, CALENDAR, frozenset({EVE})) is expected


def test_a_quiet_monday_hands_the_overview_to_the_next_day() -> None:
    monday = date(2024, 1, 15)

    assert occasion(monday + timedelta(days=1), CALENDAR, frozenset({monday})) is Occasion.WEEKLY


def test_a_year_that_is_not_loaded_is_refused() -> None:
    with pytest.raises(CalendarYearMissing):
        occasion(date(2031, 1, 6), CALENDAR)


@pytest.mark.parametrize(
    ("day", "has_news", "expected"),
    [
        (Occasion.DAILY, True, True),
        (Occasion.DAILY, False, False),
        (Occasion.WEEKLY, True, True),
        (Occasion.WEEKLY, False, True),
        (Occasion.REST_DAY, True, False),
        (Occasion.QUIET_DAY, True, False),
    ],
)
def test_mail_goes_with_news_and_at_the_week_s_beginning(day: Occasion, has_news: bool, expected: bool) -> None:
    assert is_due(day, news=has_news) is expected


def path(*levels: str) -> list[Step]:
    """The events of alert 1 that lead through these levels."""
    return [Step(1, at, levels[at - 1], levels[at]) for at in range(1, len(levels))]


@pytest.mark.parametrize(
    ("levels", "turn", "brief"),
    [
        (("", "yellow"), Turn.NEW, False),
        (("", "red"), Turn.NEW, False),
        (("", "yellow", "red"), Turn.NEW, False),
        (("yellow", "red"), Turn.WORSE, False),
        (("red", "yellow"), Turn.EASED, False),
        (("red", ""), Turn.CLEARED, False),
        (("red", "yellow", ""), Turn.CLEARED, False),
        (("", "yellow", ""), Turn.CLEARED, True),
        (("notice", "yellow"), Turn.NEW, False),
        (("yellow", "notice"), Turn.CLEARED, False),
    ],
)
def test_events_since_the_last_mail_are_told_as_one_turn(levels: tuple[str, ...], turn: Turn, brief: bool) -> None:
    (told,) = news(path(*levels))

    assert (told.turn, told.brief) == (turn, brief)


@pytest.mark.parametrize("levels", [("yellow", "red", "yellow"), ("", "notice"), ("notice", ""), ("", "notice", "")])
def test_what_ends_where_it_began_is_no_news(levels: tuple[str, ...]) -> None:
    assert news(path(*levels)) == []


def test_a_brief_alert_keeps_its_gravest_level() -> None:
    (told,) = news(path("", "yellow", "red", "yellow", ""))

    assert told == News(1, Turn.CLEARED, "red", "", 4, brief=True)


def test_notices_are_news_where_they_are_asked_for() -> None:
    (told,) = news(path("", "notice"), floor="notice")

    assert told.turn is Turn.NEW


@given(st.lists(st.sampled_from(sorted(GRAVITY)), min_size=2, max_size=8))
def test_news_never_depend_on_the_way_between_first_and_last_level(levels: list[str]) -> None:
    told = [one for one in news(path(*levels)) if not one.brief]
    direct = [one for one in news(path(levels[0], levels[-1])) if not one.brief]

    assert [(one.turn, one.before, one.after) for one in told] == [(one.turn, one.before, one.after) for one in direct]


FRIDAY, MONDAY, TUESDAY = date(2024, 1, 12), date(2024, 1, 15), date(2024, 1, 16)


@pytest.mark.parametrize(
    ("event", "happened_on", "expected"),
    [
        (10, FRIDAY, False),  # was there when Friday's mail was made
        (11, FRIDAY, True),  # came in on Friday after the mail
        (11, MONDAY, True),
        (9, MONDAY, True),  # a sweep for Monday ran before Friday's mail, which left it out
    ],
)
def test_what_the_last_mail_could_not_tell_is_untold(event: int, happened_on: date, expected: bool) -> None:
    assert is_untold(event, happened_on, Told(FRIDAY, 10)) is expected


@given(
    st.lists(st.sampled_from([FRIDAY, MONDAY, TUESDAY]), max_size=12),
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted),
)
def test_each_event_is_told_exactly_once(days: list[date], cuts: list[int]) -> None:
    """Mails of Friday, Monday and Tuesday, made when so many events were there, tell all events once."""
    told, mails = Told(FRIDAY - timedelta(days=30), 0), []
    for on, through in zip((FRIDAY, MONDAY, TUESDAY), (*cuts, len(days)), strict=True):
        through = min(through, len(days))
        events = enumerate(days[:through], start=1)
        mails.append([number for number, day in events if day <= on and is_untold(number, day, told)])
        told = Told(on, through)

    assert sorted(number for mail in mails for number in mail) == list(range(1, len(days) + 1))


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing("red", 0, 3, "land"), True),
        (Standing("red", 0, 3, "clearance"), True),
        (Standing("red", 0, 3, "money"), True),
        (Standing("red", 0, 3, "firm"), False),
        (Standing("red", 0, 3, ""), False),
        (Standing("red", 0, 19, ""), False),
        (Standing("red", 0, 20, ""), True),
        (Standing("red", 0, None, ""), False),
        (Standing("yellow", 0, 40, "land"), False),
        (Standing("yellow", 3, 0, ""), True),
        (Standing("yellow", 2, 0, ""), False),
    ],
)
def test_a_leader_is_asked_for_what_units_cannot_settle(standing: Standing, expected: bool) -> None:
    assert needs_leader(standing) is expected


def test_a_person_has_one_key_for_a_day() -> None:
    assert digest_key("L01", date(2024, 1, 12)) == "digest:L01:2024-01-12"


def test_message_ids_follow_from_the_key_alone() -> None:
    first, again = message_id("digest:L01:2024-01-12", "a.invalid"), message_id("digest:L01:2024-01-12", "a.invalid")

    assert first == again
    assert first != message_id("digest:L02:2024-01-12", "a.invalid")


@pytest.mark.parametrize(
    ("address", "domains", "expected"),
    [
        ("a@heze.gov.cn", [], True),
        ("a@heze.gov.cn", ["heze.gov.cn"], True),
        ("a@HEZE.gov.cn", ["heze.GOV.cn"], True),
        ("a@mail.heze.gov.cn", ["heze.gov.cn"], True),
        ("a@notheze.gov.cn", ["heze.gov.cn"], False),
        ("a@qq.com", ["heze.gov.cn", "@sd.gov.cn"], False),
    ],
)
def test_recipient_domains_can_be_restricted(address: str, domains: list[str], expected: bool) -> None:
    assert is_allowed(address, domains) is expected

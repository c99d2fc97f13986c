"""Whose matter an alert is, how long it may be put off, and when a milestone can no longer be moved freely."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.handling import (
    DEFAULT,
    HandlingRule,
    Rung,
    escalation_cutoffs,
    is_locked,
    latest_exemption,
    latest_snooze,
    rung,
)
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PolicyError
from tests.core.builders import policy
from tests.core.builders import published_calendar as calendar

RULE = HandlingRule(county_after=1, city_after=3, leader_after=6, longest_snooze=2, lock_window=3)
FRIDAY = date(2024, 1, 12)
days = st.dates(date(2023, 2, 1), date(2024, 11, 30))


@pytest.mark.parametrize(
    ("raised_on", "is_red", "wanted"),
    [
        (date(2024, 1, 12), True, Rung.CONTACT),
        (date(2024, 1, 11), True, Rung.COUNTY_OFFICE),
        (date(2024, 1, 10), True, Rung.COUNTY_OFFICE),
        (date(2024, 1, 9), True, Rung.CITY_OFFICE),
        (date(2024, 1, 4), False, Rung.CITY_OFFICE),  # six working days, but yellow: not the leader's
        (date(2024, 1, 5), True, Rung.CITY_OFFICE),
        (date(2024, 1, 4), True, Rung.LEADER),
    ],
)
def test_an_alert_goes_up_by_working_days_open(raised_on: date, is_red: bool, wanted: Rung) -> None:
    assert rung(RULE, calendar(), raised_on, is_red, FRIDAY) is wanted


def test_a_holiday_carries_nothing_up() -> None:
    before, after = date(2024, 2, 9), date(2024, 2, 17)  # the spring festival lies between them

    assert rung(RULE, calendar(), before, True, after) is Rung.CONTACT


@given(days, st.integers(0, 90), st.booleans())
def test_the_cut_offs_say_the_same_as_the_days(as_of: date, back: int, is_red: bool) -> None:
    raised_on = as_of - timedelta(days=back)
    county, city, leader = escalation_cutoffs(DEFAULT, calendar(), as_of)

    found = rung(DEFAULT, calendar(), raised_on, is_red, as_of)

    assert (raised_on < county) == (found >= Rung.COUNTY_OFFICE)
    assert (raised_on < city) == (found >= Rung.CITY_OFFICE)
    assert (is_red and raised_on < leader) == (found is Rung.LEADER)


def test_an_alert_is_put_off_by_working_days() -> None:
    assert latest_snooze(RULE, calendar(), FRIDAY) == date(2024, 1, 16)


@pytest.mark.parametrize(
    ("due_on", "wanted"),
    [
        (None, False),
        (date(2024, 1, 10), True),
        (FRIDAY, True),
        (date(2024, 1, 17), True),
        (date(2024, 1, 18), False),
        (date(2099, 1, 1), True),  # no calendar tells
    ],
)
def test_a_milestone_close_to_its_day_is_locked(due_on: date | None, wanted: bool) -> None:
    assert is_locked(RULE, calendar(), due_on, FRIDAY) is wanted


@pytest.mark.parametrize(
    ("given_days", "field"),
    [
        ({"county_after": 0}, "handling.county_after"),
        ({"county_after": 9, "city_after": 8}, "handling.city_after"),
        ({"leader_after": 2}, "handling.leader_after"),
        ({"lock_window": -1}, "handling.lock_window"),
        ({"lock_window": 251}, "handling.lock_window"),
        ({"longest_snooze": 251}, "handling.longest_snooze"),
        ({"leader_after": 251}, "handling.leader_after"),
        ({"exempt_months": 0}, "handling.exempt_months"),
        ({"exempt_months": 37}, "handling.exempt_months"),
    ],
)
def test_days_that_make_no_ladder_are_refused_by_name(given_days: dict[str, int], field: str) -> None:
    with pytest.raises(PolicyError) as refused:
        HandlingRule(**given_days)

    assert field in [name for name, _problem in refused.value.problems]


def test_a_policy_carries_its_own_days_there_and_back() -> None:
    one = replace(policy("local-default"), handling=RULE)

    assert LightPolicy.from_json(one.to_json()) == one
    assert "handling" not in policy("local-default").to_json()  # 本地默认 has the default days


def test_a_file_with_days_names_each_that_is_missing_or_unknown() -> None:
    days = {"county_after": 3, "city_after": "10", "leader_after": 20, "longest_snooze": 5, "grace": 1}

    with pytest.raises(PolicyError) as refused:
        LightPolicy.from_json(policy("local-default").to_json() | {"handling": days})

    assert set(refused.value.problems) == {
        ("handling.city_after", "must be a whole number"),
        ("handling.lock_window", "is missing"),
        ("handling.grace", "is not known"),
    }


def test_a_file_from_before_exemptions_had_a_limit_takes_the_default() -> None:
    days = {"county_after": 3, "city_after": 10, "leader_after": 20, "longest_snooze": 5, "lock_window": 4}

    read = LightPolicy.from_json(policy("local-default").to_json() | {"handling": days}).handling

    assert (read.county_after, read.exempt_months) == (3, DEFAULT.exempt_months)


@pytest.mark.parametrize(
    ("months", "valid_from", "wanted"),
    [
        (1, date(2024, 3, 10), date(2024, 4, 9)),
        (1, date(2024, 1, 31), date(2024, 2, 28)),
        (12, date(2024, 1, 1), date(2024, 12, 31)),
        (12, date(2024, 2, 29), date(2025, 2, 27)),
    ],
)
def test_an_exemption_ends_the_day_before_its_months_are_over(months: int, valid_from: date, wanted: date) -> None:
    assert latest_exemption(HandlingRule(exempt_months=months), valid_from) == wanted

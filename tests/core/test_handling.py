"""Whose matter an alert is, how long it may be put off, and when a milestone can no longer be moved freely."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.handling import DEFAULT, HandlingRule, Rung, escalation_cutoffs, is_locked, latest_snooze, rung
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

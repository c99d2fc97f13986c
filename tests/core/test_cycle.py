"""The days of a month by rule: published cut-offs, holiday shifts, exceptions, reminders, years that are missing."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.calendar import CalendarYearMissing, Shift, ShiftKind, WorkCalendar
from projects.core.cycle import STANDARD, Anchor, CutOff, CycleRule, Stage, in_force
from projects.core.periods import Period
from projects.core.policy_rules import PolicyError
from tests.core.builders import day, published_calendar

CALENDAR = published_calendar()
NONE, PREVIOUS, NEXT = (Shift(kind) for kind in (ShiftKind.NONE, ShiftKind.PREVIOUS, ShiftKind.NEXT))
SECOND_AFTER = Shift(ShiftKind.NTH_AFTER, 2)
FIFTH = CutOff(Anchor.WORKDAY, 5)
DEFAULT = STANDARD


def the_28th(shift: Shift = NONE) -> CutOff:
    return CutOff(Anchor.DAY, 28, 0, shift)


@pytest.mark.parametrize(
    ("cut_off", "period", "due"),
    [
        # The fifth working day after the month's end (广西 2010); 2024-10-12 is a Saturday that is worked.
        (FIFTH, "2023-12", "2024-01-08"),
        (FIFTH, "2024-01", "2024-02-06"),
        (FIFTH, "2024-04", "2024-05-10"),
        (FIFTH, "2024-09", "2024-10-12"),
        # The 28th of the month itself (清远 2024), unshifted and shifted: 2024-04-28 is a Sunday that is worked.
        (the_28th(), "2024-01", "2024-01-28"),
        (the_28th(PREVIOUS), "2024-01", "2024-01-26"),
        (the_28th(NEXT), "2024-01", "2024-01-29"),
        (the_28th(PREVIOUS), "2024-04", "2024-04-28"),
        # 遇周末则提前到星期五 (山东省农业厅), and the second working day after the holiday (住建部).
        (CutOff(Anchor.DAY, 5, 1, PREVIOUS), "2023-12", "2024-01-05"),
        (CutOff(Anchor.DAY, 5, 1, PREVIOUS), "2024-09", "2024-09-30"),
        (CutOff(Anchor.DAY, 5, 1, SECOND_AFTER), "2024-09", "2024-10-09"),
        (CutOff(Anchor.DAY, 5, 1, NEXT), "2024-09", "2024-10-08"),
        # The 31st of a shorter month is its last day.
        (CutOff(Anchor.DAY, 31, 0), "2024-02", "2024-02-29"),
        (CutOff(Anchor.DAY, 31, 1), "2024-01", "2024-02-29"),
    ],
)
def test_a_cut_off_falls_on_its_day(cut_off: CutOff, period: str, due: str) -> None:
    assert cut_off.day(Period.parse(period), CALENDAR) == day(due)


def test_the_fifth_working_day_after_december_2023_is_8_january() -> None:
    assert DEFAULT.days_of(Period(2023, 12), CALENDAR).due_on == date(2024, 1, 8)


def test_december_may_have_a_cut_off_of_its_own() -> None:
    rule = replace(DEFAULT, cut_off=the_28th(), december=CutOff(Anchor.DAY, 25, 0))

    assert rule.days_of(Period(2023, 12), CALENDAR).due_on == date(2023, 12, 25)
    assert rule.days_of(Period(2023, 11), CALENDAR).due_on == date(2023, 11, 28)


def test_january_and_february_may_have_a_cut_off_of_their_own() -> None:
    rule = replace(DEFAULT, january_february=CutOff(Anchor.DAY, 10, 1, NEXT))

    assert rule.days_of(Period(2024, 1), CALENDAR).due_on == date(2024, 2, 18)  # the 10th to 17th are the holiday
    assert rule.days_of(Period(2024, 2), CALENDAR).due_on == date(2024, 3, 11)
    assert rule.cut_off_of(Period(2024, 3)) == rule.cut_off


def test_where_january_and_february_are_one_period_february_follows_december() -> None:
    rule = replace(DEFAULT, merge_jan_feb=True)

    assert rule.follows(Period(2023, 12)) == Period(2024, 2)
    assert DEFAULT.follows(Period(2023, 12)) == Period(2024, 1)


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        ("2024-01-04", Stage.FIRST),  # two working days before Monday the 8th
        ("2024-01-05", None),
        ("2024-01-06", None),  # a Saturday
        ("2024-01-08", None),
        ("2024-01-09", Stage.SECOND),
        ("2024-01-10", Stage.COUNTY_LIST),
        ("2024-01-11", None),
    ],
)
def test_reminders_come_two_working_days_before_and_one_after_then_the_list(on: str, stage: Stage | None) -> None:
    assert DEFAULT.stage(date(2024, 1, 8), day(on), CALENDAR) is stage


def test_a_deadline_on_a_rest_day_is_reminded_of_on_working_days_around_it() -> None:
    sunday = date(2024, 1, 28)
    stages = {on: DEFAULT.stage(sunday, on, CALENDAR) for on in (sunday + timedelta(days=n) for n in range(-5, 5))}

    assert {on.isoformat(): stage for on, stage in stages.items() if stage} == {
        "2024-01-25": Stage.FIRST,
        "2024-01-29": Stage.SECOND,
        "2024-01-30": Stage.COUNTY_LIST,
    }


def test_a_month_whose_deadline_lies_in_an_unpublished_year_raises() -> None:
    only_2024 = WorkCalendar({}, {2024})

    with pytest.raises(CalendarYearMissing) as missing:
        DEFAULT.days_of(Period(2024, 12), only_2024)

    assert missing.value.year == 2025


def test_a_lock_beyond_the_published_calendars_is_not_known_yet() -> None:
    rule = replace(DEFAULT, cut_off=CutOff(Anchor.DAY, 30, 0), lock_after=3)

    found = rule.days_of(Period(2024, 12), WorkCalendar({}, {2024}))

    assert (found.due_on, found.locks_on) == (date(2024, 12, 30), None)


def test_a_month_is_never_locked_before_it_has_ended() -> None:
    rule = replace(DEFAULT, cut_off=CutOff(Anchor.DAY, 20, 0), lock_after=1)

    assert rule.days_of(Period(2024, 1), CALENDAR).locks_on == date(2024, 2, 1)


def test_the_rule_set_that_began_last_by_a_month_is_in_force() -> None:
    later = replace(DEFAULT, version=2, effective_from=date(2024, 3, 1))

    assert in_force([later], Period(2024, 2)) == DEFAULT
    assert in_force([later], Period(2024, 3)) == later
    assert in_force([later], Period(2024, 2)) == STANDARD


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cut_off": {"anchor": "workday", "number": 16}}, "number"),
        ({"cut_off": {"anchor": "day", "number": 0}}, "number"),
        ({"cut_off": {"anchor": "day", "number": 5, "months_after": 2}}, "months_after"),
        ({"cut_off": {"anchor": "workday", "number": 5, "shift": "next_workday"}}, "anchor"),
        ({"cut_off": {"anchor": "day", "number": 5, "shift": "nth_workday_after"}}, "shift_days"),
        ({"cut_off": {"anchor": "noon", "number": 5}}, "cut_off.anchor"),
        ({"cut_off": None}, "cut_off"),
        ({"effective_from": "2024-01-02"}, "effective_from"),
        ({"opens_day": 29}, "opens_day"),
        ({"opens_day": 20, "cut_off": {"anchor": "day", "number": 15, "months_after": 0}}, "cut_off"),
        ({"remind_before": 0}, "remind_before"),
        ({"list_after": 1}, "list_after"),
        ({"lock_after": 99}, "lock_after"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_rule_set_that_cannot_be_is_refused_at_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(PolicyError) as refused:
        CycleRule.from_json(DEFAULT.to_json() | changes)

    assert field in dict(refused.value.problems)


cut_offs = st.one_of(
    st.builds(CutOff, st.just(Anchor.WORKDAY), st.integers(1, 15)),
    st.builds(
        CutOff,
        st.just(Anchor.DAY),
        st.integers(1, 31),
        st.just(1),
        st.sampled_from([NONE, PREVIOUS, NEXT, SECOND_AFTER]),
    ),
)
periods = st.builds(Period, st.integers(2022, 2024), st.integers(1, 12))


@given(cut_offs, periods)
def test_a_shifted_cut_off_is_a_working_day_and_a_later_month_is_never_due_earlier(cut: CutOff, period: Period) -> None:
    due = cut.day(period, CALENDAR)

    if cut.shift.kind is not ShiftKind.NONE or cut.anchor is Anchor.WORKDAY:
        assert CALENDAR.is_workday(due)
    assert due <= cut.day(period.next(), CALENDAR)


@given(cut_offs, periods, st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_each_stage_comes_once_in_order_and_on_a_working_day(
    cut: CutOff, period: Period, before: int, after: int, more: int
) -> None:
    rule = replace(DEFAULT, cut_off=cut, remind_before=before, remind_after=after, list_after=after + more)
    due = rule.days_of(period, CALENDAR).due_on

    span = [due + timedelta(days=n) for n in range(-25, 40)]
    found = [(on, stage) for on in span if (stage := rule.stage(due, on, CALENDAR))]

    assert [stage for _on, stage in found] == list(Stage)
    assert all(CALENDAR.is_workday(on) for on, _stage in found)
    assert found[0][0] < due < found[1][0]


@given(cut_offs, st.integers(0, 15) | st.none(), st.booleans())
def test_a_rule_set_reads_back_from_what_it_writes(cut: CutOff, lock_after: int | None, merged: bool) -> None:
    rule = replace(DEFAULT, cut_off=cut, december=cut, lock_after=lock_after, merge_jan_feb=merged)

    assert CycleRule.from_json(json.loads(json.dumps(rule.to_json()))) == rule

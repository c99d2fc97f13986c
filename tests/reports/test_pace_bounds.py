"""The database compares whole yuan with limits of pace exactly as fractions do, at any size, on any engine."""

from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.core.money import MAX_YUAN
from projects.core.periods import Period
from projects.core.policy_rules import PaceMeasure, PaceRule
from projects.core.schedule import PaceBasis, pace
from reports.queries.candidates.bounds import below, bounds

pytestmark = pytest.mark.django_db
QUICK = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
amounts = st.one_of(st.integers(0, 1000), st.integers(0, 10**9), st.integers(0, MAX_YUAN - 1))
shares = st.fractions(-1, 1, max_denominator=1200)


def asked(condition: str, completed: int, plan: int, due: int) -> bool:
    bigint = "CAST(%({0})s AS bigint) AS {0}"
    columns = ", ".join(bigint.format(name) for name in ("completed", "plan", "due"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END FROM (SELECT {columns}) x",
            {"completed": completed, "plan": plan, "due": due},
        )
        return bool(cursor.fetchone()[0])


@QUICK
@given(st.fractions(0, 1, max_denominator=400), shares, amounts, amounts, st.integers(-2, 2), st.booleans())
def test_a_limit_is_compared_exactly_on_either_side_of_it(
    of_due: Fraction, of_plan: Fraction, due: int, plan: int, off: int, inclusive: bool
) -> None:
    limit = of_due * due + of_plan * plan
    completed = max(0, limit.numerator // limit.denominator + off)

    told = asked(below(of_due, of_plan, inclusive), completed, plan, due)

    assert told == (completed < limit or (inclusive and completed == limit))


@QUICK
@given(st.data(), amounts, st.integers(1, MAX_YUAN - 1), st.sampled_from(PaceBasis), st.integers(1, 12))
def test_the_conditions_of_a_rule_are_its_limits(
    data: st.DataObject, completed: int, plan: int, basis: PaceBasis, month: int
) -> None:
    measure = data.draw(st.sampled_from(PaceMeasure))
    low, high = sorted(data.draw(st.tuples(st.integers(0, 100), st.integers(0, 100))))
    limits = (Fraction(high), Fraction(low)) if measure.lower_is_worse else (Fraction(low), Fraction(high))
    rule = PaceRule(measure, limits[0], data.draw(st.booleans()), limits[1], data.draw(st.booleans()), basis)
    due = data.draw(st.integers(0, plan))
    if measure is PaceMeasure.MONTH_TASK:  # what is due is the month's own task, and done is of it alone
        due = max(due, 1)
        share, rate = Fraction(1), Fraction(completed, due)
    else:
        share = Fraction(due, plan) if basis is PaceBasis.MONTHLY_PLAN else pace(basis, Period(2023, month))
        rate = Fraction(completed, plan)
    wanted = rule.limits(share)

    red, yellow = (asked(condition, completed, plan, due) for condition in bounds(rule, Period(2023, month)))

    behind = rate < share  # at pace is green, wherever the limits lie
    assert red == (behind and (rate < wanted.red or (wanted.red_inclusive and rate == wanted.red)))
    assert yellow == (behind and (rate < wanted.yellow or (wanted.yellow_inclusive and rate == wanted.yellow)))


def test_nothing_due_and_nothing_done_is_not_behind_though_the_limit_includes_its_end() -> None:
    rule = PaceRule(PaceMeasure.RATIO_TO_PACE, Fraction(75), True, Fraction(20), True, PaceBasis.MONTHLY_PLAN)

    conditions = bounds(rule, Period(2024, 1))

    assert [asked(condition, completed=0, plan=19, due=0) for condition in conditions] == [False, False]
    assert [asked(condition, completed=0, plan=19, due=1) for condition in conditions] == [True, True]

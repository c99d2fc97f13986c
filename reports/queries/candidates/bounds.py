"""Limits of pace as conditions on whole yuan: exact, without floats, and without products that could overflow."""

from fractions import Fraction
from math import lcm
from typing import NamedTuple

from projects.core.periods import Period
from projects.core.policy_rules import PaceRule
from projects.core.schedule import pace


class Columns(NamedTuple):
    """The columns that a condition compares: done, the plan, and what was due by then (of a month alone: its task)."""

    done: str = "x.completed"
    plan: str = "x.plan"
    due: str = "x.due"


COLUMNS = Columns()


def bounds(rule: PaceRule, period: Period, columns: Columns = COLUMNS) -> tuple[str, str]:
    """The conditions for red and for yellow at the end of a period.

    At pace nobody is behind, not even where a limit includes its end and lies at pace: nothing due, nothing done.
    """
    if rule.needs_months:
        # A limit is a share of pace and a share of the plan; the core's own limits at pace 0 and 1 give both.
        none, full = rule.limits(Fraction(0)), rule.limits(Fraction(1))
        red, yellow = (full.red - none.red, none.red), (full.yellow - none.yellow, none.yellow)
        at_pace = (Fraction(1), Fraction(0))
    else:
        share = pace(rule.basis, period, quarter_steps=rule.quarter_steps)
        limits = rule.limits(share)
        red, yellow, at_pace = (Fraction(0), limits.red), (Fraction(0), limits.yellow), (Fraction(0), share)
    behind = below(*at_pace, inclusive=False, columns=columns)
    return (
        _condition(red, rule.red_inclusive, behind, columns),
        _condition(yellow, rule.yellow_inclusive, behind, columns),
    )


def _condition(limit: tuple[Fraction, Fraction], inclusive: bool, behind: str, columns: Columns) -> str:
    if inclusive:
        return f"({below(*limit, inclusive=True, columns=columns)} AND {behind})"
    return below(*limit, inclusive=False, columns=columns)


def below(of_due: Fraction, of_plan: Fraction, inclusive: bool, columns: Columns = COLUMNS) -> str:
    """The condition done < (or ≤) of_due · due + of_plan · plan.

    Amounts are divided first and their remainders multiplied, so that no product is larger than an amount.
    """
    done, plan, due = columns
    base = lcm(of_due.denominator, of_plan.denominator)
    by_due, by_plan = int(of_due * base), int(of_plan * base)
    spare = abs(by_due) + abs(by_plan)  # keeps the remainder's dividend positive: division truncates towards zero
    whole = f"{by_due} * ({due} / {base}) + {by_plan} * ({plan} / {base})"
    rest = f"{by_due} * ({due} %% {base}) + {by_plan} * ({plan} %% {base}) + {spare * base}"
    if inclusive:
        return f"{done} <= {whole} + ({rest}) / {base} - {spare}"
    return f"{done} < {whole} + ({rest} + {base - 1}) / {base} - {spare}"

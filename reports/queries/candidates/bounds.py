"""Limits of pace as conditions on whole yuan: exact, without floats, and without products that could overflow."""

from fractions import Fraction
from math import lcm

from projects.core.periods import Period
from projects.core.policy_rules import PaceRule
from projects.core.schedule import PaceBasis, pace


def bounds(rule: PaceRule, period: Period) -> tuple[str, str]:
    """The conditions for red and for yellow at the end of a period, over `x.completed`, `x.plan` and `x.due`."""
    if rule.basis is PaceBasis.MONTHLY_PLAN:
        # A limit is a share of pace and a share of the plan; the core's own limits at pace 0 and 1 give both.
        none, full = rule.limits(Fraction(0)), rule.limits(Fraction(1))
        return (
            below(full.red - none.red, none.red, full.red_inclusive),
            below(full.yellow - none.yellow, none.yellow, full.yellow_inclusive),
        )
    limits = rule.limits(pace(rule.basis, period, quarter_steps=rule.quarter_steps))
    return (
        below(Fraction(0), limits.red, limits.red_inclusive),
        below(Fraction(0), limits.yellow, limits.yellow_inclusive),
    )


def below(of_due: Fraction, of_plan: Fraction, inclusive: bool) -> str:
    """The condition completed < (or ≤) of_due · due + of_plan · plan.

    Amounts are divided first and their remainders multiplied, so that no product is larger than an amount.
    """
    base = lcm(of_due.denominator, of_plan.denominator)
    by_due, by_plan = int(of_due * base), int(of_plan * base)
    spare = abs(by_due) + abs(by_plan)  # keeps the remainder's dividend positive: division truncates towards zero
    whole = f"{by_due} * (x.due / {base}) + {by_plan} * (x.plan / {base})"
    rest = f"{by_due} * (x.due %% {base}) + {by_plan} * (x.plan %% {base}) + {spare * base}"
    if inclusive:
        return f"x.completed <= {whole} + ({rest}) / {base} - {spare}"
    return f"x.completed < {whole} + ({rest} + {base - 1}) / {base} - {spare}"

"""Limits of pace as conditions on whole yuan: exact, without floats, and without products that could overflow."""

from fractions import Fraction
from math import lcm

from projects.core.periods import Period
from projects.core.policy_rules import PaceRule
from projects.core.schedule import PaceBasis, pace


def bounds(rule: PaceRule, period: Period) -> tuple[str, str]:
    """The conditions for red and for yellow at the end of a period, over `x.completed`, `x.plan` and `x.due`.

    At pace nobody is behind, not even where a limit includes its end and lies at pace: nothing due, nothing done.
    """
    if rule.basis is PaceBasis.MONTHLY_PLAN:
        # A limit is a share of pace and a share of the plan; the core's own limits at pace 0 and 1 give both.
        none, full = rule.limits(Fraction(0)), rule.limits(Fraction(1))
        red, yellow = (full.red - none.red, none.red), (full.yellow - none.yellow, none.yellow)
        at_pace = (Fraction(1), Fraction(0))
    else:
        share = pace(rule.basis, period, quarter_steps=rule.quarter_steps)
        limits = rule.limits(share)
        red, yellow, at_pace = (Fraction(0), limits.red), (Fraction(0), limits.yellow), (Fraction(0), share)
    behind = below(*at_pace, inclusive=False)
    return _condition(red, rule.red_inclusive, behind), _condition(yellow, rule.yellow_inclusive, behind)


def _condition(limit: tuple[Fraction, Fraction], inclusive: bool, behind: str) -> str:
    return f"({below(*limit, inclusive=True)} AND {behind})" if inclusive else below(*limit, inclusive=False)


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

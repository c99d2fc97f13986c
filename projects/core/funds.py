"""Bond money (专项债) of one project: each issue against what should be paid out of it by the end of a period."""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from projects.core.facts import FundsFacts
from projects.core.periods import Period, full_months
from projects.core.policy_rules import FundsRule
from projects.core.reasons import Figure, Light


def furthest_behind(
    issues: Sequence[FundsFacts], rule: FundsRule, period: Period, merged: bool = False
) -> tuple[Light, dict[str, Figure] | None]:
    """The worst light and the figures of the issue that lacks the most yuan under it; None where none is behind.

    Not judged where no issue counts.
    """
    counted = _counted(issues, rule, period)
    if not counted:
        return Light.NOT_JUDGED, None
    behind = [issue for issue in counted if lacking(issue, issue.paid, rule, period) > 0]
    if not behind:
        return Light.GREEN, None
    running = {issue: _running(issue, rule, period, merged) for issue in behind}
    lights = {issue: _light(issue, rule, period, running[issue]) for issue in behind}
    worst = max(behind, key=lambda one: (lights[one].severity, lacking(one, one.paid, rule, period), one.key))
    required = rule.required(worst.issued_on, period.last_day)
    return lights[worst], {
        "period": str(period),
        "key": worst.key,
        "amount": worst.amount,
        "paid": worst.paid,
        "months": full_months(worst.issued_on, period.last_day),
        "required": required if rule.linear_months else int(required),
        "periods": running[worst],
    }


def lacking(issue: FundsFacts, paid: int, rule: FundsRule, period: Period) -> Fraction:
    """Yuan that should be paid out of an issue by the end of a period and are not; negative: more was paid."""
    return rule.required(issue.issued_on, period.last_day) * issue.amount / 100 - paid


def _counted(issues: Sequence[FundsFacts], rule: FundsRule, period: Period) -> list[FundsFacts]:
    """Issues made by the end of the period, in years in which the project's come to more than the rule's floor."""
    made = [issue for issue in issues if issue.issued_on <= period.last_day and issue.amount > 0]
    of_year: dict[int, int] = defaultdict(int)
    for issue in made:
        of_year[issue.issued_on.year] += issue.amount
    return [issue for issue in made if of_year[issue.issued_on.year] > rule.larger_than]


def _light(issue: FundsFacts, rule: FundsRule, period: Period, running: int) -> Light:
    required = rule.required(issue.issued_on, period.last_day) * issue.amount / 100
    if rule.red_over is not None and lacking(issue, issue.paid, rule, period) > required * rule.red_over / 100:
        return Light.RED
    return Light.RED if running >= rule.red_after_periods > 0 else rule.below


def _running(issue: FundsFacts, rule: FundsRule, period: Period, merged: bool) -> int:
    """Period ends running at which the issue lay below, as far as the rule counts."""
    running, at = 1, period
    while running < rule.red_after_periods:
        at = at.previous(merged)
        paid = issue.paid_by(str(at))
        if paid is None or issue.issued_on > at.last_day or lacking(issue, paid, rule, at) <= 0:
            break
        running += 1
    return running

"""A policy in plain sentences, and what is wrong with a policy file, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.core.handling import HandlingRule
from projects.core.policies import LightPolicy
from projects.core.policy_rules import FundsRule, MilestoneRule, PaceMeasure, PaceRule, SlightBand, StatisticsRule
from projects.core.reasons import Indicator, Light
from projects.core.schedule import PaceBasis
from projects.wording import is_chinese, policy_label, say_amount, say_number

INDICATORS = {
    Indicator.START: gettext_lazy("Start"),
    Indicator.PACE: gettext_lazy("Pace"),
    Indicator.FUNDS: gettext_lazy("Funds"),
    Indicator.STATISTICS: gettext_lazy("Statistics entry"),
    Indicator.MILESTONES: gettext_lazy("Milestones"),
}
"""The five indicators as screens name them."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What a policy says of one indicator; `local` where some of it is set locally and in no published rule."""

    indicator: Indicator
    name: str
    sentences: tuple[str, ...]
    local: bool

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(self.sentences)


def clauses(policy: LightPolicy) -> list[Clause]:
    """All five indicators in their order; one that a policy does not judge says so."""
    said = {
        Indicator.START: policy.start and [_start(policy.start.red_after_periods)],
        Indicator.PACE: policy.pace and list(_pace(policy.pace)),
        Indicator.FUNDS: policy.funds and list(_funds(policy.funds)),
        Indicator.STATISTICS: policy.statistics and [_statistics(policy.statistics)],
        Indicator.MILESTONES: policy.milestones and list(_milestones(policy.milestones)),
    }
    return [
        Clause(
            indicator,
            str(INDICATORS[indicator]),
            tuple(sentences or [_("Not judged by this policy.")]),
            any(setting.split(".")[0] == indicator for setting in policy.local_settings),
        )
        for indicator, sentences in said.items()
    ]


def clause_of(policy: LightPolicy, indicator: str) -> Clause:
    """What a policy says of one indicator."""
    return next(clause for clause in clauses(policy) if clause.indicator == indicator)


def rule_words(policy: LightPolicy, indicator: str) -> str:
    """What makes an indicator yellow and red, with the policy's name and version: what goes with a light's reason.

    The one source of these words for page, mail and workbook; "" where the policy does not judge the indicator.
    """
    sentences = list(_colours(policy, indicator))
    if not sentences:
        return ""
    rule = ("；" if is_chinese() else ". ").join(sentence.rstrip(".。") for sentence in sentences)
    return _("%(rule)s (%(policy)s).") % {"rule": rule, "policy": policy_label(policy)}


def _colours(policy: LightPolicy, indicator: str) -> Iterator[str]:
    """The sentences of a clause that say what is yellow and what is red."""
    if indicator == Indicator.START and policy.start:
        yield _start(policy.start.red_after_periods)
    elif indicator == Indicator.PACE and policy.pace:
        yield from _pace_colours(policy.pace)
    elif indicator == Indicator.FUNDS and policy.funds:
        yield from _funds(policy.funds)
    elif indicator == Indicator.STATISTICS and policy.statistics:
        yield _statistics(policy.statistics)
    elif indicator == Indicator.MILESTONES and policy.milestones:
        yield from _milestone_colours(policy.milestones)


def _start(periods: int) -> str:
    told = {"periods": periods}
    return _("A planned start that is not made is yellow; missed at %(periods)s month ends running it is red.") % told


def _pace(rule: PaceRule) -> Iterator[str]:
    yield _limits(rule)
    if not rule.by_month_task:
        yield _basis(rule)
    if rule.slight_band is SlightBand.GREEN:
        yield _("Behind, but within the yellow limit, is green.")
    else:
        yield _("Behind, but within the yellow limit, is not judged.")
    yield from _pace_running(rule)
    if rule.smallest_plan:
        yield _("Annual plans below %(amount)s are not judged.") % {"amount": say_amount(rule.smallest_plan)}


def _pace_colours(rule: PaceRule) -> Iterator[str]:
    yield _limits(rule)
    yield from _pace_running(rule)


def _pace_running(rule: PaceRule) -> Iterator[str]:
    if rule.red_after_periods:
        yield _("At least yellow at %(periods)s month ends of a year running is red.") % {
            "periods": rule.red_after_periods
        }


def _limits(rule: PaceRule) -> str:
    told = {"yellow": _limit(rule, rule.yellow_limit, rule.yellow_inclusive)}
    told["red"] = _limit(rule, rule.red_limit, rule.red_inclusive)
    match rule.measure:
        case PaceMeasure.POINTS_BELOW:
            return _("%(yellow)s percentage points behind pace is yellow, %(red)s is red.") % told
        case PaceMeasure.RATIO_TO_PACE:
            return _("%(yellow)s of pace is yellow, %(red)s is red.") % told
        case PaceMeasure.SHARE_OF_SHORTFALL:
            return _("%(yellow)s short of pace is yellow, %(red)s is red.") % told
        case PaceMeasure.MONTH_TASK:
            return _("%(yellow)s of the month's own task is yellow, %(red)s is red.") % told


def _limit(rule: PaceRule, limit: Fraction, inclusive: bool) -> str:
    points = "个百分点" if is_chinese() else ""
    number = say_number(limit) + (points if rule.measure is PaceMeasure.POINTS_BELOW else "%")
    if rule.measure.lower_is_worse:
        return (_("%(number)s or less") if inclusive else _("less than %(number)s")) % {"number": number}
    return (_("%(number)s or more") if inclusive else _("more than %(number)s")) % {"number": number}


def _basis(rule: PaceRule) -> str:
    match rule.basis:
        case PaceBasis.LINEAR_MONTH:
            return _("Pace is one twelfth of the annual plan for each month that has ended.")
        case PaceBasis.LINEAR_HALF_MONTH:
            return _("Pace is one twenty-fourth of the annual plan for each half month that has ended.")
        case PaceBasis.DAY_OF_YEAR:
            return _("Pace is the share of the year's days that have gone by.")
        case PaceBasis.QUARTER_STEPS:
            steps = ", ".join(f"{step}%" for step in rule.quarter_steps)
            return _("Pace is %(steps)s of the annual plan by the end of each quarter.") % {"steps": steps}
        case PaceBasis.MONTHLY_PLAN:
            return _("Pace is the project's own plan by month.")


def _funds(rule: FundsRule) -> Iterator[str]:
    if rule.linear_months:
        yield _("Bond money is to be paid out evenly over %(months)s months, from the month after its issue.") % {
            "months": rule.linear_months
        }
    for step in rule.steps:
        sentence = _("More than %(months)s months after its issue, %(percent)s%% of a batch must be paid out.")
        if not step.over:
            sentence = _("%(months)s full months after its issue, %(percent)s%% of a batch must be paid out.")
        yield sentence % {"months": step.months, "percent": step.percent}
    yield _("A batch below it is red.") if rule.below is Light.RED else _("A batch below it is yellow.")
    if rule.red_over is not None:
        yield _("Where more than %(share)s%% of what should be paid out is lacking it is red.") % {
            "share": say_number(rule.red_over)
        }
    if rule.red_after_periods:
        yield _("Below it at %(periods)s month ends running it is red.") % {"periods": rule.red_after_periods}
    if rule.larger_than:
        yield _("Judged are projects for which more than %(amount)s was issued in the year.") % {
            "amount": say_amount(rule.larger_than)
        }


def _statistics(rule: StatisticsRule) -> str:
    told = {"yellow": _months(rule.yellow_after_months), "red": _months(rule.red_after_months)}
    return (
        _(
            "Started and not entered into statistics is yellow from %(yellow)s after the start and red over %(red)s, "
            "counted at month ends."
        )
        % told
    )


def _months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


def _milestones(rule: MilestoneRule) -> Iterator[str]:
    yield from _milestone_colours(rule)
    yield _("A notice goes out %(days)s working days before the due date.") % {"days": rule.due_soon_days}


def _milestone_colours(rule: MilestoneRule) -> Iterator[str]:
    if rule.warn_days:
        yield _("An open milestone is yellow from %(days)s working days before its due date.") % {
            "days": rule.warn_days
        }
    if rule.red_from == rule.yellow_from:
        yield _late_is_red(rule.red_from)
    else:
        yield ngettext(
            "%(days)s working day late is yellow.", "%(days)s working days late is yellow.", rule.yellow_from
        ) % {"days": rule.yellow_from}
    if rule.red_from is not None and rule.red_from > rule.yellow_from:
        yield _late_is_red(rule.red_from)
    if rule.red_after_periods:
        yield _("Late at %(periods)s month ends running it is red.") % {"periods": rule.red_after_periods}


def _late_is_red(days: int) -> str:
    return ngettext("%(days)s working day late is red.", "%(days)s working days late is red.", days) % {"days": days}


def handling_sentences(rule: HandlingRule) -> list[str]:
    """How a policy has alerts handled."""
    told = {field.name: getattr(rule, field.name) for field in fields(rule)}
    said = [
        _("Open %(county_after)s working days an alert is the county office's, %(city_after)s the city office's."),
        _("Open %(leader_after)s working days a red one goes to the leader."),
        _("It may be put off for at most %(longest_snooze)s working days."),
        _("A new date within %(lock_window)s working days of the due date needs the city office's approval.")
        if rule.lock_window
        else _("A new date never needs approval."),
        _("A project may be exempt for at most %(exempt_months)s months in one go."),
    ]
    return [sentence % told for sentence in said]


_PROBLEMS = {
    "must not be empty": gettext_lazy("must not be empty"),
    "must be at least 1": gettext_lazy("must be at least 1"),
    "is not known": gettext_lazy("is not known"),
    "is missing": gettext_lazy("is missing"),
    "must be a text": gettext_lazy("must be a text"),
    "must be a whole number": gettext_lazy("must be a whole number"),
    "must be true or false": gettext_lazy("must be true or false"),
    "must be a whole number or a number written as a text": gettext_lazy(
        "must be a whole number or a number written as a text"
    ),
    "must be a date such as 2024-01-01": gettext_lazy("must be a date such as 2024-01-01"),
    "must be a list": gettext_lazy("must be a list"),
    "must be an object or null": gettext_lazy("must be an object or null"),
    "out of range": gettext_lazy("is out of range"),
    "must be no milder than yellow": gettext_lazy("must be no milder than yellow"),
    "must be four rising percentages": gettext_lazy("must be four rising percentages"),
    "must be 2 to 12, or 0 for none": gettext_lazy("must be 2 to 12, or 0 for none"),
    "must be at least 2, or 0 for none": gettext_lazy("must be at least 2, or 0 for none"),
    "must not be negative": gettext_lazy("must not be negative"),
    "must not be over 250 working days": gettext_lazy("must not be over 250 working days"),
    "must be 1 to 36 months": gettext_lazy("must be 1 to 36 months"),
    "must not come before the county office": gettext_lazy("must not come before the county office"),
    "must not come before the city office": gettext_lazy("must not come before the city office"),
    "must lie within the look-ahead": gettext_lazy("must lie within the look-ahead"),
    "months must rise": gettext_lazy("months must rise"),
    "percentages must rise and lie within 1 to 100": gettext_lazy("percentages must rise and lie within 1 to 100"),
    "is too long": gettext_lazy("is too long"),
    "must be letters, digits and hyphens": gettext_lazy("must be letters, digits and hyphens"),
    "must be yellow or red": gettext_lazy("must be yellow or red"),
    "must be given unless linear_months is, and not with it": gettext_lazy(
        "must be given, unless money is spread evenly over months, and then not"
    ),
}


def problem_words(problem: str) -> Any:
    """What is wrong with a field of a policy file, as projects.core says it, in the reader's language."""
    choices = problem.removeprefix("must be one of ")
    if choices != problem:
        return _("must be one of %(choices)s") % {"choices": choices}
    return _PROBLEMS.get(problem, problem)

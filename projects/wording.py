"""The one place where a reason becomes a sentence: page, mail and workbook say the same words in the reader's language.

Written as the office would: plain, with the figures, 滞后 and never 违约. Dates are written out, amounts in 亿元.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from time import monotonic
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cycle import CycleRule
from projects.core.money import MoneyUnit, table_form
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.reasons import Reason, ReasonCode
from projects.core.rounding import fixed
from projects.models import MilestoneStep

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SMALL = MoneyUnit.YI.factor // 10


def reason_sentence(reason: Reason, *, as_of: date | None = None, calendar: WorkCalendar | None = None) -> str:
    """A judgement's reason in one sentence, without a full stop.

    With `as_of` and `calendar` working days late are counted to that day, whenever the reason was stored; a missed
    start says how many have gone by since, and what is due soon how many are left.
    """
    reason = _counted(reason, as_of, calendar)
    figures = reason.figures
    told = {name: _TELL.get(name, str)(value) for name, value in figures.items()}
    if "title" in figures:
        told["title"] = step_title(str(figures["step"]), str(figures["title"]))
    if reason.code in _PACE_SENTENCES:
        return _pace_sentence(reason, told) + _running(figures)
    sentence = _sentence_of(reason.code, figures) % told
    if reason.code is ReasonCode.START_MISSED:
        sentence += _days_since(figures["due_on"], as_of, calendar)
    if reason.code in (ReasonCode.MILESTONE_DUE_SOON, ReasonCode.MILESTONE_NEAR):
        sentence += _days_left(figures["due_on"], as_of, calendar)
    if reason.code in _OWED:
        sentence += _days_since(figures["due_on"], as_of, calendar)
    sentence += _running(figures)
    if reason.code in _LATE and figures.get("overdue", 1) != 1:
        sentence += _("; %(overdue)s milestones are overdue in all") % {"overdue": figures["overdue"]}
    part, slash, _step = str(figures.get("key", "")).rpartition("/")
    return _("Part %(part)s: %(sentence)s") % {"part": part, "sentence": sentence} if slash else sentence


def _sentence_of(code: ReasonCode, figures: Mapping[str, Any]) -> str:
    """The sentence before its figures are in it; English ones differ with how many there are."""
    if code in _COUNTED:
        return _days_late(figures)
    if code is ReasonCode.START_MISSED:
        return _start_missed(figures)
    return _sentences()[code]


def _counted(reason: Reason, as_of: date | None, calendar: WorkCalendar | None) -> Reason:
    """The same reason with its working days late counted to the day that is asked for."""
    figures = reason.figures
    due_on = figures.get("due_on")
    if as_of is None or calendar is None or reason.code not in _LATE or not isinstance(due_on, date):
        return reason
    figures.pop("days_late", None)
    figures.pop("year", None)
    try:
        days = calendar.workdays_between(due_on, max(as_of, due_on))
    except CalendarYearMissing as missing:
        return Reason(ReasonCode.MILESTONE_OVERDUE_UNCOUNTED, figures | {"year": missing.year})
    slightly = reason.code is ReasonCode.MILESTONE_SLIGHTLY_LATE
    code = ReasonCode.MILESTONE_SLIGHTLY_LATE if slightly else ReasonCode.MILESTONE_OVERDUE
    return Reason(code, figures | {"days_late": days})


def policy_label(policy: LightPolicy) -> str:
    """Name and version of a policy, as alerts print them, in the reader's language: 本地默认 v1, Local default v1."""
    return policy.label if is_chinese() or not policy.name_en else f"{policy.name_en} v{policy.version}"


def rule_label(rule: CycleRule) -> str:
    """Name and version of reporting rules in the reader's language."""
    return rule.label if is_chinese() or not rule.name_en else f"{rule.name_en} v{rule.version}"


def step_title(step: str, title: str) -> str:
    """A milestone's name in the reader's language; `title` is the Chinese one, kept with the reason."""
    if is_chinese():
        return title
    minute = int(monotonic() // 60)
    if step not in english_steps(minute):
        english_steps.cache_clear()  # new since then
    return english_steps(minute).get(step) or title


@lru_cache(maxsize=1)
def english_steps(minute: int) -> dict[str, str]:
    """English names of the milestones' steps by code; read once a minute, since a mail or a page names hundreds."""
    return dict(MilestoneStep.objects.values_list("code", "name_en"))


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


def say_day(day: Any) -> str:
    """2023年12月29日, 29 Dec 2023."""
    if not isinstance(day, date):
        return str(day)
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_period(period: Any) -> str:
    """2023年12月, Dec 2023."""
    read = period if isinstance(period, Period) else Period.parse(str(period))
    return f"{read.year}年{read.month}月" if is_chinese() else f"{_MONTHS[read.month - 1]} {read.year}"


def say_month(month: int) -> str:
    """12月, Dec."""
    return f"{month}月" if is_chinese() else _MONTHS[month - 1]


def say_amount(yuan: Any) -> str:
    """2.40亿元, and 860.00万元 below a tenth of it; 240.00 million yuan in English."""
    amount = int(yuan)
    if not is_chinese():
        return _("%(amount)s million yuan") % {"amount": fixed(Fraction(amount, 1_000_000), 2, grouped=True)}
    unit = MoneyUnit.YI if abs(amount) >= _SMALL or amount == 0 else MoneyUnit.WAN
    return table_form(amount, unit, 2, grouped=True) + unit.symbol


def say_share(share: Any) -> str:
    """A share of the plan as a percent with one decimal: 40.0%."""
    return f"{fixed(Fraction(share) * 100, 1)}%"


def say_number(number: Any) -> str:
    """A whole number as it is, another with one decimal: 50, 16.7."""
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else fixed(exact, 1)


def _points(gap: Any) -> str:
    return fixed(abs(Fraction(gap)), 1)


_TELL: Mapping[str, Callable[[Any], str]] = {
    "due_on": say_day,
    "started_on": say_day,
    "entered_on": say_day,
    "valid_to": say_day,
    "period": say_period,
    "plan": say_amount,
    "completed": say_amount,
    "amount": say_amount,
    "paid": say_amount,
    "task": say_amount,
    "total": say_amount,
    "before": say_amount,
    "since_start": say_amount,
    "smallest": say_amount,
    "required": say_number,
    "rate": say_share,
    "pace": say_share,
    "gap": _points,
}

_PACE_SENTENCES = {
    ReasonCode.ON_PACE,
    ReasonCode.SLIGHTLY_BEHIND,
    ReasonCode.BEHIND_PACE,
    ReasonCode.BEHIND_PACE_RUNNING,
}
_COUNTED = {ReasonCode.MILESTONE_SLIGHTLY_LATE, ReasonCode.MILESTONE_OVERDUE}
_OWED = {ReasonCode.RETURN_MISSING, ReasonCode.RETURN_NOT_RESUBMITTED}
_LATE = _COUNTED | {ReasonCode.MILESTONE_OVERDUE_UNCOUNTED}


def _pace_sentence(reason: Reason, told: Mapping[str, str]) -> str:
    """年度计划2.40亿元，完成0.96亿元，占40.0%，慢于序时35.0个百分点（截至2023年12月底）."""
    gap = reason.figures["gap"]
    if not isinstance(gap, int | Fraction):
        raise TypeError("a gap is a number of points")
    if gap and told["gap"] == "0.0":
        told = {**told, "gap": _("less than 0.1")}
    if gap < 0:
        against = _("%(gap)s percentage points behind pace") % told
    elif gap > 0:
        against = _("%(gap)s percentage points ahead of pace") % told
    else:
        against = _("level with pace")
    return _(
        "Annual plan %(plan)s, completed %(completed)s, %(rate)s of it, %(against)s (to the end of %(period)s)"
    ) % {**told, "against": against}


def _running(figures: Mapping[str, Any]) -> str:
    """“, at 2 period ends running”, where a policy counts them and there is more than one."""
    periods = figures.get("periods", 0)
    return _(", at %(periods)s period ends running") % {"periods": periods} if periods > 1 else ""


def _days_since(due_on: Any, as_of: date | None, calendar: WorkCalendar | None) -> str:
    if as_of is None or calendar is None or not isinstance(due_on, date):
        return ""
    try:
        days = calendar.workdays_between(due_on, as_of)
    except CalendarYearMissing:
        return ""
    since = ngettext(", %(days)s working day since then", ", %(days)s working days since then", days)
    return since % {"days": days} if days > 0 else ""


def _days_late(figures: Mapping[str, Any]) -> str:
    return ngettext(
        "%(title)s was due on %(due_on)s, %(days_late)s working day late",
        "%(title)s was due on %(due_on)s, %(days_late)s working days late",
        int(figures["days_late"]),
    )


def _start_missed(figures: Mapping[str, Any]) -> str:
    return ngettext(
        "Was to start by %(due_on)s and has not started (%(month_ends)s month end missed)",
        "Was to start by %(due_on)s and has not started (%(month_ends)s month ends missed)",
        int(figures["month_ends"]),
    )


def _days_left(due_on: Any, as_of: date | None, calendar: WorkCalendar | None) -> str:
    """“, 3 working days left”; nothing once the day has come."""
    if as_of is None or calendar is None or not isinstance(due_on, date):
        return ""
    try:
        days = calendar.workdays_between(as_of, due_on)
    except CalendarYearMissing:
        return ""
    if as_of == due_on:
        return _(", today")
    left = ngettext(", %(count)s working day left", ", %(count)s working days left", days) % {"count": days}
    return left if days > 0 else ""


def _sentences() -> dict[ReasonCode, str]:
    """Every other reason's sentence, in the language that is active."""
    return {
        ReasonCode.NOT_IN_POLICY: _("The policy in force does not judge this"),
        ReasonCode.EXEMPT: _("Exempt until %(valid_to)s: %(reason)s (approved by %(approved_by)s)"),
        ReasonCode.NOT_APPLICABLE: _("Does not apply to this project"),
        ReasonCode.CALENDAR_MISSING: _("The working-day calendar of %(year)s is not published; this cannot be judged"),
        ReasonCode.START_NOT_PLANNED: _("No start is planned"),
        ReasonCode.START_NOT_DUE: _("To start by %(due_on)s, not due yet"),
        ReasonCode.STARTED: _("Started on %(started_on)s"),
        ReasonCode.STARTED_LATE: _("Started on %(started_on)s, later than planned (%(due_on)s)"),
        ReasonCode.NO_PLAN: _("No annual plan is in force for %(period)s; pace is not judged"),
        ReasonCode.NO_RETURN_YET: _("No return of this year was accepted by %(period)s; pace is not judged"),
        ReasonCode.NO_MONTHLY_PLAN: _("The annual plan has no months; pace is not judged"),
        ReasonCode.PLAN_TOO_SMALL: _("The annual plan, %(plan)s, is below %(smallest)s; pace is not judged"),
        ReasonCode.NO_MONTH_TASK: _("Nothing was planned for %(period)s alone; the month is not judged"),
        ReasonCode.MONTH_TASK_DONE: _("Task of %(period)s: %(task)s, completed %(completed)s, %(rate)s of it"),
        ReasonCode.MONTH_TASK_MISSED: _("Task of %(period)s: %(task)s, completed %(completed)s, %(rate)s of it"),
        ReasonCode.NO_FUNDS: _("No bond or budget money to judge by %(period)s"),
        ReasonCode.FUNDS_ON_SCHEDULE: _("Money is paid out as required to the end of %(period)s"),
        ReasonCode.FUNDS_BEHIND: _(
            "Batch %(key)s: %(paid)s of %(amount)s paid out after %(months)s months, %(required)s%% required"
        ),
        ReasonCode.STATISTICS_NOT_STARTED: _("Not started, so not to be entered into statistics yet"),
        ReasonCode.STATISTICS_ENTERED: _("Entered into statistics on %(entered_on)s"),
        ReasonCode.STATISTICS_NOT_DUE: _("Started on %(started_on)s, to be entered into statistics by %(due_on)s"),
        ReasonCode.STATISTICS_MISSING: _(
            "Started on %(started_on)s, was to be entered into statistics by %(due_on)s and is not"
        ),
        ReasonCode.NO_MILESTONES: _("No milestones are planned"),
        ReasonCode.MILESTONES_DONE: _("All %(done)s milestones are reached"),
        ReasonCode.MILESTONES_ON_TIME: _("%(title)s is the next milestone, due on %(due_on)s"),
        ReasonCode.MILESTONE_NEAR: _("%(title)s is due on %(due_on)s"),
        ReasonCode.MILESTONE_DUE_SOON: _("%(title)s is due on %(due_on)s"),
        ReasonCode.MILESTONE_OVERDUE_UNCOUNTED: _(
            "%(title)s was due on %(due_on)s and is late; the working-day calendar of %(year)s is not published"
        ),
        ReasonCode.RETURN_MISSING: _("The return for %(period)s was to come by %(due_on)s and has not been submitted"),
        ReasonCode.RETURN_NOT_RESUBMITTED: _(
            "The return for %(period)s, to come by %(due_on)s, was given back and has not been submitted again"
        ),
        ReasonCode.STARTED_WITHOUT_PERMIT: _("Started on %(started_on)s, and no construction permit is on record"),
        ReasonCode.INVESTED_BEFORE_START: _("%(completed)s completed by %(period)s, and no start is on record"),
        ReasonCode.COMPLETED_OVER_TOTAL: _(
            "%(since_start)s completed since the start by %(period)s, more than the total investment, %(total)s"
        ),
        ReasonCode.FIGURE_OUT_OF_SCALE: _(
            "%(completed)s completed by %(period)s, ten times the annual plan of %(plan)s or more: is the unit right?"
        ),
        ReasonCode.CUMULATIVE_FELL: _(
            "Completed this year fell from %(before)s to %(completed)s in %(period)s, and nobody said why"
        ),
    }

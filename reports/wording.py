"""The one place where an alert becomes words: what is wrong today, how grave, whose turn it is, by which policy.

Sentences are made from the figures that an alert keeps, on the reader's day and in the reader's language.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.handling import Rung
from projects.core.policies import LightPolicy
from projects.core.reasons import REASON_FIGURES, Figure, Reason, ReasonCode, decode
from projects.policy_wording import rule_words
from projects.queries.policies import PolicyKey
from projects.wording import is_chinese, reason_sentence, say_day
from reports.core.rules import INDICATORS, Kept, rule_of
from reports.models import Alert
from reports.queries.exempted import Before

RULE_TITLES: Final[Mapping[str, Any]] = {
    "milestone_overdue": gettext_lazy("Milestone overdue"),
    "start_missed": gettext_lazy("Start missed"),
    "investment_behind": gettext_lazy("Investment behind pace"),
    "funds_behind": gettext_lazy("Bond money behind schedule"),
    "statistics_missed": gettext_lazy("Statistics entry missed"),
    "milestone_due_soon": gettext_lazy("Milestone due soon"),
    "return_missing": gettext_lazy("Return not submitted"),
    "return_not_resubmitted": gettext_lazy("Return given back, not resubmitted"),
    "started_without_permit": gettext_lazy("Started without a permit"),
    "invested_before_start": gettext_lazy("Investment before the start"),
    "completed_over_total": gettext_lazy("More completed than the total investment"),
    "figure_out_of_scale": gettext_lazy("Figure out of scale"),
    "cumulative_fell": gettext_lazy("Cumulative figure fell"),
}
"""The title of each rule of reports.core.rules in the reader's language."""


RUNGS: Final[Mapping[int, Any]] = {
    Rung.CONTACT: gettext_lazy("the project's contact"),
    Rung.COUNTY_OFFICE: gettext_lazy("the county's project office"),
    Rung.CITY_OFFICE: gettext_lazy("the city's project office"),
    Rung.LEADER: gettext_lazy("the responsible city leader"),
}
"""To whom an alert has gone up."""


def handed_words(rung: int) -> str:
    """That an alert went up, and to whom."""
    return _("handed up to %(whom)s") % {"whom": RUNGS[rung]}


def alert_reason(alert: Alert, *, as_of: date, calendar: WorkCalendar) -> Reason:
    """The whole reason of an alert on a day, from the figures that it keeps."""
    figures = {name: decode(figure) for name, figure in alert.figures.items()}
    step = alert.milestone.step if alert.milestone else None
    kept = Kept(figures, step.code if step else "", step.name_zh if step else "")
    return rule_of(alert.rule).recall(kept, calendar, as_of)


def alert_sentence(alert: Alert, *, as_of: date, calendar: WorkCalendar) -> str:
    """What is wrong, in one sentence without a full stop; the same words as the project's light.

    Of an alert that was cleared before `as_of`, what was wrong on its last day.
    """
    day = min(as_of, alert.cleared_on or as_of)
    return reason_sentence(alert_reason(alert, as_of=day, calendar=calendar), as_of=day, calendar=calendar)


def rule_title(code: str) -> str:
    """A rule's title; its code where a rule has gone since."""
    return str(RULE_TITLES.get(code, code))


def exempted_words(figures: Mapping[str, Figure]) -> str:
    """By what an alert ended that was exempted, from its last event's figures; whole sentences."""
    told = {name: figures[name] for name in REASON_FIGURES[ReasonCode.EXEMPT]}
    why = reason_sentence(Reason(ReasonCode.EXEMPT, told))
    return _("%(why)s. That does not mean that it was put right: it is judged again once the exemption is over.") % {
        "why": why
    }


def before_words(before: Before) -> str:
    """What came before an alert that was raised again: 2023年11月1日起亮灯，2024年1月12日至6月30日豁免."""
    days = [
        _("%(first)s to %(last)s") % {"first": say_day(first), "last": say_day(last)} for first, last in before.exempt
    ]
    told = {"since": say_day(before.since), "days": ("、" if is_chinese() else ", ").join(days)}
    return (_("stood from %(since)s, was exempt %(days)s") if days else _("stood from %(since)s")) % told


def standing_words(since: date, as_of: date, calendar: WorkCalendar) -> str:
    """For how long an alert has stood: “9 working days”, “today”; nothing where the calendar does not reach."""
    try:
        days = calendar.workdays_between(since, as_of)
    except CalendarYearMissing:
        return ""
    if since == as_of:
        return _("today")
    return ngettext("%(count)s working day", "%(count)s working days", days) % {"count": days}


def policy_words(alert: Alert, names: Mapping[tuple[str, int], str]) -> str:
    """By which policy and version an alert was judged: 本地默认 v1."""
    return names.get((alert.policy_code, alert.policy_edition)) or f"{alert.policy_code} v{alert.policy_edition}"


def judging_words(alert: Alert, policies: Mapping[PolicyKey, LightPolicy]) -> str:
    """The rule of the policy by which an alert was judged, in the words of the light's page; "" where there is none."""
    policy, indicator = policies.get((alert.policy_code, alert.policy_edition)), INDICATORS.get(alert.rule)
    return rule_words(policy, indicator) if policy and indicator else ""


def unable_sentence(year: int) -> str:
    """What a page says where rules lack a calendar year."""
    return _("The working-day calendar of %(year)s is not published here, so milestones are not judged anew.") % {
        "year": year
    }

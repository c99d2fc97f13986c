"""/projects/<code>/ – one project: facts, plan against actual, milestones, people, lists, lights, history."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_safe

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act, fetch, may
from portfolio.web.doors import opened_by
from projects.core.money import MoneyUnit, rate_percent
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.reasons import Indicator, Reason
from projects.models import ProjectStanding, ReportingPeriod
from projects.policy_wording import INDICATORS, rule_words
from projects.queries import page
from projects.queries.exemptions import live_of
from projects.queries.names import names_of_codes
from projects.queries.owed import reports_for
from projects.queries.policies import policy_in_force
from projects.queries.restated import restated_months
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar
from projects.tables.register import WAN, YI, restatements_address
from projects.telling import tell
from projects.templatetags.figures import month_short
from projects.wording import policy_label, reason_sentence

SHOWN_CHANGES = 12


@dataclass(frozen=True, slots=True)
class LightLine:
    """One indicator: its name, its light, why, and by which rule of the policy, in the reader's language."""

    name: str
    light: str
    sentence: str
    rule: str = ""


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def project_page(request: HttpRequest, code: str) -> HttpResponse:
    """The page; `?year=` shows another year's plan and returns."""
    user, today = request.user, clock.today()
    project = fetch(page.project_row(visible_to(user)), user, Act.VIEW_PROJECTS, code=code)
    standing: ProjectStanding | None = getattr(project, "standing", None)
    judged = Period.parse(standing.period) if standing else Period.last_ended(today)
    years = page.years_of(project)
    year = _year(request, years, judged)
    period = judged if judged.year == year else Period(year, 12) if year < judged.year else Period(year, 1)
    row = page.figures_of(project, period)
    months = page.months_of(project, row, year)
    stones = page.stones_of(project, today)
    names, open_period = names_of_codes(), _open_period()
    unit, factor = _unit_of(row, months)
    policy = _judging(standing, today)
    judged_pace = _judged_pace(standing) if judged.year == year else {}
    context = {
        "project": project,
        "standing": standing,
        "lights": _lights(standing, policy, today),
        "policy_url": reverse("policy", args=[policy.code, policy.version]) if policy else "",
        "live": live_of(project, today) if getattr(project, "has_asked", False) else [],
        "may_ask_exemption": standing is not None and may(user, Act.ASK_EXEMPTION),
        "judged_by": policy_label(policy) if policy else standing.policy if standing else "",
        "years": years,
        "tracked": bool(years or standing or stones),
        "year": year,
        "period": period,
        "row": row,
        "rate": rate_percent(row.completed, row.plan),
        "gap": judged_pace.get("gap"),
        "pace": 100 * judged_pace["pace"] if "pace" in judged_pace else None,
        "months": months,
        "restated": restated_months(Period(year, 12), None, [project.pk]).get(project.pk, []),
        "restatements": restatements_address(year),
        "curve": _curve(months, factor),
        "curve_unit": unit,
        "curve_pending": any(month.pending is not None for month in months),
        "stones": stones,
        "people": page.people_of(project),
        "lists": page.lists_of(project),
        "plans": page.plans_of(project, year),
        "shares": page.shares_of(project, year),
        "aliases": project.aliases.all(),
        "facts": project.facts.all(),
        "parts": project.parts.select_related("standing") if project.is_package else [],
        "history": [tell(change, names) for change in page.changes_of(project, SHOWN_CHANGES)],
        "today": today,
        "may_edit": may(user, Act.UPDATE_MILESTONE),
        "may_report": bool(open_period)
        and may(user, Act.ENTER_RETURN)
        and reports_for(project, Period.parse(open_period)),
        "may_read_log": may(user, Act.VIEW_LEDGER),
        "open_period": open_period,
        "alerts_url": f"{get_script_prefix()}alerts/panel/{project.code}/",
        "alerts_page": f"{get_script_prefix()}alerts/?q={project.code}",
    }
    return render(request, "projects/project.html", context)


def _year(request: HttpRequest, years: list[int], judged: Period) -> int:
    asked = request.GET.get("year", "")
    if asked in map(str, years):
        return int(asked)
    return judged.year if judged.year in years or not years else max(years)


def _lights(standing: ProjectStanding | None, policy: LightPolicy | None, today: date) -> list[LightLine]:
    if standing is None:
        return []
    lines, calendar = [], load_calendar()
    for indicator, name in INDICATORS.items():
        stored = standing.reasons.get(indicator)
        sentence = reason_sentence(Reason.from_json(stored), as_of=today, calendar=calendar) if stored else ""
        rule = rule_words(policy, indicator) if policy else ""
        lines.append(LightLine(str(name), getattr(standing, f"light_{indicator}"), sentence, rule))
    return lines


def _judging(standing: ProjectStanding | None, today: date) -> LightPolicy | None:
    """The policy that judged, while it is the one in force."""
    with suppress(Refusal):
        policy = policy_in_force(today)
        return policy if standing is not None and policy.label == standing.policy else None
    return None


def _judged_pace(standing: ProjectStanding | None) -> dict[str, Any]:
    """The exact figures by which pace was judged, where it was: gap in points, pace as a share of the plan."""
    stored = standing.reasons.get(Indicator.PACE) if standing else None
    return Reason.from_json(stored).figures if stored else {}


def _unit_of(row: Any, months: list[page.Month]) -> tuple[Any, int]:
    """亿元 for what reaches a hundred million, 万元 below it."""
    largest = max((value for month in months for value in (month.plan_sum, month.completed) if value), default=0)
    large = largest >= MoneyUnit.YI.factor
    return (YI, MoneyUnit.YI.factor) if large else (WAN, MoneyUnit.WAN.factor)


def _curve(months: list[page.Month], factor: int) -> list[dict[str, Any]]:
    def scaled(value: int | None) -> float | None:
        return None if value is None else round(value / factor, 2)

    return [
        {
            "month": month_short(month.period),
            "plan": scaled(month.plan_sum),
            "actual": scaled(month.completed),
            "provisional": scaled(month.pending),
        }
        for month in months
    ]


def _open_period() -> str:
    rows = ReportingPeriod.objects.filter(state=ReportingPeriod.State.OPEN).order_by("period")
    return rows.values_list("period", flat=True).first() or ""

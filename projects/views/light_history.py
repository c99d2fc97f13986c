"""/projects/<code>/lights/ – what a project's light was at the lock of each month; a part of its page."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio import clock
from portfolio.web.access import Act, fetch
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from projects.core.calendar import WorkCalendar
from projects.core.periods import YEARS
from projects.policy_wording import INDICATORS, rule_words
from projects.queries.light_history import MonthLight, light_history
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar
from projects.wording import policy_label, reason_sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One month: its key, its light, the cause in a sentence, the rule that held then ("" for none), and the policy."""

    period: str
    on: date
    light: str
    sentence: str
    rule: str
    policy: str


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def light_history_part(request: HttpRequest, code: str) -> HttpResponse:
    """The months of a year, the latest first."""
    project = fetch(visible_to(request.user), request.user, Act.VIEW_PROJECTS, code=code)
    asked = sent_number(request.GET.get("year"))
    year = asked if asked in YEARS else clock.today().year
    calendar = load_calendar()
    lines = [_line(one, calendar) for one in light_history(project.pk, year)]
    return render(request, "projects/parts/light_history.html", {"lines": lines, "year": year})


def _line(one: MonthLight, calendar: WorkCalendar) -> Line:
    cause = one.light.cause
    sentence = reason_sentence(cause.reason, as_of=one.on, calendar=calendar)
    told = f"{INDICATORS[cause.indicator]}: {sentence}"
    rule = rule_words(one.policy, cause.indicator)
    return Line(str(one.period), one.on, str(one.light.overall), told, rule, policy_label(one.policy))

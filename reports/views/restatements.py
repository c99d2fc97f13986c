"""/reports/restatements/ – what was corrected after its month was locked: before, after, by whom and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio import clock
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from projects.core.periods import YEARS, Period
from projects.queries.cycle import last_locked
from projects.queries.restated import restatements
from projects.queries.scope import visible_to


@opened_by(Act.VIEW_REPORTS)
@require_safe
def restatements_page(request: HttpRequest) -> HttpResponse:
    """The corrections of one year that concern what the reader sees, the newest first.

    Unless another is asked for, the year is that of the month that was locked last.
    """
    today = clock.today()
    asked, locked = sent_number(request.GET.get("year")), last_locked()
    year = asked if asked in YEARS else locked.year if locked else today.year
    mine = visible_to(request.user).order_by().values_list("pk", flat=True)
    found = restatements(Period(year, 12), projects=mine)
    context = {
        "section": "reports/",
        "year": year,
        "before": year - 1,
        "rows": found[::-1],
        "is_now": year >= today.year,
        "may_read_log": may(request.user, Act.VIEW_LEDGER),
    }
    return render(request, "reports/periods/restatements.html", context)

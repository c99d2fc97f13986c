"""My work: what this person owes and by when, and nothing else; the same duties as on the cockpit, in full."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio import clock
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from reports.queries.work import work_of


@opened_by(Act.ENTER_RETURN, Act.REVIEW_RETURN, Act.ACCEPT_RETURN)
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Returns that came back, returns to write, to review, to accept; milestones; work of those one stands in for."""
    user = request.user
    context = {
        "work": work_of(user, clock.today()),
        "is_office": may(user, Act.ACCEPT_RETURN),
        "may_lock": may(user, Act.LOCK_PERIOD),
    }
    return render(request, "reports/desk/page.html", context)

"""/replans/ – new dates that were asked for close to the due date, and the city office's word on each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from portfolio.models import User
from portfolio.refusals import Refusal
from portfolio.web.access import Act, may, require
from portfolio.web.doors import opened_by
from portfolio.web.responses import refuse_in_form, saved
from projects.actions.replans import decide_replan, one_of
from projects.forms.replans import DecisionForm
from projects.models import ReplanRequest
from projects.queries.scope import visible_to

DECIDED_SHOWN = 50


@opened_by(Act.REPLAN_MILESTONE, Act.APPROVE_PLAN)
@require_safe
def replans(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first, and what was decided last."""
    rows = _visible(request.user)
    waiting = rows.filter(state=ReplanRequest.State.ASKED).order_by("asked_on", "pk")
    decided = rows.exclude(state=ReplanRequest.State.ASKED).order_by("-decided_on", "-pk")[:DECIDED_SHOWN]
    context = {
        "waiting": _told(waiting),
        "decided": _told(decided),
        "may_decide": may(request.user, Act.APPROVE_PLAN),
    }
    return render(request, "projects/replans.html", context)


@opened_by(Act.REPLAN_MILESTONE, Act.APPROVE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def replan(request: HttpRequest, pk: int) -> HttpResponse:
    """One request; POST approves or refuses it, and gives the words back where that is refused."""
    row = one_of(request.user, pk)
    may_decide = may(request.user, Act.APPROVE_PLAN) and row.state == ReplanRequest.State.ASKED
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Act.APPROVE_PLAN)
        if form.is_valid():
            approve = request.POST.get("do") == "approve"
            try:
                decide_replan(by=request.user, request=row, approve=approve, words=form.cleaned_data["words"])
            except Refusal as refusal:
                refuse_in_form(form, refusal)
                row.refresh_from_db()
            else:
                sentence = _("Approved: the new date holds from now on.") if approve else _("Refused: the date stands.")
                return saved(request, sentence, reverse("replans"))
    context = {"one": _told([row])[0], "form": form, "may_decide": may_decide}
    return render(request, "projects/replan.html", context)


def _visible(user: Any) -> Any:
    rows = ReplanRequest.objects.filter(milestone__project__in=visible_to(user))
    return rows.select_related("milestone__project__division", "milestone__step")


def _told(rows: Any) -> list[dict[str, Any]]:
    """Each request with the names of those who asked and decided; one statement for them all."""
    found = list(rows)
    names = {row.asked_by for row in found} | {row.decided_by for row in found}
    people = {one.username: one.display_name for one in User.objects.filter(username__in=names)}
    return [
        {
            "row": row,
            "asked_by": people.get(row.asked_by) or row.asked_by,
            "decided_by": people.get(row.decided_by) or row.decided_by,
        }
        for row in found
    ]

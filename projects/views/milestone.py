"""/projects/<code>/milestones/<step>/ – say what became of a milestone."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portfolio import clock
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, fetch, may
from portfolio.web.doors import opened_by
from portfolio.web.responses import refuse_in_form, saved
from projects.actions.milestones import MilestoneUpdate, update_milestone
from projects.actions.replan_lock import needs_approval
from projects.actions.replans import Wish, ask_replan, waiting
from projects.forms.milestone import MilestoneForm
from projects.models import Milestone, Project
from projects.queries.page import stone_of
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar


@opened_by(Act.UPDATE_MILESTONE)
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_page(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """The form, and its answer: back to the project with a sentence, or the form again with what is wrong."""
    project = fetch(visible_to(request.user), request.user, Act.UPDATE_MILESTONE, code=code)
    milestone = _milestone(project, step)
    may_replan = may(request.user, Act.REPLAN_MILESTONE)
    form = MilestoneForm(request.POST or None, milestone=milestone, may_replan=may_replan)
    if request.method == "POST" and form.is_valid():
        try:
            sentence = _save(request.user, project, milestone, form)
        except Refusal as refusal:
            refuse_in_form(form, refusal, version=_milestone(project, step).version)
        else:
            return saved(request, sentence % {"step": milestone.step.name}, reverse("project", args=[code]))
    context = {
        "project": project,
        "stone": stone_of(milestone, load_calendar(), clock.today()),
        "revisions": milestone.revisions.order_by("-number"),
        "form": form,
        "waiting": waiting(milestone),
        "may_read_request": may_replan or may(request.user, Act.APPROVE_PLAN),
        "locked": may_replan and needs_approval(request.user, milestone, None),
    }
    return render(request, "projects/milestone.html", context)


def _save(user: Any, project: Project, milestone: Milestone, form: MilestoneForm) -> Any:
    """Write the dates, and ask for the planned one where it is too close to be moved freely; what was done."""
    typed, wanted = form.cleaned_data, form.wanted()
    reason, document = typed["reason"], typed.get("document", "")
    asks = "planned_on" in wanted and needs_approval(user, milestone, wanted["planned_on"])
    version = typed["version"] or 0
    with transaction.atomic():
        if asks:
            wish = Wish(wanted.pop("planned_on"), reason, document)
            ask_replan(by=user, milestone=milestone, version=version, wish=wish)
        update = MilestoneUpdate(
            project=project.code, step=milestone.step.code, wanted=wanted, reason=reason, document=document
        )
        changed = update_milestone(by=user, milestone=milestone, version=version, update=update)
    if asks:
        return _("The new date of “%(step)s” waits for the city office's approval; until then the old one stands.")
    return _("Saved: %(step)s.") if changed else _("Nothing had changed: %(step)s.")


def _milestone(project: Project, step: str) -> Milestone:
    row = Milestone.objects.filter(project=project, step__code=step).select_related("step").first()
    if row is None:
        raise OutOfScope(_("This project has no such milestone."))
    return row

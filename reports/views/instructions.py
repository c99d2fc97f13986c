"""/instructions/ – what leaders asked for: what is under way, by whom and by when, and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from portfolio import clock
from portfolio.models import Role, User
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, fetch, may
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import refuse_in_form, saved
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.models import Project
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar
from reports.actions import instructions as actions
from reports.actions.instructions import Wording
from reports.forms.instructions import InstructionForm, OutcomeForm
from reports.models import Alert, Instruction
from reports.queries.alerts import alerts_for, assignable
from reports.queries.instructions import instructions_for, with_names

SHOWN = 200


@opened_by(Act.VIEW_ALERTS)
@require_safe
def instructions(request: HttpRequest) -> HttpResponse:
    """What is under way, most urgent first; what is closed, when asked for."""
    closed = request.GET.get("state") == "closed"
    rows, calendar = with_names(instructions_for(request.user)), load_calendar()
    chosen = rows.filter(state=Instruction.State.CLOSED).order_by("-closed_on", "-pk") if closed else rows.exclude(
        state=Instruction.State.CLOSED
    )  # fmt: skip
    context = {
        "lines": [_line(row, calendar) for row in chosen[:SHOWN]],
        "closed": closed,
        "may_give": may(request.user, Act.GIVE_INSTRUCTION),
    }
    return render(request, "reports/instructions/list.html", context)


@opened_by(Act.GIVE_INSTRUCTION)
@require_http_methods(["GET", "HEAD", "POST"])
def new_instruction(request: HttpRequest) -> HttpResponse:
    """The form, about a project (`?project=`), an alert (`?alert=`) or the whole; and its answer."""
    user: Any = request.user
    project, alert = _about(request)
    is_leader = user.role == Role.LEADER
    initial = None if is_leader else {"given_on": clock.today()}
    form = InstructionForm(request.POST or None, people=assignable(user), is_leader=is_leader, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        wording = Wording(
            typed["text"], typed["owner"], typed["due_on"], typed.get("given_by", ""), typed.get("given_on")
        )
        try:
            row = actions.give_instruction(by=user, wording=wording, project=project, alert=alert)
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        else:
            return saved(request, _("The instruction is entered."), reverse("instruction", args=[row.pk]))
    return render(request, "reports/instructions/new.html", {"form": form, "project": project, "alert": alert})


@opened_by(Act.VIEW_ALERTS)
@require_http_methods(["GET", "HEAD", "POST"])
def instruction_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One instruction; its owner reports what came of it, the office or the leader closes it."""
    user: Any = request.user
    row = with_names(instructions_for(user)).filter(pk=pk).first()
    if row is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    form = OutcomeForm(request.POST or None, initial={"outcome": row.outcome, "version": row.version})
    if request.method == "POST" and form.is_valid():
        version, outcome = form.cleaned_data["version"] or 0, form.cleaned_data["outcome"]
        write = actions.close_instruction if request.POST.get("do") == "close" else actions.report_instruction
        try:
            write(by=user, instruction=row, version=version, outcome=outcome)
        except Refusal as refusal:
            row.refresh_from_db()
            refuse_in_form(form, refusal, version=row.version)
        else:
            return saved(request, _("Saved."), reverse("instruction", args=[pk]))
    is_open = row.state != Instruction.State.CLOSED
    closes = may(user, Act.CLOSE_INSTRUCTION) or (row.entered_by == user.username and may(user, Act.GIVE_INSTRUCTION))
    context = {
        **_line(row, load_calendar()),
        "form": form,
        "may_report": is_open and (row.owner == user.username or may(user, Act.CLOSE_INSTRUCTION)),
        "may_close": is_open and closes,
        "names": dict(User.objects.filter(username__in=[row.reported_by, row.closed_by, row.entered_by]).values_list(
            "username", "display_name"
        )),
    }  # fmt: skip
    return render(request, "reports/instructions/instruction.html", context)


def _about(request: HttpRequest) -> tuple[Project | None, Alert | None]:
    """What the instruction is about. Raises OutOfScope for what the person does not see."""
    user, asked = request.user, request.GET
    if number := asked.get("alert", ""):
        rows = alerts_for(user).select_related("project")
        alert = rows.filter(pk=sent_number(number)).first()
        if alert is None:
            raise OutOfScope(_("There is nothing here, or it is not yours to see."))
        return alert.project, alert
    if code := asked.get("project", ""):
        return fetch(visible_to(user), user, Act.GIVE_INSTRUCTION, code=code), None
    return None, None


def _line(row: Instruction, calendar: WorkCalendar) -> dict[str, Any]:
    """A row with the working days that are left, or by which it is late; None where no calendar tells."""
    today = clock.today()
    try:
        left: int | None = calendar.workdays_between(today, row.due_on)
    except CalendarYearMissing:
        left = None
    late = row.due_on < today and row.state == Instruction.State.OPEN
    return {"row": row, "owner": getattr(row, "owner_name", "") or row.owner, "left": left, "late": late,
            "late_by": -left if late and left is not None else None}  # fmt: skip

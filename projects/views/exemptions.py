"""/exemptions/ – what projects are not judged on for a time: asked for, decided, ended; and asking for one."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act, fetch, may, require
from portfolio.web.doors import opened_by
from portfolio.web.forms import Form
from portfolio.web.responses import refuse_in_form, saved
from portfolio.web.screens import ListScreen
from projects.actions.exemptions import (
    ask_exemption,
    decide_exemption,
    end_exemption,
    is_ours,
    is_own,
    one_of,
    withdraw_exemption,
)
from projects.core.handling import latest_exemption
from projects.filters.exemptions import ExemptionFilter
from projects.forms.exemptions import EndForm, ExemptionForm, WithdrawForm
from projects.forms.replans import DecisionForm
from projects.models import ExemptionRequest
from projects.policy_wording import INDICATORS
from projects.queries.exemptions import Stand, live_of, requests_for, stand_of, with_names
from projects.queries.policies import handling_in_force
from projects.queries.scope import visible_to
from projects.tables.exemptions import ExemptionTable, stand_badge


@opened_by(Act.VIEW_PROJECTS)
class Exemptions(ListScreen):
    """Those of the projects that the reader sees."""

    template_name = "projects/exemptions.html"
    table_class = ExemptionTable
    filterset_class = ExemptionFilter
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> "QuerySet[ExemptionRequest]":
        require(self.request.user, Act.VIEW_PROJECTS)
        return requests_for(self.request.user)

    def get_rows(self, rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
        return with_names(rows)

    def get_filter_kwargs(self) -> dict[str, Any]:
        return {"as_of": clock.today()}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"as_of": clock.today()}


@opened_by(Act.ASK_EXEMPTION)
@require_http_methods(["GET", "HEAD", "POST"])
def new_exemption(request: HttpRequest, code: str) -> HttpResponse:
    """The form for a project, on the indicator of an alert where it comes from one; and its answer."""
    user: Any = request.user
    project = fetch(visible_to(user), user, Act.ASK_EXEMPTION, code=code)
    today, is_office = clock.today(), may(user, Act.APPROVE_EXEMPTION)
    offered = [(str(one), str(name)) for one, name in INDICATORS.items()]
    asked = request.GET.get("indicator", "")
    initial = {"valid_from": today, "indicators": [asked] if asked in dict(offered) else []}
    form = ExemptionForm(
        request.POST or None,
        indicators=offered,
        is_office=is_office,
        is_package=project.is_package,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_exemption(by=user, project=project, plea=form.plea())
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        else:
            told = (
                _("The exemption waits for the city office's approval; until then the project is judged as before.")
                if row.state == ExemptionRequest.State.ASKED
                else _("The exemption is entered and approved.")
            )
            return saved(request, told, reverse("exemption", args=[row.pk]))
    rule = handling_in_force(today)
    context = {
        "project": project,
        "form": form,
        "live": live_of(project, today),
        "months": rule.exempt_months,
        "latest": latest_exemption(rule, today),
    }
    return render(request, "projects/exemption_new.html", context)


@opened_by(Act.VIEW_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """One request; POST approves, declines, ends or withdraws it, and gives the words back where that is refused."""
    user: Any = request.user
    row = one_of(user, pk)
    done = request.POST.get("do", "")
    if request.method == "POST":
        require(user, Act.ASK_EXEMPTION if done == "withdraw" else Act.APPROVE_EXEMPTION)
    forms = {
        kind: form(request.POST if request.method == "POST" and kind == _KINDS.get(done, "decision") else None,
                   initial={"version": row.version})
        for kind, form in _FORMS.items()
    }  # fmt: skip
    form = forms[_KINDS.get(done, "decision")]
    if request.method == "POST" and form.is_valid():
        try:
            told = _write(request, row, form)
        except Refusal as refusal:
            row.refresh_from_db()
            refuse_in_form(form, refusal, version=row.version)
        else:
            return saved(request, told, reverse("exemption", args=[pk]))
    today = clock.today()
    shown = with_names(requests_for(user)).get(pk=pk)
    decides = may(user, Act.APPROVE_EXEMPTION)
    context = {
        "row": shown,
        "badge": stand_badge(shown, today),
        **forms,
        "parts": shown.exemptions.exclude(project=shown.project_id).values("project").distinct().count(),
        "is_own": decides and shown.state == ExemptionRequest.State.ASKED and is_own(user, shown),
        "may_decide": decides and shown.state == ExemptionRequest.State.ASKED and not is_own(user, shown),
        "may_withdraw": shown.state == ExemptionRequest.State.ASKED
        and may(user, Act.ASK_EXEMPTION)
        and is_ours(user, row),
        "may_end": decides and stand_of(shown, today) in (Stand.IN_FORCE, Stand.TO_COME),
    }
    return render(request, "projects/exemption.html", context)


_FORMS: dict[str, type[Form]] = {"decision": DecisionForm, "end": EndForm, "withdrawal": WithdrawForm}
_KINDS = {"end": "end", "withdraw": "withdrawal"}


def _write(request: HttpRequest, row: ExemptionRequest, form: Form) -> Any:
    """Do what was asked; the sentence of what was done."""
    typed, version = form.cleaned_data, form.cleaned_data["version"] or 0
    if isinstance(form, WithdrawForm):
        withdraw_exemption(by=request.user, request=row, version=version, words=typed["words"])
        return _("Taken back: nothing changes for the project.")
    if isinstance(form, EndForm):
        end_exemption(by=request.user, request=row, version=version, reason=typed["reason"])
        return _("Ended: from today on the project is judged again.")
    approve = request.POST.get("do") == "approve"
    decide_exemption(by=request.user, request=row, version=version, approve=approve, words=typed["words"])
    return _("Approved.") if approve else _("Declined: the project is judged as before.")

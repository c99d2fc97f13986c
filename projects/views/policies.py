"""/policies/ – the rule sets of lights: list, one page a policy, edit, import, adopt, and what another would change."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio import clock
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.responses import refuse_in_form, refuse_with_message, saved
from projects.actions.policies import PolicyRefused, adopt_policy, checked, import_policy, new_edition
from projects.core.policies import LightPolicy
from projects.core.reasons import Light, ProjectLight
from projects.forms.policies import AdoptForm, ImportForm, PolicyForm, WhatIfForm
from projects.models import Policy, Project
from projects.policy_wording import INDICATORS, clauses, handling_sentences, problem_words
from projects.queries.policies import policy_in_force, read_policy
from projects.queries.scope import visible_to
from projects.queries.what_if import Verdict, counts, what_if
from projects.queries.workcalendar import load_calendar
from projects.wording import policy_label, reason_sentence

SHOWN = 50
FEW = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One edition of the list: the row, the policy, and where it stands."""

    row: Policy
    policy: LightPolicy
    label: str
    in_force: bool
    to_come: bool

    @property
    def judged(self) -> list[str]:
        """The names of the indicators that it judges."""
        return [str(name) for indicator, name in INDICATORS.items() if getattr(self.policy, indicator) is not None]

    @property
    def source(self) -> str:
        """Where the rules come from, without the address."""
        return self.row.source.partition(" http")[0]

    @property
    def link(self) -> str:
        """The address of the source, where one is noted."""
        return "".join(self.row.source.partition("http")[1:])


@dataclass(frozen=True, slots=True)
class Compared:
    """One project side by side: its light and why, before and after."""

    project: Project
    verdict: Verdict
    before: str
    after: str


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy with its editions, the one in force first."""
    lines = sorted(_lines(), key=lambda one: (not one.in_force, not one.to_come, one.row.code, -one.row.edition))
    context = {"lines": lines, "may_edit": may(request.user, Act.MANAGE_REFERENCE)}
    return render(request, "projects/policies.html", context)


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def policy_page(request: HttpRequest, code: str, edition: int) -> HttpResponse:
    """One edition in plain sentences."""
    line = _line(code, edition)
    written = json.dumps(line.policy.to_json(), ensure_ascii=False, indent=2)
    context = {
        "line": line,
        "clauses": clauses(line.policy),
        "handling": handling_sentences(line.policy.handling),
        "editions": [one for one in _lines() if one.row.code == code],
        "written": written,
        "form": AdoptForm(),
        "may_edit": may(request.user, Act.MANAGE_REFERENCE),
        "today": clock.today(),
    }
    return render(request, "projects/policy.html", context)


@opened_by(Act.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def policy_edit(request: HttpRequest, code: str, edition: int) -> HttpResponse:
    """Change thresholds: what is saved is the next edition."""
    line = _line(code, edition)
    form = PolicyForm(request.POST or None, policy=line.policy)
    if request.method == "POST" and form.is_valid():
        try:
            row = new_edition(by=request.user, policy=checked(form.definition()), on=form.cleaned_data["on"])
        except PolicyRefused as refused:
            form.show_problems(refused.problems)
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        else:
            sentence = _("Edition %(edition)s is kept.") % {"edition": row.edition}
            return saved(request, sentence, reverse("policy", args=[row.code, row.edition]))
    return render(request, "projects/policy_edit.html", {"line": line, "form": form})


@opened_by(Act.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def policy_import(request: HttpRequest) -> HttpResponse:
    """A policy from a file, with every fault named by its field."""
    form, problems = ImportForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        try:
            row, is_new = import_policy(by=request.user, text=form.text(), source=form.cleaned_data["file"].name[:100])
        except PolicyRefused as refused:
            problems = [(path, problem_words(problem)) for path, problem in refused.problems]
            form.add_error(None, refused.sentence)
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        else:
            sentence = (
                _("The policy is here now; adopt it when it is to hold.") if is_new else _("It was here already.")
            )
            return saved(request, sentence, reverse("policy", args=[row.code, row.edition]))
    return render(request, "projects/policy_import.html", {"form": form, "problems": problems})


@opened_by(Act.MANAGE_REFERENCE)
@require_POST
def policy_adopt(request: HttpRequest, code: str, edition: int) -> HttpResponse:
    """Let an edition be in force from a day to come, or take that back."""
    line = _line(code, edition)
    address = reverse("policy", args=[code, edition])
    form = AdoptForm(request.POST)
    withdraws = request.POST.get("do") == "withdraw"
    if not withdraws and not form.is_valid():
        return refuse_with_message(request, Refusal(_("Say from which day it is to be in force.")), address)
    on = None if withdraws else form.cleaned_data["on"]
    try:
        adopt_policy(by=request.user, row=line.row, on=on)
    except Refusal as refusal:
        return refuse_with_message(request, refusal, address)
    told = _("Taken back; this edition is not adopted.") if on is None else _("In force from %(day)s.") % {"day": on}
    return saved(request, told, address)


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def what_if_page(request: HttpRequest) -> HttpResponse:
    """Which projects would have another colour under another policy, on a day, and why."""
    lines = _lines()
    names = [(f"{one.row.code}/{one.row.edition}", one.label) for one in lines]
    # Unasked, the policy in force is compared with the first that is another.
    first = next((name for (name, _label), one in zip(names, lines, strict=True) if not one.in_force), "")
    asked = {"policy": first or names[0][0], "on": clock.today().isoformat()} | request.GET.dict() if names else {}
    form = WhatIfForm(asked, policies=names)
    context: dict[str, Any] = {"form": form, "lines": lines}
    if form.is_valid():
        other = next(one for one in lines if f"{one.row.code}/{one.row.edition}" == form.cleaned_data["policy"])
        try:
            context |= _compare(request, form, other)
        except Refusal as refusal:
            form.add_error("on", refusal.sentence)
    return render(request, "projects/what_if.html", context)


def _compare(request: HttpRequest, form: WhatIfForm, other: Line) -> dict[str, Any]:
    day = form.day()
    now = policy_in_force(day)
    visible = visible_to(request.user)
    ids = set(visible.values_list("pk", flat=True))
    found = what_if(now, other.policy, day, ids if len(ids) <= FEW else None)
    whole = [one for one in found if one.project in ids and not one.is_part]
    listed = [one for one in whole if one.changes or form.cleaned_data["every"]]
    listed.sort(key=lambda one: (not one.changes, -one.after.overall.severity, one.code))
    page = Paginator(listed, SHOWN).get_page(request.GET.get("page"))
    rows = visible.select_related("division").in_bulk([one.project for one in page.object_list])
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "day": day,
        "now": policy_label(now),
        "other": other,
        "counts": counts(whole),
        "whole": len(whole),
        "changed": sum(one.changes for one in whole),
        "page": page,
        "query": query.urlencode(),
        "compared": [
            Compared(rows[one.project], one, _why(one.before, now, day), _why(one.after, other.policy, day))
            for one in page.object_list
        ],
    }


def _why(light: ProjectLight, policy: LightPolicy, day: date) -> str:
    """The cause of a colour; where nothing was judged, why not, of the first indicator that the policy judges."""
    cause = light.cause
    if cause.light is Light.NOT_JUDGED:
        judged = (one for one in light.judgements if getattr(policy, one.indicator) is not None)
        cause = next(judged, cause)
    sentence = reason_sentence(cause.reason, as_of=day, calendar=load_calendar())
    return f"{INDICATORS[cause.indicator]}: {sentence}"


def _lines() -> list[Line]:
    """Every edition that is known, by code."""
    today = clock.today()
    try:
        now = policy_in_force(today)
        current = (now.code, now.version)
    except Refusal:
        current = ("", 0)
    found = []
    for row in Policy.objects.known().order_by("code", "-edition"):
        policy = read_policy(row)
        to_come = row.effective_from is not None and row.effective_from > today
        found.append(Line(row, policy, policy_label(policy), (row.code, row.edition) == current, to_come))
    return found


def _line(code: str, edition: int) -> Line:
    found = next((one for one in _lines() if (one.row.code, one.row.edition) == (code, edition)), None)
    if found is None:
        raise OutOfScope(_("There is no such policy."))
    return found

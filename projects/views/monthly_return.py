"""/projects/<code>/returns/<period>/ – enter a month's return, and pass it from desk to desk."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import refuse_in_form, refuse_with_message, saved
from projects.actions import returns as actions
from projects.actions.return_checks import check_period_locked
from projects.forms.returns import GiveBackForm, ReturnForm, initial_of
from projects.models import MonthlyReturn
from projects.queries import page
from projects.views.desk import Desk, desk_of


@opened_by(Act.ENTER_RETURN, Act.REVIEW_RETURN, Act.ACCEPT_RETURN)
@require_http_methods(["GET", "HEAD", "POST"])
def return_page(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The form while the return can be typed; its figures and the next desk's buttons afterwards."""
    desk = desk_of(request.user, code, period)
    form = _form(desk, request.POST if request.POST.get("do") in ("draft", "submit", "correct") else None)
    shown = {"version": desk.entry.version if desk.entry else 0}
    words = GiveBackForm(request.POST if request.POST.get("do") == "give_back" else None, initial=shown)
    if request.method == "POST":
        handler = _HANDLERS.get(request.POST.get("do", ""))
        answer = handler(request, desk, form, words) if handler else None
        if answer is not None:
            return answer
        form.is_closed = form.is_bound and not (desk.may_enter or desk.may_correct)
        words.is_closed = words.is_bound and not desk.may_give_back
    return render(request, "projects/return.html", _context(desk, form, words))


def _form(desk: Desk, data: Any) -> ReturnForm:
    initial = initial_of(desk.entry.draft if desk.entry else {}, desk.version, desk.before)
    initial["version"] = desk.entry.version if desk.entry else 0
    return ReturnForm(data, before=desk.before, initial=initial, reason_needed=desk.may_correct)


def _draft(request: HttpRequest, desk: Desk, form: ReturnForm, words: GiveBackForm) -> HttpResponse | None:
    form.is_valid()  # a draft may be unfinished; only its version matters
    try:
        actions.save_draft(
            by=request.user, project=desk.project, period=str(desk.period),
            version=_shown(form), values=form.typed(),
        )  # fmt: skip
    except Refusal as refusal:
        refuse_in_form(form, refusal, version=_version(desk))
        return None
    return saved(request, _("The draft is kept. It counts nowhere until you submit it."), request.path)


def _submit(request: HttpRequest, desk: Desk, form: ReturnForm, words: GiveBackForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    entry = actions.ReturnEntry(
        project=desk.project.code, period=str(desk.period), figures=form.figures(), reason=form.cleaned_data["reason"]
    )
    try:
        actions.submit_return(by=request.user, project=desk.project, version=_shown(form), entry=entry)
    except Refusal as refusal:
        refuse_in_form(form, refusal, version=_version(desk))
        return None
    return saved(request, _("Submitted. It counts once the city has accepted it."), _desk_list(desk))


def _correct(request: HttpRequest, desk: Desk, form: ReturnForm, words: GiveBackForm) -> HttpResponse | None:
    try:
        check_period_locked(str(desk.period))
    except Refusal as refusal:
        return refuse_with_message(request, refusal, request.path)  # the page of an open month has no such form
    if not form.is_valid():
        return None
    entry = actions.ReturnEntry(
        project=desk.project.code, period=str(desk.period), figures=form.figures(), reason=form.cleaned_data["reason"]
    )
    try:
        actions.correct_after_lock(by=request.user, entries=[entry], seen=_seen(request, desk))
    except Refusal as refusal:
        refuse_in_form(form, refusal, version=_version(desk))
        return None
    return saved(request, _("Corrected after the lock; later reports show it as a restatement."), request.path)


def _pass_on(request: HttpRequest, desk: Desk, form: ReturnForm, words: GiveBackForm) -> HttpResponse:
    accept = request.POST["do"] == "accept"
    try:
        act = actions.accept_returns if accept else actions.review_returns
        act(by=request.user, keys=[desk.key], seen=_seen(request, desk))
    except Refusal as refusal:
        return refuse_with_message(request, refusal, request.path)
    sentence = _("Accepted: from now on it counts.") if accept else _("Reviewed and passed on to the city.")
    return saved(request, sentence, _desk_list(desk, "reviewed" if accept else "submitted"))


def _give_back(request: HttpRequest, desk: Desk, form: ReturnForm, words: GiveBackForm) -> HttpResponse | None:
    if not words.is_valid():
        return None
    try:
        actions.give_back(
            by=request.user, keys=[desk.key], words=words.cleaned_data["words"], seen=_seen(request, desk)
        )
    except Refusal as refusal:
        refuse_in_form(words, refusal, version=_version(desk))
        return None
    return saved(request, _("Returned with your words."), _desk_list(desk, desk.state))


_Handler = Callable[[HttpRequest, Desk, ReturnForm, GiveBackForm], HttpResponse | None]
_HANDLERS: dict[str, _Handler] = {
    "draft": _draft,
    "submit": _submit,
    "correct": _correct,
    "review": _pass_on,
    "accept": _pass_on,
    "give_back": _give_back,
}


def _desk_list(desk: Desk, state: str = "") -> str:
    """The month's list, where the next one waits: of all returns, or of those that stand in one state."""
    return f"{reverse('returns')}?{urlencode({'period': desk.period, **({'state': state} if state else {})})}"


def _shown(form: ReturnForm) -> int:
    """The version that the form was drawn with, 0 before there was a return; none of ours is without it."""
    version = form.cleaned_data.get("version")
    return -1 if version is None else version


def _seen(request: HttpRequest, desk: Desk) -> dict[tuple[str, str], int]:
    """The version that the page showed; one without it showed none."""
    return {desk.key: sent_number(request.POST.get("version"))}


def _version(desk: Desk) -> int:
    return (
        MonthlyReturn.objects.filter(project=desk.project, period=str(desk.period))
        .values_list("version", flat=True)
        .first()
        or 0
    )


def _context(desk: Desk, form: ReturnForm, words: GiveBackForm) -> dict[str, Any]:
    today = clock.today()
    row = page.figures_of(desk.project, desk.period)
    stones = [stone for stone in page.stones_of(desk.project, today) if stone.is_open]
    late = [stone for stone in stones if stone.status == "overdue"]
    return {
        "section": "returns/",
        "desk": desk,
        "project": desk.project,
        "form": form,
        "words": words,
        "row": row,
        "months": page.months_of(desk.project, row, desk.period.year),
        "stones": late + [stone for stone in stones if stone not in late][:2],
        "today": today,
    }

"""/returns/grid/<period>/ – a county's or unit's month as one table: typed, kept row by row, submitted together."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portfolio.refusals import Forbidden, OutOfScope, Refusal
from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import saved
from projects.actions.drafts import Answer, Draft, save_drafts
from projects.actions.returns import submit_returns
from projects.forms import grid as forms
from projects.forms.grid import Line
from projects.queries.grid import GridRow
from projects.queries.scope import visible_to
from projects.views.sheet import NOT_HERE, Sheet, names_of, sheet_of

MOST_ROWS = 1_000  # of one message; no county has so many projects


@opened_by(Act.ENTER_RETURN)
@require_http_methods(["GET", "HEAD", "POST"])
def grid_page(request: HttpRequest, period: str) -> HttpResponse:
    """The table; POST keeps what was typed and submits the ticked rows, or all that are open."""
    sheet = sheet_of(request.user, period, request.GET.get("division", ""))
    refusal: Any = ""
    if request.method == "POST":
        try:
            answer = _taken(request, sheet)
        except (Forbidden, OutOfScope):
            raise
        except Refusal as refused:
            refusal = refused.sentence
        else:
            if answer is not None:
                return answer
    return render(request, "projects/grid.html", {"section": "returns/", "sheet": sheet, "refusal": refusal})


def _taken(request: HttpRequest, sheet: Sheet) -> HttpResponse | None:
    """Keep all rows that were changed; submit what is to be submitted. None: the page is drawn again with reasons."""
    do, chosen = request.POST.get("do", "draft"), set(request.POST.getlist("pick"))
    _check_own(request, sheet)
    lines = [line for line in sheet.lines if line.row.is_open and f"{line.row.code}-version" in request.POST]
    for line in lines:
        code = line.row.code
        first, line.values = line.values, forms.typed(code, request.POST)
        line.version = sent_number(request.POST.get(f"{code}-version"))
        line.chosen = do == "submit_all" or (do == "submit" and code in chosen)
        line.changed = line.chosen or line.values != first or line.version != line.row.seen
        line.findings = forms.judge(line.row, line.values, finished=False)[0] if line.changed else line.findings
    _keep(request, sheet, [line for line in lines if line.changed])
    if do == "draft":
        return None if any(line.theirs for line in lines) else _kept(request)
    return _submitted(request, sheet, [line for line in lines if line.chosen])


def _check_own(request: HttpRequest, sheet: Sheet) -> None:
    """Raises OutOfScope where a row of somebody else's was sent."""
    sent = {name.removesuffix("-version") for name in request.POST if name.endswith("-version")}
    strange = {code.replace("\x00", "") for code in sent - {line.row.code for line in sheet.lines}}
    if strange and visible_to(request.user).filter(code__in=strange).count() < len(strange):
        raise OutOfScope(NOT_HERE)


def _keep(request: HttpRequest, sheet: Sheet, lines: list[Line]) -> None:
    answers = save_drafts(by=request.user, period=str(sheet.period), drafts=[forms.draft_of(line) for line in lines])
    for line, answer in zip(lines, answers, strict=True):
        forms.take_answer(line, answer)
    names = {line.by: line.by for line in lines} | names_of(lines)
    for line in lines:
        line.by = names[line.by]


def _kept(request: HttpRequest) -> HttpResponse:
    return saved(request, _("The draft is kept. It counts nowhere until you submit it."), request.get_full_path())


def _submitted(request: HttpRequest, sheet: Sheet, lines: list[Line]) -> HttpResponse | None:
    if not lines:
        raise Refusal(
            _("Tick the rows that you want to submit.") if sheet.open_lines else _("Nothing is left to submit.")
        )
    entries = []
    for line in lines:
        line.findings, entry = forms.judge(line.row, line.values, finished=True)
        entries.append(entry)
    if any(line.theirs or forms.hinders(line.findings) for line in lines):
        return None
    seen = {(line.row.code, str(sheet.period)): line.version for line in lines}
    submit_returns(by=request.user, entries=[entry for entry in entries if entry], seen=seen)
    sentence = ngettext(
        "%(count)s return submitted. It counts once the city has accepted it.",
        "%(count)s returns submitted. They count once the city has accepted them.",
        len(lines),
    )
    return saved(request, sentence % {"count": len(lines)}, request.get_full_path())


@opened_by(Act.ENTER_RETURN)
@require_http_methods(["GET", "HEAD", "POST"])
def grid_lines(request: HttpRequest, period: str) -> HttpResponse:
    """What the open page asks while one types: POST keeps rows and judges them, GET tells what others have changed."""
    if request.method != "POST":
        sheet = sheet_of(request.user, period, request.GET.get("division", ""))
        names = names_of(sheet.lines)
        return JsonResponse({"lines": [_standing(line.row, names) for line in sheet.lines]})
    try:
        drafts = _drafts(request.body)
        answers = save_drafts(by=request.user, period=period, drafts=drafts)
    except (Forbidden, OutOfScope):
        raise
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal.sentence)}, status=409)
    sheet = sheet_of(request.user, period, "", only=[one.project for one in drafts])
    rows, names = {line.row.code: line.row for line in sheet.lines}, names_of(sheet.lines)
    told = [_told(answer, rows[answer.project], one, names) for answer, one in zip(answers, drafts, strict=True)]
    return JsonResponse({"lines": told})


def _drafts(body: bytes) -> list[Draft]:
    """The rows of a message. Raises Refusal for one that is not as the page sends it."""
    wrong = Refusal(_("The page sent something that cannot be read. Load it again."))
    try:
        lines = json.loads(body)["lines"]
        json.dumps(lines, ensure_ascii=False).encode()  # half a character passes as JSON, and no database keeps it
        if len(lines) > MOST_ROWS or len({line["code"] for line in lines}) < len(lines):
            raise wrong
        return [
            Draft(
                project=str(line["code"]).replace("\x00", ""),
                version=sent_number(str(line["version"])),
                values=forms.typed("", line["values"], prefixed=False),
            )
            for line in lines
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise wrong from None


def _told(answer: Answer, row: GridRow, sent: Draft, names: Mapping[str, str]) -> dict[str, Any]:
    findings = forms.judge(row, sent.values, finished=False)[0]
    return _standing(row, names) | {
        "outcome": answer.outcome,
        "version": answer.version,
        "findings": [{"field": one.field, "level": one.level, "sentence": one.sentence} for one in findings],
    }


def _standing(row: GridRow, names: Mapping[str, str]) -> dict[str, Any]:
    by = row.entry.draft_by if row.entry else ""
    return {
        "code": row.code,
        "version": row.seen,
        "open": row.is_open,
        "values": forms.shown(row),
        "by": names.get(by, by),
    }

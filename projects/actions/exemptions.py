"""Exemptions (豁免亮灯): asked for by a county or the office, withdrawn by it, decided by the city office, ended early
or by their date.

Nobody decides on his or her own request, not through a stand-in either. What the office itself enters with the number
of the document that approves it holds at once; without one, somebody else of the office decides. Nothing reaches back:
the lights of days gone by stay as they were judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden, OutOfScope, Refusal, StaleForm
from portfolio.web.access import FORBIDDEN, fetch, may
from portfolio.web.access import Act as Right
from portfolio.web.stand_ins import are_colleagues
from projects.actions.record import Batch, apply, created, ledger_batch
from projects.core.handling import latest_exemption
from projects.models import Act, Exemption, ExemptionRequest, IndicatorChoice, Origin, Project, Provenance
from projects.queries.exemptions import exempt_within, requests_for, waiting_within
from projects.queries.policies import handling_in_force
from projects.queries.scope import visible_to

LONGEST = 300
_State = ExemptionRequest.State


@dataclass(frozen=True, slots=True)
class Plea:
    """What is asked for: which indicators, from and to (both days included), why, by what paper; of a package, whether
    for its parts as well.
    """

    indicators: Sequence[str]
    valid_from: date | None
    valid_to: date | None
    reason: str
    document: str = ""
    with_parts: bool = False


def ask_exemption(*, by: Any, project: Project, plea: Plea, origin: str = Origin.WEB) -> ExemptionRequest:
    """Ask that a project is not judged on some indicators for a time; approved at once where the office has a document.

    Raises OutOfScope, Forbidden, and Refusal for what cannot be asked, reaches back or too far, or overlaps another.
    """
    fetch(visible_to(by), by, Right.ASK_EXEMPTION, pk=project.pk)
    first, last = _checked(project, plea)
    with ledger_batch(by=by, origin=origin, reason=plea.reason.strip()) as book:
        with_parts = plea.with_parts and project.is_package
        _refuse_overlap(_covered(project, with_parts), plea.indicators, first, last)
        fields = {
            "indicators": ",".join(one for one in IndicatorChoice.values if one in plea.indicators),
            "valid_from": first,
            "valid_to": last,
            "reason": plea.reason.strip(),
            "document": plea.document.strip(),
        } | ({"with_parts": True} if with_parts else {})
        row = ExemptionRequest.objects.create(project=project, asked_by=by.username, asked_on=clock.today(), **fields)
        book.add(row, Act.CREATE, created(fields), key=_key(row), project=project)
        if row.document and may(by, Right.APPROVE_EXEMPTION):
            _decide(book, by, row, _State.APPROVED, "")
    return row


def decide_exemption(
    *, by: Any, request: ExemptionRequest, version: int, approve: bool, words: str = "", origin: str = Origin.WEB
) -> ExemptionRequest:
    """Approve what was asked for, from today at the earliest, or decline it.

    Raises OutOfScope, Forbidden, StaleForm, and Refusal for one's own request, what was decided already, what is over
    by now, what overlaps another that was approved meanwhile, and a refusal without a word.
    """
    fetch(visible_to(by), by, Right.APPROVE_EXEMPTION, pk=request.project_id)
    if not approve and not words.strip():
        raise Refusal(_("Say why it is declined."), field="words")
    with ledger_batch(by=by, origin=origin, reason=words.strip()) as book:
        row = _current(request, version)
        if row.state != _State.ASKED:
            raise Refusal(_("This was decided on %(day)s already.") % {"day": row.decided_on})
        if is_own(by, row):
            raise Refusal(_("Nobody decides on his or her own request: somebody else of the city office does."))
        if approve:
            if row.valid_to < clock.today():
                raise Refusal(_("The time asked for is over: it ended on %(day)s.") % {"day": row.valid_to})
            covered = _covered(row.project, row.with_parts)
            _refuse_overlap(covered, row.indicators.split(","), row.valid_from, row.valid_to, asked=row)
        _decide(book, by, row, _State.APPROVED if approve else _State.REFUSED, words.strip())
    return row


def withdraw_exemption(
    *, by: Any, request: ExemptionRequest, version: int, words: str = "", origin: str = Origin.WEB
) -> ExemptionRequest:
    """Take back what was asked for while nobody has decided; who asked does, or somebody of the same county or office.

    Raises OutOfScope, Forbidden for anybody else, StaleForm, and Refusal for what was decided already.
    """
    fetch(visible_to(by), by, Right.ASK_EXEMPTION, pk=request.project_id)
    if not is_ours(by, request):
        raise Forbidden(FORBIDDEN)
    if len(words.strip()) > LONGEST:
        raise Refusal(_("At most %(count)s characters.") % {"count": LONGEST}, field="words")
    with ledger_batch(by=by, origin=origin, reason=words.strip()) as book:
        row = _current(request, version)
        if row.state != _State.ASKED:
            raise Refusal(_("This was decided on %(day)s already.") % {"day": row.decided_on})
        _decide(book, by, row, _State.WITHDRAWN, words.strip())
    return row


def end_exemption(
    *, by: Any, request: ExemptionRequest, version: int, reason: str, origin: str = Origin.WEB
) -> ExemptionRequest:
    """End an exemption before its day: from today on the project is judged again, on every indicator of it.

    Raises OutOfScope, Forbidden, StaleForm, and Refusal without a reason, and where there is nothing left to end.
    """
    fetch(visible_to(by), by, Right.APPROVE_EXEMPTION, pk=request.project_id)
    words = reason.strip()
    if not words:
        raise Refusal(_("Say why it ends early."), field="reason")
    with ledger_batch(by=by, origin=origin, reason=words) as book:
        row, today = _current(request, version), clock.today()
        if row.state != _State.APPROVED or row.valid_to < today:
            raise Refusal(_("There is nothing to end: this exemption does not hold any more, or never did."))
        wanted = {"state": _State.ENDED.value, "ended_by": by.username, "ended_on": today, "ended_because": words}
        _write(book, row, wanted)
        for one in row.exemptions.known().select_related("project", "request__project"):
            _shorten(book, one, today - timedelta(days=1))
    return row


def one_of(by: Any, pk: int) -> ExemptionRequest:
    """A request about a project that the person sees. Raises OutOfScope."""
    row = requests_for(by).filter(pk=pk).first()
    if row is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    return row


def is_own(by: Any, request: ExemptionRequest) -> bool:
    """Whether this person asked; a stand-in is always who is at work."""
    return bool(by.username == request.asked_by)


def is_ours(by: Any, request: ExemptionRequest) -> bool:
    """Whether this person asked, or somebody of the same county or of the same office did."""
    asker = User.objects.filter(username=request.asked_by).first()
    return is_own(by, request) or (asker is not None and are_colleagues(asker, by))


def _checked(project: Project, plea: Plea) -> tuple[date, date]:
    """The two days, once all that needs no look at other exemptions is right."""
    today = clock.today()
    if project.provenance == Provenance.PUBLISHED:
        raise Refusal(_("This project is known from public sources alone and is not judged here."))
    if not plea.indicators or set(plea.indicators) - set(IndicatorChoice.values):
        raise Refusal(_("Choose what the project is not to be judged on."), field="indicators")
    first, last = plea.valid_from, plea.valid_to
    if first is None or first < today:
        sentence = _("It begins today (%(day)s) or later: lights of days gone by stay as judged.")
        raise Refusal(sentence % {"day": today}, field="valid_from")
    if last is None or last < first:
        raise Refusal(_("Give a last day that is not before the first."), field="valid_to")
    rule = handling_in_force(today)
    latest = latest_exemption(rule, first)
    if last > latest:
        told = {"months": rule.exempt_months, "day": latest}
        sentence = _("The policy in force allows %(months)s months in one go: until %(day)s at the latest.")
        raise Refusal(sentence % told, field="valid_to")
    if not plea.reason.strip():
        raise Refusal(_("An exemption needs a reason."), field="reason")
    if len(plea.reason.strip()) > LONGEST:
        raise Refusal(_("At most %(count)s characters.") % {"count": LONGEST}, field="reason")
    return first, last


def _refuse_overlap(
    covered: Sequence[Project],
    indicators: Sequence[str],
    first: date,
    last: date,
    asked: ExemptionRequest | None = None,
) -> None:
    """Two exemptions of one indicator never hold on the same day, nor are they asked for; not of a part either."""
    held = exempt_within(covered, indicators, first, last)
    if held is not None:
        told = {"what": held.get_indicator_display(), "first": held.valid_from, "last": held.valid_to}
        sentence = _("On “%(what)s” the project is exempt from %(first)s to %(last)s already.")
        if held.project != covered[0]:
            told["part"] = held.project.name
            sentence = _("On “%(what)s” the part “%(part)s” is exempt from %(first)s to %(last)s already.")
        raise Refusal(sentence % told, field="valid_from")
    waits = waiting_within(covered[0], indicators, first, last) if asked is None else None
    if waits is not None:
        told = {"first": waits.valid_from, "last": waits.valid_to, "day": waits.asked_on}
        sentence = _("An exemption from %(first)s to %(last)s was asked for on %(day)s and waits for a decision.")
        raise Refusal(sentence % told, field="valid_from")


def _covered(project: Project, with_parts: bool) -> list[Project]:
    """The project, and the parts that it has today where they are meant as well."""
    return [project, *(Project.objects.filter(parent=project).order_by("code") if with_parts else ())]


def _current(request: ExemptionRequest, version: int) -> ExemptionRequest:
    row = ExemptionRequest.objects.select_related("project").get(pk=request.pk)
    if row.version != version:
        raise StaleForm(_("Somebody changed this request after you opened the page."), theirs={}, yours={})
    return row


def _decide(book: Batch, by: Any, row: ExemptionRequest, state: ExemptionRequest.State, words: str) -> None:
    today = clock.today()
    wanted = {"state": state.value, "decided_by": by.username, "decided_on": today, "words": words}
    _write(book, row, wanted, Act.APPROVE if state == _State.APPROVED else Act.UPDATE)
    if state != _State.APPROVED:
        return
    covered = _covered(row.project, row.with_parts)
    for project, indicator in product(covered, row.indicators.split(",")):
        fields = {
            "indicator": indicator,
            "reason": row.reason,
            "approved_by": (by.display_name or by.username)[:64],
            "valid_from": max(row.valid_from, today),
            "valid_to": row.valid_to,
        }
        seq = book.add("exemption", Act.CREATE, created(fields), key=_key(row, indicator, project), project=project)
        Exemption.objects.create(project=project, request=row, known_from=seq, **fields)


def _shorten(book: Batch, one: Exemption, last: date) -> None:
    """Close the row; the next one ends on that day, unless it would have ended before it began."""
    begun = last >= one.valid_from
    request, project = one.request, one.project
    if request is None:
        raise TypeError("an exemption that was asked for has its request")
    changes = {"valid_to": (one.valid_to, last if begun else None)}
    seq = book.add("exemption", Act.UPDATE, changes, key=_key(request, one.indicator, project), project=project)
    Exemption.objects.filter(pk=one.pk).update(known_to=seq)
    if begun:
        Exemption.objects.create(
            project=project, request=request, indicator=one.indicator, reason=one.reason, approved_by=one.approved_by,
            valid_from=one.valid_from, valid_to=last, known_from=seq,
        )  # fmt: skip


def _write(book: Batch, row: ExemptionRequest, wanted: dict[str, Any], act: Act = Act.UPDATE) -> None:
    changes = {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}
    apply(row, changes | {"version": (row.version, row.version + 1)})
    book.add(row, act, changes, key=_key(row), project=row.project)


def _key(request: ExemptionRequest, indicator: str = "", project: Project | None = None) -> str:
    return "/".join(part for part in ((project or request.project).code, indicator, f"#{request.pk}") if part)

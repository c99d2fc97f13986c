"""New dates asked for close to the due date: the old one stands, alerts and all, until the city office decides.

A late re-plan is the quiet way to make a red project green (PEERS F26); who may approve plans needs to ask nobody.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import OutOfScope, Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import fetch
from projects.actions.milestones import MilestoneUpdate, update_milestone
from projects.actions.record import apply, ledger_batch
from projects.models import Act, Milestone, Origin, ReplanRequest
from projects.queries.scope import visible_to


@dataclass(frozen=True, slots=True)
class Wish:
    """The date that is asked for, why, and on what paper."""

    planned_on: date | None
    reason: str
    document: str = ""


def ask_replan(*, by: Any, milestone: Milestone, version: int, wish: Wish, origin: str = Origin.WEB) -> ReplanRequest:
    """Ask for another planned date. Raises OutOfScope, Forbidden, StaleForm, and Refusal without a date or a reason,
    and while another request waits.
    """
    fetch(visible_to(by), by, Right.REPLAN_MILESTONE, pk=milestone.project_id)
    if wish.planned_on is None:
        raise Refusal(_("Give the new date."), field="planned_on")
    if not wish.reason.strip():
        raise Refusal(_("A re-plan needs a reason."), field="reason")
    with ledger_batch(by=by, origin=origin, reason=wish.reason) as book:
        row = Milestone.objects.select_related("project", "step").get(pk=milestone.pk)
        if row.version != version:
            sentence = _("Somebody changed this milestone after you opened the page.")
            theirs, yours = {"planned_on": row.planned_on}, {"planned_on": wish.planned_on}
            raise StaleForm(sentence, theirs=theirs, yours=yours)
        if waiting(row) is not None:
            raise Refusal(_("A new date for this milestone waits for approval already."), field="planned_on")
        request = ReplanRequest.objects.create(
            milestone=row, planned_on=wish.planned_on, reason=wish.reason.strip(), document=wish.document,
            asked_by=by.username, asked_on=clock.today(),
        )  # fmt: skip
        asked = {"planned_on": (row.planned_on, wish.planned_on), "document": (None, wish.document or None)}
        book.add(request, Act.CREATE, asked, key=_key(request), project=row.project)
    return request


def decide_replan(
    *, by: Any, request: ReplanRequest, approve: bool, words: str = "", origin: str = Origin.WEB
) -> ReplanRequest:
    """Approve or refuse what was asked; approved, the new date is planned from now on.

    Raises OutOfScope, Forbidden, and Refusal for what was decided already, or refused without a word.
    """
    fetch(visible_to(by), by, Right.APPROVE_PLAN, pk=request.milestone.project_id)
    if not approve and not words.strip():
        raise Refusal(_("Say why the new date is refused."), field="words")
    with transaction.atomic():
        row = _decide(by, request.pk, approve, words.strip(), origin)
        if approve:
            _plan_anew(by, row, origin)
    return row


def _decide(by: Any, pk: int, approve: bool, words: str, origin: str) -> ReplanRequest:
    states = ReplanRequest.State
    with ledger_batch(by=by, origin=origin) as book:
        row = ReplanRequest.objects.select_related("milestone__project", "milestone__step").get(pk=pk)
        if row.state != states.ASKED:
            raise Refusal(_("This was decided on %(day)s already.") % {"day": row.decided_on})
        changes = {
            "state": (row.state, states.APPROVED.value if approve else states.REFUSED.value),
            "decided_by": (row.decided_by, by.username),
            "decided_on": (row.decided_on, clock.today()),
            "words": (row.words, words),
        }
        apply(row, changes)
        book.add(row, Act.UPDATE, changes, key=_key(row), project=row.milestone.project)
    return row


def _plan_anew(by: Any, request: ReplanRequest, origin: str) -> None:
    milestone = request.milestone
    update = MilestoneUpdate(
        project=milestone.project.code, step=milestone.step.code, wanted={"planned_on": request.planned_on},
        reason=request.reason, document=request.document,
    )  # fmt: skip
    milestone.refresh_from_db(fields=["version"])
    update_milestone(by=by, milestone=milestone, version=milestone.version, update=update, origin=origin)


def waiting(milestone: Milestone) -> ReplanRequest | None:
    """The request that waits for a decision, if there is one."""
    return ReplanRequest.objects.filter(milestone=milestone, state=ReplanRequest.State.ASKED).first()


def one_of(by: Any, pk: int) -> ReplanRequest:
    """A request about a project that the person sees. Raises OutOfScope."""
    rows = ReplanRequest.objects.filter(milestone__project__in=visible_to(by))
    row = rows.select_related("milestone__project", "milestone__step").filter(pk=pk).first()
    if row is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    return row


def _key(request: ReplanRequest) -> str:
    milestone = request.milestone
    return f"{milestone.project.code}/{milestone.step.code} #{request.pk}"

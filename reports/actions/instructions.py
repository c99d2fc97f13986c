"""A leader's instructions (批示): given by the leader or entered by the office, reported on by their owner, closed.

Each step is in the change log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import Role, User
from portfolio.refusals import Forbidden, OutOfScope, Refusal, StaleForm
from portfolio.web.access import FORBIDDEN, may, require
from portfolio.web.access import Act as Right
from projects.actions.record import apply, ledger_batch
from projects.models import Act, Origin, Project
from projects.queries.scope import visible_to
from reports.models import Alert, Instruction
from reports.queries.instructions import instructions_for

LONGEST: Final = 500
_State = Instruction.State


@dataclass(frozen=True, slots=True)
class Wording:
    """What is asked, of whom (username) and by when; whose instruction it is and of which day, for the office's entry.

    A leader's own instruction is his or hers, and of today, whatever these two say.
    """

    text: str
    owner: str
    due_on: date | None
    given_by: str = ""
    given_on: date | None = None


def give_instruction(
    *, by: Any, wording: Wording, project: Project | None = None, alert: Alert | None = None, origin: str = Origin.WEB
) -> Instruction:
    """Enter an instruction about a project, an alert of it, or the whole. Raises OutOfScope, Forbidden and Refusal."""
    require(by, Right.GIVE_INSTRUCTION)
    project = alert.project if alert is not None else project
    if project is not None and not visible_to(by).filter(pk=project.pk).exists():
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    text = _checked_text(wording.text, "text", _("Say what is to be done."))
    given_by, given_on = _giver(by, wording)
    if wording.due_on is None or wording.due_on < given_on:
        raise Refusal(_("Give a day on or after %(day)s.") % {"day": given_on}, field="due_on")
    _check_owner(wording.owner, project)
    with ledger_batch(by=by, origin=origin) as book:
        row = Instruction.objects.create(
            project=project, alert=alert, text=text, given_by=given_by, given_on=given_on, entered_by=by.username,
            owner=wording.owner, due_on=wording.due_on,
        )  # fmt: skip
        told = {"text": text, "given_by": given_by, "given_on": given_on, "owner": row.owner, "due_on": row.due_on}
        changes = {name: (None, value) for name, value in told.items()}
        book.add(row, Act.CREATE, changes, key=f"#{row.pk}", project=project.code if project else "")
    return row


def report_instruction(
    *, by: Any, instruction: Instruction, version: int, outcome: str, origin: str = Origin.WEB
) -> None:
    """Say what came of it; its owner does, or the office. Raises OutOfScope, Forbidden, StaleForm and Refusal."""
    row = _visible(by, instruction)
    if by.username != row.owner and not may(by, Right.CLOSE_INSTRUCTION):
        raise Forbidden(FORBIDDEN)
    words = _checked_text(outcome, "outcome", _("Say what came of it."))
    _write(by, row, version, _reported(by, words), origin)


def close_instruction(
    *, by: Any, instruction: Instruction, version: int, outcome: str = "", origin: str = Origin.WEB
) -> None:
    """Close it, reported or not; the office does, or the leader who gave it. Raises as `report_instruction`.

    One that nobody reported on needs words.
    """
    row = _visible(by, instruction)
    own = row.entered_by == by.username and may(by, Right.GIVE_INSTRUCTION)
    if not own and not may(by, Right.CLOSE_INSTRUCTION):
        raise Forbidden(FORBIDDEN)
    wanted: dict[str, Any] = {"state": _State.CLOSED.value, "closed_by": by.username, "closed_on": clock.today()}
    if row.state == _State.OPEN or outcome.strip():
        wanted = _reported(by, _checked_text(outcome, "outcome", _("Say what came of it."))) | wanted
    _write(by, row, version, wanted, origin)


def _reported(by: Any, words: str) -> dict[str, Any]:
    today = clock.today()
    return {"state": _State.REPORTED.value, "outcome": words, "reported_by": by.username, "reported_on": today}


def _write(by: Any, seen: Instruction, version: int, wanted: Mapping[str, Any], origin: str) -> None:
    with ledger_batch(by=by, origin=origin) as book:
        row = Instruction.objects.select_related("project").get(pk=seen.pk)
        if row.state == _State.CLOSED:
            raise Refusal(_("This was closed on %(day)s.") % {"day": row.closed_on})
        if row.version != version:
            sentence = _("Somebody reported on this after you opened the page.")
            raise StaleForm(sentence, theirs={"outcome": row.outcome}, yours={"outcome": wanted.get("outcome", "")})
        changes = {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}
        apply(row, changes | {"version": (row.version, row.version + 1)})
        book.add(row, Act.UPDATE, changes, key=f"#{row.pk}", project=row.project.code if row.project else "")


def _visible(by: Any, instruction: Instruction) -> Instruction:
    row = instructions_for(by).filter(pk=instruction.pk).first()
    if row is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    return row


def _checked_text(text: str, field: str, sentence: Any) -> str:
    words = text.strip()
    if not words:
        raise Refusal(sentence, field=field)
    if len(words) > LONGEST:
        raise Refusal(_("At most %(count)s characters.") % {"count": LONGEST}, field=field)
    return words


def _giver(by: Any, wording: Wording) -> tuple[str, date]:
    today = clock.today()
    if by.role == Role.LEADER:
        return by.display_name or by.username, today
    given_on = wording.given_on or today
    if not wording.given_by.strip():
        raise Refusal(_("Say whose instruction it is."), field="given_by")
    if given_on > today:
        raise Refusal(_("An instruction cannot be of a day to come (today is %(today)s).") % {"today": today},
                      field="given_on")  # fmt: skip
    return wording.given_by.strip()[:100], given_on


def _check_owner(username: str, project: Project | None) -> None:
    person = User.objects.filter(username=username, is_active=True).first() if username else None
    if person is None or not may(person, Right.ACKNOWLEDGE_ALERT):
        raise Refusal(_("Choose who answers for it."), field="owner")
    if project is not None and not visible_to(person).filter(pk=project.pk).exists():
        told = {"name": person.display_name or person.username, "project": project.name}
        raise Refusal(_("%(name)s does not see the project %(project)s.") % told, field="owner")

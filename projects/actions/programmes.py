"""Puts projects on lists and takes them off: the issued list and the five kinds of adjustment, each a dated event.

No project is ever deleted, and past reports stay as they were: a spell that ends is closed and written anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.bulk import add_rows
from projects.actions.lookup import by_code
from projects.actions.record import Batch, ledger_batch
from projects.models import Act, Listing, Origin, Programme, Project, ProjectClass

IMPLEMENTATION, PREPARATORY = ProjectClass.IMPLEMENTATION, ProjectClass.PREPARATORY
JOINS: dict[str, str | None] = {
    "initial": None,  # as the row says
    "added_implementation": IMPLEMENTATION,
    "added_preparatory": PREPARATORY,
    "promoted": IMPLEMENTATION,
    "demoted": PREPARATORY,
}
LEAVES: dict[str, str | None] = {"promoted": PREPARATORY, "demoted": IMPLEMENTATION, "withdrawn": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One line of a list or of an adjustment notice. `kind`: initial, or one of the five kinds."""

    project: str
    programme: str
    kind: str
    on: date
    document: str = ""
    project_class: str = IMPLEMENTATION


def adjust_lists(*, by: Any, rows: Sequence[Adjustment], origin: str = Origin.WEB, reason: str = "") -> None:
    """Enter lines of lists and notices. Raises Refusal for a project already on the list, not on it, or in the wrong
    class for the adjustment; then nothing of the batch is entered.
    """
    require(by, Right.MANAGE_LISTS)
    projects = by_code(Project, (row.project for row in rows))
    programmes = by_code(Programme, (row.programme for row in rows))
    with ledger_batch(by=by, origin=origin, reason=reason) as book:
        open_spells: dict[tuple[int, int], Listing] = {
            (spell.project_id, spell.programme_id): spell
            for spell in Listing.objects.known().filter(left_on__isnull=True, programme__in=programmes.values())
        }
        new: dict[int, Listing] = {}
        for row in sorted(rows, key=lambda item: (item.on, item.project)):
            project, programme = projects[row.project], programmes[row.programme]
            spell = open_spells.pop((project.pk, programme.pk), None)
            _check(row, spell)
            if spell is not None:
                _leave(book, row, project, spell, new)
            if row.kind in JOINS:
                joined = _join(book, row, project, programme)
                open_spells[project.pk, programme.pk] = new[id(joined)] = joined
        add_rows(new.values())


def _check(row: Adjustment, spell: Listing | None) -> None:
    facts = {"project": row.project, "programme": row.programme}
    if row.kind not in JOINS and row.kind not in LEAVES:
        raise Refusal(_("Unknown kind of adjustment: %(kind)s") % {"kind": row.kind})
    if row.kind in LEAVES:
        if spell is None:
            raise Refusal(_("%(project)s is not on the list %(programme)s.") % facts)
        if LEAVES[row.kind] not in (None, spell.project_class):
            raise Refusal(_("%(project)s stands in another class on the list %(programme)s.") % facts)
        if row.on <= spell.joined_on:
            raise Refusal(_("%(project)s cannot leave the list %(programme)s before it joined.") % facts)
    elif spell is not None:
        raise Refusal(_("%(project)s is already on the list %(programme)s.") % facts)


def _leave(book: Batch, row: Adjustment, project: Project, spell: Listing, new: dict[int, Listing]) -> None:
    seq = book.add(
        "listing",
        Act.LEAVE,
        {
            "project_class": (spell.project_class, None if row.kind == "withdrawn" else JOINS[row.kind]),
            "left_on": (None, row.on),
            "left_as": (None, row.kind),
            "left_document": (None, row.document),
        },
        key=f"{row.programme}/{row.project}",
        project=project,
    )
    if spell.pk:
        Listing.objects.filter(pk=spell.pk).update(known_to=seq)
        spell = Listing(
            project=project, programme_id=spell.programme_id, project_class=spell.project_class,
            joined_on=spell.joined_on, joined_as=spell.joined_as, joined_document=spell.joined_document,
        )  # fmt: skip
    spell.left_on, spell.left_as, spell.left_document, spell.known_from = row.on, row.kind, row.document, seq
    new[id(spell)] = spell


def _join(book: Batch, row: Adjustment, project: Project, programme: Programme) -> Listing:
    into = JOINS[row.kind] or row.project_class
    seq = book.add(
        "listing",
        Act.JOIN,
        {
            "project_class": (None, into),
            "joined_on": (None, row.on),
            "joined_as": (None, row.kind),
            "joined_document": (None, row.document),
        },
        key=f"{row.programme}/{row.project}",
        project=project,
    )
    return Listing(
        project=project, programme=programme, project_class=into, joined_on=row.on, joined_as=row.kind,
        joined_document=row.document, known_from=seq,
    )  # fmt: skip

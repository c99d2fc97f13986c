"""Keeps the other names under which projects are known; former names come from renaming, not from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.lookup import by_code
from projects.actions.record import CHUNK, ledger_batch
from projects.models import Act, Origin, Project, ProjectAlias
from projects.queries.scope import visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlias:
    """Another name of a project, by its code."""

    project: str
    name: str


def add_aliases(*, by: Any, rows: Sequence[NewAlias], origin: str = Origin.WEB) -> int:
    """Note other names; those that are known already change nothing. Gives how many were new.

    Raises Forbidden, and Refusal for a project out of scope.
    """
    require(by, Right.EDIT_PROJECT)
    if unseen := sorted({row.project for row in rows} - set(visible_to(by).values_list("code", flat=True))):
        raise Refusal(_("Not among your projects: %(codes)s") % {"codes": ", ".join(unseen[:10])})
    projects = by_code(Project, (row.project for row in rows))
    with ledger_batch(by=by, origin=origin) as book:
        known = set(ProjectAlias.objects.filter(project__in=projects.values()).values_list("project__code", "name"))
        new = [row for row in dict.fromkeys(rows) if (row.project, row.name) not in known]
        for row in new:
            changes = {"alias": (None, row.name)}
            book.add(
                "projectalias", Act.CREATE, changes, key=f"{row.project}/{row.name}", project=projects[row.project]
            )
        ProjectAlias.objects.bulk_create(
            [ProjectAlias(project=projects[row.project], name=row.name, kind="alias") for row in new], batch_size=CHUNK
        )
    return len(new)

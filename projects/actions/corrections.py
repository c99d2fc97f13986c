"""Changes facts and names of many projects at once: one lock, one batch, a few statements whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import OutOfScope, Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.bulk import add_rows, save_fields
from projects.actions.lookup import MANY, by_code
from projects.actions.projects import EDITABLE
from projects.actions.record import diff, ledger_batch
from projects.models import Act, Division, Industry, Organisation, Origin, Project, ProjectAlias
from projects.queries.scope import visible_to

_LINKED: Final[Mapping[str, Any]] = {"division": Division, "industry": Industry, "owner": Organisation}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChange:
    """What one project is to say: fields by name (amounts in yuan, other rows by their codes), its name included.

    `version`: refuse if the project changed since; None where nobody saw a version.
    """

    project: str
    wanted: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


def update_projects(
    *, by: Any, rows: Sequence[ProjectChange], reason: str = "", origin: str = Origin.WEB
) -> dict[str, Project]:
    """Change projects; gives those that changed. A former name stays findable, and the series goes on.

    Raises TypeError for a field that is not editable, Forbidden, OutOfScope, StaleForm, and Refusal for an unknown code
    or an empty name; then nothing of the batch is written.
    """
    require(by, Right.EDIT_PROJECT)
    if unknown := {name for row in rows for name in row.wanted} - EDITABLE - {"name"}:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    linked = {
        name: by_code(model, (str(row.wanted.get(name) or "") for row in rows)) for name, model in _LINKED.items()
    }
    with ledger_batch(by=by, origin=origin, reason=reason) as book:
        projects = _theirs(by, [row.project for row in rows])
        changed: dict[str, Project] = {}
        touched: set[str] = set()
        former: list[tuple[Project, str]] = []
        for row in rows:
            project = projects[row.project]
            changes = diff(project, _values(row, project, linked))
            if not changes:
                continue
            if "name" in changes:
                former.append((project, project.name))
            for name, (_old, new) in changes.items():
                setattr(project, name, new)
            project.version += 1
            touched |= {*changes, "version"}
            changed[project.code] = project
            book.add(project, Act.UPDATE, changes, project=project)
        save_fields(changed.values(), sorted(touched))
        _keep_former(former)
    return changed


def _theirs(by: Any, codes: Iterable[str]) -> dict[str, Project]:
    """The projects that the person sees, with the rows that they name. Raises OutOfScope for another."""
    wanted = set(codes)
    rows = visible_to(by).select_related("division", "industry", "owner")
    if len(wanted) <= MANY:
        rows = rows.filter(code__in=wanted)
    found = {project.code: project for project in rows}
    if missing := sorted(wanted - set(found)):
        raise OutOfScope(_("Not among your projects: %(codes)s") % {"codes": ", ".join(missing[:10])})
    return found


def _values(row: ProjectChange, project: Project, linked: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if row.version is not None and row.version != project.version:
        theirs = {name: getattr(project, name) for name in row.wanted}
        raise StaleForm(
            _("Somebody changed this project after you opened the page."), theirs=theirs, yours=dict(row.wanted)
        )
    values = dict(row.wanted)
    for name in values.keys() & linked.keys():
        values[name] = linked[name].get(str(values[name] or ""))
    if "name" in values:
        values["name"] = str(values["name"]).strip()
        if not values["name"]:
            raise Refusal(_("A project needs a name."), field="name")
    return values


def _keep_former(former: Sequence[tuple[Project, str]]) -> None:
    """Former names as other names, those that are known already left as they are."""
    if not former:
        return
    known = set(
        ProjectAlias.objects.filter(name__in=[name for _project, name in former][:MANY]).values_list(
            "project_id", "name"
        )
        if len(former) <= MANY
        else ProjectAlias.objects.values_list("project_id", "name")
    )
    add_rows(
        [
            ProjectAlias(project=project, name=name, kind=ProjectAlias.Kind.FORMER, until=clock.today())
            for project, name in former
            if (project.pk, name) not in known
        ]
    )

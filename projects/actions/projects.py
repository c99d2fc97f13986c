"""Puts projects on the register and keeps what is said of them: facts, names, shares, people, opening figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import fetch, require
from projects.actions.bulk import add_lists, add_rows, save_fields
from projects.actions.lookup import MANY, by_code, of_these
from projects.actions.record import Batch, apply, created, diff, ledger_batch
from projects.models import (
    Act,
    Assignment,
    Division,
    Industry,
    OpeningFigure,
    Organisation,
    Origin,
    Person,
    Project,
    ProjectAlias,
    ProjectShare,
)
from projects.queries.scope import visible_to

EDITABLE = frozenset(
    {
        "national_code", "project_type", "industry", "nature", "approval_kind", "funding", "content",
        "total_investment", "approved_estimate", "start_year", "end_year", "carried_over", "division", "owner",
        "stopped_on", "note",
    }
)  # fmt: skip


@dataclass(slots=True, kw_only=True)  # not frozen: such a row takes four times as long to make, and there are many
class NewProject:
    """A project to put on the register. Amounts in yuan; other rows by their codes."""

    code: str
    name: str
    provenance: str
    project_type: str = ""
    industry: str = ""
    nature: str = ""
    approval_kind: str = ""
    funding: str = ""
    content: str = ""
    national_code: str = ""
    total_investment: int | None = None
    approved_estimate: int | None = None
    start_year: int | None = None
    end_year: int | None = None
    carried_over: bool | None = None
    division: str = ""
    owner: str = ""
    parent: str = ""
    is_package: bool = False
    template: str = ""
    note: str = ""


_FACTS = tuple(item.name for item in fields(NewProject))
_facts = attrgetter(*_FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShare:
    """A unit's share of a project in a year, in basis points."""

    project: str
    division: str
    year: int
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """Who answers for a project from a day on; one of person and organisation, by code."""

    project: str
    kind: str
    valid_from: date
    person: str = ""
    organisation: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOpening:
    """What a project had completed before a year, in yuan."""

    project: str
    year: int
    amount: int


def create_projects(*, by: Any, rows: Sequence[NewProject], origin: str = Origin.WEB) -> dict[str, int]:
    """Put projects on the register; packages before their parts. Gives their primary keys by code.

    Raises Refusal for an unknown or taken code.
    """
    require(by, Right.MANAGE_LISTS)
    wanted = [dict(zip(_FACTS, _facts(row), strict=True)) for row in rows]
    linked = {
        "industry": _keys(Industry, (row.industry for row in rows)),
        "division": _keys(Division, (row.division for row in rows)),
        "owner": _keys(Organisation, (row.owner for row in rows)),
        "parent": _keys(Project, {row.parent for row in rows} - {row.code for row in rows}),
    }
    made: dict[str, int] = {}
    with ledger_batch(by=by, origin=origin) as book:
        _refuse_taken([row.code for row in rows])
        for parts in (False, True):
            made |= _stored([values for values in wanted if bool(values["parent"]) == parts], linked)
            linked["parent"] |= made
        book.projects.update(made.values())
        for values in wanted:
            book.add("project", Act.CREATE, created(values), key=values["code"], project=values["code"])
    return made


def _keys(model: Any, codes: Iterable[str]) -> dict[str, int | None]:
    """Primary keys by code, none for no code."""
    return {"": None, **{code: row.pk for code, row in by_code(model, codes).items()}}


def _stored(wanted: Sequence[Mapping[str, Any]], linked: Mapping[str, Mapping[str, int | None]]) -> dict[str, int]:
    """Write projects that are given as values, without an object for each; gives their primary keys."""
    if not wanted:
        return {}
    columns = [field for field in Project._meta.concrete_fields if not field.primary_key]
    given = [(field.name, field.get_default(), linked.get(field.name)) for field in columns]
    rows = [
        [values.get(name, default) if keys is None else keys[values[name]] for name, default, keys in given]
        for values in wanted
    ]
    add_lists(Project, [field.attname for field in columns], rows)
    codes = [values["code"] for values in wanted]
    stored = Project.objects.order_by().filter(**({"code__in": codes} if len(codes) <= MANY else {}))
    keys = dict(stored.values_list("code", "pk"))
    return {code: keys[code] for code in codes}


def _refuse_taken(codes: Sequence[str]) -> None:
    taken = set(Project.objects.values_list("code", flat=True)) & set(codes)
    if taken or len(set(codes)) < len(codes):
        raise Refusal(_("There are projects with these codes already: %(codes)s") % {"codes": ", ".join(sorted(taken))})


def update_project(
    *, by: Any, project: Project, version: int, wanted: Mapping[str, Any], reason: str = "", origin: str = Origin.WEB
) -> Project:
    """Change facts of one project. Raises TypeError for a field that is not editable, StaleForm, Refusal."""
    if unknown := set(wanted) - EDITABLE:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    with ledger_batch(by=by, origin=origin, reason=reason) as book:
        row = _fresh(by, project, version, wanted)
        changes = diff(row, wanted)
        if changes:
            row.version += 1
            apply(row, changes, "version")
            book.add(row, Act.UPDATE, changes, project=row)
    return row


def rename_project(
    *, by: Any, project: Project, version: int, name: str, reason: str = "", origin: str = Origin.WEB
) -> Project:
    """Give a project another name; the former one stays findable and the series goes on under the same code."""
    name = name.strip()
    if not name:
        raise Refusal(_("A project needs a name."), field="name")
    with ledger_batch(by=by, origin=origin, reason=reason) as book:
        row = _fresh(by, project, version, {"name": name})
        if row.name != name:
            ProjectAlias.objects.get_or_create(
                project=row, name=row.name, defaults={"kind": ProjectAlias.Kind.FORMER, "until": clock.today()}
            )
            changes = diff(row, {"name": name})
            row.version += 1
            apply(row, changes, "version")
            book.add(row, Act.UPDATE, changes, project=row)
    return row


def _fresh(by: Any, project: Project, version: int, wanted: Mapping[str, Any]) -> Project:
    """The project as it is now, if the person may edit it and saw this version of it."""
    row: Project = fetch(visible_to(by), by, Right.EDIT_PROJECT, pk=project.pk)
    if row.version != version:
        theirs = {field: getattr(row, field) for field in wanted}
        raise StaleForm(
            _("Somebody changed this project after you opened the page."), theirs=theirs, yours=dict(wanted)
        )
    return row


def set_shares(*, by: Any, rows: Sequence[NewShare], origin: str = Origin.WEB) -> None:
    """Say how units share projects in a year, replacing what was said. Raises Refusal unless shares sum to 100 %."""
    require(by, Right.MANAGE_LISTS)
    wanted: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for row in rows:
        wanted[row.project, row.year][row.division] = row.basis_points
    if wrong := sorted(code for (code, _year), parts in wanted.items() if sum(parts.values()) != 10_000):
        raise Refusal(_("Shares do not sum to 100 %%: %(codes)s") % {"codes": ", ".join(wrong)})
    projects = by_code(Project, (code for code, _year in wanted))
    divisions = by_code(Division, (row.division for row in rows))
    with ledger_batch(by=by, origin=origin) as book:
        new = []
        for (code, year), parts in wanted.items():
            old = {
                share.division.code: share
                for share in ProjectShare.objects.known()
                .filter(project=projects[code], year=year)
                .select_related("division")
            }
            before = {unit: share.basis_points for unit, share in old.items()}
            if before == parts:
                continue
            key = f"{code}/{year}"
            seq = book.add(
                "projectshare", Act.UPDATE, {"shares": (before or None, parts)}, key=key, project=projects[code]
            )
            ProjectShare.objects.filter(pk__in=[share.pk for share in old.values()]).update(known_to=seq)
            new += [
                ProjectShare(
                    project=projects[code], division=divisions[unit], year=year, basis_points=points, known_from=seq
                )
                for unit, points in parts.items()
            ]
        add_rows(new)


def assign(*, by: Any, rows: Sequence[NewAssignment], origin: str = Origin.WEB, reason: str = "") -> None:
    """Name who answers for projects; whoever held the place before leaves it the day before."""
    require(by, Right.MANAGE_LISTS)
    projects = by_code(Project, (row.project for row in rows))
    people = by_code(Person, (row.person for row in rows))
    organisations = by_code(Organisation, (row.organisation for row in rows))
    held = defaultdict(list)
    known = Assignment.objects.known().filter(of_these(projects), valid_to__isnull=True)
    for place in known.select_related("person", "organisation"):
        held[place.project_id, place.kind].append(place)
    with ledger_batch(by=by, origin=origin, reason=reason) as book:
        new: list[Assignment] = []
        ended: list[Assignment] = []
        for row in sorted(rows, key=lambda item: (item.project, item.kind, item.valid_from)):
            project = projects[row.project]
            holder = people.get(row.person) or organisations.get(row.organisation)
            former = held.pop((project.pk, row.kind), [])
            if any((place.person or place.organisation) == holder for place in former):
                held[project.pk, row.kind] = former
                continue
            new += [_end_place(book, project, place, row.valid_from) for place in former]
            ended += former
            seq = book.add(
                "assignment",
                Act.ASSIGN,
                {row.kind: (None, str(holder)), "valid_from": (None, row.valid_from), "valid_to": (None, row.valid_to)},
                key=f"{row.project}/{row.kind}",
                project=project,
            )
            place = Assignment(
                project=project, kind=row.kind, person=people.get(row.person),
                organisation=organisations.get(row.organisation), valid_from=row.valid_from, valid_to=row.valid_to,
                known_from=seq,
            )  # fmt: skip
            new.append(place)
        save_fields(ended, ["known_to"])
        add_rows(new)


def _end_place(book: Batch, project: Project, place: Assignment, successor_from: date) -> Assignment:
    """The former holder's spell, ended the day before the new one begins."""
    last = max(place.valid_from, successor_from - timedelta(days=1))
    holder = str(place.person or place.organisation)
    seq = book.add(
        "assignment",
        Act.ASSIGN,
        {place.kind: (holder, holder), "valid_to": (None, last)},
        key=f"{project.code}/{place.kind}",
        project=project,
    )
    after = copy(place)
    after._state = copy(place._state)
    after.pk, after.valid_to, after.known_from, after._state.adding = None, last, seq, True
    place.known_to = seq
    return after


def set_openings(*, by: Any, rows: Sequence[NewOpening], origin: str = Origin.WEB) -> None:
    """Carry over what projects had completed before a year."""
    require(by, Right.MANAGE_LISTS)
    projects = by_code(Project, (row.project for row in rows))
    current = {(item.project_id, item.year): item for item in OpeningFigure.objects.known().filter(of_these(projects))}
    with ledger_batch(by=by, origin=origin) as book:
        new: list[OpeningFigure] = []
        ended: list[OpeningFigure] = []
        for row in rows:
            project = projects[row.project]
            old = current.get((project.pk, row.year))
            if old and old.amount == row.amount:
                continue
            change = {"amount": (old.amount if old else None, row.amount)}
            seq = book.add("openingfigure", Act.UPDATE, change, key=f"{row.project}/{row.year}", project=project)
            if old:
                old.known_to = seq
                ended.append(old)
            new.append(OpeningFigure(project=project, year=row.year, amount=row.amount, known_from=seq))
        save_fields(ended, ["known_to"])
        add_rows(new)

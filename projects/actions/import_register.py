"""Writes what a register's plan says through the domain's actions, in the order in which the rows need one another."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.web.access import Act
from projects.actions.corrections import ProjectChange, update_projects
from projects.actions.importers import Importer, Options, Shown
from projects.actions.lookup import MANY
from projects.actions.people import OrganisationFacts, PersonFacts, keep_organisations, keep_people
from projects.actions.plans import NewPlan, approve_plans
from projects.actions.programmes import Adjustment, adjust_lists
from projects.actions.projects import NewAssignment, NewOpening, NewProject, assign, create_projects, set_openings
from projects.core.money import split_exactly
from projects.intake.plan import Difference, ImportPlan, Kind
from projects.intake.register import KIND, read_register
from projects.intake.register_compare import OWN_FIELDS
from projects.intake.register_fields import BY_KEY
from projects.intake.register_values import NEW
from projects.models import (
    MONTHS,
    Division,
    ImportBatch,
    Industry,
    Organisation,
    Origin,
    Person,
    PlanRevision,
    Project,
    ProjectClass,
    Provenance,
)

_OWN_FIELDS: Final = frozenset(OWN_FIELDS)
_EXAMPLE: Final = "（示例）"
_PROVENANCE: Final = {True: Provenance.DEMO.value, False: Provenance.OFFICIAL.value}
_FIRMS, _PLACES, _LEADERS = "owner", "responsible", "leader"
_DECEMBER: Final = (12, 31)
_PLANNED: Final = frozenset({"plan", "plan_months"})


def _read(*, data: bytes, name: str, by: Any, options: Options) -> ImportPlan:
    """The plan of a register as of today."""
    return read_register(data=data, name=name, by=by, as_of=clock.today(), options=options)


def _write(*, plan: ImportPlan, by: Any, batch: ImportBatch) -> None:
    """Everything that the plan would write, each kind of fact in one batch. Raises what the actions raise."""
    rows = plan.changes
    known = _enter_named(by, rows)
    new = [row for row in rows if row.kind is Kind.CREATE]
    old = [row for row in rows if row.kind is Kind.UPDATE]
    if new:
        create_projects(by=by, rows=[_new_project(row, known) for row in new], origin=Origin.EXCEL)
    changes = [ProjectChange(project=row.project_code, wanted=_own(row, known)) for row in old]
    if changes := [change for change in changes if change.wanted]:
        update_projects(by=by, rows=changes, origin=Origin.EXCEL)
    _write_year(plan, by, rows, known)


def _write_year(plan: ImportPlan, by: Any, rows: Sequence[Difference], known: Mapping[str, str]) -> None:
    """The list's places, annual plans, opening figures and who answers."""
    since = date.fromisoformat(plan.about["effective_on"])
    document = str(plan.options.get("document") or "")
    if joining := [row for row in rows if "project_class" in row.fields]:
        adjust_lists(by=by, rows=[_joining(plan, row, since, document) for row in joining], origin=Origin.EXCEL)
    year = plan.about["year"]
    if planned := [row for row in rows if row.fields.keys() & _PLANNED]:
        approve_plans(by=by, rows=_plans(plan, planned, year, since), origin=Origin.EXCEL)
    if opened := [row for row in rows if "opening" in row.fields]:
        figures = [NewOpening(project=row.project_code, year=year, amount=row.fields["opening"][1]) for row in opened]
        set_openings(by=by, rows=figures, origin=Origin.EXCEL)
    if places := list(_places(rows, known, since)):
        assign(by=by, rows=places, origin=Origin.EXCEL)


def _joining(plan: ImportPlan, row: Difference, since: date, document: str) -> Adjustment:
    """Its place on the list as issued; for a project that had left it, an addition of its own day."""
    project_class = row.fields["project_class"][1]
    again = plan.about.get("rejoining", {}).get(row.project_code)
    return Adjustment(
        project=row.project_code, programme=plan.about["programme"], document=document, project_class=project_class,
        kind=f"added_{project_class}" if again else "initial", on=date.fromisoformat(again) if again else since,
    )  # fmt: skip


def _own(row: Difference, known: Mapping[str, str]) -> dict[str, Any]:
    values = {name: new for name, (_old, new) in row.fields.items() if name in _OWN_FIELDS}
    if str(values.get("owner", "")).startswith(NEW):
        values["owner"] = known[values["owner"]]
    return values


def _new_project(row: Difference, known: Mapping[str, str]) -> NewProject:
    values = _own(row, known)
    return NewProject(code=row.project_code, provenance=_provenance(values.get("name", "")), **values)


def _enter_named(by: Any, rows: Iterable[Difference]) -> dict[str, str]:
    """Enter the organisations and leaders that nobody knew; gives the code of each “new:name”."""
    wanted: dict[str, dict[str, str]] = {_FIRMS: {}, _PLACES: {}, _LEADERS: {}}
    for row in rows:
        for kind, names in wanted.items():
            value = row.fields.get(kind, (None, None))[1]
            if isinstance(value, str) and value.startswith(NEW):
                names.setdefault(value, str(row.fields.get("division", (None, ""))[1] or ""))
    wanted[_PLACES] = {name: unit for name, unit in wanted[_PLACES].items() if name not in wanted[_FIRMS]}
    known: dict[str, str] = {}
    organisations = [
        OrganisationFacts(
            code=code, name=name.removeprefix(NEW), provenance=_provenance(name), division=unit,
            kind=Organisation.Kind.OWNER if name in wanted[_FIRMS] else Organisation.Kind.DEPARTMENT,
        )
        for code, (name, unit) in _numbered("U", Organisation, [*wanted[_FIRMS].items(), *wanted[_PLACES].items()])
    ]  # fmt: skip
    people = [
        PersonFacts(code=code, name=name.removeprefix(NEW), kind=Person.Kind.LEADER, provenance=_provenance(name))
        for code, (name, _unit) in _numbered("L", Person, list(wanted[_LEADERS].items()))
    ]
    if organisations:
        keep_organisations(by=by, rows=organisations, origin=Origin.EXCEL)
    if people:
        keep_people(by=by, rows=people, origin=Origin.EXCEL)
    known |= {NEW + one.name: one.code for one in organisations}
    known |= {NEW + one.name: one.code for one in people}
    return known


def _provenance(name: str) -> str:
    return _PROVENANCE[_EXAMPLE in name]


def _numbered(prefix: str, model: Any, named: list[tuple[str, str]]) -> list[tuple[str, tuple[str, str]]]:
    """Codes that nobody has yet, in the order of the file."""
    if not named:
        return []
    taken = model.objects.filter(code__startswith=f"{prefix}-").values_list("code", flat=True)
    last = max((int(code[2:]) for code in taken if code[2:].isdecimal()), default=0)
    return [(f"{prefix}-{last + place:05d}", one) for place, one in enumerate(named, start=1)]


def _plans(plan: ImportPlan, rows: Sequence[Difference], year: int, since: date) -> list[NewPlan]:
    """The annual plans, by month as the file has them; otherwise a first one in even months, a later one in the months'
    old proportion. A first one holds from the list's day, a later one from today, never before the one it follows.
    """
    before = _plans_before(rows, year)
    reason = str(plan.options.get("reason") or "")
    found = []
    for row in rows:
        last = before.get(row.project_code)
        months = _months(row, last)
        amount = sum(months)
        today = min(clock.today(), date(year, *_DECEMBER))
        found.append(
            NewPlan(
                project=row.project_code, year=year, amount=amount, months=months,
                approved_on=max(today, last.approved_on) if last else since, reason=reason,
                document=str(plan.options.get("document") or ""),
            )
        )  # fmt: skip
    return found


def _months(row: Difference, last: PlanRevision | None) -> tuple[int, ...]:
    if "plan_months" in row.fields:
        return tuple(int(month) for month in row.fields["plan_months"][1])
    weights = list(last.months) if last and last.amount else [1] * len(MONTHS)
    return tuple(split_exactly(int(row.fields["plan"][1]), weights))


def _plans_before(rows: Sequence[Difference], year: int) -> dict[str, PlanRevision]:
    codes = [row.project_code for row in rows if any(row.fields.get(name, (None,))[0] is not None for name in _PLANNED)]
    if not codes:
        return {}
    plans = PlanRevision.objects.known().filter(year=year).order_by("revision").select_related("project")
    if len(codes) <= MANY:
        plans = plans.filter(project__code__in=codes)
    return {one.project.code: one for one in plans}


def _places(rows: Iterable[Difference], known: Mapping[str, str], since: date) -> Iterable[NewAssignment]:
    for row in rows:
        for name, kind, holder in ((_LEADERS, "leader", "person"), (_PLACES, "responsible_unit", "organisation")):
            old, new = row.fields.get(name, (None, None))
            if new is not None:
                day = since if old is None else clock.today()
                yield NewAssignment(
                    project=row.project_code, kind=kind, valid_from=day, **{holder: known.get(new, new)}
                )


def _target(options: Options) -> str:
    """One file may hold the lists of several years or programmes."""
    parts = (options.get("programme"), options.get("year"), (options.get("mapping") or {}).get("sheet"))
    return "/".join(str(part) for part in parts if part)[:120]  # as long as its column; a sheet's name may be any


def _names(model: Any) -> Any:
    def names() -> dict[str, Any]:
        return {row.code: row.name for row in model.objects.all()}

    return names


def _choices(kind: Any) -> Any:
    return lambda: dict(kind.choices)


_FORMS: Final = {
    "total_investment": "money", "approved_estimate": "money", "plan": "money", "opening": "money",
    "start_year": "whole", "end_year": "whole", "carried_over": "flag",
}  # fmt: skip
_NAMED: Final = {
    "division": _names(Division),
    "industry": _names(Industry),
    "owner": _names(Organisation),
    "responsible": _names(Organisation),
    "leader": _names(Person),
    "project_type": _choices(Project.Type),
    "nature": _choices(Project.Nature),
    "approval_kind": _choices(Project.Approval),
    "funding": _choices(Project.Funding),
    "project_class": _choices(ProjectClass),
}

REGISTER: Final = Importer(
    kind=KIND,
    title=_("Project register"),
    purpose=_("A list of projects as your office keeps it, or as the provincial platform exports it."),
    act=Act.IMPORT_REGISTER,
    read=_read,
    write=_write,
    fields={
        key: Shown(field.label, "names" if key in _NAMED else _FORMS.get(key, "text"), _NAMED.get(key))
        for key, field in BY_KEY.items()
        if field.taken
    }
    | {"plan_months": Shown(_("Plan by month"), "months")},
    speaks={
        "planrevision": ("plan", "plan_months"),
        "openingfigure": ("opening",),
        "listing": ("project_class", "name"),
        "assignment": ("leader", "responsible"),
    },
    target=_target,
    asks=("programme", "year", "effective_on", "document"),
    mapped=True,
    place=2,
)

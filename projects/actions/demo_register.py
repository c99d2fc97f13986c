"""The mornings of the replayed year: the office keeps the register, the lists, the plans and the first milestones."""

from datetime import date, time

from projects.actions.aliases import NewAlias, add_aliases
from projects.actions.demo_year import Year
from projects.actions.milestones import MilestonePlan, plan_milestones
from projects.actions.people import OrganisationFacts, PersonFacts, keep_organisations, keep_people
from projects.actions.plans import NewPlan, approve_plans
from projects.actions.programmes import Adjustment, adjust_lists
from projects.actions.projects import (
    NewAssignment,
    NewOpening,
    NewProject,
    NewShare,
    assign,
    create_projects,
    rename_project,
    set_openings,
    set_shares,
    update_project,
)
from projects.intake.demo_rows import ProjectRow
from projects.models import Origin, Project, Provenance

DEMO, REPLAY = Provenance.DEMO, Origin.REPLAY


def keep_bodies(year: Year, day: date) -> None:
    """Organisations and people."""
    organisations = [
        OrganisationFacts(
            code=row.code, name=row.name, kind=row.kind, provenance=DEMO, credit_code=row.credit_code,
            division=row.division,
        )
        for row in year.rows("organisations", day)
    ]  # fmt: skip
    people = [
        PersonFacts(
            code=row.code, name=row.name, kind=row.kind, provenance=DEMO, title=row.title,
            organisation=row.organisation, division=row.division, serves=row.serves, email=row.email,
        )
        for row in year.rows("people", day)
    ]  # fmt: skip
    if organisations:
        keep_organisations(by=year.office, rows=organisations, origin=REPLAY)
    if people:
        keep_people(by=year.office, rows=people, origin=REPLAY)


def put_on_register(year: Year, day: date) -> None:
    """New projects with what they had completed before, their other names; renamed and stopped ones."""
    rows = year.rows("projects", day)
    if rows:
        create_projects(by=year.office, rows=[_new(row) for row in rows], origin=REPLAY)
    openings = [
        NewOpening(project=row.code, year=day.year, amount=row.opening_cumulative) for row in rows if not row.is_package
    ]
    openings += [
        NewOpening(project=row.project, year=row.year, amount=row.amount) for row in year.rows("openings", day)
    ]
    if openings:
        set_openings(by=year.office, rows=openings, origin=REPLAY)
    aliases = [NewAlias(project=row.project, name=row.alias) for row in year.rows("aliases", day)]
    if aliases:
        add_aliases(by=year.office, rows=aliases, origin=REPLAY)


def _new(row: ProjectRow) -> NewProject:
    return NewProject(
        code=row.code, name=row.name, provenance=DEMO, project_type=row.type, industry=row.chain, nature=row.nature,
        approval_kind=row.approval_kind, funding=row.funding, content=row.content, national_code=row.national_code,
        total_investment=row.total_investment, approved_estimate=row.approved_estimate, start_year=row.start_year,
        end_year=row.end_year, carried_over=row.carried_over, division=row.division, owner=row.owner,
        parent=row.parent, is_package=row.is_package, template=row.template,
    )  # fmt: skip


def rename_and_stop(year: Year, day: date) -> None:
    """Projects that were renamed, and those whose works were stopped."""
    for row in year.rows("renames", day):
        project = Project.objects.get(code=row.project)
        reason = f"{row.reason}（{row.document}）"
        rename_project(
            by=year.office, project=project, version=project.version, name=row.new, reason=reason, origin=REPLAY
        )
    for row in year.rows("stoppages", day):
        project = Project.objects.get(code=row.project)
        wanted = {"stopped_on": row.on}
        update_project(
            by=year.office, project=project, version=project.version, wanted=wanted, reason=row.reason, origin=REPLAY
        )


def name_who_answers(year: Year, day: date) -> None:
    """Shares of units, and who answers for what; a place that another takes over ends with that."""
    shares = [
        NewShare(project=row.project, division=row.division, year=row.year, basis_points=row.basis_points)
        for row in year.rows("shares", day)
    ]
    if shares:
        set_shares(by=year.office, rows=shares, origin=REPLAY)
    places = [
        NewAssignment(
            project=row.project, kind=row.kind, valid_from=row.valid_from, person=row.person,
            organisation=row.organisation,
        )
        for row in year.rows("assignments", day)
    ]  # fmt: skip
    if places:
        assign(by=year.office, rows=places, origin=REPLAY)


def issue_lists(year: Year, day: date) -> None:
    """Lines of lists and adjustment notices."""
    lines = [
        Adjustment(
            project=row.project, programme=row.programme, kind=row.event, on=row.on, document=row.document,
            project_class=row.project_class,
        )
        for row in year.rows("listings", day)
    ]  # fmt: skip
    if lines:
        adjust_lists(by=year.office, rows=lines, origin=REPLAY)


def approve(year: Year, day: date) -> None:
    """Annual plans and their revisions."""
    plans = [
        NewPlan(
            project=row.project, year=row.year, amount=row.amount, months=row.months, approved_on=row.approved_on,
            document=row.document, reason=row.reason,
        )
        for row in year.rows("plans", day)
    ]  # fmt: skip
    if plans:
        approve_plans(by=year.office, rows=plans, origin=REPLAY)


def plan(year: Year, day: date) -> None:
    """Milestones as first planned."""
    milestones = [
        MilestonePlan(project=row.project, step=row.step, planned_on=row.planned_on, position=row.position)
        for row in year.rows("milestones", day)
    ]
    if milestones:
        plan_milestones(by=year.office, rows=milestones, origin=REPLAY)


STEPS = (
    (time(9, 0), keep_bodies),
    (time(9, 10), put_on_register),
    (time(9, 20), name_who_answers),
    (time(9, 30), rename_and_stop),
    (time(10, 0), issue_lists),
    (time(10, 30), approve),
    (time(11, 0), plan),
)

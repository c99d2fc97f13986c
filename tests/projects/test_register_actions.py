"""Lists, plans, shares, people and the lock: what the actions write and what they refuse."""

import json
from dataclasses import replace
from datetime import date

import pytest

from portfolio.refusals import Forbidden, NeedsReason, Refusal, StaleForm
from projects.actions.cycle import lock_period, open_period
from projects.actions.milestones import MilestonePlan, MilestoneUpdate, plan_milestones, update_milestone
from projects.actions.plans import NewPlan, approve_plans
from projects.actions.programmes import Adjustment, adjust_lists
from projects.actions.projects import (
    NewAssignment,
    NewProject,
    NewShare,
    assign,
    create_projects,
    rename_project,
    set_shares,
    update_project,
)
from projects.core.periods import Period
from projects.models import (
    Assignment,
    Change,
    Listing,
    LockedFigure,
    Milestone,
    MilestoneRevision,
    PlanRevision,
    Project,
    ReportingPeriod,
)
from projects.queries.figures import default_position, figures, member_ids
from projects.queries.ledger import verify
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january")]
YEAR_END = Period(2023, 12)


def adjustment(kind, on, project_class="implementation", project="T23-0002"):
    return Adjustment(
        project=project, programme="P2023-PROV", kind=kind, on=on, document="菏重点办〔2023〕7号（示例）",
        project_class=project_class,
    )  # fmt: skip


@pytest.fixture
def listed(db):
    make.ProgrammeFactory()
    return make.ProjectFactory(code="T23-0002")


def members_at(month):
    return member_ids(Period(2023, month))


def test_a_project_moves_between_classes_and_every_month_stays_as_it_was(listed, office):
    adjust_lists(by=office, rows=[adjustment("initial", date(2023, 1, 20), "preparatory")])
    adjust_lists(by=office, rows=[adjustment("promoted", date(2023, 7, 10))])
    adjust_lists(by=office, rows=[adjustment("demoted", date(2023, 9, 1))])
    adjust_lists(by=office, rows=[adjustment("withdrawn", date(2023, 11, 1))])

    assert [bool(members_at(month)) for month in (6, 7, 8, 9, 12)] == [False, True, True, False, False]
    assert Listing.objects.known().count() == 3
    assert Project.objects.filter(pk=listed.pk).exists()
    assert [json.loads(row.changes)["project_class"] for row in Change.objects.filter(act="join")] == [
        [None, "preparatory"], [None, "implementation"], [None, "preparatory"],
    ]  # fmt: skip


def test_the_list_as_known_before_an_adjustment_still_has_the_project(listed, office):
    adjust_lists(by=office, rows=[adjustment("initial", date(2023, 1, 20))])
    before = Change.objects.order_by("seq").last().seq
    adjust_lists(by=office, rows=[adjustment("withdrawn", date(2023, 7, 1))])

    assert member_ids(YEAR_END, before) == [listed.pk]
    assert member_ids(YEAR_END) == []


def test_a_whole_history_can_come_in_one_batch(listed, office):
    rows = [adjustment("withdrawn", date(2023, 9, 1)), adjustment("initial", date(2023, 1, 20))]

    adjust_lists(by=office, rows=rows)

    assert Listing.objects.known().get().left_on == date(2023, 9, 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(None, adjustment("withdrawn", date(2023, 7, 1)), id="leaves without being there"),
        pytest.param("implementation", adjustment("promoted", date(2023, 7, 1)), id="is in that class already"),
        pytest.param("preparatory", adjustment("demoted", date(2023, 7, 1)), id="is not in the class it leaves"),
        pytest.param("implementation", adjustment("added_preparatory", date(2023, 7, 1)), id="is on the list already"),
        pytest.param("implementation", adjustment("withdrawn", date(2023, 1, 20)), id="leaves on the day it joined"),
        pytest.param("implementation", adjustment("forgotten", date(2023, 7, 1)), id="unknown kind"),
    ],
)
def test_an_adjustment_that_does_not_fit_is_refused_and_changes_nothing(listed, office, first, second):
    if first:
        adjust_lists(by=office, rows=[adjustment("initial", date(2023, 1, 20), first)])
    before = Change.objects.count()

    with pytest.raises(Refusal):
        adjust_lists(by=office, rows=[second])
    assert Change.objects.count() == before


def plan(amount=1_200, on=date(2023, 1, 10), months=None):
    months = months or (amount // 12,) * 12
    return NewPlan(project="T23-0002", year=2023, amount=amount, months=months, approved_on=on, document="1号")


def test_a_second_plan_is_a_revision_and_the_day_decides_which_is_in_force(listed, office):
    approve_plans(by=office, rows=[plan(), plan(2_400, date(2023, 7, 3))])

    assert [(row.revision, row.amount) for row in PlanRevision.objects.known()] == [(1, 1_200), (2, 2_400)]
    assert figures(Period(2023, 6), None, [listed.pk])[listed.pk].plan == 1_200
    assert figures(Period(2023, 7), None, [listed.pk])[listed.pk].plan == 2_400


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (plan(months=(100,) * 11 + (99,)), "months"),
        (plan(months=(100,) * 11), "months"),
        (plan(months=(-100,) + (1_300,) + (0,) * 10), "months"),
        (plan(on=date(2024, 1, 6)), "approved_on"),
    ],
)
def test_a_plan_whose_months_do_not_sum_or_that_comes_from_the_future_is_refused(listed, office, bad, field):
    with pytest.raises(Refusal) as refused:
        approve_plans(by=office, rows=[bad])
    assert refused.value.field == field
    assert not PlanRevision.objects.exists()


@pytest.mark.parametrize("amount", [12_000, 12_000_000, 120])
def test_a_plan_in_another_unit_than_the_one_before_wants_a_reason(listed, office, amount):
    approve_plans(by=office, rows=[plan()])
    other = plan(amount, date(2023, 7, 3))

    with pytest.raises(NeedsReason) as asked:
        approve_plans(by=office, rows=[other])
    assert asked.value.field == "amount"
    assert PlanRevision.objects.count() == 1

    approve_plans(by=office, rows=[replace(other, reason="批复调整")])
    assert PlanRevision.objects.get(revision=2).reason == "批复调整"


def test_a_plan_larger_than_the_whole_project_wants_a_reason(listed, office):
    Project.objects.filter(pk=listed.pk).update(total_investment=1_199)

    with pytest.raises(NeedsReason):
        approve_plans(by=office, rows=[plan()])


def test_only_the_city_office_approves_plans(listed, caoxian):
    with pytest.raises(Forbidden):
        approve_plans(by=caoxian, rows=[plan()])


def test_projects_come_with_their_packages_and_a_taken_code_is_refused(office):
    make.DivisionFactory(caoxian=True)
    rows = [
        NewProject(code="T23-0011", name="子项（示例）", provenance="demo", parent="T23-0010", division="371721"),
        NewProject(code="T23-0010", name="打包项目（示例）", provenance="demo", is_package=True, division="371721"),
    ]
    create_projects(by=office, rows=rows)

    assert Project.objects.get(code="T23-0011").parent.code == "T23-0010"
    with pytest.raises(Refusal, match="T23-0010"):
        create_projects(by=office, rows=rows[1:])


def test_a_package_s_figures_are_those_of_its_parts(office):
    package = make.ProjectFactory(is_package=True)
    for amount in (1_000, 2_000):
        part = make.ProjectFactory(parent=package)
        make.PlanRevisionFactory(project=part, amount=12 * amount)
        make.ReturnVersionFactory(project=part, invested=amount)
        make.ReturnVersionFactory(project=part, invested=amount // 2, period="2023-11")

    row = figures(YEAR_END, None, [package.pk])[package.pk]

    assert (row.plan, row.completed, row.month) == (36_000, 3_000, 1_500)


def test_a_renamed_project_keeps_its_code_its_series_and_its_former_name(project, office):
    rename_project(by=office, project=project, version=1, name="新名称（示例）", reason="企业更名")

    project.refresh_from_db()
    assert (project.code, project.name, project.version) == ("T23-0001", "新名称（示例）", 2)
    assert project.aliases.get().kind == "former"
    assert figures(Period(2023, 11), None, [project.pk])[project.pk].completed == 9_000_000


def test_a_stale_project_form_is_refused_with_both_values(project, office):
    update_project(by=office, project=project, version=1, wanted={"note": "甲"})

    with pytest.raises(StaleForm) as stale:
        update_project(by=office, project=project, version=1, wanted={"note": "乙"})
    assert (stale.value.theirs, stale.value.yours) == ({"note": "甲"}, {"note": "乙"})


def test_saving_what_is_there_already_writes_nothing(project, office):
    update_project(by=office, project=project, version=1, wanted={"total_investment": 100_000_000})

    project.refresh_from_db()
    assert project.version == 1
    assert not Change.objects.exists()


def test_a_field_that_nobody_may_edit_is_a_programming_error(project, office):
    with pytest.raises(TypeError):
        update_project(by=office, project=project, version=1, wanted={"provenance": "official"})


def test_shares_must_make_a_whole(project, office):
    make.DivisionFactory(shanxian=True)
    parts = [
        NewShare(project="T23-0001", division="371721", year=2023, basis_points=6_000),
        NewShare(project="T23-0001", division="371722", year=2023, basis_points=3_999),
    ]

    with pytest.raises(Refusal, match="T23-0001"):
        set_shares(by=office, rows=parts)
    set_shares(
        by=office, rows=[parts[0], NewShare(project="T23-0001", division="371722", year=2023, basis_points=4_000)]
    )

    assert figures(YEAR_END)[project.pk].shares == (("371721", 6_000), ("371722", 4_000))


def test_a_new_leader_ends_the_former_one_s_time_the_day_before(project, office):
    for code in ("LEADER-1", "LEADER-2"):
        make.PersonFactory(code=code, kind="leader")
    for code, day in (("LEADER-1", date(2023, 1, 1)), ("LEADER-2", date(2023, 6, 15))):
        assign(by=office, rows=[NewAssignment(project="T23-0001", kind="leader", person=code, valid_from=day)])

    places = Assignment.objects.known().order_by("valid_from")
    assert [(place.person.code, place.valid_to) for place in places] == [
        ("LEADER-1", date(2023, 6, 14)),
        ("LEADER-2", None),
    ]


@pytest.fixture
def milestone(project, office, calendars):
    make.MilestoneStepFactory()
    plan_milestones(
        by=office, rows=[MilestonePlan(project="T23-0001", step="D04", planned_on=date(2023, 12, 30), position=1)]
    )
    return Milestone.objects.get()


def update(**dates):
    reason = dates.pop("reason", "")
    return MilestoneUpdate(project="T23-0001", step="D04", wanted=dates, reason=reason)


def test_a_due_date_on_a_rest_day_moves_to_the_next_working_day(milestone):
    # 2023-12-30 is a Saturday, and Monday is New Year's Day
    assert (milestone.planned_on, milestone.due_on, milestone.due_known) == (
        date(2023, 12, 30), date(2024, 1, 2), True,
    )  # fmt: skip


def test_a_due_date_in_a_year_without_a_calendar_stays_and_is_marked(project, office, calendars):
    make.MilestoneStepFactory()
    plan_milestones(
        by=office, rows=[MilestonePlan(project="T23-0001", step="D04", planned_on=date(2031, 3, 1), position=1)]
    )

    milestone = Milestone.objects.get()
    assert (milestone.due_on, milestone.due_known) == (date(2031, 3, 1), False)


def test_an_actual_date_is_kept_as_a_revision(milestone, caoxian):
    update_milestone(by=caoxian, milestone=milestone, version=1, update=update(actual_on=date(2024, 1, 4)))

    assert list(MilestoneRevision.objects.order_by("number").values_list("actual_on", flat=True)) == [
        None,
        date(2024, 1, 4),
    ]
    assert MilestoneRevision.objects.known().get().number == 2


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"actual_on": date(2024, 1, 6)}, "actual_on"),
        ({"planned_on": date(2024, 2, 1)}, "reason"),
    ],
)
def test_a_date_that_cannot_be_is_refused_at_its_field(milestone, caoxian, dates, field):
    with pytest.raises(Refusal) as refused:
        update_milestone(by=caoxian, milestone=milestone, version=1, update=update(**dates))
    assert refused.value.field == field


def test_a_finish_does_not_come_before_the_start(milestone, project, caoxian):
    make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(start=True), actual_on=date(2023, 5, 4))
    finish = make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(code="E05"), position=9)
    wanted = MilestoneUpdate(project="T23-0001", step="E05", wanted={"actual_on": date(2023, 5, 3)})

    with pytest.raises(Refusal, match="2023"):
        update_milestone(by=caoxian, milestone=finish, version=1, update=wanted)


def test_a_project_unit_reports_dates_but_does_not_move_plans(milestone, project):
    unit = make.UserFactory(unit=True, organisation=project.owner.code)

    update_milestone(by=unit, milestone=milestone, version=1, update=update(forecast_on=date(2024, 1, 20)))
    with pytest.raises(Forbidden):
        update_milestone(
            by=unit, milestone=milestone, version=2, update=update(planned_on=date(2024, 2, 1), reason="x")
        )


def test_the_month_opens_with_its_deadline_and_locks_once(project, office, calendars):
    row = open_period(by=office, period=Period(2023, 11))
    assert row.due_on == date(2023, 12, 7)

    outcome = lock_period(by=office, period=YEAR_END)

    assert outcome == {"period": "2023-12", "projects": 1, "not_accepted": 1, "position": default_position(YEAR_END)}
    assert LockedFigure.objects.get().completed == 9_000_000
    with pytest.raises(Refusal, match="2023-12"):
        lock_period(by=office, period=YEAR_END)


def test_the_lock_counts_the_parts_of_a_package_and_not_the_package(project, office, calendars):
    package = make.ProjectFactory(code="T23-0007", is_package=True)
    make.ListingFactory(project=package)
    parts = [make.ProjectFactory(code=f"T23-0007-{at}", parent=package) for at in range(3)]
    make.ReturnVersionFactory(project=parts[0])
    make.MonthlyReturnFactory(project=parts[1], state="reviewed")

    outcome = lock_period(by=office, period=YEAR_END, dry_run=True)

    assert (outcome["projects"], outcome["not_accepted"]) == (2, 3)  # two parts, and the project on its own


def test_a_dry_run_of_the_lock_locks_nothing(project, office):
    lock_period(by=office, period=YEAR_END, dry_run=True)

    assert ReportingPeriod.objects.get(period="2023-12").state == "open"
    assert not Change.objects.exists()


def test_a_month_that_has_not_ended_or_whose_calendar_is_missing_is_refused(office, calendars):
    make.ReportingPeriodFactory(period="2024-01")
    with pytest.raises(Refusal):
        lock_period(by=office, period=Period(2024, 1))
    with pytest.raises(Refusal, match="2025"):
        open_period(by=office, period=Period(2024, 12))


@pytest.mark.parametrize("count", [30, 31, 82, 83, 131])
def test_however_many_projects_are_new_each_is_written_once_with_its_change(office, count):
    unit = make.DivisionFactory(caoxian=True)
    codes = [f"T24-{number:04d}" for number in range(count)]

    create_projects(
        by=office,
        rows=[NewProject(code=code, name=f"{code}项目", provenance="demo", division=unit.code) for code in codes],
    )

    written = Project.objects.filter(division=unit).order_by("pk").values_list("code", "name")
    assert list(written) == [(code, f"{code}项目") for code in codes]
    assert list(Change.objects.filter(model="project").order_by("seq").values_list("key", flat=True)) == codes
    assert verify().broken_seq is None

"""Registers as offices have them: recognised, matched, refused, written; and the same file changes nothing."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions import imports
from projects.intake.plan import ImportPlan, Kind
from projects.models import (
    Change,
    ImportBatch,
    Listing,
    OpeningFigure,
    Organisation,
    PlanRevision,
    Project,
    ProjectAlias,
)
from projects.queries.ledger import verify
from tests import factories as make
from tests.intake.register_books import HEAD, edited, plain, untidy
from tests.projects.register_plans import NAME, ROWS, TODAY, committed, planned, small_city, wrong
from tests.reports import small

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def city():
    return small_city()


class TestMatching:
    @pytest.fixture
    def known(self, city):
        return make.ProjectFactory(
            code="A-1", name="银河纺织智能化改造项目", national_code="2212-371700-89-01-271930",
            division=make.DivisionFactory(caoxian=True), total_investment=320_000_000,
        )  # fmt: skip

    @pytest.mark.parametrize("name", ["银河纺织智能化改造项目", " 银河纺织智能化　改造项目", "★银河纺织智能化改造项目"])
    def test_by_name_whatever_its_spaces_and_marks(self, city, known, name):
        plan = planned(city, plain([[1, name, *ROWS[0][2:]]]))

        assert plan.differences[0].project_code == "A-1"

    def test_by_national_code_and_then_it_is_a_renaming(self, city, known):
        head = [*HEAD, "项目代码"]
        plan = committed(city, plain([[1, "银河纺织数字化车间项目", *ROWS[0][2:], "2212-371700-89-01-271930"]], head))

        assert plan.differences[0].fields["name"] == ("银河纺织智能化改造项目", "银河纺织数字化车间项目")
        known.refresh_from_db()
        assert known.name == "银河纺织数字化车间项目"
        assert ProjectAlias.objects.get(project=known).name == "银河纺织智能化改造项目"

    def test_by_another_name_and_then_it_is_none(self, city, known):
        make.ProjectAliasFactory(project=known, name="银河改造")

        plan = planned(city, plain([[1, "银河改造", *ROWS[0][2:]]]))

        assert plan.differences[0].project_code == "A-1"
        assert "name" not in plan.differences[0].fields

    def test_a_near_match_is_offered_and_never_taken(self, city, known):
        near = plain([[1, "银河纺织智能化改造工程", *ROWS[0][2:]]])

        plan = planned(city, near)

        assert plan.counts()["error"] == 1
        assert plan.errors[0].offers == (("A-1", "银河纺织智能化改造项目"),)
        assert planned(city, near, decisions={"台账!2": "A-1"}).differences[0].project_code == "A-1"
        assert planned(city, near, decisions={"台账!2": "new"}).counts()["create"] == 1

    def test_phases_of_one_name_are_not_near(self, city):
        make.ProjectFactory(code="A-2", name="化工产业园一期工程")

        assert planned(city, plain([[1, "化工产业园二期工程", *ROWS[0][2:]]])).counts()["create"] == 1

    def test_the_same_project_twice_is_an_error_that_names_the_other_row(self, city, known):
        plan = planned(city, plain([ROWS[0], ROWS[0]]))

        assert wrong(plan) == {"B3": "name"}
        assert "2" in plan.errors[0].message

    def test_another_national_code_than_the_register_s_is_an_error(self, city, known):
        plan = planned(city, plain([[*ROWS[0], "2304-371482-89-01-172462"]], [*HEAD, "项目代码"]))

        assert wrong(plan) == {"I2": "national_code"}

    def test_units_are_found_by_name_alias_and_code(self, city):
        rows = [[1, "甲项目", "曹", *ROWS[0][3:]], [2, "乙工程", 371722, *ROWS[1][3:]]]

        plan = planned(city, plain(rows))

        assert [row.fields["division"][1] for row in plan.differences] == ["371721", "371722"], plan.errors

    def test_a_blank_cell_clears_nothing(self, city, known):
        plan = planned(city, plain([[1, known.name, *[None] * 6]]))

        assert plan.counts()["unchanged"] == 1


class TestWriting:
    def test_what_was_shown_is_written_with_its_cells_in_the_change_log(self, city):
        committed(city, plain(ROWS), programme="P2024")

        batch = ImportBatch.objects.get()
        project = Project.objects.get(name="银河纺织智能化改造项目")
        assert (project.total_investment, project.owner.name) == (320_000_000, "银河纺织有限公司")
        plan = PlanRevision.objects.known().get(project=project)
        assert (plan.year, plan.amount, sum(plan.months), plan.approved_on) == (
            2024, 120_000_000, 120_000_000, date(2024, 1, 1),
        )  # fmt: skip
        assert Listing.objects.known().get(project=project).joined_on == date(2024, 1, 1)
        rows = {row.model: row for row in Change.objects.filter(project=project.code)}
        assert {row.batch for row in rows.values()} == {f"import-{batch.pk}"}
        assert {row.origin for row in rows.values()} == {"excel"}
        assert rows["planrevision"].source == "台账.xlsx · 台账!H2"
        assert rows["project"].source.startswith("台账.xlsx · 台账!")
        assert (batch.state, batch.decided_by, batch.committed_position) == ("committed", "office", verify().head_seq)

    def test_the_same_file_again_changes_nothing_and_says_so(self, city):
        data = plain(ROWS)
        committed(city, data, programme="P2024")
        before = Change.objects.count()

        plan, batch = imports.import_file(
            by=city, kind="register", name="台账.xlsx", data=data, options={"programme": "P2024"}, commit=True
        )
        with pytest.raises(imports.AlreadyCommitted, match="无需更改"):
            imports.receive(by=city, kind="register", name="b.xlsx", data=data, options={"programme": "P2024"})

        assert (plan.counts()["unchanged"], batch, Change.objects.count()) == (2, None, before)

    def test_all_or_nothing_unless_one_says_otherwise(self, city):
        data = plain([ROWS[0], [2, "乙项目", "荷泽县", *ROWS[1][3:]]])
        batch = imports.receive(by=city, kind="register", name="a.xlsx", data=data)
        plan = imports.plan_batch(by=city, batch=batch)

        with pytest.raises(Refusal):
            imports.commit_batch(by=city, batch=batch, shown=plan.digest())
        assert not Project.objects.exists()
        imports.commit_batch(by=city, batch=batch, whole=False, shown=plan.digest())

        batch.refresh_from_db()
        assert (batch.state, list(Project.objects.values_list("name", flat=True))) == ("partly", [ROWS[0][NAME]])

    def test_what_changed_after_it_was_shown_is_shown_anew_and_not_written(self, city):
        known = make.ProjectFactory(code="A-1", name=ROWS[0][NAME], total_investment=300_000_000)
        batch = imports.receive(by=city, kind="register", name="a.xlsx", data=plain(ROWS))
        shown = imports.plan_batch(by=city, batch=batch).digest()
        from projects.actions.projects import update_project

        update_project(by=city, project=known, version=1, wanted={"total_investment": 310_000_000})

        with pytest.raises(imports.PlanChanged):
            imports.commit_batch(by=city, batch=batch, shown=shown)

        batch.refresh_from_db()
        plan = ImportPlan.from_json(batch.plan)
        assert plan.differences[0].fields["total_investment"] == (310_000_000, 320_000_000)
        assert (batch.state, Project.objects.count()) == ("planned", 1)

    def test_an_import_is_decided_once(self, city):
        batch = imports.receive(by=city, kind="register", name="a.xlsx", data=plain(ROWS))
        imports.plan_batch(by=city, batch=batch)
        imports.commit_batch(by=city, batch=batch)

        for decide in (imports.commit_batch, imports.drop_batch, imports.plan_batch):
            with pytest.raises(Refusal):
                decide(by=city, batch=batch)

    def test_a_later_plan_is_the_next_revision_in_the_months_proportion(self, city):
        committed(city, plain(ROWS))
        committed(city, plain([[*ROWS[0][:7], 18000], ROWS[1]]))

        plans = PlanRevision.objects.known().filter(project__name=ROWS[0][NAME]).order_by("revision")
        assert [(plan.revision, plan.amount, plan.approved_on) for plan in plans] == [
            (1, 120_000_000, date(2024, 1, 1)), (2, 180_000_000, TODAY),
        ]  # fmt: skip

    def test_an_opening_figure_belongs_to_the_year_after(self, city):
        committed(city, untidy())

        opening = OpeningFigure.objects.known().get(project__name="曹县银河纺织智能化改造项目")
        assert (opening.year, opening.amount) == (2024, 85_000_000)

    def test_a_unit_slip_needs_a_reason(self, city):
        committed(city, plain(ROWS))
        slip = plain([[*ROWS[0][:6], 320_000, 12000], ROWS[1]])

        assert wrong(planned(city, slip)) == {"G2": "total_investment"}
        assert planned(city, slip, reason="批复调整").counts()["update"] == 1

    def test_an_unknown_firm_is_entered_once(self, city):
        committed(city, plain([ROWS[0], [*ROWS[1][:3], "银河纺织有限公司", *ROWS[1][4:]]]))

        assert Organisation.objects.filter(name="银河纺织有限公司").count() == 1


class TestCounties:
    @pytest.fixture
    def caoxian(self, city):
        make.ProjectFactory(
            code="A-1", name=ROWS[0][NAME], division=make.DivisionFactory(caoxian=True), total_investment=1
        )
        make.ProjectFactory(code="B-1", name=ROWS[1][NAME], division=make.DivisionFactory(shanxian=True))
        make.OrganisationFactory(code="F-1", name=ROWS[0][3])
        return make.UserFactory(username="caoxian", county_staff=True)

    def test_rows_of_another_county_are_errors(self, caoxian):
        plan = planned(caoxian, plain(ROWS), reason="核对")

        assert {finding.row for finding in plan.errors} == {3}
        assert [row.kind for row in plan.differences] == [Kind.UPDATE, Kind.ERROR]

    def test_a_county_puts_no_project_on_the_register_and_changes_no_plan(self, caoxian):
        plan = planned(caoxian, plain([ROWS[0], [2, "全新项目", "曹县", *ROWS[1][3:]]]), reason="核对")

        assert [finding.row for finding in plan.errors] == [3]
        assert "plan" not in plan.differences[0].fields
        assert "plan" in {finding.field for finding in plan.warnings}

    def test_an_import_of_another_county_is_not_there(self, caoxian, city):
        other = make.UserFactory(username="shanxian", county_staff=True, division="371722")
        batch = imports.receive(by=other, kind="register", name="a.xlsx", data=plain(ROWS))

        with pytest.raises(Refusal):
            imports.plan_batch(by=caoxian, batch=batch)


def export(path: Path, language: str = "zh-hans") -> None:
    """The register as an office builds it."""
    asked = ["register", "--period", "2023-12", "--language", language, "--out", str(path)]
    call_command("build_workbook", *asked, stdout=StringIO())


def test_the_register_that_was_exported_changes_nothing(tmp_path):
    small.build()
    for language in ("zh-hans", "en"):
        path = tmp_path / f"{language}.xlsx"
        with clock.set_to(date(2024, 1, 12)):
            export(path, language)
            plan = planned(User.system(), path.read_bytes())

        assert not plan.errors, plan.errors
        assert plan.counts() == {"create": 0, "update": 0, "unchanged": 7, "conflict": 0, "error": 0}, [
            (row.title, row.fields) for row in plan.differences if row.fields
        ]
        assert plan.stated_totals and not [total for total in plan.stated_totals if total.difference]


def test_one_cell_that_was_corrected_is_the_only_difference(tmp_path):
    small.build()
    path = tmp_path / "register.xlsx"
    export(path)
    plan = planned(User.system(), path.read_bytes())
    row = next(row for row in plan.differences if row.project_code == "K3")

    changed = planned(User.system(), edited(path.read_bytes(), row.where[0], {f"M{row.where[1]}": 8500}))

    assert {row.project_code: dict(row.fields) for row in changed.changes} == {
        "K3": {"total_investment": (80_000_000, 85_000_000)}
    }


def test_what_somebody_changed_since_the_export_is_a_conflict_only_where_the_file_changes_it_too(tmp_path):
    """K3 was put into another county after the month's lock, which is what the exported register shows."""
    small.build()
    path = tmp_path / "register.xlsx"
    export(path)
    row = next(row for row in planned(User.system(), path.read_bytes()).differences if row.project_code == "K3")

    changed = planned(User.system(), edited(path.read_bytes(), row.where[0], {f"E{row.where[1]}": "鲁西新区"}))

    conflict = next(row for row in changed.differences if row.project_code == "K3")
    assert (conflict.kind, dict(conflict.fields)) == (Kind.CONFLICT, {"division": ("371721", "3717LX")})
    assert not changed.is_clean and not changed.changes


def test_the_number_of_queries_does_not_grow_with_rows(city):
    def queries(rows: int, start: int) -> int:
        data = plain(
            [
                [at, f"项目{at:05d}号", "曹县" if at % 2 else "单县", f"公司{at % 40}", "内容", "2024-2025", 9000, 3000]
                for at in range(start, start + rows)
            ]
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            committed(city, data, programme="P2024")
        return len(captured)

    queries(50, 0)
    few, many = queries(100, 1_000), queries(1_000, 10_000)

    assert many <= few, (few, many)
    assert Project.objects.count() == 1_150

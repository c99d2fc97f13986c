"""Adjustment notices: five kinds as dated events with a document, typed or from a workbook; the past stays."""

import hashlib
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden, Refusal
from projects.actions import imports, notices
from projects.actions.cycle import lock_period
from projects.core.periods import Period
from projects.intake.notice import kind_of
from projects.models import Change, Listing, Project
from projects.queries.figures import default_position, totals
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 12)
DOCUMENT = "鲁发改〔2023〕88号"
ON = date(2023, 7, 1)


@pytest.fixture(autouse=True)
def places():
    """A list with one project that is built, one that is prepared; a third project stands on no list."""
    programme = make.ProgrammeFactory(code="P2023", is_tracked=True)
    for code, kind in (("A1", "implementation"), ("A2", "preparatory"), ("A3", None)):
        project = make.ProjectFactory(code=code, name=f"{code}年产5万吨项目（示例）")
        if kind:
            make.ListingFactory(project=project, programme=programme, project_class=kind, joined_on=date(2023, 1, 10))
    with clock.set_to(DAY):
        yield programme


@pytest.fixture
def by():
    return make.UserFactory(username="office")


def notice(programme, *lines, document=DOCUMENT, on=ON):
    told = [notices.Line(project, kind) for project, kind in lines]
    return notices.Notice(programme=programme, document=document, on=on, lines=told)


def standing(on=DAY):
    rows = Listing.objects.known().filter(joined_on__lte=on)
    return {
        row.project.code: row.project_class
        for row in rows.select_related("project")
        if not row.left_on or row.left_on > on
    }


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "project", "after"),
        [
            ("added_implementation", "A3", "implementation"),
            ("added_preparatory", "A3", "preparatory"),
            ("promoted", "A2", "implementation"),
            ("demoted", "A1", "preparatory"),
            ("withdrawn", "A1", None),
        ],
    )
    def test_each_of_the_five_is_a_dated_event_with_its_document(self, kind, project, after, by, places):
        notices.enter_notice(by=by, notice=notice(places, (project, kind)))

        assert standing().get(project) == after
        changes = Change.objects.filter(model="listing", project=project)
        assert {change.reason for change in changes} == {DOCUMENT}
        spells = Listing.objects.known().filter(project__code=project)
        assert DOCUMENT in {spell.joined_document for spell in spells} | {spell.left_document for spell in spells}

    def test_before_its_day_everything_stands_as_before(self, by, places):
        before = standing(date(2023, 6, 30))
        notices.enter_notice(by=by, notice=notice(places, ("A1", "withdrawn"), ("A2", "promoted")))

        assert standing(date(2023, 6, 30)) == before

    def test_no_project_is_deleted(self, by, places):
        notices.enter_notice(by=by, notice=notice(places, ("A1", "withdrawn")))

        assert Project.objects.filter(code="A1").exists()

    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            ("一、增补项目（实施类）", "added_implementation"),
            ("增补（准备类）", "added_preparatory"),
            ("新增储备类", "added_preparatory"),
            ("准备类转实施类", "promoted"),
            ("（三）储备→实施", "promoted"),
            ("实施类调整为准备类项目", "demoted"),
            ("五、退出项目45个", "withdrawn"),
            ("withdrawn", "withdrawn"),
            ("项目名称", ""),
            ("曹县", ""),
        ],
    )
    def test_headings_of_notices_name_the_kind(self, words, kind):
        assert kind_of(words) == kind


class TestChecks:
    @pytest.mark.parametrize(
        ("line", "field"),
        [
            (("A1", "added_implementation"), "kind"),
            (("A3", "withdrawn"), "kind"),
            (("A1", "promoted"), "kind"),
            (("A2", "demoted"), "kind"),
            (("A1", ""), "kind"),
            (("不存在的项目", "withdrawn"), "project"),
        ],
    )
    def test_a_line_that_cannot_be_is_told_at_its_field(self, line, field, by, places):
        (one,) = notices.foresee(by=by, notice=notice(places, line))

        assert (one.field, bool(one.problem), bool(one.suggestion)) == (field, True, True)

    def test_all_that_is_wrong_is_told_at_once(self, by, places):
        lines = (("A1", "promoted"), ("A9", "withdrawn"), ("A2", "promoted"))
        placed = notices.foresee(by=by, notice=notice(places, *lines))

        assert [bool(one.problem) for one in placed] == [True, True, False]

    def test_nothing_of_a_notice_with_a_wrong_line_is_entered(self, by, places):
        with pytest.raises(Refusal):
            notices.enter_notice(by=by, notice=notice(places, ("A2", "promoted"), ("A3", "withdrawn")))

        assert standing() == {"A1": "implementation", "A2": "preparatory"}

    def test_a_name_that_is_nearly_right_is_offered_and_not_taken(self, by, places):
        (one,) = notices.foresee(by=by, notice=notice(places, ("A1年产5万吨项目扩建", "withdrawn")))

        assert one.code == ""
        assert one.problem

    def test_a_project_is_found_by_its_name_and_by_its_former_name(self, by, places):
        make.ProjectAliasFactory(project=Project.objects.get(code="A1"), name="老名字项目（示例）")
        lines = (("A2年产5万吨项目（示例）", "promoted"), ("老名字项目（示例）", "withdrawn"))

        assert [one.code for one in notices.foresee(by=by, notice=notice(places, *lines))] == ["A2", "A1"]

    def test_a_project_stands_in_a_notice_once(self, by, places):
        placed = notices.foresee(by=by, notice=notice(places, ("A1", "demoted"), ("A1", "withdrawn")))

        assert [bool(one.problem) for one in placed] == [False, True]

    def test_a_part_of_a_package_is_not_on_lists(self, by, places):
        make.ProjectFactory(code="P-1", parent=make.ProjectFactory(code="P", is_package=True))

        assert notices.foresee(by=by, notice=notice(places, ("P-1", "added_implementation")))[0].field == "project"

    @pytest.mark.parametrize(("document", "on", "field"), [(" ", ON, "document"), (DOCUMENT, date(2024, 1, 13), "on")])
    def test_document_and_a_day_that_has_come_are_needed(self, document, on, field, by, places):
        with pytest.raises(Refusal) as refused:
            notices.enter_notice(by=by, notice=notice(places, ("A1", "withdrawn"), document=document, on=on))

        assert refused.value.field == field

    def test_a_county_enters_none(self, places):
        clerk = make.UserFactory(county_staff=True)
        with pytest.raises(Forbidden):
            notices.enter_notice(by=clerk, notice=notice(places, ("A1", "withdrawn")))


class TestPast:
    def test_a_locked_month_keeps_its_totals_after_a_withdrawal(self, by, places):
        for code, invested in (("A1", 9_000_000), ("A2", 4_000_000)):
            make.PlanRevisionFactory(project=Project.objects.get(code=code))
            make.ReturnVersionFactory(project=Project.objects.get(code=code), period="2023-12", invested=invested)
        make.ReportingPeriodFactory(period="2023-12")
        lock_period(by=User.system(), period=Period(2023, 12))
        position = default_position(Period(2023, 12))
        before = totals(Period(2023, 12), position)

        notices.enter_notice(by=by, notice=notice(places, ("A1", "withdrawn"), ("A2", "promoted")))

        assert totals(Period(2023, 12), position) == before
        assert totals(Period(2023, 12)) != before


class TestPage:
    ADDRESS = "/lists/P2023/"

    def body(self, do, *lines, **fields):
        said = {"do": do, "document": DOCUMENT, "on": "2023-07-01", "rows": "6", **fields}
        for number, (project, kind) in enumerate(lines):
            said |= {f"project-{number}": project, f"kind-{number}": kind}
        return said

    def test_what_it_would_do_is_shown_before_it_is_entered(self, client, by):
        client.force_login(by)
        response = client.post(self.ADDRESS, self.body("check", ("A1", "withdrawn")))

        assert response.context["checked"]
        assert "实施类" in response.content.decode()
        assert not Change.objects.exists()

    def test_the_office_enters_a_notice(self, client, by):
        client.force_login(by)
        response = client.post(self.ADDRESS, self.body("enter", ("A1", "withdrawn"), ("A2", "promoted")), follow=True)

        assert standing() == {"A2": "implementation"}
        assert DOCUMENT in response.content.decode()

    def test_wrong_lines_are_shown_and_what_was_typed_stays(self, client, by):
        client.force_login(by)
        response = client.post(self.ADDRESS, self.body("enter", ("A9", "withdrawn"), ("A2", "promoted")))

        assert 'value="A9"' in response.content.decode()
        assert not Change.objects.exists()

    def test_more_lines_can_be_had(self, client, by):
        client.force_login(by)
        response = client.post(self.ADDRESS, self.body("more", ("A1", "withdrawn")))

        assert len(response.context["rows"]) == 12
        assert 'value="A1"' in response.content.decode()

    def test_the_lists_are_shown_with_their_members(self, client, by):
        client.force_login(by)

        (one,) = client.get("/lists/").context["lists"]
        assert (one.implementation, one.preparatory, one.notices) == (1, 1, 0)

    def test_a_list_that_is_not_kept_here_is_not_found(self, client, by):
        client.force_login(by)

        assert client.get("/lists/NOWHERE/").status_code == 404


def workbook(*rows, title="附件", name="调整"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append([title])
    for row in rows:
        sheet.append(row)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


class TestWorkbook:
    OPTIONS = {"programme": "P2023", "document": DOCUMENT, "effective_on": "2023-07-01"}

    def planned(self, by, data, **options):
        batch = imports.receive(
            by=by, kind="adjustment", name="调整通知.xlsx", data=data, options={**self.OPTIONS, **options}
        )
        return batch, imports.plan_batch(by=by, batch=batch)

    def test_a_notice_with_a_column_of_kinds_is_committed_as_shown(self, by):
        data = workbook(
            ["序号", "项目名称", "调整类型"],
            [1, "A1年产5万吨项目（示例）", "退出"],
            [2, "A2年产5万吨项目（示例）", "准备类转实施类"],
            [3, "A3年产5万吨项目（示例）", "增补实施类"],
        )
        batch, plan = self.planned(by, data)
        assert plan.counts()["update"] == 3

        imports.commit_batch(by=by, batch=batch)

        assert standing() == {"A2": "implementation", "A3": "implementation"}
        assert Change.objects.filter(model="listing").first().origin == "excel"

    def test_headings_above_the_rows_name_the_kind(self, by):
        data = workbook(
            ["序号", "项目名称（主要建设内容）"],
            ["一、增补项目（准备类）1个"],
            [1, "A3年产5万吨项目（示例）"],
            ["二、退出项目1个"],
            [1, "A1年产5万吨项目（示例）"],
            ["合计", "2个"],
        )
        batch, plan = self.planned(by, data)
        imports.commit_batch(by=by, batch=batch)

        assert plan.counts()["update"] == 2
        assert standing() == {"A2": "preparatory", "A3": "preparatory"}

    def test_every_fault_is_told_with_its_cell(self, by):
        data = workbook(["项目名称", "调整类型"], ["没有的项目", "退出"], ["A1年产5万吨项目（示例）", "准备转实施"])
        _batch, plan = self.planned(by, data)

        assert [(fault.cell, fault.field) for fault in plan.errors] == [("A3", "project"), ("B4", "kind")]
        assert all(fault.message and fault.suggestion for fault in plan.errors)

    def test_without_list_document_and_day_nothing_can_be_committed(self, by):
        data = workbook(["项目名称", "调整类型"], ["A1", "退出"])
        batch, plan = self.planned(by, data, programme="", document="", effective_on="")

        assert {fault.field for fault in plan.errors} >= {"programme", "document", "effective_on"}
        with pytest.raises(Refusal):
            imports.commit_batch(by=by, batch=batch)

    def test_the_same_file_twice_changes_nothing_and_says_so(self, by):
        data = workbook(["项目名称", "调整类型"], ["A1", "退出"])
        batch, _plan = self.planned(by, data)
        imports.commit_batch(by=by, batch=batch)

        with pytest.raises(imports.AlreadyCommitted):
            self.planned(by, data)

    def test_page_and_workbook_give_the_same_facts(self, by, places):
        batch, _plan = self.planned(by, workbook(["项目名称", "调整类型"], ["A1", "退出"]))
        imports.commit_batch(by=by, batch=batch)
        from_file = facts()
        Listing.objects.exclude(known_from=0).delete()
        Listing.objects.update(known_to=None)
        notices.enter_notice(by=by, notice=notice(places, ("A1", "withdrawn")))

        assert facts() == from_file


def facts():
    """The listings as they stand, without their ledger positions."""
    rows = Listing.objects.known().order_by("project__code", "joined_on")
    told = rows.values_list("project__code", "project_class", "joined_on", "left_on", "left_as", "left_document")
    return hashlib.sha256(repr(list(told)).encode()).hexdigest()

"""Return workbooks that come back are committed: conflicts with the web, in part, by many ways, many at once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.refusals import Refusal
from projects.actions import imports
from projects.actions.milestones import MilestoneUpdate, update_milestones
from projects.actions.return_import import plans, read_many
from projects.actions.returns import review_returns, submit_returns
from projects.models import Change, Milestone, MonthlyReturn, ReturnVersion
from tests import factories as make
from tests.projects.return_books import changed, downloaded, filled, said, slip
from tests.projects.return_plans import KEY, STONE, committed, difference, entry, errors, keep_draft, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
DAY = date(2024, 1, 3)


@pytest.fixture
def milestone(overdue_milestone):
    return overdue_milestone


@pytest.fixture
def book(return_book):
    return return_book


class TestConflicts:
    def test_both_values_are_shown_and_nothing_is_written(self, caoxian, book):
        submit_returns(by=caoxian, entries=[entry(9_500_000)])
        data = filled(book, month=100)

        plan = planned(caoxian, data)

        assert difference(plan).kind == "conflict"
        assert difference(plan).fields["invested"] == (9_500_000, 10_000_000)
        with pytest.raises(Refusal):
            committed(caoxian, data)
        assert ReturnVersion.objects.get(period="2023-12").invested == 9_500_000

    def test_a_draft_on_the_web_is_a_conflict_too(self, caoxian, book, project):
        keep_draft(caoxian, project, month="77")

        assert difference(planned(caoxian, filled(book, month=100))).fields["invested"] == (9_770_000, 10_000_000)

    def test_the_file_s_value_is_taken_on_demand(self, caoxian, book, project):
        keep_draft(caoxian, project, month="77")
        data = filled(book, month=100)

        committed(caoxian, data, conflicts={KEY: "file"})

        assert ReturnVersion.objects.get(period="2023-12").invested == 10_000_000

    def test_the_web_s_is_kept_on_demand(self, caoxian, book, project):
        keep_draft(caoxian, project, month="77")

        plan = planned(caoxian, filled(book, month=100), conflicts={KEY: "web"})

        assert difference(plan).kind == "unchanged" and plan.is_clean

    def test_the_file_cannot_take_back_what_is_with_the_next_desk(self, caoxian, reviewer, book):
        submit_returns(by=caoxian, entries=[entry(9_500_000)])
        review_returns(by=reviewer, keys=[("T23-0001", "2023-12")])

        plan = planned(caoxian, filled(book, month=100), conflicts={KEY: "file"})

        assert errors(plan) == [("B5", "code")]

    def test_the_same_value_on_both_sides_is_no_conflict(self, caoxian, book):
        submit_returns(by=caoxian, entries=[entry(10_000_000)])

        assert difference(planned(caoxian, filled(book, month=100))).kind == "unchanged"

    def test_a_milestone_that_changed_on_the_web_is_a_conflict(self, caoxian, book):
        wanted = {"forecast_on": None, "actual_on": "2024-01-03"}
        update = MilestoneUpdate(project="T23-0001", step="D04", wanted={**wanted, "actual_on": DAY})
        update_milestones(by=caoxian, rows=[update])
        data = filled(book, step="D04", forecast_on="2024-03-01")

        plan = planned(caoxian, data)

        assert difference(plan, STONE).kind == "conflict"
        assert difference(plan, STONE).fields["forecast_on"] == (None, "2024-03-01")
        assert Milestone.objects.get().forecast_on is None

    def test_what_the_web_changes_after_the_difference_was_shown_is_not_overwritten(self, caoxian, book):
        batch = imports.receive(by=caoxian, kind="returns", name="x.xlsx", data=filled(book, month=100))
        imports.plan_batch(by=caoxian, batch=batch)
        batch.refresh_from_db()
        submit_returns(by=caoxian, entries=[entry(9_500_000)])

        with pytest.raises(Refusal):
            imports.commit_batch(by=caoxian, batch=batch)
        assert ReturnVersion.objects.get(period="2023-12").invested == 9_500_000

    def test_a_draft_after_the_difference_was_shown_is_not_overwritten(self, caoxian, book, project):
        batch = imports.receive(by=caoxian, kind="returns", name="x.xlsx", data=filled(book, month=100))
        imports.plan_batch(by=caoxian, batch=batch)
        batch.refresh_from_db()
        keep_draft(caoxian, project, month="77")

        with pytest.raises(Refusal):
            imports.commit_batch(by=caoxian, batch=batch)
        assert MonthlyReturn.objects.get(period="2023-12").draft["month"] == "77"


class TestCommit:
    def test_all_or_nothing(self, client, caoxian, project):
        second = make.ProjectFactory(code="T23-0002")
        make.ListingFactory(project=second)
        data = filled(filled(downloaded(client, caoxian), month=100), "T23-0002", month="x")

        with pytest.raises(Refusal):
            committed(caoxian, data)
        assert not ReturnVersion.objects.filter(period="2023-12").exists()

    def test_the_right_rows_alone_by_choice(self, client, caoxian, project):
        second = make.ProjectFactory(code="T23-0002")
        make.ListingFactory(project=second)
        data = filled(filled(downloaded(client, caoxian), month=100), "T23-0002", month="x")

        committed(caoxian, data, whole=False)

        assert [version.project.code for version in ReturnVersion.objects.filter(period="2023-12")] == ["T23-0001"]

    def test_the_same_file_twice_changes_nothing_and_says_so(self, caoxian, book):
        data = filled(book, month=100)
        committed(caoxian, data)
        before = Change.objects.count()

        with pytest.raises(imports.AlreadyCommitted):
            committed(caoxian, data)
        assert Change.objects.count() == before

    def test_the_same_rows_in_another_file_change_nothing_either(self, caoxian, book):
        committed(caoxian, filled(book, month=100))

        again = changed(filled(book, month=100), lambda workbook: workbook.create_sheet("备注"))

        assert planned(caoxian, again).changes == []

    def test_a_return_that_came_back_is_handed_in_anew(self, client, caoxian, project):
        returned = make.MonthlyReturnFactory(project=project, state="returned", returned_words="请核对", version=3)
        make.ReturnVersionFactory(project=project, monthly_return=returned, invested=9_900_000, under_review=True)

        plan = committed(caoxian, filled(downloaded(client, caoxian), month=None, invested=1000))

        assert difference(plan).kind == "update"
        assert difference(plan).fields["invested"] == (9_900_000, 10_000_000)
        assert MonthlyReturn.objects.get(period="2023-12").state == "submitted"


class TestThreeWays:
    """A month typed into the form, and the same in Excel: equal facts, equal entries of the change log."""

    FIELDS = {"month": "100", "statistics": "900.5", "physical_percent": "60", "physical_text": "主体封顶（示例）",
              "problem_kind": "land", "problem_text": "征地", "reason": "核对无误"}  # fmt: skip

    def test_form_and_excel_write_equal_entries(self, client, caoxian, project, milestone):
        book = downloaded(client, caoxian)
        by_form = self.entries_of(lambda: self.form(client, caoxian))
        by_excel = self.entries_of(lambda: self.excel(caoxian, book))

        assert by_form == by_excel
        assert [row["act"] for row in by_form] == ["submit", "update"]

    def form(self, client, user):
        client.force_login(user)
        client.post("/projects/T23-0001/returns/2023-12/", {"do": "submit", "version": 0, **self.FIELDS})
        dates = {
            "version": 1,
            "actual_on": "2024-01-03",
            "forecast_on": "",
            "planned_on": "2023-12-29",
            "reason": "补报",
        }
        client.post("/projects/T23-0001/milestones/D04/", dates)

    def excel(self, user, book):
        data = filled(book, **{**self.FIELDS, "problem_kind": "土地"})
        committed(user, filled(data, step="D04", actual_on=DAY, reason="补报"))

    def entries_of(self, act):
        """What an act writes into the log, and then undone."""
        from django.db import transaction

        class Undone(Exception):
            pass

        before, rows = Change.objects.count(), []
        try:
            with transaction.atomic():
                act()
                rows = [said(change) for change in Change.objects.order_by("seq")[before:]]
                versions = list(ReturnVersion.objects.filter(period="2023-12").values_list("invested", "statistics"))
                raise Undone
        except Undone:
            assert versions == [(10_000_000, 9_005_000)]
            return rows


class TestMany:
    def test_many_workbooks_take_a_constant_number_of_statements(self, client, caoxian, project):
        books = []
        for number in range(2, 14):
            made = make.ProjectFactory(code=f"T23-{number:04d}")
            make.ListingFactory(project=made)
            make.PlanRevisionFactory(project=made)
            books.append((f"{number}.xlsx", slip(client, caoxian, made.code)))
        counts = []
        for some in (books[:2], books):
            ones = list(read_many(some))
            with CaptureQueriesContext(connection) as queries:
                made_plans = plans(ones, by=caoxian, options={})
            counts.append(len(queries))
            assert all(plan.counts()["unchanged"] >= 1 for plan in made_plans)

        assert counts[0] == counts[1]

    def test_one_bad_file_among_many_is_its_own_refusal(self, client, caoxian, project):
        found = list(read_many([("a.xlsx", b"nonsense"), ("b.xlsx", downloaded(client, caoxian))]))

        assert isinstance(found[0], Refusal) and not isinstance(found[1], Refusal)

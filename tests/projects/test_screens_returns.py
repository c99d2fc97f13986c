"""A month's returns: what each desk sees, what a typed return becomes, and what is refused at which field."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.forms.returns import ReturnForm
from projects.models import MonthlyReturn, ReturnState, ReturnVersion
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
ADDRESS = "/projects/T23-0001/returns/2023-12/"


def send(client, user, do="submit", **fields):
    client.force_login(user)
    row = MonthlyReturn.objects.filter(project__code="T23-0001", period="2023-12").first()
    return client.post(ADDRESS, {"do": do, "version": row.version if row else 0, **fields})


def errors(response):
    assert response.status_code == 200
    return response.context["form"].errors


def submitted():
    return ReturnVersion.objects.filter(project__code="T23-0001", period="2023-12").order_by("-number").first()


def state():
    return MonthlyReturn.objects.get(project__code="T23-0001", period="2023-12").state


class TestAfterwards:
    def test_a_clerk_comes_back_to_the_month_s_list(self, client, caoxian, project):
        assert send(client, caoxian, month="100").url == reverse("returns") + "?period=2023-12"

    @pytest.mark.parametrize(
        ("do", "stood", "who"),
        [("review", "submitted", "reviewer"), ("give_back", "submitted", "reviewer"), ("accept", "reviewed", "office")],
    )
    def test_a_desk_comes_back_to_what_still_waits_on_it(self, client, caoxian, office, project, do, stood, who):
        send(client, caoxian, month="100")
        MonthlyReturn.objects.filter(project=project, period="2023-12").update(state=stood)
        user = office if who == "office" else make.UserFactory(county_reviewer=True)

        response = send(client, user, do=do, words="请核对单位")

        assert response.url == reverse("returns") + f"?period=2023-12&state={stood}"


class TestTyping:
    def test_the_month_alone_gives_the_cumulative_figure(self, client, caoxian, project):
        response = send(client, caoxian, month="100")

        assert response.status_code == 302
        assert submitted().invested == 10_000_000

    def test_the_cumulative_figure_alone_is_enough(self, client, caoxian, project):
        send(client, caoxian, invested="1,000")

        assert submitted().invested == 10_000_000

    def test_both_may_be_typed_when_they_agree(self, client, caoxian, project):
        send(client, caoxian, month="100", invested="1000.00")

        assert submitted().invested == 10_000_000

    def test_both_that_disagree_are_refused_at_the_month(self, client, caoxian, project):
        response = send(client, caoxian, month="100", invested="1200")

        assert "1000" in str(errors(response)["month"])
        assert submitted() is None

    @pytest.mark.parametrize(("yuan", "words"), [(0, "0"), (93_670_000, "9,367"), (12_345_678_900, "1,234,567.89")])
    def test_what_stood_before_is_said_with_thousands_set_apart(self, yuan, words):
        assert str(ReturnForm(before=yuan)["invested"].help_text).endswith(words)

    def test_neither_is_refused(self, client, caoxian, project):
        assert "month" in errors(send(client, caoxian))

    def test_nothing_completed_is_a_figure(self, client, caoxian, project):
        send(client, caoxian, month="0")

        assert submitted().invested == 9_000_000

    @pytest.mark.parametrize("typed", ["0.1亿元", "１０００", "1,000万元", "10000000元"])
    def test_a_written_unit_and_full_width_digits_are_read(self, typed, client, caoxian, project):
        send(client, caoxian, invested=typed)

        assert submitted().invested == 10_000_000

    @pytest.mark.parametrize("typed", ["一百", "1,00", "100美元", "0.00001", "-5", "9" * 20])
    def test_what_is_no_amount_is_refused_at_its_field(self, typed, client, caoxian, project):
        assert "invested" in errors(send(client, caoxian, invested=typed))

    def test_several_wrong_fields_are_listed_on_top_with_links(self, client, caoxian, project):
        html = send(client, caoxian, invested="x", statistics="y", physical_percent="120").content.decode()

        for field in ("id_invested", "id_statistics", "id_physical_percent"):
            assert f'href="#{field}"' in html

    def test_a_problem_needs_its_kind(self, client, caoxian, project):
        assert "problem_kind" in errors(send(client, caoxian, month="100", problem_text="缺地"))

    def test_what_was_typed_is_still_there_after_a_refusal(self, client, caoxian, project):
        html = send(client, caoxian, invested="x", physical_text="主体三层").content.decode()

        assert "主体三层" in html


class TestReally:
    def test_a_tenfold_month_asks_for_a_reason(self, client, caoxian, project):
        response = send(client, caoxian, month="1000")

        assert response.context["form"].really
        assert "reason" in errors(response)
        assert submitted() is None

    def test_with_a_reason_it_passes(self, client, caoxian, project):
        send(client, caoxian, month="1000", reason="年底集中结算")

        assert submitted().reason == "年底集中结算"

    def test_a_falling_cumulative_asks_for_a_reason(self, client, caoxian, project):
        assert send(client, caoxian, invested="800").context["form"].really

    def test_a_fall_may_be_typed_as_a_month_below_zero(self, client, caoxian, project):
        send(client, caoxian, month="-100", invested="800", reason="核减")

        assert submitted().invested == 8_000_000

    def test_an_ordinary_month_is_not_asked(self, client, caoxian, project):
        client.force_login(caoxian)

        assert client.get(ADDRESS).context["form"]["reason"].is_hidden


class TestDraft:
    def test_a_draft_may_be_unfinished_and_comes_back_as_typed(self, client, caoxian, project):
        send(client, caoxian, do="draft", month="约一百", physical_text="三层")

        form = client.get(ADDRESS).context["form"]
        assert form["month"].value() == "约一百"
        assert form["physical_text"].value() == "三层"
        assert submitted() is None

    def test_a_draft_can_be_submitted_afterwards(self, client, caoxian, project):
        send(client, caoxian, do="draft", month="100")

        assert send(client, caoxian, month="100").status_code == 302
        assert state() == ReturnState.SUBMITTED


class TestDesks:
    def test_the_county_reviews_and_the_city_accepts(self, client, caoxian, reviewer, office, project):
        send(client, caoxian, month="100")
        send(client, reviewer, do="review")
        assert state() == ReturnState.REVIEWED

        send(client, office, do="accept")

        assert state() == ReturnState.ACCEPTED
        assert submitted().known_from is not None

    def test_a_clerk_cannot_review_their_own_return(self, client, caoxian, project):
        send(client, caoxian, month="100")

        assert send(client, caoxian, do="review").status_code == 403
        assert state() == ReturnState.SUBMITTED

    def test_a_return_goes_back_with_words_and_they_are_shown(self, client, caoxian, reviewer, project):
        send(client, caoxian, month="100")
        send(client, reviewer, do="give_back", words="请核对本月数")

        client.force_login(caoxian)
        html = client.get(ADDRESS).content.decode()
        assert "请核对本月数" in html
        assert 'value="submit"' in html

    def test_without_words_nothing_goes_back(self, client, caoxian, reviewer, project):
        send(client, caoxian, month="100")
        response = send(client, reviewer, do="give_back", words=" ")

        assert "words" in response.context["words"].errors
        assert state() == ReturnState.SUBMITTED

    def test_a_submitted_return_shows_figures_and_no_form(self, client, caoxian, project):
        send(client, caoxian, month="100")
        html = client.get(ADDRESS).content.decode()

        assert 'value="submit"' not in html
        assert "1,000.00" in html

    def test_a_stale_return_shows_both_values(self, client, caoxian, office, project):
        client.force_login(caoxian)
        client.post(ADDRESS, {"do": "draft", "version": 0, "month": "100"})

        response = client.post(ADDRESS, {"do": "submit", "version": 0, "month": "90"})

        assert errors(response)["__all__"]
        assert submitted() is None


class TestLocked:
    def test_a_locked_month_says_so_and_has_no_form(self, client, caoxian, project):
        make.ReportingPeriodFactory.create(period="2023-11", locked=True)
        client.force_login(caoxian)
        html = client.get("/projects/T23-0001/returns/2023-11/").content.decode()

        assert "已锁定" in html
        assert 'value="submit"' not in html

    def test_submitting_to_a_locked_month_is_refused_in_words(self, client, caoxian, project):
        make.ReportingPeriodFactory.create(period="2023-11", locked=True)
        client.force_login(caoxian)
        response = client.post("/projects/T23-0001/returns/2023-11/", {"do": "submit", "version": 1, "month": "1"})

        assert response.status_code == 200
        assert ReturnVersion.objects.filter(period="2023-11").count() == 1

    def test_the_office_corrects_with_a_reason(self, client, office, project):
        make.ReportingPeriodFactory.create(period="2023-11", locked=True)
        client.force_login(office)
        address = "/projects/T23-0001/returns/2023-11/"

        without = client.post(address, {"do": "correct", "version": 1, "invested": "910"})
        assert "reason" in without.context["form"].errors

        client.post(address, {"do": "correct", "version": 1, "invested": "910", "reason": "漏报"})
        now = ReturnVersion.objects.known().get(project=project, period="2023-11")
        assert (now.invested, now.is_restatement) == (9_100_000, True)

    def test_a_month_that_was_never_opened_says_so(self, client, caoxian, project):
        client.force_login(caoxian)

        assert "尚未开放填报" in client.get("/projects/T23-0001/returns/2024-05/").content.decode()

    @pytest.mark.parametrize("period", ["2023-13", "x", "2023-1", "20231"])
    def test_what_is_no_month_is_404(self, period, client, caoxian, project):
        client.force_login(caoxian)

        assert client.get(f"/projects/T23-0001/returns/{period}/").status_code == 404


class TestRights:
    @pytest.mark.parametrize("role", ["leader", "auditor"])
    @pytest.mark.parametrize("address", [ADDRESS, "/returns/"])
    def test_readers_may_not_open_it(self, role, address, client, project):
        client.force_login(make.UserFactory(**{role: True}))

        assert client.get(address).status_code == 403
        assert client.post(address, {"do": "submit", "month": "1"}).status_code == 403

    def test_another_county_finds_nothing(self, client, project):
        client.force_login(make.UserFactory(county_staff=True, division="371722"))

        assert client.get(ADDRESS).status_code == 404
        assert client.post(ADDRESS, {"do": "submit", "version": 0, "month": "1"}).status_code == 404
        assert submitted() is None


class TestList:
    def get(self, client, user, query=""):
        client.force_login(user)
        response = client.get(reverse("returns") + query)
        assert response.status_code == 200
        return response

    def rows(self, response):
        return {row.record.code: row.record.state for row in response.context["table"].paginated_rows}

    def test_a_clerk_sees_what_is_owed_and_until_when(self, client, caoxian, project):
        response = self.get(client, caoxian)

        assert self.rows(response) == {"T23-0001": "missing"}
        assert response.context["owed"] == 1
        assert response.context["days_left"] == 1  # Friday 01-05; due on Monday 01-08
        assert "未填报" in response.content.decode()

    def test_only_what_counts_on_a_tracked_list_is_owed(self, client, office, project):
        make.ProjectFactory(code="LOOSE")
        make.ListingFactory(project=make.ProjectFactory(code="PREP"), project_class="preparatory")
        make.ListingFactory(project=make.ProjectFactory(code="LEFT"), left_on=date(2023, 12, 31), left_as="withdrawn")

        assert self.rows(self.get(client, office)) == {"T23-0001": "missing"}

    def test_what_is_on_no_list_has_nothing_to_report(self, client, office):
        make.ReportingPeriodFactory(period="2023-12")
        make.ProjectFactory(code="T23-0001")
        client.force_login(office)

        html = client.get(ADDRESS).content.decode()

        assert "不在当月调度名单内，无需填报" in html and 'value="submit"' not in html

    def test_of_a_package_the_parts_report(self, client, office, project):
        package = make.ProjectFactory(code="PACK", is_package=True)
        make.ListingFactory(project=package)
        make.ProjectFactory(code="PART", parent=package)

        assert set(self.rows(self.get(client, office))) == {"T23-0001", "PART"}

    def test_a_county_sees_its_own(self, client, project):
        other = make.UserFactory(county_staff=True, division="371722")

        assert self.rows(self.get(client, other)) == {}

    def test_states_are_counted_and_filtered(self, client, caoxian, project):
        send(client, caoxian, month="100")

        response = self.get(client, caoxian, "?state=submitted")

        assert self.rows(response) == {"T23-0001": "submitted"}
        assert self.rows(self.get(client, caoxian, "?state=missing")) == {}
        assert {state: number for state, _words, number in response.context["counts"]}["submitted"] == 1

    def test_the_reviewer_passes_on_what_was_ticked(self, client, caoxian, reviewer, project):
        send(client, caoxian, month="100")
        html = self.get(client, reviewer).content.decode()
        box = re.search(r'name="key" value="(T23-0001:\d+)"', html)[1]

        client.post(reverse("returns"), {"do": "review", "key": box})

        assert state() == ReturnState.REVIEWED

    def test_nothing_ticked_is_said(self, client, reviewer, project):
        client.force_login(reviewer)
        response = client.post(reverse("returns"), {"do": "review"}, follow=True)

        assert "请先勾选月报" in response.content.decode()

    def test_a_foreign_key_in_the_form_changes_nothing(self, client, caoxian, project):
        send(client, caoxian, month="100")
        other = make.UserFactory(county_reviewer=True, division="371722")
        client.force_login(other)

        response = client.post(reverse("returns"), {"do": "review", "key": "T23-0001"}, follow=True)

        assert response.status_code == 200
        assert state() == ReturnState.SUBMITTED

    def test_without_an_open_month_it_says_so(self, client, office):
        assert "没有开放填报的月份" in self.get(client, office).content.decode()

    def test_the_list_costs_the_same_however_long_it_is(self, client, office, project):
        client.force_login(office)
        client.get(reverse("returns"))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("returns"))
        for _ in range(20):
            make.ListingFactory()
        with CaptureQueriesContext(connection) as many:
            client.get(reverse("returns"))

        assert len(few) == len(many)
        assert len(many) <= 12

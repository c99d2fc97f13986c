"""The month as a table: what its cells show, what is kept, and what is said where – without a script."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from projects.models import Change, MonthlyReturn, Project, ReturnState, ReturnVersion
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
ADDRESS = "/returns/grid/2023-12/"
LINES = f"{ADDRESS}lines/"


@pytest.fixture
def three(project):
    """Three projects of 曹县: the first with eleven accepted months, the others never reported."""
    ReturnVersion.objects.filter(project=project, period="2023-11").update(
        physical_percent=60, physical_text="主体三层", problem_kind="land", problem_text="缺地五亩"
    )
    return [project, *(listed(f"T23-000{number}") for number in (2, 3))]


def listed(code, **fields):
    made = make.ProjectFactory(code=code, **fields)
    make.ListingFactory(project=made)
    make.PlanRevisionFactory(project=made)
    return made


def cell(response, code, name):
    line = next(line for line in response.context["sheet"].lines if line.row.code == code)
    return line.values[name]


def said(response, code):
    line = next(line for line in response.context["sheet"].lines if line.row.code == code)
    return [(one.field, one.level) for one in line.findings]


def send(client, user, do, rows, pick=(), versions=None):
    client.force_login(user)
    body = {"do": do, "pick": list(pick)}
    for code, cells in rows.items():
        body[f"{code}-version"] = str((versions or {}).get(code, 0))
        body |= {f"{code}-{name}": value for name, value in cells.items()}
    return client.post(ADDRESS, body)


def ask(client, user, *lines):
    client.force_login(user)
    rows = [{"code": code, "version": version, "values": values} for code, version, values in lines]
    return client.post(LINES, json.dumps({"lines": rows}), content_type="application/json")


def entry_of(project):
    return MonthlyReturn.objects.get(project=project, period="2023-12")


def submitted(code="T23-0001"):
    return ReturnVersion.objects.filter(project__code=code, period="2023-12").order_by("-number").first()


class TestWhatItShows:
    def test_last_month_s_words_stand_there_already_its_figures_do_not(self, client, caoxian, three):
        client.force_login(caoxian)
        response = client.get(ADDRESS)

        assert cell(response, "T23-0001", "physical_text") == "主体三层"
        assert cell(response, "T23-0001", "problem_kind") == "land"
        assert cell(response, "T23-0001", "invested") == ""
        assert cell(response, "T23-0001", "physical_percent") == ""

    def test_january_goes_on_with_december_s_words_and_begins_its_figures_anew(self, client, caoxian, three):
        make.ListingFactory(project=three[0], programme=make.ProgrammeFactory(code="P2024", year=2024))
        make.ReportingPeriodFactory(period="2024-01")
        client.force_login(caoxian)
        response = client.get("/returns/grid/2024-01/")

        assert cell(response, "T23-0001", "physical_text") == "主体三层"
        assert response.context["sheet"].lines[0].row.before == 0

    def test_a_draft_stands_there_as_it_was_typed(self, client, caoxian, three):
        make.MonthlyReturnFactory(project=three[0], draft={"month": "约一百", "physical_text": ""})
        client.force_login(caoxian)
        response = client.get(ADDRESS)

        assert cell(response, "T23-0001", "month") == "约一百"
        assert cell(response, "T23-0001", "physical_text") == ""

    def test_what_is_with_the_next_desk_can_be_read_and_not_typed(self, client, caoxian, three):
        send(client, caoxian, "submit", {"T23-0001": {"month": "100"}}, pick=["T23-0001"])
        html = client.get(ADDRESS).content.decode()

        assert 'name="T23-0001-month"' not in html
        assert 'name="T23-0002-month"' in html
        assert 'data-yuan="10000000"' in html

    def test_what_was_returned_is_typed_again_below_the_words(self, client, caoxian, three):
        entry = make.MonthlyReturnFactory(project=three[0], state=ReturnState.RETURNED, returned_words="请核对单位")
        make.ReturnVersionFactory(project=three[0], monthly_return=entry, under_review=True, invested=95_000_000)
        client.force_login(caoxian)
        response = client.get(ADDRESS)

        assert cell(response, "T23-0001", "invested") == "9,500"
        assert "请核对单位" in response.content.decode()

    def test_the_columns_are_added_up_exactly(self, client, caoxian, three):
        make.MonthlyReturnFactory(project=three[1], draft={"month": "0.0001"})
        make.MonthlyReturnFactory(project=three[2], draft={"invested": "１２.5", "month": "12.5"})
        client.force_login(caoxian)

        assert client.get(ADDRESS).context["sheet"].totals["invested"] == 125_001

    def test_a_locked_month_says_so_and_has_no_field(self, client, caoxian, three):
        make.ReportingPeriodFactory(period="2023-11", locked=True)
        client.force_login(caoxian)
        html = client.get("/returns/grid/2023-11/").content.decode()

        assert "该月已锁定" in html
        assert "<textarea" not in html
        assert "data-open" not in html

    def test_a_month_that_nobody_opened_says_so(self, client, caoxian, three):
        client.force_login(caoxian)

        assert "尚未开放" in client.get("/returns/grid/2023-10/").content.decode()

    def test_it_is_linked_from_the_list(self, client, caoxian, three):
        client.force_login(caoxian)

        assert f'href="{ADDRESS}"' in client.get("/returns/").content.decode()

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_it_speaks_the_reader_s_language(self, language, client, caoxian, three):
        caoxian.language = language
        client.force_login(caoxian)
        client.cookies["django_language"] = language
        with translation.override(language):
            words = {"zh-hans": "本月完成", "en": "This month"}
            assert words[language] in client.get(ADDRESS).content.decode()


class TestWhose:
    def test_a_county_sees_its_own_rows_only(self, client, caoxian, three):
        listed("T23-0009", division=make.DivisionFactory(code="371722", name_zh="单县"))
        client.force_login(caoxian)

        assert [line.row.code for line in client.get(ADDRESS).context["sheet"].lines] == [one.code for one in three]

    def test_another_county_is_not_there(self, client, caoxian, three):
        client.force_login(caoxian)

        assert client.get(f"{ADDRESS}?division=371722").status_code == 404

    def test_another_county_s_row_is_not_kept(self, client, caoxian, three):
        listed("T23-0009", division=make.DivisionFactory(code="371722", name_zh="单县"))

        assert ask(client, caoxian, ("T23-0009", 0, {"month": "1"})).status_code == 404

    def test_a_unit_has_a_table_of_its_own_projects(self, client, three):
        unit = make.UserFactory(role="project_unit", organisation=three[1].owner.code)
        client.force_login(unit)

        rows = [line.row for line in client.get(ADDRESS).context["sheet"].lines]
        assert three[1].code in [row.code for row in rows]
        assert {row.project.owner_id for row in rows} == {three[1].owner_id}

    def test_the_office_chooses_a_county(self, client, office, three):
        listed("T23-0009", division=make.DivisionFactory(code="371722", name_zh="单县"))
        client.force_login(office)

        assert len(client.get(ADDRESS).context["sheet"].lines) == 3
        assert len(client.get(f"{ADDRESS}?division=371722").context["sheet"].lines) == 1
        assert client.get(f"{ADDRESS}?division=nowhere").status_code == 404

    @pytest.mark.parametrize("role", ["leader", "auditor"])
    def test_readers_do_not_come_in(self, role, client, three):
        client.force_login(make.UserFactory(role=role))

        assert client.get(ADDRESS).status_code == 403
        assert client.post(LINES, "{}", content_type="application/json").status_code == 403

    @pytest.mark.parametrize("period", ["2023-13", "x", "2023-1"])
    def test_what_is_no_month_is_not_there(self, period, client, caoxian, three):
        client.force_login(caoxian)

        assert client.get(f"/returns/grid/{period}/").status_code == 404


class TestPlainForm:
    def test_ticked_rows_are_submitted_and_the_others_kept(self, client, caoxian, three):
        rows = {"T23-0001": {"month": "100"}, "T23-0002": {"month": "约五十"}}
        response = send(client, caoxian, "submit", rows, pick=["T23-0001"])

        assert response.status_code == 302
        assert submitted().invested == 10_000_000
        assert entry_of(three[1]).draft["month"] == "约五十"
        assert not MonthlyReturn.objects.filter(project=three[2]).exists()

    def test_the_whole_month_is_submitted_in_one_batch(self, client, caoxian, three):
        rows = {one.code: {"month": str(100 + at)} for at, one in enumerate(three)}
        send(client, caoxian, "submit_all", rows)

        assert [submitted(one.code).invested for one in three] == [10_000_000, 1_010_000, 1_020_000]
        assert Change.objects.values("batch").distinct().count() == 1

    def test_all_errors_of_all_rows_are_told_at_once(self, client, caoxian, three):
        rows = {
            "T23-0001": {"invested": "800", "funds_paid": "x", "problem_text": "缺地", "problem_kind": ""},
            "T23-0002": {"invested": "100", "month": "99"},
            "T23-0003": {},
        }
        response = send(client, caoxian, "submit_all", rows)

        assert set(said(response, "T23-0001")) == {
            ("funds_paid", "wrong"), ("problem_kind", "wrong"), ("invested", "doubt")
        }  # fmt: skip
        assert ("month", "wrong") in said(response, "T23-0002")
        assert said(response, "T23-0003") == [("month", "wrong")]
        assert submitted() is None

    def test_nothing_that_was_typed_is_lost_by_a_refusal(self, client, caoxian, three):
        response = send(client, caoxian, "submit_all", {"T23-0001": {"invested": "x", "physical_text": "四层"}})

        assert cell(response, "T23-0001", "physical_text") == "四层"
        assert entry_of(three[0]).draft["physical_text"] == "四层"

    def test_a_doubt_passes_with_a_reason(self, client, caoxian, three):
        rows = {"T23-0001": {"invested": "800", "reason": "核减"}}
        send(client, caoxian, "submit", rows, pick=["T23-0001"])

        assert (submitted().invested, submitted().reason) == (8_000_000, "核减")

    def test_ticking_nothing_is_told(self, client, caoxian, three):
        assert "勾选" in send(client, caoxian, "submit", {"T23-0001": {"month": "1"}}).content.decode()

    def test_somebody_faster_is_shown_beside_one_s_own(self, client, caoxian, three):
        make.MonthlyReturnFactory(project=three[0], draft={"month": "120"}, draft_by="reviewer", version=4)
        response = send(client, caoxian, "submit", {"T23-0001": {"month": "100"}}, ["T23-0001"], {"T23-0001": 3})

        line = response.context["sheet"].lines[0]
        assert [(theirs, yours) for _label, theirs, yours in line.both] == [("120", "100")]
        assert line.by == "reviewer"
        assert entry_of(three[0]).draft == {"month": "120"}

    def test_sent_again_it_takes_the_place_of_theirs_knowingly(self, client, caoxian, three):
        make.MonthlyReturnFactory(project=three[0], draft={"month": "120"}, draft_by="reviewer", version=4)
        first = send(client, caoxian, "submit", {"T23-0001": {"month": "100"}}, ["T23-0001"], {"T23-0001": 3})
        version = first.context["sheet"].lines[0].version
        send(client, caoxian, "submit", {"T23-0001": {"month": "100"}}, ["T23-0001"], {"T23-0001": version})

        assert submitted().invested == 10_000_000

    def test_a_month_locked_meanwhile_takes_nothing(self, client, caoxian, three):
        make.ReportingPeriodFactory().delete()
        make.ReportingPeriodFactory(locked=True)
        response = send(client, caoxian, "submit", {"T23-0001": {"month": "100"}}, ["T23-0001"])

        assert "锁定" in response.content.decode()
        assert submitted() is None


class TestLines:
    def test_a_row_is_kept_and_judged(self, client, caoxian, three):
        (line,) = ask(client, caoxian, ("T23-0001", 0, {"invested": "800"})).json()["lines"]

        assert (line["outcome"], line["version"]) == ("kept", 1)
        assert [(one["field"], one["level"]) for one in line["findings"]] == [("invested", "doubt")]

    def test_a_row_that_is_not_finished_is_not_blamed_for_it(self, client, caoxian, three):
        (line,) = ask(client, caoxian, ("T23-0001", 0, {"physical_text": "四层"})).json()["lines"]

        assert line["findings"] == []

    @pytest.mark.parametrize(
        ("values", "field", "level"),
        [
            ({"month": "x"}, "month", "wrong"),
            ({"month": "1", "invested": "1"}, "month", "wrong"),
            ({"month": "3000"}, "invested", "doubt"),
            ({"month": "400"}, "invested", "remark"),
            ({"month": "1", "funds_paid": "5"}, "funds_paid", "remark"),
            ({"month": "1", "physical_percent": "101"}, "physical_percent", "wrong"),
            ({"month": "1", "problem_text": "缺地"}, "problem_kind", "wrong"),
        ],
    )
    def test_each_rule_speaks_at_its_cell(self, values, field, level, client, caoxian, three):
        (line,) = ask(client, caoxian, ("T23-0001", 0, values)).json()["lines"]

        assert (field, level) in [(one["field"], one["level"]) for one in line["findings"]]

    def test_the_years_since_the_start_may_not_silently_exceed_the_whole(self, client, caoxian, three):
        Project.objects.filter(pk=three[0].pk).update(total_investment=15_000_000)
        make.OpeningFigureFactory(project=three[0], amount=6_000_000)
        (line,) = ask(client, caoxian, ("T23-0001", 0, {"month": "100"})).json()["lines"]

        assert "1,600.00" in line["findings"][0]["sentence"]

    def test_a_stale_row_is_answered_with_what_stands_there(self, client, caoxian, three):
        make.MonthlyReturnFactory(project=three[0], draft={"month": "120"}, draft_by="reviewer", version=4)
        (line,) = ask(client, caoxian, ("T23-0001", 3, {"month": "100"})).json()["lines"]

        assert (line["outcome"], line["version"], line["by"], line["values"]["month"]) == (
            "stale",
            4,
            "reviewer",
            "120",
        )

    @pytest.mark.parametrize(
        "body",
        [
            "", "[]", "null", '{"lines": 1}', '{"lines": [{}]}', '{"lines": [1]}',
            '{"lines": [{"code": [], "version": 0}]}',
            '{"lines": [{"code": "T23-0001", "version": 0, "values": []}]}', "[" * 5000,
        ],
    )  # fmt: skip
    def test_what_is_no_message_of_the_page_is_refused_with_a_sentence(self, body, client, caoxian, three):
        client.force_login(caoxian)
        response = client.post(LINES, body, content_type="application/json")

        assert response.status_code == 409
        assert response.json()["sentence"]

    def test_a_locked_month_is_refused_with_a_sentence(self, client, caoxian, three):
        make.ReportingPeriodFactory(period="2023-11", locked=True)
        client.force_login(caoxian)
        body = json.dumps({"lines": [{"code": "T23-0001", "version": 0, "values": {"month": "1"}}]})
        response = client.post("/returns/grid/2023-11/lines/", body, content_type="application/json")

        assert (response.status_code, "锁定" in response.json()["sentence"]) == (409, True)

    def test_it_tells_how_every_row_stands(self, client, caoxian, three):
        make.MonthlyReturnFactory(project=three[0], draft={"month": "120"}, draft_by="reviewer", version=4)
        client.force_login(caoxian)
        first, second, _third = client.get(LINES).json()["lines"]

        assert (first["version"], first["by"], first["values"]["month"], first["open"]) == (4, "reviewer", "120", True)
        assert second["version"] == 0

    def test_a_draft_is_no_entry_in_the_ledger(self, client, caoxian, three):
        ask(client, caoxian, ("T23-0001", 0, {"month": "100"}))

        assert not Change.objects.exists()


class TestQueries:
    def count(self, client, address):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        rest = ("django_session", "portfolio_user", "SAVEPOINT")
        return len([one for one in asked if not any(word in one["sql"] for word in rest)])

    def test_fifty_rows_ask_no_more_than_three(self, client, caoxian, office, three):
        client.force_login(caoxian)
        few = self.count(client, ADDRESS)
        for number in range(10, 57):
            listed(f"T23-00{number}")

        assert self.count(client, ADDRESS) == few <= 8
        client.force_login(office)
        assert self.count(client, ADDRESS) <= 8

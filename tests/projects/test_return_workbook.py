"""The return workbook as it goes out: who gets what, what is open, what is filled in, and that its stamp holds."""

import os
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import translation

from portfolio.models import AccessEvent
from portfolio.refusals import Refusal
from projects.intake.return_token import CHUNK, Token, read_token, stamped
from projects.models import MonthlyReturn, PlanRevision
from tests import factories as make
from tests.projects.return_books import SHEET, STONES, columns, downloaded, opened, row_of, slip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def milestone(project):
    """Topping out, overdue since 2023-12-29."""
    made = make.MilestoneFactory(project=project)
    make.MilestoneRevisionFactory(milestone=made)
    return made


def cell(book, key, code="T23-0001", sheet=SHEET):
    kind = "return" if sheet == SHEET else "milestones"
    return book[sheet][f"{columns(book[sheet], kind)[key]}{row_of(book[sheet], code)}"]


class TestWhatStandsInIt:
    def test_plan_and_cumulative_before_are_filled_in(self, client, caoxian, project):
        book = opened(downloaded(client, caoxian))

        assert (cell(book, "plan").value, cell(book, "before").value) == (1200, 900)

    def test_figures_of_the_month_are_empty_and_open(self, client, caoxian, project):
        book = opened(downloaded(client, caoxian))

        for key in ("month", "invested", "statistics", "funds_arrived", "funds_paid", "physical_percent", "reason"):
            assert cell(book, key).value is None, key
            assert not cell(book, key).protection.locked, key

    def test_everything_else_is_protected(self, client, caoxian, project, milestone):
        book = opened(downloaded(client, caoxian))

        assert all(sheet.protection.sheet for sheet in book.worksheets)
        for key in ("number", "code", "name", "state", "plan", "before", "check"):
            assert cell(book, key).protection.locked, key

    def test_last_month_s_words_are_there_to_go_on_from(self, client, caoxian, project):
        version = project.returns.get(period="2023-11").versions.get()
        type(version).objects.filter(pk=version.pk).update(
            physical_text="主体封顶（示例）", problem_kind="land", problem_text="征地"
        )

        book = opened(downloaded(client, caoxian))

        assert cell(book, "physical_text").value == "主体封顶（示例）"
        assert (cell(book, "problem_kind").value, cell(book, "problem_text").value) == ("土地", "征地")

    def test_a_draft_of_the_web_is_filled_in_as_it_was_typed(self, client, caoxian, project):
        make.MonthlyReturnFactory(project=project, draft={"month": "100.5", "funds_paid": "一百"})

        book = opened(downloaded(client, caoxian))

        assert (cell(book, "month").value, cell(book, "funds_paid").value) == (100.5, "一百")

    def test_what_is_handed_in_shows_its_figures_and_is_closed(self, client, caoxian, project):
        entry = make.MonthlyReturnFactory(project=project, state="submitted", version=2)
        make.ReturnVersionFactory(project=project, monthly_return=entry, invested=10_000_000, under_review=True)

        book = opened(downloaded(client, caoxian))

        assert (cell(book, "month").value, cell(book, "invested").value) == (100, 1000)
        assert cell(book, "month").protection.locked

    def test_a_returned_one_carries_the_words_with_which_it_came_back(self, client, caoxian, project):
        make.MonthlyReturnFactory(project=project, state="returned", returned_words="请核对单位")

        assert "请核对单位" in cell(opened(downloaded(client, caoxian)), "state").comment.text

    def test_a_text_that_looks_like_a_formula_is_text(self, client, caoxian, project):
        type(project).objects.filter(pk=project.pk).update(name="=1+1（示例）")

        assert cell(opened(downloaded(client, caoxian)), "name").data_type == "s"

    def test_invented_data_says_so_in_the_title(self, client, caoxian, project):
        assert opened(downloaded(client, caoxian))[SHEET]["A1"].value == "曹县重点项目2023年12月完成情况填报表（示例）"

    def test_real_data_does_not(self, client, caoxian, project):
        type(project).objects.update(provenance="official")

        assert opened(downloaded(client, caoxian))[SHEET]["A1"].value == "曹县重点项目2023年12月完成情况填报表"

    def test_the_unit_stands_over_the_table(self, client, caoxian, project):
        assert "计量单位：万元" in [item.value for item in opened(downloaded(client, caoxian))[SHEET][2]]

    def test_in_english_the_unit_is_in_english(self, client, caoxian, project):
        type(caoxian).objects.filter(pk=caoxian.pk).update(language="en")
        client.cookies["django_language"] = "en"
        said = [str(item.value) for sheet in opened(downloaded(client, caoxian)) for row in sheet for item in row]

        assert "Unit of money: 10,000 yuan" in said
        assert not [text for text in said if "万元" in text]

    def test_a_column_is_as_wide_as_its_total(self, client, caoxian, project):
        PlanRevision.objects.update(amount=F("amount") - F("m01") + 10**14, m01=10**14)
        sheet = opened(downloaded(client, caoxian))[SHEET]
        letters = columns(sheet, "return")

        for key in ("plan", "invested"):
            assert sheet.column_dimensions[letters[key]].width >= len("10,000,001,200.00 "), key

    def test_only_what_reports_stands_in_it(self, client, caoxian, project):
        make.ProjectFactory(code="T23-0002")  # on no list
        other = make.ProjectFactory(code="T23-0003", division=make.DivisionFactory(shanxian=True))
        make.ListingFactory(project=other)

        sheet = opened(downloaded(client, caoxian))[SHEET]

        assert [item.value for item in sheet["B"] if str(item.value or "").startswith("T23")] == ["T23-0001"]


class TestMilestones:
    def test_what_is_overdue_and_the_next_two_are_asked_for(self, client, caoxian, project, milestone):
        for position, day in enumerate((date(2024, 3, 1), date(2024, 6, 3), date(2024, 9, 2)), 2):
            step = make.MilestoneStepFactory(code=f"E0{position}", name_zh=f"节点{position}")
            make.MilestoneFactory(project=project, step=step, position=position, planned_on=day)

        sheet = opened(downloaded(client, caoxian))[STONES]
        steps = [sheet[f"{columns(sheet, 'milestones')['step']}{row}"].value for row in range(4, 8)]

        assert steps == ["D04", "E02", "E03", None]

    def test_the_overdue_says_how_late_it_is(self, client, caoxian, project, milestone):
        assert cell(opened(downloaded(client, caoxian)), "status", sheet=STONES).value == "逾期4个工作日"

    def test_the_two_dates_and_the_reason_are_open(self, client, caoxian, project, milestone):
        book = opened(downloaded(client, caoxian))

        assert [cell(book, key, sheet=STONES).protection.locked for key in ("forecast_on", "actual_on", "reason")] == [
            False
        ] * 3
        assert cell(book, "planned_on", sheet=STONES).protection.locked


class TestHelpInIt:
    def test_dropdowns_read_the_one_lookup_sheet(self, client, caoxian, project):
        book = opened(downloaded(client, caoxian))
        (rule,) = [rule for rule in book[SHEET].data_validations.dataValidation if rule.type == "list"]

        sheet, area = book.defined_names[rule.formula1].attr_text.replace("'", "").split("!")
        values = [item[0].value for item in book[sheet][area.replace("$", "")]]
        assert values == ["土地", "企业自身", "资金", "征拆", "审批", "其他"]
        assert book[sheet].sheet_state == "hidden"

    def test_each_entry_s_header_says_what_belongs_there(self, client, caoxian, project, milestone):
        book = opened(downloaded(client, caoxian))

        notes = [item.comment for row in book[SHEET]["A3:Q4"] for item in row if item.comment]
        assert len(notes) == 10
        assert len([item for row in book[STONES].iter_rows() for item in row if item.comment]) == 3

    def test_it_holds_no_remote_thing(self, client, caoxian, project):
        package = zipfile.ZipFile(BytesIO(downloaded(client, caoxian)))

        assert not [name for name in package.namelist() if "external" in name or name.endswith((".bin", ".exe"))]

    def test_the_same_facts_give_the_same_bytes(self, client, caoxian, project, milestone):
        assert downloaded(client, caoxian) == downloaded(client, caoxian)


class TestWhoGetsIt:
    def test_a_download_is_recorded(self, client, caoxian, project):
        downloaded(client, caoxian)

        event = AccessEvent.objects.filter(kind="export").latest("seq")
        assert (event.account, event.subject) == ("caoxian", "returns/2023-12")

    def test_the_city_office_asks_for_one_county(self, client, office, project):
        other = make.ProjectFactory(code="T23-0003", division=make.DivisionFactory(shanxian=True))
        make.ListingFactory(project=other)

        book = opened(downloaded(client, office, division="371722"))

        assert book[SHEET]["A1"].value.startswith("单县")
        assert row_of(book[SHEET], "T23-0003") == 5

    def test_another_county_s_does_not_exist(self, client, caoxian, project):
        make.ProjectFactory(division=make.DivisionFactory(shanxian=True))
        client.force_login(caoxian)

        assert client.get(reverse("return_workbook"), {"period": "2023-12", "division": "371722"}).status_code == 404

    def test_a_unit_gets_its_own(self, client, project):
        unit = make.UserFactory(unit=True, organisation=project.owner.code)

        book = opened(downloaded(client, unit))

        assert project.owner.name in book[SHEET]["A1"].value

    @pytest.mark.parametrize(("period", "words"), [("2023-13", "不是月份"), ("2024-01", "没有开放"), ("x", "")])
    def test_a_month_that_is_not_open_is_refused_in_a_sentence(self, client, caoxian, project, period, words):
        client.force_login(caoxian)

        response = client.get(reverse("return_workbook"), {"period": period}, follow=True)

        assert response.status_code == 200
        assert [str(message) for message in response.context["messages"]]

    def test_both_buttons_lead_there(self, client, caoxian, project):
        client.force_login(caoxian)

        assert reverse("return_workbook") in client.get("/returns/").content.decode()
        page = client.get("/projects/T23-0001/returns/2023-12/").content.decode()
        assert reverse("return_slip", args=["T23-0001", "2023-12"]) in page


class TestSlip:
    def test_it_asks_one_project_in_one_column(self, client, caoxian, project):
        sheet = opened(slip(client, caoxian, "T23-0001"))[SHEET]
        labels = {row[0].value: row[1] for row in sheet.iter_rows() if row[0].value}

        assert labels["项目编码"].value == "T23-0001"
        assert not labels["本月完成投资"].protection.locked and labels["项目名称"].protection.locked

    def test_it_is_printed_on_one_upright_page(self, client, caoxian, project):
        setup = opened(slip(client, caoxian, "T23-0001"))[SHEET].page_setup

        assert (setup.orientation, int(setup.paperSize), setup.fitToHeight) == ("portrait", 9, 1)

    def test_another_county_s_project_does_not_exist(self, client, caoxian, project):
        other = make.ProjectFactory(division=make.DivisionFactory(shanxian=True))
        client.force_login(caoxian)

        assert client.get(reverse("return_slip", args=[other.code, "2023-12"])).status_code == 404


class TestStamp:
    TOKEN = Token("2023-12", "table", {f"T23-{n:04d}": (n, f"{n:010d}") for n in range(2000)}, {"T/D04": (1, "x")})

    def test_it_is_read_as_it_was_written_however_long(self):
        texts = stamped(self.TOKEN)

        assert len(texts) > 1 and max(map(len, texts)) <= CHUNK
        assert read_token(texts) == self.TOKEN

    @pytest.mark.parametrize("at", [30, 2000, -1])
    def test_one_letter_changed_is_refused(self, at):
        (text, *rest) = stamped(self.TOKEN)
        letters = list(text)
        letters[at] = "A" if letters[at] != "A" else "B"

        with pytest.raises(Refusal, match="改动"):
            read_token(["".join(letters), *rest])

    @pytest.mark.parametrize("texts", [[], [""], ["x"], ["return-workbook-1:"], ["return-workbook-1:e30:x"]])
    def test_what_is_no_stamp_is_refused(self, texts):
        with pytest.raises(Refusal):
            read_token(texts)

    def test_another_system_s_is_refused(self, settings):
        texts = stamped(self.TOKEN)
        settings.SECRET_KEY = "another system's"

        with pytest.raises(Refusal, match="不是本系统"):
            read_token(texts)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_workbook_says_cell_by_cell_what_it_said(client, caoxian, project, milestone, language):
    """A deliberate change is taken over with `UPDATE_GOLDEN=1` and read in the difference."""
    client.cookies["django_language"] = language
    type(project).objects.filter(pk=project.pk).update(name="第一个项目（示例）")
    type(caoxian).objects.filter(pk=caoxian.pk).update(language=language)
    second = make.ProjectFactory(code="T23-0002", name="第二个项目（示例）")
    make.ListingFactory(project=second)
    make.PlanRevisionFactory(project=second)
    entry = make.MonthlyReturnFactory(project=second, state="submitted", version=2)
    make.ReturnVersionFactory(project=second, monthly_return=entry, invested=12_345_678, under_review=True)
    MonthlyReturn.objects.create(project=project, period="2023-12", draft={"month": "100"}, version=1)

    with translation.override(language):
        dump = dumped(opened(downloaded(client, caoxian)))
    golden = GOLDEN / f"returns.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(dump, encoding="utf-8")

    assert dump == golden.read_text(encoding="utf-8")


def dumped(book):
    """Every cell that is seen: where, open or not, what; the stamp differs with each installation's key."""
    lines = []
    for sheet in book.worksheets:
        if sheet.title == "_versions":
            continue
        lines.append(f"== {sheet.title} {sheet.sheet_state} {sheet.print_area or ''}")
        for row in sheet.iter_rows():
            for item in row:
                if item.value is not None or not item.protection.locked:
                    mark = "" if item.protection.locked else " open"
                    text = str(item.value).replace("\n", "⏎")
                    lines.append(f"{item.coordinate}{mark}\t{text}")
    return "\n".join(lines) + "\n"

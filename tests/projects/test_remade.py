"""A rejected .xls or .ods comes back as a marked .xlsx: what was read, where it stood; mended, it is accepted."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from portfolio import clock
from portfolio.models import AccessEvent
from portfolio.refusals import Refusal
from projects.intake.limits import Limits
from projects.intake.markup import mark
from projects.intake.plan import Finding, ImportPlan
from projects.intake.reader import address, read_workbook
from projects.models import ImportBatch, MonthlyReturn, Project
from tests import factories as make
from tests.intake.register_books import HEAD
from tests.projects.return_books import SHEET, changed, downloaded, filled, opened
from tests.workbooks import books
from tests.workbooks.books import Page
from tests.workbooks.hostile import macros_xls

RED = "FFF8D9D9"
COLUMN = {"zh-hans": "需要修改的内容", "en": "What is to be put right"}
KINDS = pytest.mark.parametrize("kind", ["xls", "ods"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
GOOD = [1, "银河纺织智能化改造项目", "曹县", "银河纺织有限公司", "改造车间", "2023-2025", 32000, 12000]
BAD = [2, "青荷生物医药产业园", "荷泽县", "青荷生物医药有限公司", "新建厂房", "2024-2026", 90000, 30000]
TEXTS = ["=甲+乙", "@乙", "#N/A", "371702200001011234", "１２", " 空 格 "]
ROWS = [["某县台账"], ["序号", "项目", "日期"], *([at, text, date(2024, 1, at)] for at, text in enumerate(TEXTS, 1))]


def old(kind, *pages):
    """A workbook of an old kind."""
    return {"xls": books.xls, "ods": books.ods}[kind](*pages)


def plan_of(*cells, sheet="台账"):
    """A plan by which these cells are wrong."""
    return ImportPlan("register", errors=[Finding(sheet, 0, cell, "name", "写错了。") for cell in cells])


def values(sheet):
    """All cells of a sheet that hold something."""
    return {
        address(sheet.first_row + down, sheet.first_column + across): value
        for down, row in enumerate(sheet.rows)
        for across, value in enumerate(row)
        if value is not None
    }


@KINDS
class TestWhatWasRead:
    def test_every_value_stands_in_its_sheet_row_and_column(self, kind):
        data = old(kind, Page("台账", ROWS, merged=("A1:C1",)), Page("另页", [[], [None, True, 0.5]]))

        before, after = read_workbook(data, f"a.{kind}"), read_workbook(mark(data, plan_of("B3")), "a.xlsx")

        assert (before.kind, after.kind) == (kind, "xlsx")
        assert [sheet.name for sheet in after.sheets] == ["台账", "另页"]
        assert values(after.sheets[1]) == values(before.sheets[1]) != {}
        column = {place: said for place, said in values(after.sheets[0]).items() if place.startswith("D")}
        assert column == {"D2": COLUMN["zh-hans"], "D3": "B3: 写错了。"}
        assert {**values(before.sheets[0]), **column} == values(after.sheets[0])
        assert after.sheets[0].merged == before.sheets[0].merged == ((1, 1, 1, 3),)

    def test_the_marks_are_those_of_any_file(self, kind):
        sheet = opened(mark(old(kind, Page("台账", ROWS)), plan_of("B3", "C4")))["台账"]

        assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED} == {
            "B3", "C4", "D2",
        }  # fmt: skip
        assert sheet["B3"].comment.text == "写错了。"
        assert sheet.auto_filter.ref == "A2:D8"

    def test_texts_stay_texts(self, kind):
        sheet = opened(mark(old(kind, Page("台账", ROWS)), plan_of("B3")))["台账"]

        assert [(sheet[f"B{row}"].value, sheet[f"B{row}"].data_type) for row in range(3, 9)] == [
            (text, "s") for text in TEXTS
        ]

    @LANGUAGES
    def test_the_head_of_the_column_says_that_the_formats_are_gone(self, kind, language):
        with translation.override(language):
            sheet = opened(mark(old(kind, Page("台账", ROWS)), plan_of("B3")))["台账"]

        said = {"zh-hans": ("格式未保留", "可直接上传"), "en": ("formats of the old file", "uploaded again")}
        assert sheet["D2"].value == COLUMN[language]
        assert all(words in sheet["D2"].comment.text for words in said[language])

    def test_a_name_that_excel_refuses_is_written_another_way(self, kind):
        name = "一/二" if kind == "ods" else "一二"
        marked = opened(mark(old(kind, Page(name, ROWS)), plan_of("B3", sheet=name)))

        assert marked.sheetnames == ["一_二" if kind == "ods" else "一二"]
        assert marked.worksheets[0]["D3"].value == "B3: 写错了。"

    def test_characters_that_no_xml_holds_are_left_out(self, kind):
        text = "甲\x01乙\ufffe" if kind == "xls" else "甲乙"
        plan = ImportPlan("register", errors=[Finding("台账", 0, "B1", "name", f"“{text}\x02”写错了。")])

        sheet = opened(mark(old(kind, Page("台账", [["序号", text]])), plan))["台账"]

        assert (sheet["B1"].value, sheet["B1"].comment.text) == ("甲乙", "“甲乙”写错了。")

    def test_more_cells_than_may_be_are_refused_with_a_sentence(self, kind):
        with pytest.raises(Refusal, match="无法标注"):
            mark(old(kind, Page("台账", ROWS)), plan_of("B3"), limits=Limits(cells=5))


def test_what_takes_too_much_memory_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr("projects.intake.markup.MEMORY", 200_000_000)
    cell = '<table:table-cell table:number-columns-repeated="30" office:value-type="float" office:value="1.5"/>'
    row = f'<table:table-row table:number-rows-repeated="30000">{cell}</table:table-row>'
    many = books.ods_of(f'<table:table table:name="台账">{row}</table:table>')

    assert mark(old("ods", Page("台账", ROWS)), plan_of("B3"))
    with pytest.raises(Refusal, match="无法标注"):
        mark(many, plan_of("B3"))


def test_hidden_sheets_and_rows_stay_hidden():
    data = books.xls(Page("说明", [["甲"]], hidden=True), Page("台账", ROWS))

    book = opened(mark(data, plan_of("B3")))

    assert [sheet.sheet_state for sheet in book.worksheets] == ["hidden", "visible"]
    assert book.active.title == "台账"


def test_a_cell_beyond_the_last_column_of_an_xlsx_is_refused():
    far = books.xls(Page("台账", [["甲"], [None] * 16_384 + [1]]))

    with pytest.raises(Refusal, match="无法标注"):
        mark(far, plan_of("A1"))


def test_an_old_workbook_with_macros_is_refused():
    with pytest.raises(Refusal, match="无法标注"):
        mark(macros_xls(), plan_of("A1"))


def send(client, name, data, kind="register", language="zh-hans", **said):
    file = SimpleUploadedFile(name, data)
    said = {"kind": kind, "file": file, **said}
    return client.post(reverse("imports"), said, follow=True, headers={"accept-language": language})


def take(client, batch):
    """The marked file, as it is downloaded."""
    response = client.get(reverse("import_marked", args=[batch.pk]))
    assert response.status_code == 200
    assert ".xlsx" in response["Content-Disposition"]
    return response.content


@KINDS
@LANGUAGES
@pytest.mark.django_db
class TestThereAndBack:
    def test_a_register_is_marked_mended_and_accepted(self, client, kind, language):
        make.DivisionFactory(caoxian=True)
        make.DivisionFactory(shanxian=True)
        client.force_login(make.UserFactory(username="office"))
        with clock.set_to(date(2024, 1, 12)):
            page = send(client, f"台账.{kind}", old(kind, Page("台账", [HEAD, GOOD, BAD])), language=language)
            batch = ImportBatch.objects.get()
            assert {"zh-hans": "原文件的格式未保留", "en": "the formats of your file"}[
                language
            ] in page.content.decode()
            assert reverse("import_marked", args=[batch.pk]) in page.content.decode()

            marked = take(client, batch)
            assert opened(marked)["台账"]["C3"].fill.fgColor.rgb == RED
            mended = changed(marked, lambda book: book["台账"].__setitem__("C3", "单县"))
            page = send(client, "台账，已标注.xlsx", mended, language=language)
            again = ImportBatch.objects.exclude(pk=batch.pk).get()
            client.post(reverse("import", args=[again.pk]), {"do": "commit", "digest": page.context["digest"]})

        again.refresh_from_db()
        assert again.state == "committed"
        assert {project.name: project.division.name for project in Project.objects.all()} == {
            GOOD[1]: "曹县",
            BAD[1]: "单县",
        }
        assert AccessEvent.objects.filter(kind="download").count() == 1

    @pytest.mark.usefixtures("on_5_january", "calendars", "overdue_milestone")
    def test_a_return_workbook_is_marked_mended_and_accepted(self, client, caoxian, project, kind, language):
        wrong = read_workbook(filled(downloaded(client, caoxian), month="abc", physical_percent=120), "a.xlsx")
        pages = [Page(sheet.name, _rows(sheet), hidden=sheet.hidden) for sheet in wrong.sheets]

        send(client, f"月报.{kind}", old(kind, *pages), "returns", language)
        batch = ImportBatch.objects.get()
        marked = take(client, batch)
        assert opened(marked)[SHEET]["G5"].fill.fgColor.rgb == RED
        page = send(client, "月报.xlsx", filled(marked, month=100, physical_percent=60), "returns", language)
        again = ImportBatch.objects.exclude(pk=batch.pk).get()
        client.post(reverse("import", args=[again.pk]), {"do": "commit", "digest": page.context["digest"]})

        assert page.context["plan"].errors == []
        entry = MonthlyReturn.objects.get(project=project, period="2023-12")
        assert (entry.state, entry.versions.get().invested) == ("submitted", 10_000_000)


def _rows(sheet):
    width = sheet.first_column + len(sheet.rows[0]) - 1 if sheet.rows else 0
    return [[sheet.value(row, column) for column in range(1, width + 1)] for row in range(1, sheet.last_row + 1)]


@pytest.mark.django_db
def test_one_that_is_marked_already_as_xlsx_says_nothing_of_formats(client):
    book = openpyxl.Workbook()
    book.active.title = "台账"
    for row in (HEAD, GOOD, BAD):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    make.DivisionFactory(caoxian=True)
    client.force_login(make.UserFactory(username="office"))

    page = send(client, "台账.xlsx", out.getvalue()).content.decode()

    assert "import_marked" not in page and "/marked/" in page
    assert "格式未保留" not in page

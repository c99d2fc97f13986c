"""A rejected file comes back as its sender's own: cells marked, a column of messages to filter by, ready to send."""

from io import BytesIO

import openpyxl
import pytest

from portfolio.refusals import Refusal
from projects.actions.return_import import read
from projects.actions.returns import ReturnEntry, ReturnFigures, submit_returns
from projects.intake.markup import mark, marks
from projects.intake.plan import Difference, Finding, ImportPlan, Kind
from projects.intake.reader import read_workbook
from tests.projects.return_books import SHEET, changed, downloaded, filled, opened, slip

RED = "FFF8D9D9"
COLUMN = "需要修改的内容"


@pytest.fixture
def own():
    """A register that an office made by itself, with a merged title and a look of its own."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["某县重点项目台账"])
    sheet.merge_cells("A1:C1")
    sheet.append(["序号", "项目名称", "总投资（万元）"])
    sheet.append([1, "=甲", "十二"])
    sheet.append([2, "乙", 500])
    sheet["B3"].data_type = "s"
    sheet["B4"].font = openpyxl.styles.Font(bold=True)
    sheet.column_dimensions["B"].width = 33
    book.create_sheet("说明")["A1"] = "不动"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def plan():
    """Its plan: one cell cannot be read, one row is in conflict, one is right."""
    return ImportPlan(
        "register",
        differences=[
            Difference("a", "A", "甲", Kind.ERROR, where=("台账", 3)),
            Difference("b", "B", "乙", Kind.CONFLICT, {"total": (1, 2)}, ("台账", 4), {"total": "C4"}, "网页已改"),
        ],
        errors=[Finding("台账", 3, "C3", "total", "“十二”不是金额。", "请写数字。", "十二")],
    )


class TestAnyFile:
    def test_the_cell_is_coloured_and_bears_a_note(self, own, plan):
        sheet = opened(mark(own, plan))["台账"]

        assert sheet["C3"].fill.fgColor.rgb == RED
        assert sheet["C3"].comment.text == "“十二”不是金额。 请写数字。"
        assert sheet["B4"].comment is None

    def test_a_conflict_is_marked_too(self, own, plan):
        assert opened(mark(own, plan))["台账"]["C4"].comment.text == "网页已改"

    def test_a_column_of_messages_stands_behind_the_last_with_a_filter(self, own, plan):
        sheet = opened(mark(own, plan))["台账"]

        assert [cell.value for cell in sheet["D"]] == [None, COLUMN, "C3: “十二”不是金额。 请写数字。", "C4: 网页已改"]
        assert sheet.auto_filter.ref == "A2:D4"

    def test_everything_else_is_as_it_was(self, own, plan):
        before, after = opened(own), opened(mark(own, plan))

        for name in before.sheetnames:
            values = [[cell.value for cell in row[:3]] for row in after[name].iter_rows()]
            assert values == [[cell.value for cell in row] for row in before[name].iter_rows()]
        assert after["台账"]["B4"].font.bold and after["台账"].column_dimensions["B"].width == 33
        assert str(after["台账"].merged_cells) == "A1:C1"

    def test_a_second_marking_replaces_the_first(self, own, plan):
        once = mark(own, plan)
        plan.errors, plan.differences = [Finding("台账", 4, "B4", "name", "重名。")], plan.differences[:1]

        sheet = opened(mark(once, plan))["台账"]

        assert [cell.value for cell in sheet["D"]] == [None, COLUMN, None, "B4: 重名。"]
        assert sheet["C3"].comment is None and sheet["C3"].fill.fgColor.rgb != RED
        assert sheet.max_column == 4

    def test_a_message_that_looks_like_a_formula_stays_text(self, own, plan):
        plan.errors = [Finding("台账", 3, "", "total", "=1+1")]

        assert opened(mark(own, plan))["台账"]["D3"].data_type == "s"

    def test_it_can_be_read_again(self, own, plan):
        book = read_workbook(mark(own, plan), "again.xlsx")

        assert book.sheet("台账").value(3, 3) == "十二"

    def test_a_plan_without_faults_has_nothing_to_mark(self, own):
        with pytest.raises(Refusal, match="没有需要标注"):
            mark(own, ImportPlan("register"))

    @pytest.mark.parametrize("data", [b"", b"nonsense", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0 old"])
    def test_what_is_no_workbook_is_refused(self, data, plan):
        with pytest.raises(Refusal, match="无法标注"):
            mark(data, plan)

    def test_a_finding_of_the_whole_sheet_stands_at_the_head(self, own, plan):
        plan.errors = [Finding("台账", 0, "", "name", "缺少列。")]

        assert marks(plan)[0].rows[2] == "缺少列。"
        assert opened(mark(own, plan))["台账"]["D2"].comment.text == "缺少列。"


@pytest.mark.django_db
@pytest.mark.usefixtures("on_5_january", "calendars")
class TestReturns:
    def planned(self, user, data):
        return read(data=data, name="x.xlsx", by=user, options={})

    def test_corrected_it_can_be_sent_again(self, client, caoxian, project):
        wrong = filled(downloaded(client, caoxian), month="abc", physical_percent=120)

        marked = mark(wrong, self.planned(caoxian, wrong))
        sheet = opened(marked)[SHEET]
        right = self.planned(caoxian, filled(marked, month=100, physical_percent=60))

        assert (sheet["G5"].fill.fgColor.rgb, sheet["L5"].fill.fgColor.rgb) == (RED, RED)
        assert sheet["R4"].value == COLUMN and "G5" in sheet["R5"].value and "L5" in sheet["R5"].value
        assert right.errors == [] and right.counts()["create"] == 1

    def test_open_cells_stay_open_and_the_rest_protected(self, client, caoxian, project):
        wrong = filled(downloaded(client, caoxian), month="abc")

        sheet = opened(mark(wrong, self.planned(caoxian, wrong)))[SHEET]

        assert sheet.protection.sheet and not sheet.protection.autoFilter
        assert not sheet["G5"].protection.locked and sheet["E5"].protection.locked
        assert len(sheet.data_validations.dataValidation) == 10

    def test_a_slip_is_marked_beside_each_entry(self, client, caoxian, project):
        def spoil(book):
            for row in book[SHEET].iter_rows():
                if row[0].value == "本月完成投资":
                    row[1].value = "abc"

        wrong = changed(slip(client, caoxian, "T23-0001"), spoil)
        plan = self.planned(caoxian, wrong)
        assert len(plan.errors) == 1, plan.errors
        (cell,) = {finding.cell for finding in plan.errors}
        sheet = opened(mark(wrong, plan))[SHEET]

        assert sheet[f"D{cell[1:]}"].value.startswith(f"{cell}: ")

    def test_a_conflict_with_the_web_is_marked(self, client, caoxian, project):
        data = filled(downloaded(client, caoxian), month=100)
        figures = ReturnFigures(invested=9_500_000)
        submit_returns(by=caoxian, entries=[ReturnEntry(project="T23-0001", period="2023-12", figures=figures)])

        sheet = opened(mark(data, self.planned(caoxian, data)))[SHEET]

        assert "网页" in sheet["R5"].value

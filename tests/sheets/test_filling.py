"""Sheets that people fill in: open cells in a protected sheet, dropdowns, bounds and notes that no program repairs."""

import zipfile
from io import BytesIO

import pytest
from defusedxml import ElementTree

from portfolio.sheets import filling
from portfolio.sheets.columns import Column, Entry, Kind
from projects.core.money import MoneyUnit
from tests.sheets import books

COLUMNS = (
    Column("name", "名称"),
    Column("month", "本月完成", Kind.MONEY, MoneyUnit.WAN, 2, spare=2),
    Column("kind", "类别", Kind.MARK),
)
ROWS = (["甲项目", Entry(), Entry("land")], ["乙项目", 1_234_567, None], ["丙项目", Entry(12_345_678), Entry("=1+1")])
ORDER = ("sheetProtection", "autoFilter", "mergeCells", "dataValidations", "printOptions", "legacyDrawing")


def filled(book):
    """A protected sheet with open cells, a dropdown, a bound and a note."""
    sheet = book.table_sheet("填报", COLUMNS, ROWS)
    sheet.title("填报表")
    sheet.table(COLUMNS, ROWS)
    sheet.bound("B", [3, 5], filling.Bound("decimal", "0", operator="greaterThanOrEqual", error="请填数字"))
    sheet.bound("C", [3], filling.chosen_from("类别表", title="类别", error="请从列表中选择"))
    sheet.note_at("B2", "填写本月完成投资，单位：万元。")
    sheet.protect()
    lists = book.sheet("选项", [12])
    lists.table((Column("kind", "类别"),), [["land"], ["money"]])
    lists.hide()
    book.name_area("类别表", "'选项'!$A$2:$A$3")
    return books.written(book)


@pytest.fixture
def content(book):
    return filled(book)


def part(content, name):
    return zipfile.ZipFile(BytesIO(content)).read(name).decode()


def test_only_entries_are_open_in_a_protected_sheet(content):
    sheet = books.read(content)["填报"]

    assert sheet.protection.sheet
    open_cells = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert open_cells == {"B3", "C3", "B5", "C5"}


def test_rows_can_still_be_widened_under_protection(content):
    protection = books.read(content)["填报"].protection

    assert not protection.formatRows and not protection.formatColumns and not protection.autoFilter


def test_an_empty_entry_is_empty_and_not_a_dash(content):
    assert books.read(content)["填报"]["B3"].value is None


def test_an_entry_s_money_is_exact_and_shows_what_is_beyond_two_decimals(content):
    cell = books.read(content)["填报"]["B5"]

    assert cell.value == 1234.5678
    assert cell.number_format == "#,##0.00##_ "


def test_an_entry_that_looks_like_a_formula_stays_text(content):
    cell = books.read(content)["填报"]["C5"]

    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)


def test_rules_lie_on_the_cells_that_they_were_laid_on(content):
    rules = {rule.type: rule for rule in books.read(content)["填报"].data_validations.dataValidation}

    assert str(rules["decimal"].sqref) == "B3 B5"
    assert rules["list"].formula1 == "类别表"
    assert rules["list"].errorStyle in (None, "stop")


def test_the_named_list_lies_on_a_hidden_sheet(content):
    workbook = books.read(content)

    assert workbook.defined_names["类别表"].attr_text == "'选项'!$A$2:$A$3"
    assert workbook["选项"].sheet_state == "hidden"


def test_a_note_stands_on_its_cell(content):
    assert books.read(content)["填报"]["B2"].comment.text == "填写本月完成投资，单位：万元。"


def test_a_note_s_drawing_uses_the_prefixes_that_every_program_knows(content):
    drawing = part(content, "xl/drawings/commentsDrawing1.vml")

    assert "<v:shape " in drawing and "<x:ClientData " in drawing and "ns0:" not in drawing


def test_every_relation_of_a_sheet_with_notes_leads_to_a_part_that_is_there(content):
    names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    relations = ElementTree.fromstring(part(content, "xl/worksheets/_rels/sheet1.xml.rels"))

    targets = {relation.get("Target").removeprefix("/") for relation in relations}
    assert targets == {"xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"} <= names
    assert 'Extension="vml"' in part(content, "[Content_Types].xml")


def test_the_elements_of_a_sheet_stand_in_the_order_of_the_standard(content):
    tree = ElementTree.fromstring(part(content, "xl/worksheets/sheet1.xml"))
    there = [child.tag.partition("}")[2] for child in tree]

    wanted = [name for name in ORDER if name in there]
    assert [name for name in there if name in ORDER] == wanted
    assert set(ORDER) - {"autoFilter"} == set(wanted)


def test_a_message_that_is_too_long_for_the_programs_is_an_error(book):
    sheet = book.sheet("填报", [10])

    with pytest.raises(ValueError):
        sheet.bound("A", [1], filling.Bound("whole", "0", error="长" * 226))


def test_rows_of_a_column_become_the_fewest_areas():
    assert filling.areas_of("G", [6, 7, 8, 12, 14, 15]) == ["G6:G8", "G12", "G14:G15"]


def test_the_same_sheet_gives_the_same_bytes(content):
    with books.book() as again:
        assert filled(again) == content

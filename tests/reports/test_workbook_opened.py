"""The workbooks in an office program: they open without repair, print, and their check formulas come out at zero."""

import zipfile
from io import BytesIO

import pytest

from reports.workbooks import kinds
from tests.reports import made, small
from tests.reports.office_program import OfficeProgram

pytestmark = [pytest.mark.django_db, pytest.mark.libreoffice]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return OfficeProgram(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def summary(portfolio):
    return made.build("summary")


@pytest.fixture(scope="module")
def saved(summary, program):
    """The summary as the program saves it."""
    return program.saved(summary.content)


@pytest.fixture(scope="module")
def opened(saved):
    """The values that it worked out."""
    return made.openpyxl.load_workbook(BytesIO(saved), data_only=True)


def checks(book):
    """The rows of the check sheet and its totals row."""
    return made.rows(book["核对表"], "核对序号")


def test_every_check_formula_comes_out_at_zero(summary, opened):
    *rows, total = checks(opened)

    assert len(rows) == summary.made.rows["checks"] >= 30
    assert {row["差额"] for row in rows} == {0}
    assert {row["结论"] for row in rows} == {"一致"}
    assert (total["差额"], total["结论"]) == (0, "一致")


def test_formulas_come_out_as_the_values_that_are_stored_beside_them(summary, opened):
    stored = checks(made.openpyxl.load_workbook(BytesIO(summary.content), data_only=True))
    again = checks(opened)

    for before, after in zip(stored, again, strict=True):
        assert after["表内数"] == pytest.approx(before["表内数"])
        assert after["重算数"] == pytest.approx(before["重算数"])


@pytest.mark.parametrize(
    ("sheet", "cell", "what"),
    [
        ("总体情况", "E8", "省级重点项目：自年初累计完成投资"),
        ("项目台账", "K5", "年度计划投资：各行之和等于合计"),
        ("县区排名", "G7", "自年初累计完成投资：各行之和等于合计"),
    ],
)
def test_an_altered_figure_shows_as_a_difference(sheet, cell, what, summary, program):
    book = made.openpyxl.load_workbook(BytesIO(summary.content))
    book[sheet][cell].value += 1
    out = BytesIO()
    book.save(out)

    *rows, total = checks(program.worked_out(out.getvalue()))
    differing = {(row["核对内容"], row["工作表"]) for row in rows if row["结论"] == "不一致"}
    assert (what, sheet) in differing
    assert total["差额"] > 0 and total["结论"] == "不一致"


@pytest.mark.parametrize(("kind", "language"), [*((kind.id, "zh-hans") for kind in kinds()), ("summary", "en")])
def test_every_kind_opens_and_prints(kind, language, portfolio, program):
    built = made.build(kind, language=language)

    printed = program.convert(built.content, "pdf").read_bytes()

    assert printed.startswith(b"%PDF")
    assert len(printed) > 10_000


def test_charts_survive_opening(saved):
    with zipfile.ZipFile(BytesIO(saved)) as package:
        assert len([name for name in package.namelist() if name.startswith("xl/charts/chart")]) == 2


def test_a_hostile_name_is_still_text_after_opening(opened):
    names = {row["项目名称"] for row in made.rows(opened["项目台账"], "序号")}

    assert {small.FORMULA, small.MINUS} <= names

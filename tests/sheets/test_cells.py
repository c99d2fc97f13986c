"""Safe cells: text stays text whatever it looks like, numbers are exact, moments are local."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.clock import SHANGHAI
from portfolio.sheets import cells
from portfolio.sheets.cells import Formula

YI, WAN, YUAN = 100_000_000, 10_000, 1


def inside(xml: str) -> ElementTree.Element:
    return ElementTree.fromstring(xml)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("曹县项目", "曹县项目"),
        ("a\x00b\x0bc\x1fd", "abcd"),
        ("a\x7fb\x85c\x9fd", "abcd"),
        ("行一\r\n行二\r行三", "行一\n行二\n行三"),
        ("\t仓储", "\t仓储"),
        ("坏\ud800字\ufffe", "坏字"),
        (15, "15"),
    ],
)
def test_control_characters_go_and_everything_else_stays(given, kept):
    assert cells.clean(given) == kept


def test_a_text_that_no_cell_can_hold_is_cut_and_says_how_much_is_missing():
    text = "长" * 40_000

    kept = cells.clean(text)

    assert len(kept) <= cells.LONGEST_TEXT
    stem, _mark, rest = kept.partition("…[+")
    assert len(stem) + int(rest.rstrip("]")) == 40_000


@pytest.mark.parametrize("text", ["=1+1", "+1", "-3号车间", "@SUM(A1)", "\t仓储", "'quoted"])
def test_what_looks_like_a_formula_is_a_text_cell(text):
    cell = inside(cells.text_cell("A1", 7, text))

    assert cell.get("t") == "inlineStr"
    assert cell.findtext("is/t") == text
    assert cell.find("f") is None


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("=1", True), ("+1", True), ("-1", True), ("@x", True), ("\tx", True), ("'x", True), ("曹县", False), ("", False)],
)
def test_texts_that_a_program_would_take_for_a_formula_need_a_quote(text, quoted):
    assert cells.needs_quote(text) is quoted


def test_what_looks_like_an_escape_of_the_format_is_escaped_itself():
    assert "_x005F_x0041_" in cells.text_xml("_x0041_")
    assert "_x005F_" not in cells.text_xml("a_xyz_b")


@given(st.text(st.characters(codec="utf-8")))
def test_every_text_is_one_well_formed_cell_that_reads_back(text):
    kept = cells.clean(text)

    cell = inside(cells.text_cell("B2", 1, kept))

    assert cell.tag == "c"
    shown = cell.findtext("is/t") or ""
    assert shown.replace("_x005F_", "_") == kept.replace("_x005F_", "_")


@given(st.integers(-(10**15), 10**15), st.sampled_from([YI, WAN, YUAN]))
def test_money_is_exact_in_every_unit(yuan, factor):
    written = cells.in_unit(yuan, factor)

    assert Decimal(written) * factor == yuan
    assert "E" not in written and not written.endswith(".")


@pytest.mark.parametrize(
    ("yuan", "factor", "written"),
    [
        (57_240_000_000, YI, "572.4"),
        (30_200_000_000, YI, "302"),
        (1, YI, "0.00000001"),
        (0, WAN, "0"),
        (-15_000, WAN, "-1.5"),
    ],
)
def test_money_is_written_without_trailing_zeros(yuan, factor, written):
    assert cells.in_unit(yuan, factor) == written


@given(st.fractions(min_value=-100, max_value=100))
def test_a_ratio_is_written_to_fifteen_digits(value):
    written = Decimal(cells.ratio(value))

    assert abs(Fraction(written) - value) <= abs(value) * Fraction(1, 10**14)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(1900, 3, 1), "61"),
        (date(2024, 1, 8), "45299"),
        (datetime(2024, 1, 8, 12, 0), "45299.5"),
        (datetime(2024, 1, 7, 16, 0, tzinfo=UTC), "45299"),
        (datetime(2024, 1, 8, 6, 0, tzinfo=SHANGHAI), "45299.25"),
    ],
)
def test_days_and_moments_are_counted_as_worksheets_do_in_local_time(value, written):
    assert cells.serial(value, SHANGHAI) == written


def test_a_formula_carries_the_value_that_it_has():
    number = inside(cells.formula_cell("A1", 1, Formula('SUM(B1:B2)&"<"', Decimal("572.4"))))
    text = inside(cells.formula_cell("A2", 1, Formula("IF(A1=0,1,2)", "一致")))

    assert (number.findtext("f"), number.findtext("v")) == ('SUM(B1:B2)&"<"', "572.4")
    assert (text.get("t"), text.findtext("v")) == ("str", "一致")

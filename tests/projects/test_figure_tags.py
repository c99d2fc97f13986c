"""How figures are written on a page, in both languages; what is missing prints a dash."""

from datetime import date
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import translation

from projects.core.periods import Period
from projects.templatetags import figures


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        (figures.yi, 57_240_000_000, "572.4"),
        (figures.yi, 150_230_000_000, "1,502.3"),
        (figures.yi, 4_999_999, "0.0"),
        (figures.yi, 5_000_000, "0.1"),
        (figures.wan, 143_678_700, "14,367.87"),
        (figures.wan, 0, "0.00"),
        (figures.wan_exact, 143_678_701, "14367.8701"),
        (figures.wan_exact, 1_000_000, "100"),
        (figures.yi_report, 30_200_000_000, "302"),
        (figures.money, 240_000_000, "2.4亿元"),
        (figures.money, 86_500_000, "8,650万元"),
        (figures.money, 12_345, "1.23万元"),
        (figures.percent, "110.0", "110.0%"),
        (figures.percent, Fraction(11, 10), "110.0%"),
        (figures.points, Fraction(19, 5), "+3.8"),
        (figures.points, -35, "-35.0"),
        (figures.points, Fraction(1, 100), "0.0"),
        (figures.stored_percent, 11_005, "110.1%"),
        (figures.stored_points, -350, "-3.5"),
        (figures.stored_points, 350, "+3.5"),
        (figures.share, 3_333, "33.33%"),
        (figures.share, 10_000, "100%"),
        (figures.day, date(2024, 1, 12), "2024-01-12"),
        (figures.month, "2023-12", "2023年12月"),
        (figures.month, Period(2024, 1), "2024年1月"),
        (figures.month, "soon", "—"),
        (figures.month_short, Period(2024, 3), "3月"),
    ],
)
def test_a_figure_is_written_so(form, value, written):
    assert form(value) == written


@pytest.mark.parametrize(
    "form",
    [
        figures.yi,
        figures.wan,
        figures.money,
        figures.percent,
        figures.points,
        figures.stored_percent,
        figures.stored_points,
        figures.share,
        figures.day,
    ],
)
@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_missing_is_a_dash(form, nothing):
    assert form(nothing) == "—"


def test_an_english_reader_reads_millions_and_month_names():
    with translation.override("en"):
        assert figures.money(240_000_000) == "240.00 million yuan"
        assert figures.month("2023-12") == "December 2023"
        assert figures.month_short(Period(2024, 3)) == "Mar"


@pytest.mark.parametrize(
    ("language", "unit", "written"),
    [
        ("zh-hans", "wan", '63,063<span class="unit">万元</span>'),
        ("zh-hans", "yi", '6.31<span class="unit">亿元</span>'),
        ("en", "wan", '630.63<span class="unit">million yuan</span>'),
        ("en", "yi", '630.63<span class="unit">million yuan</span>'),
    ],
)
def test_the_figure_of_a_card_bears_the_unit_of_its_reader(language, unit, written):
    with translation.override(language):
        assert figures.amount(630_630_000, unit) == written


def test_a_card_without_a_figure_bears_no_unit():
    assert figures.amount(None, "wan") == "—"


@pytest.mark.parametrize(("plan", "written"), [("100", "110.0%"), ("None", "—"), ("0", "—")])
def test_a_rate_without_a_plan_is_a_dash(plan, written):
    template = Template("{% load figures %}{% rate 110 " + plan + " %}")

    assert template.render(Context()) == written

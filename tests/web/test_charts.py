"""Charts and badges: their geometry, their words for those who do not see them, and nothing unescaped."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.web.drawing import NARROW, WIDE, CurvePoint, nice_scale, s_curve
from portfolio.web.templatetags import badges, charts

MONTHS = [{"month": f"{n}月", "plan": n * 10.0, "actual": n * 11.5 if n < 9 else None} for n in range(1, 13)]


def well_formed(html):
    return ElementTree.fromstring(f"<div>{html}</div>")


@given(st.floats(min_value=0.001, max_value=1e12))
def test_the_scale_ends_at_or_above_the_highest_value_and_is_not_wasteful(highest):
    top, grid = nice_scale(highest)

    assert top >= highest * 0.999999
    assert top <= highest * 2.51
    assert 2 <= len(grid) <= 6
    assert grid[0] == 0


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@given(values=st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)), min_size=1, max_size=12))
def test_every_point_lies_inside_the_picture(frame, values):
    rows = [CurvePoint(str(index), value, None) for index, value in enumerate(values)]
    drawn = s_curve(rows, frame)

    for x, y in re.findall(r'<circle[^>]* cx="([\d.]+)" cy="([\d.]+)"', drawn):
        assert 0 <= float(x) <= frame.width
        assert 0 <= float(y) <= frame.height


def test_a_curve_is_well_formed_and_says_its_figures_in_words():
    html = charts.s_curve(MONTHS, unit="亿元", title="计划与完成")
    root = well_formed(html)

    assert len(root.findall(".//svg")) == 2
    assert "3月：计划30，完成34.5" in html
    assert 'role="img"' in html
    assert "style=" not in html


def test_a_gap_in_the_figures_is_a_gap_in_the_line():
    assert charts.s_curve(MONTHS).count('class="dot-actual"') == 2 * 8


def test_a_curve_without_any_figure_still_draws_its_axes():
    well_formed(charts.s_curve([{"month": "1月", "plan": None, "actual": None}]))


def test_labels_are_escaped():
    html = charts.s_curve([{"month": "<b>", "plan": 1, "actual": 2}], title='"><script>')

    assert "<script>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(("done", "width"), [(0, 0), (50, 48), (100, 96), (125, 120), (400, 120), (-5, 0)])
def test_a_bar_is_as_long_as_what_is_done(done, width):
    bar = charts.pace_bar(done, 100)

    assert float(re.search(r'class="done" x="0" y="2" width="([\d.]+)"', bar)[1]) == pytest.approx(width)
    assert ("over" in bar) == (done > 125)


def test_a_bar_says_both_figures():
    assert "完成96.5%，序时100.0%" in charts.pace_bar("96.5", 100)


def test_nothing_reported_draws_no_bar():
    assert charts.pace_bar(None, 50) == ""


@given(st.tuples(*[st.integers(min_value=0, max_value=300)] * 4))
def test_the_segments_of_lights_fill_the_bar_in_proportion(counts):
    bar = charts.lights_bar(*counts)
    widths = [float(width) for width in re.findall(r'class="seg-\w+ seg-gap"[^>]* width="([\d.]+)"', bar)]

    assert len(widths) == sum(1 for count in counts if count)
    if sum(counts):
        assert sum(widths) == pytest.approx(400, abs=0.1)


def test_a_bar_of_lights_says_its_numbers():
    assert "红灯3，黄灯5，绿灯20，未判定2" in charts.lights_bar(3, 5, 20, 2)


@pytest.mark.parametrize("values", [[], [None], [1], [1, 1], [None, 3, None, 5]])
def test_a_sparkline_takes_any_series(values):
    well_formed(charts.sparkline(values))


class TestLights:
    @pytest.mark.parametrize("value", ["red", "yellow", "green", "not_judged"])
    def test_lights_differ_by_shape_and_word_and_not_by_colour_alone(self, value):
        others = {"red", "yellow", "green", "not_judged"} - {value}
        drawn = badges.light(value)

        for other in others:
            assert shape(drawn) != shape(badges.light(other))
            assert word(drawn) != word(badges.light(other))

    @pytest.mark.parametrize("value", [None, "", "grey", "purple", "not_judged"])
    def test_what_was_not_judged_is_never_green(self, value):
        assert "light-none" in badges.light(value)

    def test_a_light_with_its_own_text_still_says_its_colour(self):
        assert 'class="visually-hidden">红灯 </span>进度' in badges.light("red", "进度")

    def test_an_unknown_provenance_is_shown_as_it_is_and_escaped(self):
        assert "&lt;x&gt;" in badges.provenance("<x>")


def shape(html):
    return re.search(r"<svg[^>]*>(.*?)</svg>", html)[1] + ("dashed" if "light-none" in html else "")


def word(html):
    return re.sub(r"<[^>]*>", "", html)

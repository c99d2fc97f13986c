"""Printed figures are those of the queries, foot, and are what was known at the moment that the cover names."""

from fractions import Fraction

import pytest

from projects.core.lights import Light
from projects.core.summary import by_group
from projects.models import Project
from projects.queries import figures
from reports.queries.workbooks import snapshot
from reports.workbooks.rows import why
from reports.workbooks.summary import as_json
from tests import factories as make
from tests.reports import made, small

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def summary(portfolio):
    return made.build("summary")


def yuan(cell, unit=10**8):
    """A printed amount, exact again."""
    return int((Fraction(str(cell)) * unit).limit_denominator(1))


@pytest.mark.parametrize("programme", [small.PROVINCE, small.CITY, None])
def test_control_totals_are_those_of_the_query(programme, summary):
    asked = figures.totals(made.DECEMBER, summary.frame.position, programme)

    said = summary.made.control_totals
    one = said["distinct"] if programme is None else next(x for x in said["programmes"] if x["code"] == programme)
    assert (one["projects"], one["plan_yuan"], one["completed_yuan"], one["rate_percent"], one["without_plan"]) == (
        asked.projects,
        asked.plan_yuan,
        asked.completed_yuan,
        asked.rate_percent,
        asked.without_plan,
    )


def test_a_project_on_two_lists_counts_once_in_the_whole(summary):
    lists = summary.made.control_totals["programmes"]

    assert sum(one["projects"] for one in lists) == 8
    assert summary.made.control_totals["distinct"]["projects"] == 7


def test_the_overview_prints_the_control_totals(summary):
    printed = made.rows(summary.book["总体情况"], "名单")

    totals = [*summary.made.control_totals["programmes"], summary.made.control_totals["distinct"]]
    assert [(row["项目数"], yuan(row["年度计划投资"]), yuan(row["自年初累计完成投资"])) for row in printed] == [
        (one["projects"], one["plan_yuan"], one["completed_yuan"]) for one in totals
    ]


def test_the_cover_prints_them_too(summary):
    printed = made.rows(summary.book["封面"], "控制总数")

    totals = [*summary.made.control_totals["programmes"], summary.made.control_totals["distinct"]]
    assert [(row["项目数"], yuan(row["年度计划投资"]), yuan(row["自年初累计完成投资"])) for row in printed] == [
        (one["projects"], one["plan_yuan"], one["completed_yuan"]) for one in totals
    ]


def test_units_count_by_shares_and_add_up_to_the_city(summary):
    printed = {row["县区"]: row for row in made.rows(summary.book["县区排名"], "名次")}
    rows = figures.figures(
        made.DECEMBER, summary.frame.position, figures.member_ids(made.DECEMBER, summary.frame.position)
    )

    wanted = by_group(row.counted() for row in rows.values())
    for name, code in (("曹县", "371721"), ("单县", "371722"), ("鲁西新区", "3717LX"), ("市直", "3717SZ")):
        assert yuan(printed[name]["年度计划投资"]) == wanted[code].plan_yuan
        assert yuan(printed[name]["自年初累计完成投资"]) == wanted[code].completed_yuan
        assert printed[name]["项目数"] == wanted[code].projects
    assert sum(yuan(row["自年初累计完成投资"]) for name, row in printed.items() if name != "全市") == yuan(
        printed["全市"]["自年初累计完成投资"]
    )


def test_units_go_from_the_first_rank_to_the_last_and_zones_are_ranked_apart(summary):
    printed = made.rows(summary.book["县区排名"], "名次")

    assert [(row["名次"], row["县区"], row["排名组别"]) for row in printed] == [
        (None, "全市", None),
        (1, "曹县", "县区"),
        (2, "单县", "县区"),
        (1, "鲁西新区", "功能区"),
        (None, "市直", "不排名"),
    ]


@pytest.mark.parametrize("sheet", ["项目台账", "项目分月"])
def test_printed_sums_are_the_sums_of_the_printed_rows(sheet, summary):
    *rows, total = made.rows(summary.book[sheet], "序号")

    for column in ("年度计划投资", "自年初累计完成投资"):
        assert sum(Fraction(str(row[column])) for row in rows if row[column] != "—") == Fraction(str(total[column]))


def test_twelve_months_of_a_project_add_up_to_its_year(summary):
    letters = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB", "AC", "AD"]
    sheet = summary.book["项目分月"]
    for row in range(5, 12):
        plan, done = (sheet[f"{letter}{row}"].value for letter in ("D", "E"))
        months = [sheet[f"{letter}{row}"].value or 0 for letter in letters[6:30]]
        assert sum(months[:12]) == (0 if plan == "—" else plan)
        assert sum(months[12:]) == (0 if done == "—" else done)


def test_a_package_is_its_parts_together(summary):
    package = next(row for row in made.rows(summary.book["项目台账"], "序号") if row["项目编码"] == "K7")

    assert (package["年度计划投资"], package["自年初累计完成投资"]) == (3_600, 3_480)


def test_a_project_without_a_plan_prints_dashes_and_is_counted(summary):
    row = next(row for row in made.rows(summary.book["项目台账"], "序号") if row["项目编码"] == "K6")
    whole = made.rows(summary.book["总体情况"], "名单")[-1]

    assert (row["年度计划投资"], row["完成率"], row["超/慢序时\n（百分点）"]) == ("—", "—", "—")
    assert (whole["无年度计划"], whole["本月未报"]) == (1, 1)


def test_hostile_names_are_text_in_every_sheet(summary):
    names = {small.FORMULA, small.MINUS, small.TABBED, "跨县公路（示例）"}
    found = {
        cell.value: cell
        for worksheet in summary.book
        for line in worksheet.iter_rows()
        for cell in line
        if cell.value in names
    }

    assert found.keys() == names
    assert all(cell.data_type == "s" for cell in found.values())
    assert all(found[name].quotePrefix for name in (small.FORMULA, small.MINUS, small.TABBED))


# ---- as known at


def test_for_a_locked_month_the_lock_is_what_is_known_and_the_day(portfolio):
    locked = made.covered(None)

    assert locked.locked
    assert locked.moment == small.LOCK
    assert locked.as_of == small.LOCK.date()


def test_a_correction_after_the_lock_shows_only_where_it_is_known(portfolio):
    at_lock = made.build("summary", made.covered(None)).made.control_totals["distinct"]
    now = made.build("summary", made.covered(small.AFTER)).made.control_totals["distinct"]

    assert now["completed_yuan"] - at_lock["completed_yuan"] == 300 * small.WAN
    assert at_lock["plan_yuan"] == now["plan_yuan"]


def test_names_and_units_are_those_that_were_known(portfolio):
    then = {
        row["项目编码"]: row for row in made.rows(made.build("register", made.covered(None)).book["项目台账"], "序号")
    }
    now = {row["项目编码"]: row for row in made.rows(made.build("register").book["项目台账"], "序号")}

    assert (then["K3"]["项目名称"], then["K3"]["县区"]) == (small.AT_SIGN, "单县")
    assert (now["K3"]["项目名称"], now["K3"]["县区"]) == ("改名后的项目（示例）", "曹县")


def test_units_then_count_the_project_where_it_stood(portfolio):
    then = {row["县区"]: row for row in made.rows(made.build("summary", made.covered(None)).book["县区排名"], "名次")}

    assert yuan(then["单县"]["年度计划投资"]) == (4_000 + 3_600 + 3_600) * small.WAN


def test_before_the_lock_the_month_is_a_flash_figure(portfolio):
    before = made.covered(small.BEFORE_LOCK)

    assert not before.locked
    assert "快报数" in made.build("summary", before).book["总体情况"]["A2"].value


def test_what_is_built_later_of_the_same_moment_has_the_same_bytes(portfolio):
    first = made.build("summary", made.covered(None))
    row = Project.objects.get(code="K1")
    Project.objects.filter(pk=row.pk).update(version=99)

    assert made.build("summary", made.covered(None)).content == first.content


def test_lights_are_judged_as_of_the_day_from_what_was_known(portfolio):
    data = snapshot(made.covered(None))
    lights = {line.code: line.light.overall for line in data.lines}

    assert lights["K1"] is Light.YELLOW  # D04 was due on 2023-12-29
    assert lights["K2"] is Light.RED  # D01 was due on 2023-06-30
    assert lights["K4"] is Light.RED  # 50 points behind
    assert lights["K6"] is Light.NOT_JUDGED
    assert as_json(data.everything)["without_plan"] == 1


def test_whoever_is_exempt_says_so_beside_what_else_is_wrong(portfolio):
    for code, indicator in (("K1", "milestones"), ("K2", "pace")):
        make.ExemptionFactory(project=Project.objects.get(code=code), indicator=indicator)

    data = snapshot(made.covered())
    said = {line.code: why(data, line) for line in data.lines}

    assert said["K1"] == "里程碑节点：豁免至2024年12月31日（含当日）：汛期停工（office批准）"
    assert said["K2"].startswith("计划2023年6月30日前开工，至今未开工")
    assert said["K2"].endswith("；进度：豁免至2024年12月31日（含当日）：汛期停工（office批准）")
    assert "豁免" not in said["K4"]


# ---- a county's own


def test_a_county_gets_what_is_its_own_today_and_the_cover_says_so(portfolio):
    own = made.build("summary", made.covered(None, "division/371722"))

    codes = {row["项目编码"] for row in made.rows(own.book["项目台账"], "序号")} - {None}
    assert codes == {"K2", "K7"}  # K3 has gone to another county since
    assert own.book["封面"]["B9"].value == "仅限单县的项目（含跨县区项目中有份额的）"


def test_a_county_sees_no_other_units_totals(portfolio):
    own = made.build("summary", made.covered(None, "division/371722"))

    assert [row["县区"] for row in made.rows(own.book["县区排名"], "名次")] == [
        "覆盖范围内项目合计（不按份额拆分）",
        "单县",
    ]
    assert "牡丹区" not in made.dump(own.book) and "鲁西新区" not in made.dump(own.book)

"""The forecast's page and card: whom they show what, that they say what they are, and that they colour nothing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio import clock
from projects.models import Project, ProjectClass
from tests import factories as make
from tests.projects.looking_ahead import building, judged_by_default, locked, milestones, reported

pytestmark = pytest.mark.django_db
DAY = date(2023, 7, 10)
HALF = (50, 100, 150, 200, 250, 300)
WHOLE = (100, 200, 300, 400, 500, 600)
LATE = [(date(2023, month, 3), date(2023, month, 17)) for month in (3, 4, 5)]
LABEL = "预测，不是考核亮灯"


@pytest.fixture(autouse=True)
def _in_july(office):
    judged_by_default()
    with clock.set_to(DAY):
        yield


@pytest.fixture
def portfolio():
    """曹县: short by half though green. 单县: one preparatory whose milestone slips, one on its way. One published."""
    green = building("A-SHORT", *HALF, division=make.DivisionFactory(caoxian=True))
    make.ProjectStandingFactory(project=green, light="green")
    slipping = building("B-SLIPS", *WHOLE, division=make.DivisionFactory(shanxian=True), listed=False)
    make.ListingFactory(project=slipping, project_class=ProjectClass.PREPARATORY)
    milestones(slipping, *LATE, (date(2023, 8, 1), None))
    make.ProjectStandingFactory(project=slipping, light="yellow")
    building("C-FINE", *WHOLE, division=make.DivisionFactory(shanxian=True))
    make.ProjectFactory(code="D-PUBLISHED", name="公开项目", published=True, division=None)


def asked(client, user, query=""):
    client.force_login(user)
    response = client.get(reverse("forecast") + query)
    assert response.status_code == 200
    return response


def codes(client, user, query=""):
    return [line.project.code for line in asked(client, user, query).context["lines"]]


def card(client, user, code):
    client.force_login(user)
    return client.get(reverse("project_forecast", args=[code])).content.decode()


def test_what_is_expected_to_be_missed_is_listed_the_most_money_first(client, office, portfolio):
    building("E-SHORTER", 10, 20, 30, 40, 50, 60)

    assert codes(client, office) == ["E-SHORTER", "A-SHORT", "B-SLIPS"]


def test_the_page_says_that_it_is_no_light_how_it_tells_and_what_it_leaves_alone(client, office, portfolio):
    page = asked(client, office).content.decode()

    assert page.count(LABEL) == 1
    assert "近三个月的进度推算" in page and "中位数顺延" in page
    assert "预测不改变亮灯，不产生预警，不进入报表" in page
    assert f'hx-get="{reverse("forecast_hits")}"' in page


def test_each_row_has_one_light_and_it_is_the_official_one(client, office, portfolio):
    page = asked(client, office).content.decode()

    assert page.count('class="light ') == 2
    assert page.count("light-green") == page.count("light-yellow") == 1
    assert asked(client, office).context["told"] == {"plans": 1, "short": 6_000_000, "green": 1, "stones": 1}


def test_invented_projects_keep_their_mark(client, office, portfolio):
    assert asked(client, office).content.decode().count("provenance-demo") == 2


def test_a_county_sees_its_own_projects_alone(client, caoxian, portfolio):
    assert codes(client, caoxian) == ["A-SHORT"]


def test_an_account_without_project_facts_gets_403(client, portfolio):
    client.force_login(make.UserFactory(admin=True))

    for address in (reverse("forecast"), reverse("forecast_hits"), reverse("project_forecast", args=["A-SHORT"])):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=plan", ["A-SHORT"]),
        ("?kind=milestone", ["B-SLIPS"]),
        ("?programme=P2023-PROV", ["A-SHORT"]),
        ("?division=371722", ["B-SLIPS"]),
        ("?light=green", ["A-SHORT"]),
        ("?light=not_judged", []),
        ("?q=b-sl", ["B-SLIPS"]),
        ("?month=2022-01", []),
        ("?month=nonsense", []),
    ],
)
def test_each_filter_leaves_what_it_names(query, expected, client, office, portfolio):
    assert codes(client, office, query) == expected


def test_the_forecasts_of_a_month_stand_beside_what_came(client, office, portfolio):
    period = locked(6)
    locked(12)
    short = Project.objects.get(code="A-SHORT")
    reported(short, 12, 1300)
    make.LockedFigureFactory(period=period, project=short, light="red")

    response = asked(client, office, "?month=2023-06&light=red")

    assert [line.project.code for line in response.context["lines"]] == ["A-SHORT"]
    page = response.content.decode()
    assert "已完成计划：完成108.3%" in page and "light-red" in page


def test_when_the_year_is_over_the_page_says_so_and_shows_milestones_alone(client, office, portfolio):
    with clock.set_to(date(2024, 1, 12)):
        response = asked(client, office)

    assert response.context["has_year"] is False
    assert "最近一次判定的年度已经结束" in response.content.decode()


def test_nothing_to_expect_is_said_in_words(client, office):
    assert "没有预计完不成的项目" in asked(client, office).content.decode()


def test_the_page_costs_the_same_for_any_number_of_projects(client, office, portfolio):
    def cost():
        with CaptureQueriesContext(connection) as statements:
            asked(client, office)
        return len(statements)

    cost()  # the first request also reads what later ones find kept
    few = cost()
    for number in range(12):
        milestones(building(f"M-{number}", *HALF), *LATE, (date(2023, 8, 1), None))

    assert cost() == few
    assert len(codes(client, office)) == 14


def test_a_project_has_its_forecast_in_a_card_of_its_own_in_either_language(client, office, portfolio):
    milestones(Project.objects.get(code="A-SHORT"), *LATE, (date(2023, 8, 1), None))

    chinese = card(client, office, "A-SHORT")
    client.cookies["django_language"] = "en"
    english = card(client, office, "A-SHORT")

    assert LABEL in chinese and 'class="light' not in chinese
    assert "预计全年完成600.00万元，占年度计划0.12亿元的50.0%，差600.00万元。" in chinese
    assert "余下6个月每月需完成150.00万元，近三个月平均每月完成50.00万元。" in chinese
    assert "节点3应于2023年8月1日完成，预计2023年8月15日完成，滞后10个工作日" in chinese
    assert "A forecast, not an official light" in english
    assert "50.0% of the annual plan of 12.00 million yuan: 6.00 million yuan short." in english
    assert "Step 3 is due on 1 Aug 2023 and expected on 15 Aug 2023, 10 working days late" in english


def test_a_project_that_cannot_be_told_says_why(client, office):
    building("A-NEW", 50, 100, 150, 200, 250, 300, listed=False)

    assert "年度计划不作预测：项目不在名单的实施类中。" in card(client, office, "A-NEW")


def test_what_public_sources_name_has_no_forecast(client, office, portfolio):
    client.force_login(office)
    page = client.get(reverse("project", args=["D-PUBLISHED"])).content.decode()

    assert reverse("project_forecast", args=["D-PUBLISHED"]) not in page
    assert "本系统没有该项目的数据，不作预测" in card(client, office, "D-PUBLISHED")


def test_a_tracked_project_fetches_its_card(client, office, portfolio):
    client.force_login(office)

    page = client.get(reverse("project", args=["A-SHORT"])).content.decode()

    assert f'hx-get="{reverse("project_forecast", args=["A-SHORT"])}"' in page


def test_how_often_it_came_true_is_told_in_words_and_counts(client, office):
    for month in (6, 12):
        locked(month)
    for code, begun, end in (
        ("A", HALF, 700),
        ("B", HALF, 1200),
        ("C", WHOLE, 1100),
        ("D", WHOLE, 1300),
        ("E", HALF, 9),
    ):
        reported(building(code, *begun), 12, end)
    client.force_login(office)

    page = client.get(reverse("forecast_hits")).content.decode()

    assert "预测“完不成年度计划”3次，其中2次果然未完成（命中率66.7%）" in page
    assert "实际未完成3次，其中2次事先预测到（预见率66.7%）。可比对的预测中，实际未完成的占60.0%。" in page
    assert f'href="{reverse("forecast")}?month=2023-06"' in page


def test_before_a_month_is_locked_nothing_is_claimed(client, office):
    client.force_login(office)

    assert "尚无可比对的已锁定月份" in client.get(reverse("forecast_hits")).content.decode()

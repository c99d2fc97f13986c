"""The cockpit's figures: lists against pace, the year by month, units, what was published, and where links lead."""

import re
from datetime import date
from fractions import Fraction
from html import unescape

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio import clock
from projects.core.summary import Totals
from projects.models import Programme, Project, ProjectStanding, ReportingPeriod
from reports.queries.cockpit import cockpit
from reports.queries.list_lines import Published, curve, ground, rows_of
from tests import factories as make
from tests.reports import small

DAY = date(2024, 1, 12)
WAN = small.WAN
MOST_STATEMENTS = 42
"""For a page in January, when two years' lists are read: session, account and policy 5, calendar 2, lists and their
members 3, figures of two years 7 each, the curve 2, what was published 1, units 2, lights 1, what is red 4, changes 2,
what is owed 6. The same number for any number of projects."""


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker):
    """The small portfolio's 2023, lived through once for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        small.build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def office(year, db):
    """The city office, on 2024-01-12."""
    with clock.set_to(DAY):
        yield make.UserFactory(username="office")


def page(client, user, query=""):
    """The page's text as a browser receives it."""
    client.force_login(user)
    response = client.get(reverse("cockpit") + query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def by_code(found):
    return {line.programme.code: line for line in found.lists}


# ---- lists against pace


def test_each_list_counts_its_own_members_and_sums_their_plans(office):
    lines = by_code(cockpit(office, DAY))

    province, city = lines[small.PROVINCE], lines[small.CITY]
    assert (province.totals.projects, province.totals.plan_yuan, province.totals.completed_yuan) == (
        5, 26_800 * WAN, 24_180 * WAN,
    )  # fmt: skip
    assert (city.totals.projects, city.totals.plan_yuan, city.totals.completed_yuan) == (3, 7_200 * WAN, 6_300 * WAN)


def test_provincial_lists_come_before_the_city_s(office):
    assert [line.programme.code for line in cockpit(office, DAY).lists] == [small.PROVINCE, small.CITY]


def test_together_a_project_on_two_lists_is_counted_once(office):
    overall = cockpit(office, DAY).overall

    assert (overall.totals.projects, overall.totals.completed_yuan) == (7, 28_980 * WAN)


def test_the_gap_is_taken_from_unrounded_ratios(office):
    line = by_code(cockpit(office, DAY))[small.PROVINCE]

    assert line.pace == 1
    assert line.gap == Fraction(24_180 - 26_800, 26_800) * 100


def test_projects_without_plan_and_without_return_are_counted_apart(office):
    line = by_code(cockpit(office, DAY))[small.PROVINCE]

    assert (line.totals.without_plan, line.unreported) == (1, 1)


def test_a_locked_month_shows_what_was_known_at_the_lock(office):
    before = by_code(cockpit(office, DAY))[small.CITY].totals.completed_yuan
    ReportingPeriod.objects.filter(period="2023-12").update(state="open", locked_at=None, locked_position=None)

    after = by_code(cockpit(office, DAY))[small.CITY].totals.completed_yuan

    assert after - before == 300 * WAN  # the correction of K4, made after the lock


def test_the_page_says_that_a_locked_month_is_final_and_since_when(client, office):
    text = page(client, office)

    assert "核定，2024-01-08锁定" in text and "快报" not in text


def test_the_page_says_that_an_open_month_is_flash_and_until_when(client, office):
    ReportingPeriod.objects.filter(period="2023-12").update(state="open", locked_at=None, locked_position=None)

    text = page(client, office)

    assert "快报，月报2024-01-08截止" in text and "核定" not in text


def test_amounts_are_printed_in_yi_with_one_decimal_and_rates_with_one(client, office):
    project = Project.objects.get(code="K1")
    make.PlanRevisionFactory(
        project=project, revision=9, amount=52_050_000_000 - 14_800 * WAN, approved_on=date(2023, 12, 30)
    )
    ReportingPeriod.objects.filter(period="2023-12").update(state="open", locked_at=None, locked_position=None)

    cells = re.findall(r'<td class="num big[^>]*>(?:<a[^>]*>)?([^<]*)', page(client, office))

    assert cells[:4] == ["5", "520.5", "2.4", "0.5%"]  # projects, plan, completed, rate


def test_the_judged_year_is_that_of_the_last_ended_month(office):
    found = cockpit(office, date(2024, 2, 1))

    assert str(found.ground.period) == "2024-01"
    assert not found.lists and not found.coming


# ---- the lists of a year that has begun


@pytest.fixture
def next_year(office):
    """K1 is carried over to 2024's list with a plan of 2 400 万元; January is open."""
    programme = make.ProgrammeFactory(
        code="P2024-PROV", year=2024, name_zh="省重大和省重点项目", provenance="published"
    )
    project = Project.objects.get(code="K1")
    make.ListingFactory(project=project, programme=programme, joined_on=date(2024, 1, 4))
    make.PlanRevisionFactory(project=project, year=2024, amount=2_400 * WAN, approved_on=date(2024, 1, 5))
    make.ReportingPeriodFactory(period="2024-01", opens_on=date(2024, 1, 1), due_on=date(2024, 2, 6))
    return programme


def test_in_january_the_new_lists_stand_beside_with_their_plans(client, office, next_year):
    line = cockpit(office, DAY).coming[0]

    assert (line.totals.projects, line.totals.plan_yuan, line.gap) == (1, 2_400 * WAN, None)
    assert "尚无审定数据" in page(client, office)


def test_an_accepted_january_ends_nothing_accepted_yet(client, office, next_year):
    make.ReturnVersionFactory(project=Project.objects.get(code="K1"), period="2024-01", invested=100 * WAN)

    assert "尚无审定数据" not in page(client, office)


# ---- what was published


@pytest.fixture
def outcome(office):
    """The work report of 2024-01-11 says what the small portfolio's provincial list comes to."""
    programme = Programme.objects.get(code=small.PROVINCE)
    said = {"programme": programme, "known_on": date(2024, 1, 11), "source": "政府工作报告"}
    make.TargetFactory(measure="project_count", outcome="5", **said)
    return make.TargetFactory(
        measure="investment_completed", outcome="2.4", outcome_yuan=240_000_000, rate="90.2", unit="亿元", **said
    )


def test_a_published_outcome_stands_beside_and_agrees(client, office, outcome):
    assert by_code(cockpit(office, DAY))[small.PROVINCE].agrees
    assert "公布的结果 · 5个项目 · 2.4亿元 · 90.2%" in page(client, office)


@pytest.mark.parametrize("change", [{"outcome_yuan": 250_000_000}, {"rate": "90.3"}])
def test_a_published_outcome_that_differs_is_said_to_differ(client, office, outcome, change):
    type(outcome).objects.filter(pk=outcome.pk).update(**change)

    assert not by_code(cockpit(office, DAY))[small.PROVINCE].agrees
    assert "与本系统计算不一致" in page(client, office)


def test_an_outcome_is_not_known_before_it_is_public(office, outcome):
    assert by_code(cockpit(office, date(2024, 1, 10)))[small.PROVINCE].published is None


def test_a_year_s_outcome_is_not_set_beside_part_of_a_year(office, outcome):
    type(outcome).objects.update(known_on=None)

    assert by_code(cockpit(office, date(2023, 12, 20)))[small.PROVINCE].published is None


def test_a_source_without_a_count_agrees_by_its_other_figures():
    said = Published("", 240_000_000, "", "政府工作报告", "", None)

    assert said.count is None
    assert said.agrees(make_totals(completed=241_800_000)) and not said.agrees(make_totals(completed=250_000_000))


def make_totals(completed):
    return Totals(5, 268_000_000, completed, 0, 0)


# ---- the year by month


def test_the_curve_is_cumulative_and_ends_in_the_totals(office):
    months = cockpit(office, DAY).months

    assert [month.completed for month in months] == sorted(month.completed for month in months)
    assert (months[-1].plan, months[-1].completed) == (32_800 * WAN, 28_980 * WAN)
    assert months[0].completed == (1_100 + 500 + 300 + 100 + 125 + 200 + 90) * WAN


def test_months_after_the_judged_one_have_a_plan_and_no_figure(office):
    months = cockpit(office, date(2023, 8, 10)).months

    assert [month.completed is None for month in months] == [False] * 7 + [True] * 5
    assert months[-1].plan > 0


def test_a_project_that_stops_reporting_keeps_what_it_had_completed(office):
    project = make.ProjectFactory()
    make.ReturnVersionFactory(project=project, period="2023-05", invested=700)
    make.ReturnVersionFactory(project=project, period="2023-06", invested=900)
    base = ground(DAY)

    months = curve(base, rows_of(base.period, base.position, [project.pk]))

    assert [month.completed for month in months] == [0] * 4 + [700] + [900] * 7


def test_a_package_keeps_the_figure_of_a_part_that_stops_reporting(office):
    package = Project.objects.get(code="K7")
    part = make.ProjectFactory(parent=package)
    make.ReturnVersionFactory(project=part, period="2023-02", invested=5 * WAN)
    base = ground(DAY)

    months = curve(base, rows_of(base.period, base.position, [package.pk]))

    assert months[-1].completed == (2_400 + 1_080 + 5) * WAN


def test_a_chosen_list_narrows_the_curve(office):
    found = cockpit(office, DAY, small.CITY)

    assert found.chosen.code == small.CITY
    assert found.months[-1].completed == 6_300 * WAN


def test_a_list_that_does_not_exist_is_passed_over(client, office):
    assert cockpit(office, DAY, "P1999-NONE").chosen is None
    assert 'aria-current="page">2023年全部名单' in page(client, office, "?programme=P1999-NONE")


# ---- lights by unit, and where they lead


@pytest.fixture
def lights(office):
    """K1 and K2 are red, K3 yellow, K4 green; K5, K6 and K7 have no light."""
    colours = {"K1": "red", "K2": "red", "K3": "yellow", "K4": "green"}
    for code, light in colours.items():
        reason = {"code": "no_plan", "figures": {"period": "2023-12"}}
        ProjectStanding.objects.update_or_create(
            project=Project.objects.get(code=code),
            defaults={"as_of": DAY, "period": "2023-12", "light": light, "reason": reason},
        )
    ProjectStanding.objects.exclude(project__code__in=colours).delete()
    return colours


def test_a_work_that_crosses_counties_counts_in_each_and_once_in_the_city(office, lights):
    found = cockpit(office, DAY)
    red = {line.division.code: line.lights.red for line in found.units}

    assert (red["371721"], red["371722"], found.lights.red) == (2, 1, 2)


def test_what_has_no_light_is_not_judged_and_never_green(office, lights):
    found = cockpit(office, DAY)

    assert (found.lights.green, found.lights.none) == (1, 3)


def test_unit_totals_follow_shares_and_sum_to_the_city(office, lights):
    found = cockpit(office, DAY)
    totals = {line.division.code: line.totals for line in found.units}

    assert totals["371721"].completed_yuan == (13_200 + 3_600) * WAN
    assert sum(unit.completed_yuan for unit in totals.values()) == found.overall.totals.completed_yuan


@pytest.mark.parametrize("query", ["", f"?programme={small.PROVINCE}", f"?programme={small.CITY}"])
def test_every_number_of_projects_is_that_of_the_register_it_leads_to(client, office, lights, next_year, query):
    links = set(re.findall(r'<a[^>]*href="(/projects/\?[^"]+)">(?:<[^>]*>)*(\d+)<', page(client, office, query)))

    assert len(links) > 8
    for address, number in links:
        rows = client.get(address).context["table"].paginator.count
        assert rows == int(number), address


# ---- its cost


def test_the_page_costs_the_same_for_any_number_of_projects(client, office, lights, next_year):
    client.force_login(office)

    def add(number):
        project = make.ProjectFactory(code=f"M{number:03d}")
        make.ListingFactory(project=project, programme=Programme.objects.get(code=small.CITY))
        make.PlanRevisionFactory(project=project)
        make.ReturnVersionFactory(project=project)
        make.ProjectStandingFactory(project=project, light="red", reason={"code": "no_milestones", "figures": {}})
        alert = make.AlertFactory(project=project, figures={"due_on": "date:2024-01-05"})
        make.AlertEventFactory(alert=alert, on=DAY)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        return len(seen)

    add(0)
    statements()  # the first request of a session writes what later ones find
    few = statements()
    for number in range(1, 40):
        add(number)

    assert statements() == few <= MOST_STATEMENTS

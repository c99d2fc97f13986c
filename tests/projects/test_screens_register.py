"""The register: who sees which rows, what each filter leaves, and that a page costs the same for any length."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio import clock
from projects.models import Listing, ProjectClass
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 12)


@pytest.fixture(autouse=True)
def _on_12_january():
    with clock.set_to(DAY):
        yield


@pytest.fixture
def portfolio(office, judged_pace):
    """Three projects: 曹县 red on the list, 单县 green on the list as preparatory, one published and on no list."""
    caoxian = make.DivisionFactory(caoxian=True)
    shanxian = make.DivisionFactory(shanxian=True)
    chain = make.IndustryFactory(code="chemicals", name_zh="化工", name_en="Chemicals")
    red = make.ProjectFactory(code="A-RED", name="化工新材料（示例）", division=caoxian, industry=chain)
    green = make.ProjectFactory(code="B-GREEN", name="中医院新院区（示例）", division=shanxian)
    make.ProjectFactory(code="C-PUBLISHED", name="公开项目", published=True, division=None)
    make.ListingFactory(project=red)
    make.ListingFactory(project=green, project_class=ProjectClass.PREPARATORY)
    make.AssignmentFactory(project=red)
    make.ProjectStandingFactory(
        project=red, light="red", stage="construction", plan=12_000_000, completed=9_000_000, rate=7500, gap=-2500,
        reasons=judged_pace(12_000_000, 9_000_000),
    )  # fmt: skip
    make.ProjectStandingFactory(project=green, light="green", stage="preparation", plan=None)
    return red, green


def codes(client, user, query=""):
    client.force_login(user)
    response = client.get(reverse("register") + query)
    assert response.status_code == 200
    return [row.record.code for row in response.context["table"].paginated_rows]


def test_the_office_sees_every_project_the_worst_light_first(client, office, portfolio):
    assert codes(client, office) == ["A-RED", "B-GREEN", "C-PUBLISHED"]


def test_county_staff_see_their_county_alone(client, caoxian, portfolio):
    assert codes(client, caoxian) == ["A-RED"]


def test_county_staff_see_a_project_in_which_their_county_holds_a_share(client, caoxian, portfolio):
    _red, green = portfolio
    make.ProjectShareFactory(project=green, division=make.DivisionFactory(caoxian=True), basis_points=3000)

    assert codes(client, caoxian) == ["A-RED", "B-GREEN"]


def test_a_leader_reads_every_project_their_own_first(client, portfolio):
    leader = make.UserFactory(leader=True)
    make.AssignmentFactory(project=portfolio[1])
    portfolio[0].assignments.update(valid_to=date(2024, 1, 1))

    assert codes(client, leader) == ["B-GREEN", "A-RED", "C-PUBLISHED"]
    assert client.get(reverse("register")).content.decode().count(">我包保<") == 1


def test_an_account_without_project_facts_gets_403(client, portfolio):
    client.force_login(make.UserFactory(admin=True))

    assert client.get(reverse("register")).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?programme=P2023-PROV", ["A-RED"]),
        ("?programme=P2023-PROV&project_class=preparatory", ["B-GREEN"]),
        ("?project_class=preparatory", ["B-GREEN"]),
        ("?project_class=implementation", ["A-RED"]),
        ("?programme=none", ["C-PUBLISHED"]),
        ("?division=371722", ["B-GREEN"]),
        ("?chain=chemicals", ["A-RED"]),
        ("?stage=preparation", ["B-GREEN"]),
        ("?light=red", ["A-RED"]),
        ("?light=not_judged", ["C-PUBLISHED"]),
        ("?leader=LEADER-1", ["A-RED"]),
        ("?q=中医院", ["B-GREEN"]),
        ("?q=b-gre", ["B-GREEN"]),
        ("?q=%25", []),
        ("?light=red&division=371722", []),
        ("?sort=-rate", ["A-RED", "B-GREEN", "C-PUBLISHED"]),
        ("?sort=-light", ["C-PUBLISHED", "B-GREEN", "A-RED"]),
    ],
)
def test_each_filter_leaves_what_it_names(query, expected, client, office, portfolio):
    assert codes(client, office, query) == expected


def test_what_a_list_counts_is_shown_as_chosen_and_all_classes_without_a_list(client, office, portfolio):
    client.force_login(office)

    chosen = client.get(reverse("register") + "?programme=P2023-PROV").context["filter"].form["project_class"]
    every = client.get(reverse("register")).context["filter"].form["project_class"]

    assert '<option value="implementation" selected>实施类</option>' in str(chosen) and "全部" not in str(chosen)
    assert '<option value="" selected>全部</option>' in str(every)


def test_a_published_mention_comes_after_what_is_tracked_and_not_judged(client, office, portfolio):
    make.ProjectFactory(code="D-STOPPED")

    assert codes(client, office)[-2:] == ["D-STOPPED", "C-PUBLISHED"]


def test_a_list_of_the_year_that_has_begun_shows_its_own_plans(client, office, portfolio):
    red = portfolio[0]
    make.PlanRevisionFactory(project=red, year=2024, amount=40_000_000, approved_on=date(2024, 1, 5))
    make.PlanRevisionFactory(project=red, year=2024, amount=50_000_000, approved_on=date(2024, 1, 8), revision=2)
    make.PlanRevisionFactory(project=red, year=2024, amount=60_000_000, approved_on=date(2024, 1, 15), revision=3)
    package = make.ProjectFactory(code="P-PACKAGE", is_package=True)
    for amount in (7_000_000, 8_000_000):
        make.PlanRevisionFactory(project=make.ProjectFactory(parent=package), year=2024, amount=amount)
    programme = make.ProgrammeFactory(code="P2024-PROV", year=2024)
    for project in (red, package):
        make.ListingFactory(project=project, programme=programme, joined_on=date(2024, 1, 4))

    client.force_login(office)
    response = client.get(reverse("register") + "?programme=P2024-PROV")
    rows = {row.record.code: row.record for row in response.context["table"].paginated_rows}

    assert {code: row.plan for code, row in rows.items()} == {"A-RED": 50_000_000, "P-PACKAGE": 15_000_000}
    assert {row.completed for row in rows.values()} == {None}
    assert "年度计划投资为2024年度数，该年度尚无判定数据" in response.content.decode()


def test_somebody_who_left_a_list_is_not_found_on_it(client, office, portfolio):
    Listing.objects.filter(project=portfolio[0]).update(left_on=date(2024, 1, 12), left_as="withdrawn")

    assert codes(client, office, "?programme=P2023-PROV") == []


def test_a_former_leader_no_longer_finds_the_project(client, office, portfolio):
    portfolio[0].assignments.update(valid_to=date(2024, 1, 11))

    assert codes(client, office, "?leader=LEADER-1") == []


def test_a_former_name_finds_the_project(client, office, portfolio):
    make.ProjectAliasFactory(project=portfolio[1], name="老城区医院迁建")

    assert codes(client, office, "?q=医院迁建") == ["B-GREEN"]


def test_a_filter_that_cannot_be_read_says_so_and_shows_nothing(client, office, portfolio):
    client.force_login(office)
    response = client.get(reverse("register") + "?light=purple")

    assert response.context["table"].paginator.count == 0
    assert "purple" in response.content.decode()


def test_invented_and_published_rows_are_badged(client, office, portfolio):
    client.force_login(office)
    html = client.get(reverse("register")).content.decode()

    assert html.count("provenance-demo") == 2
    assert html.count("provenance-published") == 1


def test_figures_stand_in_their_units(client, office, portfolio):
    client.force_login(office)
    html = client.get(reverse("register")).content.decode()

    assert "1,200</td>" in html  # 万元
    assert "1.00</td>" in html  # 亿元
    assert "75.0%" in html
    assert "-25.0" in html


def test_a_rate_is_not_rounded_twice(client, office, judged_pace):
    project = make.ProjectFactory()
    make.ProjectStandingFactory(
        project=project, plan=150_890_000, completed=70_390_000, rate=4665, gap=-5335,
        reasons=judged_pace(150_890_000, 70_390_000),
    )  # fmt: skip
    client.force_login(office)
    html = client.get(reverse("register")).content.decode()

    assert "46.6%" in html  # 46.6499…
    assert "-53.4" in html  # 53.3501…


def test_every_word_of_the_page_is_english_for_an_english_reader(client, office, portfolio):
    client.force_login(office)
    html = client.get(reverse("register"), headers={"accept-language": "en"}).content.decode()

    assert "Project register" in html
    assert "Cao County" in html
    assert "Chemicals" in html
    assert "项目台账" not in html


def count_queries(client, query=""):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("register") + query).status_code == 200
    own = [
        item["sql"]
        for item in captured
        if "django_session" not in item["sql"]
        and "portfolio_user" not in item["sql"]
        and "SAVEPOINT" not in item["sql"]
    ]
    return own


def test_a_page_takes_at_most_four_statements_whatever_its_length(client, office, portfolio):
    client.force_login(office)
    few = count_queries(client)
    for _ in range(60):
        project = make.ProjectFactory()
        make.ListingFactory(project=project)
        make.ProjectStandingFactory(project=project, light="yellow")
        make.AssignmentFactory(project=project)

    many = count_queries(client)
    filtered = count_queries(client, "?programme=P2023-PROV&q=T23&sort=-rate&page=2&leader=LEADER-1")

    assert len(few) == len(many) == len(filtered)
    assert len(many) <= 4


def test_projects_are_counted_without_the_joins_that_print_them(client, office, portfolio):
    client.force_login(office)
    (count,) = [sql for sql in count_queries(client) if "COUNT(" in sql]

    assert "JOIN" not in count


def test_a_page_holds_fifty_rows(client, office):
    for _ in range(51):
        make.ProjectFactory()

    assert len(codes(client, office)) == 50
    assert len(codes(client, office, "?page=2")) == 1

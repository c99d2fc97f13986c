"""A project's page: who may read it, what it shows, and that its cost does not grow with the project."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio import clock
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_12_january():
    with clock.set_to(date(2024, 1, 12)):
        yield


@pytest.fixture
def complete(project, calendars, judged_pace):
    """The project with milestones, a standing, people, a share and a line in the change log."""
    make.MilestoneFactory(project=project)
    make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(start=True), done=True, position=0)
    make.AssignmentFactory(project=project)
    make.ProjectStandingFactory(
        project=project, light="yellow", light_milestones="yellow", plan=12_000_000, completed=9_000_000, rate=7500,
        gap=-2500, reasons=judged_pace(12_000_000, 9_000_000), policy="本地默认 1",
    )  # fmt: skip
    make.ChangeFactory(
        model="milestone", key=f"{project.code}/D04", project=project.code,
        changes=json.dumps({"forecast_on": [None, "2024-01-20"], "actual_on": ["2024-01-03", "2024-01-05"]}),
        reason="更正",
    )  # fmt: skip
    return project


def get(client, user, project, query=""):
    client.force_login(user)
    return client.get(reverse("project", args=[project.code]) + query)


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def test_an_anonymous_visitor_is_sent_to_sign_in(client, project):
    response = client.get(reverse("project", args=[project.code]))

    assert response.status_code == 302
    assert response.url.startswith("/login/")


def test_a_project_of_another_county_does_not_exist(client, project):
    other = make.UserFactory(county_staff=True, division="371722")

    assert get(client, other, project).status_code == 404


def test_a_code_that_does_not_exist_is_404(client, office):
    client.force_login(office)

    assert client.get(reverse("project", args=["NO-SUCH"])).status_code == 404


@pytest.mark.parametrize("role", ["leader", "auditor", "county_staff"])
def test_readers_open_the_page(role, client, complete):
    assert get(client, make.UserFactory(**{role: True}), complete).status_code == 200


def test_the_page_shows_figures_of_the_judged_year(client, office, complete):
    html = text_of(get(client, office, complete))

    assert "2023年度计划投资" in html
    assert ">1,200<" in html
    assert ">900<" in html
    assert "75.0%" in html
    assert "-25.0" in html


def test_each_light_gives_its_reason_and_the_policy_its_name(client, office, complete):
    html = text_of(get(client, office, complete))

    assert "本地默认 1" in html
    assert html.count("light-none") >= 3


def test_an_overdue_milestone_shows_its_working_days(client, office, complete):
    response = get(client, office, complete)
    overdue = next(stone for stone in response.context["stones"] if stone.row.step.code == "D04")

    assert overdue.status == "overdue"
    assert overdue.late == 9  # 2024-01-02 to 01-12: nine working days after Friday 12-29 and New Year


def test_a_milestone_done_in_time_has_no_days(client, office, complete):
    response = get(client, office, complete)
    done = next(stone for stone in response.context["stones"] if stone.row.step.code == "D01")

    assert (done.status, done.late) == ("done", 0)


def test_what_is_under_review_stands_beside_and_does_not_count(client, office, complete):
    entry = make.MonthlyReturnFactory(project=complete, state="submitted")
    make.ReturnVersionFactory(project=complete, monthly_return=entry, under_review=True, invested=11_000_000)

    response = get(client, office, complete)
    december = response.context["months"][11]

    assert december.pending == 11_000_000
    assert december.completed is None
    assert response.context["row"].completed == 9_000_000


def test_history_is_told_in_words(client, office, complete):
    html = text_of(get(client, office, complete))

    assert "主体封顶" in html
    assert "2024-01-03" in html
    assert "原因：更正" in html


def test_a_year_not_reported_yet_shows_no_unit_beside_its_dash(client, office, complete):
    make.PlanRevisionFactory(project=complete, year=2024)

    html = text_of(get(client, office, complete, "?year=2024"))

    assert '<div class="figure-value">—</div>' in html and "—<span" not in html


def test_lateness_is_counted_to_the_day_on_which_it_is_read(client, office, complete, judged_pace):
    late = {"code": "milestone_overdue", "figures": {
        "key": "D04", "step": "D04", "title": "主体封顶", "due_on": "date:2023-12-29", "days_late": 1, "overdue": 1,
    }}  # fmt: skip
    complete.standing.reasons = {**complete.standing.reasons, "milestones": late}
    complete.standing.save()

    assert "已滞后9个工作日" in text_of(get(client, office, complete))


def test_a_project_that_owes_nothing_offers_no_return(client, office):
    cycle = make.ReportingPeriodFactory(period="2024-01")
    mentioned = make.ProjectFactory(code="HZ-PUB-1", published=True)
    listed = make.ProjectFactory(code="T24-0001")
    make.ListingFactory(
        project=listed, programme=make.ProgrammeFactory(code="P2024", year=2024), joined_on=date(2024, 1, 4)
    )

    assert f"returns/{cycle.period}/" not in text_of(get(client, office, mentioned))
    assert f"returns/{cycle.period}/" in text_of(get(client, office, listed))


def test_people_show_from_when_to_when(client, office, complete):
    html = text_of(get(client, office, complete))

    assert "市领导01" in html
    assert "2023-01-01" in html
    assert "至今" in html


def test_a_published_project_shows_sources_and_no_invented_figure(client, office):
    fact = make.ProjectFactFactory(source="市政府工作报告", value="已建成投产")

    html = text_of(get(client, office, fact.project))

    assert "公开资料" in html
    assert "市政府工作报告" in html
    assert "provenance-demo" not in html
    assert "自年初累计完成投资" not in html
    assert "light-" not in html


def test_a_package_adds_up_its_parts_and_asks_no_return_of_itself(client, office, complete):
    package = make.ProjectFactory(code="T23-PACK", is_package=True)
    part = make.ProjectFactory(code="T23-PART", parent=package)
    make.PlanRevisionFactory(project=part, amount=24_000_000)
    make.ReturnVersionFactory(project=part, invested=6_000_000)

    response = get(client, office, package)

    assert response.context["row"].plan == 24_000_000
    assert response.context["row"].completed == 6_000_000
    assert "T23-PART" in text_of(response)
    assert not response.context["may_report"]


def test_another_year_can_be_chosen_and_nonsense_is_ignored(client, office, complete):
    make.PlanRevisionFactory(project=complete, year=2024, amount=36_000_000, approved_on=date(2024, 1, 2))

    assert get(client, office, complete, "?year=2024").context["row"].plan == 36_000_000
    assert get(client, office, complete, "?year=20x4").context["year"] == 2023
    assert get(client, office, complete, "?year=1990").context["year"] == 2023


def test_a_year_whose_calendar_is_missing_is_said_and_not_guessed(client, office, project):
    make.MilestoneFactory(project=project, planned_on=date(2023, 12, 29), due_known=False)

    html = text_of(get(client, office, project))

    assert "日历未公布" in html


def test_a_name_cannot_bring_markup_with_it(client, office):
    project = make.ProjectFactory(name="<script>alert(1)</script>", content="<img src=x onerror=alert(1)>")

    html = text_of(get(client, office, project))

    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_readers_find_no_button_that_would_be_refused(client, complete):
    html = text_of(get(client, make.UserFactory(auditor=True), complete))

    assert "/milestones/" not in html
    assert "/returns/2023-12/" not in html


def test_the_page_costs_the_same_for_a_project_with_more_of_everything(client, office, complete):
    client.force_login(office)
    address = reverse("project", args=[complete.code])
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for number in range(8):
        step = make.MilestoneStepFactory(code=f"X{number}", name_zh=f"节点{number}")
        make.MilestoneFactory(project=complete, step=step, position=number + 5)
        make.AssignmentFactory(
            project=complete, kind="contact", person=make.PersonFactory(), valid_from=date(2023, 1, number + 1)
        )
        make.ChangeFactory(project=complete.code, seq=500 + number)
        make.ProjectAliasFactory(project=complete)
    with CaptureQueriesContext(connection) as after:
        client.get(address)

    assert len(after) == len(before)
    assert len(after) <= 36

"""My work: what each person owes in full, and nothing that is not theirs; the same duties as on the cockpit."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.queries.cockpit import cockpit
from reports.queries.work import work_of
from tests import factories as make
from tests.reports.readers import DAY, on_12_january, page, reference  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_12_january")]


@pytest.fixture
def clerk():
    return make.UserFactory(username="caoxian", county_staff=True, display_name="李四（示例）")


@pytest.fixture
def reviewer():
    return make.UserFactory(username="caoxian.review", county_reviewer=True, display_name="张三（示例）")


@pytest.fixture
def january():
    """January 2024 is open, due on 2024-02-06."""
    programme = make.ProgrammeFactory(code="P2024-PROV", year=2024)
    make.ReportingPeriodFactory(period="2024-01", opens_on=date(2024, 1, 1), due_on=date(2024, 2, 6))
    return programme


def reporting(programme, code, state=None, **project):
    made = make.ProjectFactory(code=code, name=f"项目{code}（示例）", **project)
    make.ListingFactory(project=made, programme=programme, joined_on=date(2024, 1, 4))
    if state:
        words = "请核对单位" if state == "returned" else ""
        make.MonthlyReturnFactory(project=made, period="2024-01", state=state, returned_words=words)
    return made


def work_page(client, user):
    client.force_login(user)
    response = client.get(reverse("work"))
    assert response.status_code == 200
    return response.content.decode()


def test_a_return_that_came_back_stands_first_with_its_words(client, clerk, january):
    reporting(january, "A1", "returned")

    assert [one.words for one in work_of(clerk, DAY).came_back] == ["请核对单位"]
    assert "请核对单位" in work_page(client, clerk)


def test_every_return_that_is_owed_is_named(client, clerk, january):
    for code in range(10, 20):
        reporting(january, f"A{code}")

    html = work_page(client, clerk)

    assert all(f"项目A{code}" in html for code in range(10, 20))


def test_a_project_is_asked_for_what_is_overdue_and_the_next_two_milestones(clerk, january):
    project = reporting(january, "A1")
    for number, due in enumerate(("2023-12-01", "2024-01-02", "2024-03-01", "2024-04-01", "2024-05-01")):
        make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(code=f"X{number}"), position=number,
                              planned_on=due, due_on=due)  # fmt: skip
    make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(code="DONE"), position=9,
                          planned_on="2023-11-01", due_on="2023-11-01", actual_on="2023-11-01")  # fmt: skip

    work = work_of(clerk, DAY)

    assert [one.milestone.step.code for one in work.pressing] == ["X0", "X1"]
    assert [one.milestone.step.code for one in work.later[0].dues] == ["X2", "X3"]
    assert (work.overdue, work.coming) == (2, 2)


def test_what_presses_stands_in_the_order_of_its_dates_and_what_comes_later_is_folded(client, clerk, january):
    first, second = (reporting(january, code) for code in ("A1", "A2"))
    for number, (project, due) in enumerate(
        ((first, "2024-01-15"), (second, "2024-01-02"), (first, "2023-12-01"), (second, "2024-06-03"))
    ):
        make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(code=f"X{number}"), position=number,
                              planned_on=due, due_on=due)  # fmt: skip

    work, html = work_of(clerk, DAY), work_page(client, clerk)

    assert [one.milestone.step.code for one in work.pressing] == ["X2", "X1", "X0"]
    assert (work.overdue, work.due_soon, work.coming) == (2, 1, 1)
    assert html.index("2024-01-15") < html.index('<details class="disclosure') < html.index("2024-06-03")


def test_what_the_desk_counts_is_what_the_cockpit_counts(clerk, reviewer, january):
    for code, state in (("A1", None), ("A2", "draft"), ("A3", "submitted"), ("A4", "reviewed"), ("A5", "returned")):
        reporting(january, code, state)
    readers = (clerk, reviewer, make.UserFactory(), make.UserFactory(unit=True))

    for reader in readers:
        mine, shown = work_of(reader, DAY).duties, cockpit(reader, DAY).duties
        assert (mine.missing, mine.to_review, mine.to_accept) == (shown.missing, shown.to_review, shown.to_accept)


def test_another_county_s_work_is_nobody_else_s(client, clerk, january):
    reporting(january, "B1", "returned", division=make.DivisionFactory(code="371722"))

    work = work_of(clerk, DAY)

    assert not work
    assert "项目B1" not in work_page(client, clerk)


def test_the_office_is_led_to_who_has_not_reported(client, january):
    reporting(january, "A1")

    assert "/periods/2024-01/" in work_page(client, make.UserFactory())


def test_who_owes_nothing_is_told_so(client, clerk):
    assert "暂无待办" in work_page(client, clerk)


def test_a_stand_in_sees_what_waits_at_the_person_s_desk(client, clerk, reviewer, january):
    reporting(january, "A1", "submitted")
    make.StandInFactory(person=reviewer, deputy=clerk)

    turn = work_of(clerk, DAY).turns[0]

    assert turn.duties.to_review == {"2024-01": 1}
    assert "张三（示例）" in work_page(client, clerk)


def test_the_number_of_statements_does_not_grow_with_the_desk(clerk, january):
    reporting(january, "A1")
    with CaptureQueriesContext(
        connection,
    ) as few:
        work_of(clerk, DAY)
    for code in range(10, 40):
        make.MilestoneFactory(
            project=reporting(january, f"A{code}", "returned"), planned_on="2023-12-01", due_on="2023-12-01"
        )
    with CaptureQueriesContext(connection) as many:
        work_of(clerk, DAY)

    assert len(many) <= len(few) + 1


def test_my_work_is_the_first_entry_of_those_who_report(client, clerk):
    html = work_page(client, clerk)

    assert html.index(f'href="{reverse("work")}"') < html.index('href="/projects/"')

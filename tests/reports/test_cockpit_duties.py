"""What the cockpit says a reader owes: returns, reviews, milestones; nobody owes what is not theirs."""

from datetime import date

import pytest

from portfolio import clock
from reports.queries.cockpit import cockpit
from tests import factories as make
from tests.reports.readers import DAY, listed, on_12_january, page, reference  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_12_january")]


@pytest.fixture
def office():
    """The city office."""
    return make.UserFactory(username="office")


@pytest.fixture
def clerk():
    """曹县's clerk."""
    return make.UserFactory(username="caoxian", county_staff=True)


@pytest.fixture
def january():
    """January 2024 is open, due on 2024-02-06; the provincial list goes on."""
    programme = make.ProgrammeFactory(code="P2024-PROV", year=2024)
    make.ReportingPeriodFactory(period="2024-01", opens_on=date(2024, 1, 1), due_on=date(2024, 2, 6))
    return programme


def reporting(programme, code, **project):
    made = make.ProjectFactory(code=code, name=f"项目{code}（示例）", **project)
    make.ListingFactory(project=made, programme=programme, joined_on=date(2024, 1, 4))
    return made


def test_a_clerk_owes_returns_that_are_not_handed_in_returned_ones_first(client, clerk, january):
    for code, state in (("A1", None), ("A2", "draft"), ("A3", "submitted"), ("A4", "accepted"), ("A5", "returned")):
        project = reporting(january, code)
        if state:
            words = "请核对" if state == "returned" else ""
            make.MonthlyReturnFactory(project=project, period="2024-01", state=state, returned_words=words)

    month = cockpit(clerk, DAY).duties.months[0]

    assert [project.code for project in month.waiting] == ["A5", "A1", "A2"]
    assert (month.expected, month.missing, month.given_back, month.workdays) == (5, 3, 1, 18)
    assert "2024年1月月报待报3份" in page(client, clerk)


def test_the_parts_of_a_package_report_and_the_package_does_not(clerk, january):
    package = reporting(january, "A1", is_package=True)
    make.ProjectFactory(code="A1-1", parent=package)

    assert [project.code for project in cockpit(clerk, DAY).duties.months[0].waiting] == ["A1-1"]


def test_a_passed_deadline_says_so(client, clerk, january):
    reporting(january, "A1")

    with clock.set_to(date(2024, 2, 8)):
        month = cockpit(clerk, date(2024, 2, 8)).duties.months[0]
        assert (month.is_late, month.workdays) == (True, 2)
        assert "应于2024-02-06前上报 · 逾期2个工作日" in page(client, clerk)


def test_milestones_overdue_and_due_soon_are_owed_and_later_ones_are_not(clerk):
    project = listed("A1")
    for step, due in (("D04", date(2024, 1, 5)), ("D06", date(2024, 1, 19)), ("E05", date(2024, 3, 29))):
        make.MilestoneFactory(project=project, step=make.MilestoneStepFactory(code=step), planned_on=due)

    duties = cockpit(clerk, DAY).duties

    assert [(due.milestone.step.code, due.workdays) for due in duties.milestones] == [("D04", 5), ("D06", 5)]
    assert (duties.overdue, duties.due_soon) == (1, 1)


@pytest.mark.parametrize("fate", ["done", "stopped", "withdrawn", "published"])
def test_nobody_owes_a_milestone_that_is_over_or_not_watched(clerk, fate):
    project = listed("A1", stopped_on=DAY if fate == "stopped" else None, published=fate == "published")
    make.MilestoneFactory(project=project, actual_on=DAY if fate == "done" else None)
    if fate == "withdrawn":
        project.listings.update(left_on=date(2024, 1, 2), left_as="withdrawn")

    assert not cockpit(clerk, DAY).duties.milestones


def test_a_clerk_owes_nothing_of_another_county(clerk, january):
    shanxian = make.DivisionFactory(shanxian=True)
    make.MilestoneFactory(project=reporting(january, "S1", division=shanxian))

    assert not cockpit(clerk, DAY).duties


def test_the_reviewer_sees_what_waits_for_review_and_the_office_what_waits_for_acceptance(office, january):
    reviewer = make.UserFactory(county_reviewer=True)
    for code, state in (("A1", "submitted"), ("A2", "submitted"), ("A3", "reviewed")):
        make.MonthlyReturnFactory(project=reporting(january, code), period="2024-01", state=state)

    assert cockpit(reviewer, DAY).duties.to_review == {"2024-01": 2}
    assert cockpit(office, DAY).duties.to_accept == {"2024-01": 1}
    assert not cockpit(reviewer, DAY).duties.to_accept and not cockpit(office, DAY).duties.to_review


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_leaders_and_auditors_owe_no_return_and_no_milestone(role, january):
    make.MilestoneFactory(project=reporting(january, "A1"))

    assert not cockpit(make.UserFactory(**{role: True}), DAY).duties

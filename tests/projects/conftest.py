"""A small office: two counties, a calendar, one list, one project ready for December 2023."""

from datetime import date
from fractions import Fraction

import pytest

from portfolio import clock
from projects.core.reasons import Reason
from tests import factories as make
from tests.projects.return_books import downloaded

OFFICE_DAY = date(2024, 1, 5)


@pytest.fixture
def judged_pace():
    """Makes the stored reasons of a project judged on pace at the end of 2023, as its standing keeps them."""

    def reasons(plan, completed):
        rate = Fraction(completed, plan)
        figures = {"period": "2023-12", "plan": plan, "completed": completed, "rate": rate, "pace": Fraction(1)}
        code = "on_pace" if rate >= 1 else "behind_pace"
        return {"pace": Reason(code, figures | {"gap": (rate - 1) * 100}).to_json()}

    return reasons


@pytest.fixture
def office(db):
    """The city project office's account."""
    return make.UserFactory(username="office")


@pytest.fixture
def caoxian(db):
    """曹县's clerk."""
    make.DivisionFactory(caoxian=True)
    return make.UserFactory(username="caoxian", county_staff=True)


@pytest.fixture
def reviewer(db):
    """曹县's reviewer."""
    return make.UserFactory(username="caoxian.review", county_reviewer=True)


@pytest.fixture
def on_5_january():
    """It is Friday 2024-01-05, December's returns are due on Monday."""
    with clock.set_to(OFFICE_DAY):
        yield OFFICE_DAY


@pytest.fixture
def calendars(db):
    """2023 and 2024, with the days that these tests meet."""
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.CalendarDayFactory()  # New Year's Day 2024


@pytest.fixture
def project(db):
    """A project of 曹县 on the list, with a plan of 1 200 万元 and 900 万元 accepted by November."""
    made = make.ProjectFactory(code="T23-0001")
    make.ListingFactory(project=made)
    make.PlanRevisionFactory(project=made)
    for month in range(1, 12):
        make.ReturnVersionFactory(project=made, period=f"2023-{month:02d}", invested=month * 9_000_000 // 11)
    make.ReportingPeriodFactory()
    return made


@pytest.fixture
def overdue_milestone(project):
    """Topping out, overdue since 2023-12-29."""
    made = make.MilestoneFactory(project=project)
    make.MilestoneRevisionFactory(milestone=made)
    return made


@pytest.fixture
def return_book(client, caoxian, project, overdue_milestone):
    """The month's workbook of 曹县 as it was downloaded."""
    return downloaded(client, caoxian)

"""A small office: two counties, a calendar, one list, one project ready for December 2023."""

from datetime import date

import pytest

from portfolio import clock
from tests import factories as make

OFFICE_DAY = date(2024, 1, 5)


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

"""A county at the end of December, and two of its people at their browsers."""

from datetime import date

import pytest

from tests import factories as make

ADDRESS = "/returns/grid/2023-12/"
ROWS = 14


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a module."""
    from tests.browser.opened import chromium  # where it is missing, the tests are skipped before this

    with chromium() as opened:
        yield opened


@pytest.fixture
def month(settings):
    """Fourteen projects of 曹县 with 900 万元 each by November, and December open."""
    settings.BUSINESS_DATE = date(2024, 1, 5)
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.ReportingPeriodFactory()
    return [_listed(f"T23-{number:04d}") for number in range(1, ROWS + 1)]


def _listed(code):
    made = make.ProjectFactory(code=code)
    make.ListingFactory(project=made)
    make.PlanRevisionFactory(project=made)
    make.ReturnVersionFactory(project=made, period="2023-11", invested=9_000_000, physical_text="主体三层")
    return made


def _at_the_table(browser, live_server, user):
    from tests.browser.opened import page_of

    page = page_of(browser, live_server, user, 1440)
    page.goto(ADDRESS)
    return page


@pytest.fixture
def clerk(browser, live_server, month):
    """曹县's clerk at the month's table."""
    return _at_the_table(browser, live_server, make.UserFactory(username="caoxian", county_staff=True))


@pytest.fixture
def reviewer(browser, live_server, month):
    """曹县's reviewer at the same table."""
    user = make.UserFactory(username="caoxian.review", display_name="李审核（示例）", county_reviewer=True)
    return _at_the_table(browser, live_server, user)

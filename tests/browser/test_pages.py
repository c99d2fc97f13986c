"""Every page of the domain in a real browser: nothing breaks the content policy, nothing runs out of a phone's width,
menus work without a mouse, and the two figures of a return follow each other.
"""

from datetime import date

import pytest

from portfolio import clock
from tests import factories as make
from tests.browser.opened import page_of

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = {"desktop": 1440, "phone": 390}


@pytest.fixture
def project(settings):
    settings.BUSINESS_DATE = date(2024, 1, 5)
    for year in (2022, 2023, 2024):
        make.CalendarYearFactory(year=year)
    made = make.ProjectFactory(code="T23-0001", name="年产一百二十万吨高性能铝合金精深加工及配套设施建设项目（示例）")
    make.ListingFactory(project=made)
    make.PlanRevisionFactory(project=made)
    make.ReturnVersionFactory(project=made, period="2023-11", invested=9_000_000, physical_text="主体结构施工至三层")
    make.ReportingPeriodFactory()
    make.MilestoneFactory(project=made)
    make.AssignmentFactory(project=made)
    make.ProjectStandingFactory(project=made, light="red", stage="construction", plan=12_000_000, completed=9_000_000)
    make.ChangeFactory(project=made.code)
    return made


ADDRESSES = [
    "/projects/",
    "/projects/T23-0001/",
    "/projects/T23-0001/milestones/D04/",
    "/projects/T23-0001/returns/2023-12/",
    "/returns/",
    "/ledger/",
    "/account/password/",
]


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_keep_the_content_policy_and_the_width(width, browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(), WIDTHS[width])
    for address in ADDRESSES:
        response = page.goto(address)
        page.wait_for_load_state("networkidle")

        assert response.status == 200, address
        policy = [text for text in page.complaints if "Content Security Policy" in text or "Refused" in text]
        assert not policy, address
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width], address


def test_the_first_key_skips_to_the_content(browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(), 1440)
    page.goto("/projects/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_the_menu_opens_by_key_and_closes_by_escape(browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(), 1440)
    page.goto("/projects/")
    summary = page.locator("details.menu-wide > summary")
    summary.focus()
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    page.keyboard.press("Escape")

    playwright.expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_phone_has_the_whole_navigation_in_its_menu(browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(), 390)
    page.goto("/projects/")
    page.get_by_text("菜单", exact=True).click()
    page.locator(".menu-narrow").get_by_role("link", name="月度填报").click()

    assert page.url.endswith("/returns/")


def test_the_month_and_the_year_follow_each_other_while_one_is_typed(browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(), 1440)
    page.goto("/projects/T23-0001/returns/2023-12/")
    page.locator("[name=month]").fill("100.5")
    assert page.locator("[name=invested]").input_value() == "1000.5"
    page.locator("[name=invested]").fill("1,200")

    assert page.locator("[name=month]").input_value() == "300"


def test_a_clerk_enters_a_return_and_the_county_passes_it_on(browser, live_server, project):
    clerk = page_of(browser, live_server, make.UserFactory(county_staff=True), 390)
    clerk.goto("/projects/T23-0001/returns/2023-12/")
    clerk.locator("[name=month]").fill("100")
    clerk.get_by_role("button", name="提交").click()
    playwright.expect(clerk.get_by_text("已提交，待审核；市级接收后计入汇总")).to_be_visible()

    reviewer = page_of(browser, live_server, make.UserFactory(county_reviewer=True), 1440)
    reviewer.goto("/returns/")
    reviewer.get_by_label("本页全选").check()
    reviewer.get_by_role("button", name="审核通过并报市").click()

    playwright.expect(reviewer.get_by_text("已处理1份月报")).to_be_visible()


def test_the_clock_of_the_server_is_what_the_page_says(browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(), 1440)
    page.goto("/projects/")

    assert clock.is_moved()
    playwright.expect(page.get_by_text("业务日期：2024-01-05")).to_be_visible()


def test_a_file_that_is_being_read_says_so_and_is_sent_once(browser, live_server, project):
    page = page_of(browser, live_server, make.UserFactory(username="caoxian", county_staff=True), 1440)
    page.goto("/imports/")
    page.evaluate("""window.sent = 0; document.addEventListener("submit", (event) => {
        if (!event.defaultPrevented) window.sent += 1;  // what the page lets go is counted, and kept from leaving
        event.preventDefault();
    });""")

    for _click in range(2):
        page.get_by_role("button", name="检查文件").click()

    assert page.get_by_text("正在上传并检查文件").is_visible()
    assert page.evaluate("window.sent") == 1
    assert page.complaints == []

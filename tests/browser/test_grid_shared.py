"""The month's table cut off from the network, left and come back to, and shared by two people."""

import json
import re

import pytest

from projects.models import MonthlyReturn
from tests.browser.conftest import ADDRESS
from tests.browser.table import cell, draft, expect_kept, expect_status, expect_value, notes, submitted

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class TestNetwork:
    def test_nothing_is_lost_while_the_network_is_away(self, clerk):
        clerk.context.set_offline(True)
        cell(clerk, 1, "month").fill("100")
        cell(clerk, 2, "physical_text").fill("四层")
        expect_status(clerk, "网络已断开")
        clerk.context.set_offline(False)
        expect_kept(clerk)

        assert draft(1)["invested"] == "1,000"
        assert draft(2)["physical_text"] == "四层"

    def test_a_closed_laptop_brings_back_what_was_typed(self, clerk):
        clerk.context.set_offline(True)
        cell(clerk, 1, "month").fill("100")
        expect_status(clerk, "网络已断开")
        context = clerk.context
        clerk.close()
        assert not MonthlyReturn.objects.filter(period="2023-12").exists()
        context.set_offline(False)
        again = context.new_page()
        again.goto(ADDRESS)

        expect_value(again, 1, "invested", "1,000")
        expect_kept(again)
        assert draft(1)["month"] == "100"

    def test_what_came_back_never_goes_silently_over_what_is_newer(self, clerk, reviewer):
        clerk.context.set_offline(True)
        cell(clerk, 1, "month").fill("100")
        expect_status(clerk, "网络已断开")
        context = clerk.context
        clerk.close()
        cell(reviewer, 1, "month").fill("120")
        expect_kept(reviewer)
        context.set_offline(False)
        again = context.new_page()
        again.goto(ADDRESS)

        playwright.expect(notes(again, 1)).to_contain_text("李审核（示例）同时修改了这份月报")
        assert draft(1)["month"] == "120"
        again.get_by_role("button", name="保留我的：100").click()
        expect_kept(again)
        assert draft(1)["month"] == "100"

    def test_without_a_connection_nothing_is_submitted_and_nothing_lost(self, clerk):
        cell(clerk, 1, "month").fill("100")
        clerk.context.set_offline(True)
        clerk.get_by_role("button", name="提交整月").click()

        expect_status(clerk, "未提交：网络已断开")
        expect_value(clerk, 1, "month", "100")

    def test_a_session_that_ended_loses_nothing(self, clerk):
        clerk.context.clear_cookies()
        cell(clerk, 1, "month").fill("100")

        expect_status(clerk, "登录已失效")
        stored = clerk.evaluate("localStorage.getItem('grid:caoxian:2023-12:T23-0001')")
        assert json.loads(stored)["values"]["month"] == "100"


class TestTogether:
    def test_two_in_one_cell_see_both_values_and_choose(self, clerk, reviewer):
        cell(reviewer, 1, "month").fill("120")
        expect_kept(reviewer)
        cell(clerk, 1, "month").fill("100")
        playwright.expect(notes(clerk, 1)).to_contain_text("保留我的：100")
        playwright.expect(notes(clerk, 1)).to_contain_text("采用对方：120")
        assert draft(1)["month"] == "120"
        cell(clerk, 1, "month").fill("101")
        playwright.expect(notes(clerk, 1)).to_contain_text("保留我的：101")
        clerk.get_by_role("button", name="提交整月").click()
        expect_status(clerk, "未提交：请先在两个值之间作出选择")
        clerk.get_by_role("button", name="采用对方：120").click()

        expect_value(clerk, 1, "month", "120")
        expect_value(clerk, 1, "invested", "1,020")
        assert draft(1)["month"] == "120"

    def test_two_in_different_cells_of_a_row_lose_neither(self, clerk, reviewer):
        cell(reviewer, 1, "physical_text").fill("四层")
        expect_kept(reviewer)
        cell(clerk, 1, "month").fill("100")
        expect_kept(clerk)

        expect_value(clerk, 1, "physical_text", "四层")
        assert (draft(1)["month"], draft(1)["physical_text"]) == ("100", "四层")

    def test_what_another_typed_appears_without_being_asked_for(self, clerk, reviewer):
        cell(reviewer, 3, "month").fill("77")
        expect_kept(reviewer)
        clerk.evaluate("window.dispatchEvent(new Event('focus'))")

        expect_value(clerk, 3, "month", "77")
        playwright.expect(notes(clerk, 3)).to_contain_text("李审核（示例）修改了标记的栏目")

    def test_a_row_that_another_submitted_takes_nothing_more_and_says_so(self, clerk, reviewer):
        cell(reviewer, 1, "month").fill("120")
        reviewer.locator("[name=pick][value=T23-0001]").check()
        reviewer.get_by_role("button", name="提交勾选的行").click()
        playwright.expect(reviewer.get_by_text("已提交1份月报")).to_be_visible()
        cell(clerk, 1, "month").fill("100")

        playwright.expect(notes(clerk, 1)).to_contain_text(re.compile("已被提交.*100"))
        assert submitted(1).invested == 10_200_000

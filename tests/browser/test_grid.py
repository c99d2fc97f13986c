"""The month's table in a real browser: typed by keyboard alone, pasted from a worksheet, checked while one types.

What it reads and writes of an amount is compared with what the server reads and writes.
"""

import re

import pytest

from projects.actions.return_doubts import wan
from projects.core.money import MoneyError, MoneyUnit, parse_optional_money, rate_percent
from projects.forms.grid import grouped_wan
from projects.models import ReturnVersion
from tests import factories as make
from tests.browser.conftest import ADDRESS, ROWS
from tests.browser.opened import page_of
from tests.browser.table import cell, draft, expect_kept, expect_value, notes, submitted

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AMOUNTS = ["", "1 234", "1 23"]
AMOUNTS += "0 1,234.5 １２３ 1.2亿元 14,367.87 5元 0.0001 0.00001 1,00 一百 -3 −3 +4 .5 5. 1.5万 1.2.3".split()
AMOUNTS += "99999999999 100000000000 3美元 待定 — n/a 0.00000001亿 １．５亿元 12,345,678.9012 1e5 0x10 --".split()
IN_SIGHT = """() => {
  const cell = document.activeElement, box = cell.getBoundingClientRect();
  return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2) === cell;
}"""


def paste(page, text):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def as_the_server_reads(text):
    try:
        amount = parse_optional_money(text, MoneyUnit.WAN)
    except MoneyError:
        return "wrong"
    return None if amount is None else str(amount)


class TestKeyboard:
    def test_the_table_is_filled_and_submitted_by_keyboard_alone(self, clerk):
        clerk.keyboard.press("Tab")
        for _press in range(40):
            if clerk.evaluate("document.activeElement.dataset.cell === 'month'"):
                break
            clerk.keyboard.press("Tab")
        for row in range(1, ROWS + 1):
            clerk.keyboard.type(str(90 + row))
            clerk.keyboard.press("Enter")
        for _row in range(ROWS - 1):
            clerk.keyboard.press("ArrowUp")
        for value in (
            "",
            "950",
            "800",
            "700",
            "95",
            "封顶",
        ):  # Tab: cumulative, statistics, arrived, paid, percent, words
            clerk.keyboard.press("Tab")
            if value:
                clerk.keyboard.type(value)
        expect_kept(clerk)
        for _row in range(ROWS - 1):
            clerk.keyboard.press("Enter")
        for _press in range(6):
            if clerk.evaluate("document.activeElement.value === 'submit_all'"):
                break
            clerk.keyboard.press("Tab")
        clerk.keyboard.press("Enter")

        playwright.expect(clerk.get_by_text(f"已提交{ROWS}份月报")).to_be_visible()
        assert [submitted(row).invested for row in (1, ROWS)] == [9_910_000, 10_040_000]
        first = submitted(1)
        assert (first.statistics, first.funds_arrived, first.funds_paid) == (9_500_000, 8_000_000, 7_000_000)
        assert (first.physical_percent, first.physical_text) == (95, "封顶")
        assert submitted(2).physical_text == "主体三层"
        assert clerk.complaints == []

    def test_month_and_year_follow_each_other_exactly(self, clerk):
        cell(clerk, 1, "month").fill("0.1")
        expect_value(clerk, 1, "invested", "900.1")
        cell(clerk, 1, "invested").fill("1,200.3001")
        expect_value(clerk, 1, "month", "300.3001")
        cell(clerk, 1, "month").fill("")

        expect_value(clerk, 1, "invested", "")

    def test_columns_and_rates_are_added_up_while_one_types(self, clerk):
        cell(clerk, 1, "month").fill("100.005")
        cell(clerk, 2, "month").fill("0.1亿")

        playwright.expect(clerk.locator("[data-total=month]")).to_have_text("1,100.01")
        playwright.expect(clerk.locator("[data-line=T23-0001] [data-rate]")).to_have_text("83.3%")

    def test_escape_takes_back_and_enter_writes_no_line(self, clerk):
        cell(clerk, 1, "physical_text").focus()
        clerk.keyboard.type("写错了")
        clerk.keyboard.press("Escape")
        expect_value(clerk, 1, "physical_text", "主体三层")
        clerk.keyboard.press("Enter")

        assert clerk.evaluate("document.activeElement.name") == "T23-0002-physical_text"

    def test_a_cell_that_is_walked_to_is_never_hidden_and_a_word_being_composed_stays(self, clerk):
        clerk.set_viewport_size({"width": 1100, "height": 620})
        cell(clerk, 1, "problem_text").focus()
        for key in ["Enter"] * (ROWS - 1) + ["ArrowLeft"] * 8 + ["ArrowUp"] * (ROWS - 2):
            clerk.keyboard.press(key)
            assert clerk.evaluate(IN_SIGHT), key
        clerk.evaluate("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', COMPOSING))".replace(
            "COMPOSING", "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}"))  # fmt: skip

        assert clerk.evaluate("document.activeElement.name") == "T23-0002-month"

    def test_arrows_do_not_change_a_choice(self, clerk):
        cell(clerk, 1, "problem_kind").focus()
        clerk.keyboard.press("ArrowDown")

        expect_value(clerk, 1, "problem_kind", "")
        assert clerk.evaluate("document.activeElement.name") == "T23-0002-problem_kind"


class TestPaste:
    def test_a_block_of_twelve_by_three_lands_in_its_cells(self, clerk):
        block = "\r\n".join(f"1,{row:03d}.5\t９００\t{row}万元" for row in range(12)) + "\r\n"
        cell(clerk, 2, "invested").focus()
        paste(clerk, block)
        expect_kept(clerk)

        expect_value(clerk, 1, "invested", "")
        for row in range(12):
            expect_value(clerk, row + 2, "invested", f"1,{row:03d}.5")
            expect_value(clerk, row + 2, "month", f"{100 + row}.5")
            expect_value(clerk, row + 2, "statistics", "900")
        assert draft(13)["funds_arrived"] == "11"
        assert clerk.complaints == []

    def test_month_and_year_follow_in_a_pasted_row_that_holds_one_of_them(self, clerk):
        cell(clerk, 1, "month").focus()
        paste(clerk, "100\t\t1\n\t1,020\t2\n5\t5\t3\n\t\t4")

        for row, month, year in ((1, "100", "1,000"), (2, "120", "1,020"), (3, "5", "5"), (4, "", "")):
            expect_value(clerk, row, "month", month)
            expect_value(clerk, row, "invested", year)
        playwright.expect(notes(clerk, 3)).to_contain_text("905")

    def test_quoted_cells_keep_their_lines_and_quotes(self, clerk):
        cell(clerk, 1, "physical_text").focus()
        paste(clerk, '"一期完工\n二期""三层"""\t土地\t缺地五亩\n四层\t\t')

        expect_value(clerk, 1, "physical_text", '一期完工\n二期"三层"')
        expect_value(clerk, 1, "problem_kind", "land")
        expect_value(clerk, 2, "physical_text", "四层")

    def test_what_does_not_fit_is_told_and_can_be_taken_out_again(self, clerk):
        cell(clerk, ROWS, "problem_kind").focus()
        paste(clerk, "土地\t缺地\t多余\t多余\n资金\t缺钱")
        status = clerk.locator("[data-status]")

        playwright.expect(status).to_contain_text("有2列超出表格")
        playwright.expect(status).to_contain_text("有1行超出表格")
        expect_value(clerk, ROWS, "problem_text", "缺地")
        clerk.get_by_role("button", name="撤销粘贴").click()
        expect_value(clerk, ROWS, "problem_text", "")

    def test_a_row_that_is_submitted_stays_as_it_is(self, clerk):
        cell(clerk, 2, "month").fill("1")
        clerk.locator("[name=pick][value=T23-0002]").check()
        clerk.get_by_role("button", name="提交勾选的行").click()
        playwright.expect(clerk.get_by_text("已提交1份月报")).to_be_visible()
        cell(clerk, 1, "statistics").focus()
        paste(clerk, "1\n2\n3")

        playwright.expect(clerk.locator("[data-status]")).to_contain_text("有1行已提交")
        expect_value(clerk, 1, "statistics", "1")
        expect_value(clerk, 3, "statistics", "3")

    def test_the_page_reads_amounts_as_the_server_does(self, clerk):
        reads = "texts => import('/static/projects/grid/money.js').then(({read}) => texts.map(text => {"
        reads += "const said = read(text);"
        reads += "return said.wrong ? 'wrong' : said.yuan === null ? null : String(said.yuan)}))"

        assert clerk.evaluate(reads, AMOUNTS) == [as_the_server_reads(text) for text in AMOUNTS]

    def test_the_page_writes_amounts_and_rates_as_the_server_does(self, clerk):
        yuan = [0, 1, 49, 50, 99, 100, 5000, 9999, 10_000, 123_456_789, 10**12 + 1, -1, -50, -12_345_678]
        writes = "all => import('/static/projects/grid/money.js').then(({rate, write, writeSum}) => all.map(one =>"
        writes += "[write(BigInt(one)), writeSum(BigInt(one)), rate(BigInt(one), 30000n)]))"

        assert clerk.evaluate(writes, yuan) == [
            [grouped_wan(one), wan(one), f"{rate_percent(one, 30_000)}%"] for one in yuan
        ]


class TestChecks:
    def test_what_is_to_be_said_stands_below_the_row_while_one_types(self, clerk):
        said = {
            ("month", "约一百"): "不是金额",
            ("invested", "800"): "减少|降|冲减",
            ("month", "9000"): "倍",
            ("month", "400"): "年度计划",
            ("physical_percent", "120"): "100",
        }
        for row, (name, typed) in enumerate(said, start=1):
            cell(clerk, row, name).fill(typed)
        for row, words in enumerate(said.values(), start=1):
            playwright.expect(notes(clerk, row)).to_contain_text(re.compile(words))

    def test_a_doubt_asks_for_a_reason_and_passes_with_it(self, clerk):
        cell(clerk, 1, "invested").fill("800")
        clerk.locator("[name=T23-0001-reason]").fill("核减")
        clerk.locator("[name=pick][value=T23-0001]").check()
        clerk.get_by_role("button", name="提交勾选的行").click()

        playwright.expect(clerk.get_by_text("已提交1份月报")).to_be_visible()
        assert (submitted(1).invested, submitted(1).reason) == (8_000_000, "核减")

    def test_all_errors_stand_at_their_cells_and_nothing_typed_is_lost(self, clerk):
        cell(clerk, 1, "month").fill("x")
        cell(clerk, 2, "funds_paid").fill("y")
        clerk.get_by_role("button", name="提交整月").click()
        clerk.locator("[data-wrong]").wait_for()

        expect_value(clerk, 1, "month", "x")
        expect_value(clerk, 2, "funds_paid", "y")
        for row, name in ((1, "month"), (2, "funds_paid"), (2, "month"), (3, "month")):
            playwright.expect(cell(clerk, row, name)).to_have_attribute("aria-invalid", "true")
        assert not ReturnVersion.objects.filter(period="2023-12").exists()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_table_keeps_the_content_policy_and_the_width(width, browser, live_server, month):
    page = page_of(browser, live_server, make.UserFactory(), width)
    page.goto(ADDRESS)
    page.wait_for_load_state("networkidle")

    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_it_is_a_plain_form(browser, live_server, month):
    page = page_of(browser, live_server, make.UserFactory(county_staff=True), 1440)
    state = page.context.storage_state()
    plain = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, storage_state=state, locale="zh-CN"
    ).new_page()
    plain.goto(ADDRESS)
    cell(plain, 1, "month").fill("100")
    plain.locator("[name=pick][value=T23-0001]").check()
    plain.get_by_role("button", name="提交勾选的行").click()

    playwright.expect(plain.get_by_text("已提交1份月报")).to_be_visible()
    assert submitted(1).invested == 10_000_000


class TestOnAPhone:
    def test_a_row_shows_its_two_figures_and_unfolds_the_rest_at_its_button(self, clerk):
        clerk.set_viewport_size({"width": 390, "height": 844})
        assert cell(clerk, 1, "month").is_visible()
        assert not cell(clerk, 1, "problem_text").is_visible()

        clerk.get_by_role("button", name="形象进度、资金、问题").first.click()

        assert cell(clerk, 1, "problem_text").is_visible()
        assert not cell(clerk, 2, "problem_text").is_visible()

    def test_what_the_caret_goes_to_and_what_something_is_said_of_unfolds(self, clerk):
        clerk.set_viewport_size({"width": 390, "height": 844})

        cell(clerk, 1, "invested").press("Tab")
        cell(clerk, 3, "month").fill("约一百")

        assert cell(clerk, 1, "statistics").is_visible()
        playwright.expect(cell(clerk, 3, "statistics")).to_be_visible()

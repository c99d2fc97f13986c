"""The month's table as the tests in a browser read it: its cells, its notes, and what the server has of it."""

import pytest

from projects.models import MonthlyReturn, ReturnVersion

playwright = pytest.importorskip("playwright.sync_api")


def cell(page, row, name):
    """A cell by the row's number and the name of its field."""
    return page.locator(f"[name=T23-{row:04d}-{name}]")


def notes(page, row):
    """What stands below a row."""
    return page.locator(f"[data-line=T23-{row:04d}] [data-notes]")


def expect_value(page, row, name, value):
    playwright.expect(cell(page, row, name)).to_have_value(value)


def expect_status(page, words):
    """What the line above the table says, sooner or later."""
    playwright.expect(page.locator("[data-status]")).to_contain_text(words)


def expect_kept(page):
    """Everything is on the server."""
    expect_status(page, "已全部保存为草稿")


def draft(row):
    """What the server keeps of a row that is not submitted."""
    return MonthlyReturn.objects.get(project__code=f"T23-{row:04d}", period="2023-12").draft


def submitted(row):
    """What was submitted of a row."""
    return ReturnVersion.objects.get(project__code=f"T23-{row:04d}", period="2023-12")

"""Packages that look odd and yet are workbooks: what programs write that are not Excel, and what is left behind."""

import re

from tests.workbooks.books import Page, xlsx
from tests.workbooks.case import passes
from tests.workbooks.hostile import SHEET
from tests.workbooks.packing import part_of, rewritten
from tests.workbooks.registers import HEADER, ROWS, SIMPLE


@passes(
    "million_empty_rows.xlsx",
    "Three projects and a million empty rows below",
    {"台账": {"F4": 6500.25}},
    sheets={"台账": {"last": "F4"}},
)
def million_empty_rows() -> bytes:
    data = xlsx(SIMPLE)
    return rewritten(
        data, SHEET, part_of(data, SHEET).replace(b"</sheetData>", b"<row/>" * 1_048_572 + b"</sheetData>")
    )


@passes(
    "formatted_to_the_corner.xlsx",
    "Empty cells with a look, as far as XFD1048576",
    {"台账": {"F4": 6500.25}},
    sheets={"台账": {"last": "F4"}},
)
def formatted_to_the_corner() -> bytes:
    return xlsx(Page("台账", [HEADER, *ROWS], more={"XFD1": None, "A1048576": None, "XFD1048576": None}))


@passes(
    "prefixed.xlsx",
    "Elements with a prefix, as some programs write them",
    {"台账": {"C2": "曹县新材料项目（示例）", "F4": 6500.25}},
)
def prefixed() -> bytes:
    data = xlsx(SIMPLE)
    text = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", part_of(data, SHEET)).replace(b"xmlns=", b"xmlns:x=")
    return rewritten(data, SHEET, text)


@passes(
    "link_that_nothing_uses.xlsx",
    "A left-over link to another workbook that no cell takes a value from",
    {"台账": {"F4": 6500.25}},
)
def link_that_nothing_uses() -> bytes:
    return rewritten(xlsx(SIMPLE), "xl/externalLinks/externalLink1.xml", b"<externalLink/>")


@passes("nothing.xlsx", "A workbook whose only sheet is empty", {"Sheet1": {"A1": None}})
def nothing() -> bytes:
    return xlsx(Page("Sheet1", []))

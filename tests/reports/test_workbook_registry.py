"""A workbook that is declared badly cannot be imported."""

import pytest

from portfolio.refusals import Refusal
from portfolio.sheets.columns import Column, Kind
from portfolio.web.access import Act
from projects.core.money import MoneyUnit
from reports.workbooks import find, kinds
from reports.workbooks.registry import TableSpec, Workbook, _kinds

NAME = Column("name", "名称", value=str)
MONEY = Column("plan", "计划", Kind.MONEY, MoneyUnit.YI, value=int)


def table(**facts):
    return TableSpec(**{"key": "rows", "title": "表", "columns": (NAME,), "source": lambda _making: [], **facts})


def declare(**facts):
    whole = {"id": "trial", "title": "试验", "purpose": "试", "act": Act.BUILD_WORKBOOK, "sheets": (table(),)} | facts
    return type("Trial", (Workbook,), whole)


@pytest.fixture(autouse=True)
def _kinds_as_they_were():
    before = dict(_kinds)
    yield
    _kinds.clear()
    _kinds.update(before)


def test_a_complete_declaration_is_found_by_its_id():
    declared = declare()

    assert find("trial") is declared


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"id": ""}, "an id of its own"),
        ({"id": "summary"}, "an id of its own"),
        ({"title": " "}, "no title"),
        ({"purpose": ""}, "what it is for"),
        ({"act": None}, "who may build it"),
        ({"sheets": ()}, "no sheets"),
        ({"sheets": (table(), table())}, "two sheets have one key"),
        ({"sheets": (table(columns=()),)}, "no columns"),
        ({"sheets": (table(columns=(NAME, NAME)),)}, "two columns have the key name"),
        ({"sheets": (table(columns=(Column("name", "名称"),)),)}, "no value function"),
        ({"sheets": (table(title=""),)}, "a key and a title"),
        ({"sheets": (table(columns=(MONEY,)),)}, "does not say its unit"),
    ],
)  # fmt: skip
def test_a_faulty_declaration_is_an_error_when_its_class_is_defined(facts, why):
    with pytest.raises(ValueError, match=why):
        declare(**facts)


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(Refusal, match="summary, register, milestones, changes"):
        find("nothing")


def test_the_kinds_of_the_product_are_these():
    assert [kind.id for kind in kinds()] == ["summary", "register", "milestones", "changes"]


def test_only_the_change_log_asks_for_more_than_the_right_to_build():
    assert {kind.id: kind.act for kind in kinds() if kind.act is not Act.BUILD_WORKBOOK} == {"changes": Act.VIEW_LEDGER}

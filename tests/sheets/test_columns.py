"""A column that cannot be written is an error when it is declared."""

import pytest

from portfolio.sheets.columns import Column, Kind, check_columns
from projects.core.money import MoneyUnit


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"key": "not a name", "header": "名称"}, "key of a column"),
        ({"key": "name", "header": "  "}, "no header"),
        ({"key": "plan", "header": "计划", "kind": Kind.MONEY}, "money has a unit"),
        ({"key": "name", "header": "名称", "unit": MoneyUnit.WAN}, "money has a unit"),
    ],
)
def test_a_faulty_column_is_refused(facts, why):
    with pytest.raises(ValueError, match=why):
        Column(**facts)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ((), "no columns"),
        ((Column("a", "甲", value=str), Column("a", "乙", value=str)), "two columns have the key a"),
        ((Column("a", "甲"),), "no value function: a"),
    ],
)
def test_faulty_columns_of_a_table_are_refused(columns, why):
    with pytest.raises(ValueError, match=why):
        check_columns(columns)


def test_a_column_reads_its_value_from_a_row():
    column = Column("name", "名称").reads(lambda row: row["name"])

    assert column.of({"name": "曹县"}) == "曹县"


def test_a_column_without_a_reader_says_so():
    with pytest.raises(TypeError, match="name does not say how"):
        Column("name", "名称").of({})

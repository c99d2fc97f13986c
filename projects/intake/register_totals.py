"""Compares what a register states (sums, counts) with the sums of its own rows; nothing of it is written."""

from collections.abc import Callable, Iterable

from projects.intake.book import Value
from projects.intake.plan import StatedTotal
from projects.intake.register_rows import Rows, Total
from projects.intake.register_values import Parsed
from projects.intake.values import BadValue

Amount = Callable[[str, Value], int | None]


def stated_totals(rows: Rows, parsed: Iterable[Parsed], amount: Amount) -> list[StatedTotal]:
    """Every stated sum and count, each against its rows. `amount` reads an amount of a field as yuan."""
    every = list(parsed)
    found: list[StatedTotal] = []
    sheet = rows.head.sheet.name
    for total in rows.totals:
        spoken = [row for row in every if _speaks_of(total, row)]
        label = total.label[:60]
        if total.count is not None:
            cell = rows.cell(total.number, "name")
            found.append(StatedTotal("projects", total.count, len(spoken), sheet, cell, label))
        for key, value in total.cells.items():
            try:
                stated = amount(key, value)
            except BadValue:
                continue
            if stated is not None:
                computed = sum(_amount(row, key, amount) for row in spoken)
                found.append(StatedTotal(key, stated, computed, sheet, rows.cell(total.number, key), label))
    return found


def _amount(row: Parsed, key: str, amount: Amount) -> int:
    if key in row.values:
        return int(row.values[key])
    try:
        return amount(key, row.row.cells.get(key)) or 0
    except BadValue:
        return 0


def _speaks_of(total: Total, row: Parsed) -> bool:
    for key, wanted in total.of.items():
        if key == "section":
            if wanted not in row.row.sections:
                return False
        elif key == "since":
            if not int(wanted) < row.row.number < total.number:
                return False
        elif row.values.get(key) != wanted:
            return False
    return True

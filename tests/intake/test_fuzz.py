"""Workbooks broken by chance are read, or refused with a sentence; the process that asks never notices."""

from datetime import date, datetime, time

from projects.intake.reader import Book, Unreadable, read_workbooks
from tests.workbooks.mutate import mutation, mutations

FILES = 400
KINDS = (str, int, float, bool, date, datetime, time, type(None))


def check(found: Book | Unreadable) -> None:
    """What holds of anything that the reader gives."""
    if isinstance(found, Unreadable):
        assert found.code not in {"crashed", "slow"}, found.name
        assert len(str(found)) > 20, found.name
        return
    for sheet in found.sheets:
        assert len({len(row) for row in sheet.rows}) <= 1, found.name
        assert all(isinstance(value, KINDS) for row in sheet.rows for value in row), found.name


def test_broken_workbooks_are_read_or_refused_with_a_sentence() -> None:
    outcomes = list(read_workbooks(mutations(0, FILES)))

    for found in outcomes:
        check(found)
    refused = sum(isinstance(found, Unreadable) for found in outcomes)
    assert len(outcomes) == FILES
    assert FILES // 10 < refused < FILES * 9 // 10, "mutations neither leave all readable nor break all"


def test_a_seed_gives_the_same_file_always() -> None:
    assert [mutation(seed) for seed in range(20)] == [mutation(seed) for seed in range(20)]


def test_what_is_read_has_a_sheet() -> None:
    assert all(found.sheets for found in read_workbooks(mutations(0, 60)) if isinstance(found, Book))

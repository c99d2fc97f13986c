"""A fault of the product in a child is no secret: its parent logs what and where, and nothing of the file."""

import logging

import pytest

from portfolio.refusals import Refusal
from projects.intake import faults, reader
from projects.intake.markup import mark
from projects.intake.plan import Finding, ImportPlan
from projects.intake.reader import Unreadable, read_workbook, read_workbooks
from tests.intake.test_confinement import BEGIN
from tests.workbooks.registers import plain

BROKEN = (
    "def broken(*_anything): raise KeyError('曹县的秘密')\n"
    "child.look = broken\n"
    "child._answer(b'PK\\x03\\x04' + bytes(600), limits, sys.stdout.buffer)"
)


def test_a_fault_of_the_reader_is_logged_with_its_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reader, "_START", f"{BEGIN}\n{BROKEN}")

    with caplog.at_level(logging.WARNING), pytest.raises(Unreadable) as refused:
        read_workbook(plain(), "曹县.xlsx")

    assert refused.value.code == "damaged"
    assert "KeyError at <string>:2 broken" in caplog.text
    assert "曹县" not in caplog.text


def test_a_child_that_speaks_nonsense_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reader, "_START", f"{BEGIN}\nchild.Frames(sys.stdout.buffer, limits).write({{'rows': [[1]]}})")

    with caplog.at_level(logging.WARNING), pytest.raises(Unreadable):
        read_workbook(plain(), "a.xlsx")

    assert "IndexError at reader.py" in caplog.text


@pytest.mark.parametrize("data", [plain(), plain()[:-40], plain()[:300] + plain()[310:]])
def test_good_files_and_damaged_ones_are_no_warning(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        list(read_workbooks([("a.xlsx", data)]))

    assert not caplog.records


def test_a_fault_of_the_marking_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    plan = ImportPlan("register", errors=[Finding("台账", 2, "C2", "name", "缺少列。")])

    with caplog.at_level(logging.WARNING), pytest.raises(Refusal):
        mark(b"PK\x03\x04nonsense", plan)

    assert "Refused at preflight.py" in caplog.text


@pytest.mark.parametrize(
    "told", [None, "x", 7, [], ["a"], ["a", "b", "c"], [1, "x.py:1 f"], ["曹县", "x.py:1 f"], ["x" * 99, ""], {"a": 1}]
)
def test_what_a_child_tells_is_believed_only_in_its_shape(told: object) -> None:
    assert faults.said(told) == ""


def test_a_place_with_more_than_a_place_is_left_out() -> None:
    assert faults.said(["ValueError", "曹县银河纺织 32000"]) == "ValueError"
    assert faults.said(["ValueError", "zipfile.py:77 read"]) == "ValueError at zipfile.py:77 read"

"""What the workbooks of the small portfolio say, cell by cell. Bytes are compared elsewhere; these are for reading.

A deliberate change is taken over with `UPDATE_GOLDEN=1 pytest tests/reports/test_workbook_golden.py` and read in the
difference.
"""

import os

import pytest

from tests.reports import made, small

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "language"),
    [("summary", "zh-hans"), ("summary", "en"), ("register", "zh-hans"), ("milestones", "zh-hans")],
)
def test_a_workbook_says_cell_by_cell_what_it_said(kind, language, portfolio):
    dump = made.dump(made.build(kind, language=language).book)
    golden = made.GOLDEN / f"{kind}.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(dump, encoding="utf-8")

    assert dump == golden.read_text(encoding="utf-8")


def test_the_change_log_says_row_by_row_what_it_said(portfolio):
    workbook = made.build("changes", made.covered(small.AFTER, period=None)).book
    rows = made.rows(workbook["变更日志"], "日志序号")
    said = [f"{header}\t{made.VARYING.sub('#', str(row[header]))}" for row in rows[-4:] for header in list(row)[1:]]
    golden = made.GOLDEN / "changes.zh-hans.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text("\n".join(said) + "\n", encoding="utf-8")

    assert said == golden.read_text(encoding="utf-8").splitlines()

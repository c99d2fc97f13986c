"""A process that is killed while it archives a workbook leaves no half workbook in the list; the next one finishes."""

import json
import time
from pathlib import Path

import pytest

from tests.flows.installation import Installation, installed, kill

LIVE = """
from tests.reports import small
small.build()
"""
STATES = """
from reports.models import ArchivedWorkbook
from reports.actions import archive
answer([[row.state, row.sha256] for row in ArchivedWorkbook.objects.all()] + [archive.verify()[0]])
"""
LATER = """
import time_machine
from datetime import datetime, timedelta, timezone
from reports.actions import archive
with time_machine.travel(datetime.now(timezone.utc) + timedelta(minutes=90), tick=True):
    answer(archive.rescue())
"""


@pytest.fixture
def place(tmp_path):
    with installed(tmp_path) as installation:
        installation.run(LIVE)
        yield installation, tmp_path / "archive"


def parts(folder: Path) -> list[Path]:
    return list(folder.rglob(".*.part"))


def killed_while_writing(installation: Installation, folder: Path) -> None:
    """Start a building and kill it as soon as its file is there and not yet whole."""
    with installation.started("manage.py", "build_workbook", "summary", "--period", "2023-12") as process:
        deadline = time.monotonic() + 60
        while not parts(folder):
            assert process.poll() is None and time.monotonic() < deadline, "it was never seen writing"
            time.sleep(0.002)
        kill(process)


def test_a_killed_worker_leaves_no_half_workbook_and_the_next_one_makes_the_same_bytes(place, tmp_path):
    installation, folder = place

    killed_while_writing(installation, folder)

    assert installation.run(STATES) == [["building", ""], 0]
    assert len(parts(folder)) == 1 and not list(folder.rglob("*.xlsx"))

    assert installation.run(LATER) == [1]
    assert not parts(folder)
    copy = installation.manage("build_workbook", "summary", "--period", "2023-12", "--out", str(tmp_path / "copy.xlsx"))
    installation.manage("build_workbook", "summary", "--period", "2023-12")

    assert installation.run(STATES) == [["ready", json.loads(copy)["sha256"]], 1]
    assert json.loads(installation.manage("verify_archive")) == {"workbooks": 1, "faults": []}

"""A process killed while it commits return workbooks leaves nothing of them; sent in again, all of it is there."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.flows.installation import Installation, installed, kill

ROWS = 12
MOMENTS = ("projects_returnversion", "projects_milestonerevision", "projects_importbatch")
# Two counties' workbooks, filled in, in a folder: figures of every project, and the date of a milestone each.
READY = """
from datetime import date
from pathlib import Path
from portfolio import clock
from tests import factories as make
from tests.projects.return_books import changed, drawn, fill
for year in (2023, 2024):
    make.CalendarYearFactory(year=year)
make.ReportingPeriodFactory(period="2023-12")
with clock.set_to(date(2024, 1, 5)):
    for county in ("371721", "371722"):
        division = make.DivisionFactory(code=county)
        codes = [f"T{county[-1]}-{number:04d}" for number in range(ROWS)]
        for code in codes:
            project = make.ProjectFactory(code=code, division=division)
            make.ListingFactory(project=project)
            make.PlanRevisionFactory(project=project)
            make.MilestoneRevisionFactory(milestone=make.MilestoneFactory(project=project))
        clerk = make.UserFactory(username=f"clerk{county}", county_staff=True, division=county)
        def write(book):
            for code in codes:
                fill(book, code, month=100)
                fill(book, code, "D04", forecast_on="2024-03-01")
        Path(FOLDER, f"{county}.xlsx").write_bytes(changed(drawn(clerk, date(2024, 1, 5)), write))
"""
STATE = """
from projects.models import Change, ImportBatch, Milestone, MonthlyReturn, ReturnVersion
from projects.queries.ledger import verify
answer({
    "versions": ReturnVersion.objects.count(), "returns": MonthlyReturn.objects.count(),
    "moved": Milestone.objects.exclude(forecast_on=None).count(), "changes": Change.objects.count(),
    "batches": ImportBatch.objects.count(), "broken": verify().broken_seq,
})
"""
NOTHING = {"versions": 0, "returns": 0, "moved": 0, "changes": 0, "batches": 0, "broken": None}
# The process stops itself at a statement of the second workbook's commit, so that it is killed there and nowhere else.
STOPPING = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
met = 0
def stop(execute, sql, *rest):
    global met
    if sys.argv[1] in sql and sql.lstrip().upper().startswith(("INSERT", "UPDATE", "COPY")):
        met += 1
        if met > 1:
            os.kill(os.getpid(), signal.SIGSTOP)
    return execute(sql, *rest)
with connection.execute_wrapper(stop):
    call_command("import_returns", sys.argv[2], "--commit")
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("returns")
    files = folder / "files"
    files.mkdir()
    with installed(folder, BUSINESS_DATE="2024-01-05", DEMO="1") as installation:
        installation.run(f"ROWS, FOLDER = {ROWS}, {str(files)!r}\n{READY}")
        yield installation, files


def killed_at(installation: Installation, moment: str, files: Path) -> None:
    """Start a commit and kill it where it stops."""
    with installation.started("-c", STOPPING, moment, str(files)) as process:
        deadline = time.monotonic() + 60
        while _state_of(process.pid) != "T":
            assert process.poll() is None and time.monotonic() < deadline, f"it never came to {moment}"
            time.sleep(0.01)
        kill(process)
        assert process.wait() == -signal.SIGKILL


def _state_of(pid: int) -> str:
    with open(os.path.join("/proc", str(pid), "stat"), encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0]


def test_nothing_of_a_killed_commit_is_there_and_all_of_it_after_the_next(place):
    installation, files = place

    for moment in MOMENTS:
        killed_at(installation, moment, files)
        assert installation.run(STATE) == NOTHING, moment

    said = json.loads(installation.manage("import_returns", str(files), "--commit"))
    again = json.loads(installation.manage("import_returns", str(files), "--commit"))

    assert (said["create"], said["update"], said["committed"]) == (2 * ROWS, 2 * ROWS, True)
    assert (again["unchanged"], again["committed"]) == (4 * ROWS, False)
    assert installation.run(STATE) == {
        "versions": 2 * ROWS, "returns": 2 * ROWS, "moved": 2 * ROWS, "changes": 4 * ROWS, "batches": 2, "broken": None,
    }  # fmt: skip

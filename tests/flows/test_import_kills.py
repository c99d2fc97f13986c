"""A process killed in the middle of an import's commit leaves nothing of it; sent in again, all of it is there."""

import json
import signal
import time

import pytest

from tests.flows.installation import Installation, installed, kill
from tests.intake.register_books import plain

ROWS = 400
READY = """
from django.core.management import call_command
from io import StringIO
call_command("load_reference", stdout=StringIO())
from tests import factories as make
make.ProgrammeFactory(code="P2024", year=2024)
"""
STATE = """
from projects.models import Change, ImportBatch, Listing, Organisation, PlanRevision, Project
from projects.queries.ledger import verify
verdict = verify()
answer({
    "projects": Project.objects.count(), "plans": PlanRevision.objects.count(), "places": Listing.objects.count(),
    "firms": Organisation.objects.count(), "changes": Change.objects.filter(batch__startswith="import-").count(),
    "committed": ImportBatch.objects.filter(state="committed").count(), "broken": verdict.broken_seq,
})
"""
NOTHING = {"projects": 0, "plans": 0, "places": 0, "firms": 0, "changes": 0, "committed": 0, "broken": None}
# The process stops itself at a statement of the commit, so that it is killed there and nowhere else.
STOPPING = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
import re
from projects.actions import upsert
names = re.compile(r'\\b(INTO|UPDATE|COPY) "?%s\\b' % sys.argv[1])  # the table itself, not one that begins like it
def stop(execute, sql, *rest):
    if names.search(sql):
        os.kill(os.getpid(), signal.SIGSTOP)
    return execute(sql, *rest)
pour = upsert._pour  # a COPY goes past the wrapper
upsert._pour = lambda cursor, sql, values: stop(lambda same: pour(cursor, same, values), sql)
with connection.execute_wrapper(stop):
    call_command("import_register", sys.argv[2], "--programme", "P2024", "--commit")
"""
MOMENTS = (
    "projects_organisation", "projects_project", "projects_planrevision", "projects_ledgerhead", "projects_importbatch",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("imports")
    register = folder / "台账.xlsx"
    body = [
        [at, f"项目{at:04d}号", "曹县" if at % 2 else "单县", f"公司{at % 20}", "内容", "2024-2025", 9000, 3000]
        for at in range(1, ROWS + 1)
    ]
    register.write_bytes(plain(body))
    with installed(folder) as installation:
        installation.run(READY)
        yield installation, register


def killed_at(installation: Installation, moment: str, register: object) -> None:
    """Start a commit and kill it where it stops."""
    with installation.started("-c", STOPPING, moment, str(register)) as process:
        deadline = time.monotonic() + 60
        while not _is_stopped(process.pid):
            assert process.poll() is None and time.monotonic() < deadline, f"it never came to {moment}"
            time.sleep(0.01)
        kill(process)
        assert process.wait() == -signal.SIGKILL


def _is_stopped(pid: int) -> bool:
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def test_nothing_of_a_killed_commit_is_there_and_all_of_it_after_the_next(place):
    installation, register = place

    for moment in MOMENTS:
        killed_at(installation, moment, register)
        assert installation.run(STATE) == NOTHING, moment

    said = json.loads(installation.manage("import_register", str(register), "--programme", "P2024", "--commit"))
    again = json.loads(installation.manage("import_register", str(register), "--programme", "P2024", "--commit"))

    assert (said["create"], said["committed"]) == (ROWS, True)
    assert (again["unchanged"], again["committed"]) == (ROWS, False)
    state = installation.run(STATE)
    assert state["changes"] == 20 + 3 * ROWS
    assert {name: state[name] for name in ("projects", "plans", "places", "firms", "committed", "broken")} == {
        "projects": ROWS, "plans": ROWS, "places": ROWS, "firms": 20, "committed": 1, "broken": None,
    }  # fmt: skip

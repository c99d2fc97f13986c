"""Two people press the same button at once: no fault page, nothing lost, nothing twice; on either database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.installation import Installation, installed

# Requests in threads of one process, each with a connection of its own, let go together.
TOGETHER = """
from datetime import date
from threading import Barrier, Thread
from django.conf import settings
from django.db import connections
from django.test import Client
from portfolio import clock
from portfolio.models import User
from projects.models import MonthlyReturn, Milestone, ReportingPeriod, ReturnVersion, Project, Change
from reports.models import ArchivedWorkbook
settings.ALLOWED_HOSTS = ["testserver"]
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is collected here
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}

def together(*requests):
    barrier, answers = Barrier(len(requests)), [None] * len(requests)
    def ask(at, username, address, fields):
        try:
            client = Client(raise_request_exception=False)
            client.force_login(User.objects.get(username=username))
            barrier.wait(30)
            answers[at] = client.post(address, fields).status_code
        finally:
            connections.close_all()
    threads = [Thread(target=ask, args=(at, *request)) for at, request in enumerate(requests)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return answers
"""

FURNISH = """
from tests import factories as make
from tests.world import World
World()
"""
OWN = "T-OWN-DRAFT"
RETURN = f"/projects/{OWN}/returns/2023-12/"
STONE = f"/projects/{OWN}/milestones/D04/"
TABLE = "/returns/grid/2023-12/"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("furnished"), BUSINESS_DATE="2024-01-05") as installation:
        installation.run(FURNISH)
        yield installation


@pytest.fixture
def place(tmp_path: Path, furnished: Installation) -> Iterator[Installation]:
    with installed(tmp_path, furnished, BUSINESS_DATE="2024-01-05") as installation:
        yield installation


def asked(place: Installation, requests: list[tuple[str, str, dict[str, str]]], then: str) -> Any:
    """Ask all at once; the answers, and what `then` says of the database afterwards."""
    return place.run(f"{TOGETHER}\nanswers = together(*{requests!r})\nanswer([sorted(answers), {then}])")


def test_a_return_that_two_people_submit_at_once_is_submitted_once(place: Installation) -> None:
    sent = {"do": "submit", "version": "0"}
    answers, versions = asked(
        place,
        [("staff", RETURN, {**sent, "invested": "950"}), ("office", RETURN, {**sent, "invested": "960"})],
        f"ReturnVersion.objects.filter(project__code={OWN!r}, period='2023-12').count()",
    )

    assert (answers, versions) == ([200, 302], 1)
    place.manage("verify_ledger")


def test_a_form_that_is_sent_twice_at_once_is_taken_once(place: Installation) -> None:
    request = ("staff", RETURN, {"do": "submit", "version": "0", "invested": "950"})
    answers, changes = asked(place, [request] * 4, f"Change.objects.filter(act='submit', project={OWN!r}).count()")

    assert (answers, changes) == ([200, 200, 200, 302], 1)


def test_a_draft_that_two_people_keep_at_once_loses_neither(place: Installation) -> None:
    sent = {"do": "draft", "version": "0"}
    answers, version = asked(
        place,
        [("staff", RETURN, {**sent, "invested": "910"}), ("office", RETURN, {**sent, "invested": "920"})],
        f"MonthlyReturn.objects.get(project__code={OWN!r}, period='2023-12').version",
    )

    assert (answers, version) == ([200, 302], 1)  # the second was shown both


def _row(invested: str) -> dict[str, str]:
    return {f"{OWN}-version": "0", f"{OWN}-invested": invested}


def test_a_row_that_two_people_type_at_once_in_their_tables_loses_neither(place: Installation) -> None:
    answers, version = asked(
        place,
        [("staff", TABLE, {"do": "draft", **_row("910")}), ("office", TABLE, {"do": "draft", **_row("920")})],
        f"MonthlyReturn.objects.get(project__code={OWN!r}, period='2023-12').version",
    )

    assert (answers, version) == ([200, 302], 1)  # the second was shown both


def test_a_table_is_not_submitted_over_a_draft_that_is_kept_meanwhile(place: Installation) -> None:
    answers, last = asked(
        place,
        [
            ("staff", TABLE, {"do": "submit", "pick": OWN, **_row("950")}),
            ("office", RETURN, {"do": "draft", "version": "0", "invested": "920"}),
        ],
        f"list(MonthlyReturn.objects.filter(project__code={OWN!r}, period='2023-12').values_list('state', 'draft'))",
    )

    assert answers == [200, 302]  # one of the two was shown what the other wrote
    assert last[0][0] == "submitted" or last[0][1]["invested"] == "920"


def test_a_milestone_that_two_people_date_at_once_keeps_the_first(place: Installation) -> None:
    sent = {"version": "1", "forecast_on": "", "planned_on": "2023-12-29", "reason": ""}
    days = ("2024-01-03", "2024-01-04")
    answers, version = asked(
        place,
        [(who, STONE, {**sent, "actual_on": day}) for who, day in zip(("staff", "office"), days, strict=True)],
        f"Milestone.objects.get(project__code={OWN!r}).version",
    )

    assert (answers, version) == ([200, 302], 2)


def test_people_who_work_on_different_projects_all_get_through(place: Installation) -> None:
    """On SQLite writers wait for each other; none is told that the database is locked."""
    sent = {"version": "1", "forecast_on": "", "planned_on": "2023-12-29", "reason": "", "actual_on": "2024-01-04"}
    codes = [f"T-{side}-{state}" for side in ("OWN", "OTHER") for state in ("DRAFT", "SUBMITTED", "REVIEWED")]
    answers, done = asked(
        place,
        [("office", f"/projects/{code}/milestones/D04/", sent) for code in codes],
        "Milestone.objects.filter(actual_on=date(2024, 1, 4)).count()",
    )

    assert (answers, done) == ([302] * 6, 6)
    place.manage("verify_ledger")
    place.manage("verify_access")


def test_an_acceptance_and_a_giving_back_at_once_are_one_of_the_two(place: Installation) -> None:
    address = "/projects/T-OWN-REVIEWED/returns/2023-12/"
    version = place.rows(
        "SELECT r.version FROM projects_monthlyreturn r JOIN projects_project p ON p.id = r.project_id "
        "WHERE p.code = 'T-OWN-REVIEWED' AND r.period = '2023-12'"
    )[0][0]
    _answers, acts = asked(
        place,
        [
            ("office", address, {"do": "accept", "version": str(version)}),
            ("office", address, {"do": "give_back", "version": str(version), "words": "请核对"}),
        ],
        "list(Change.objects.filter(project='T-OWN-REVIEWED').values_list('act', flat=True))",
    )

    assert len(acts) == 1


def test_a_month_that_two_lock_at_once_is_locked_once(place: Installation) -> None:
    answers = place.run(
        f"""{TOGETHER}
from portfolio.refusals import Refusal
from projects.actions.cycle import lock_period
from projects.core.periods import Period
barrier, said = Barrier(2), []
def lock():
    try:
        barrier.wait(30)
        said.append(lock_period(by=User.system(), period=Period(2023, 12))["period"])
    except Refusal as refusal:
        said.append(type(refusal).__name__)
    finally:
        connections.close_all()
threads = [Thread(target=lock) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
answer([sorted(said), Change.objects.filter(act="lock").count()])
"""
    )

    assert answers == [["2023-12", "Refusal"], 1]


def test_a_workbook_that_two_ask_for_at_once_is_one_row(place: Installation) -> None:
    request = ("office", "/reports/build/summary/", {"period": "2023-12", "language": "zh-hans", "as_known": ""})
    answers, rows = asked(place, [request] * 3, "ArchivedWorkbook.objects.filter(period='2023-12').count()")

    assert (answers, rows) == ([302] * 3, 1)

"""So many children and no more, over all processes; who waits too long is told so; the killed free their places."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portfolio.refusals import Refusal
from projects.actions import imports
from projects.intake import slots
from projects.intake.reader import Book, read_workbook, read_workbooks
from projects.models import ImportBatch
from tests import factories as make
from tests.intake.register_books import plain

ROOT = Path(__file__).resolve().parents[2]
HOLD = (
    "import sys, time; from projects.intake import slots; place = slots.take(20); began = time.monotonic(); "
    "print('taken', flush=True); {until}; ended = time.monotonic(); slots.give_back(place); print(began, ended)"
)
Holder = subprocess.Popen[str]
DATA = plain([[1, "银河纺织智能化改造项目", "曹县", "银河纺织有限公司", "改造车间", "2023-2025", 32000, 12000]])


@pytest.fixture
def start(settings: object, tmp_path: Path) -> Iterator[Callable[[str], Holder]]:
    """Starts processes of their own that take a place of this test's var/."""
    settings.VAR = tmp_path
    begun: list[Holder] = []

    def begin(until: str) -> Holder:
        surroundings = os.environ | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portfolio.settings"}
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD.format(until=until)],
            cwd=ROOT, env=surroundings, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def all_taken(start: Callable[[str], Holder]) -> list[Holder]:
    """Every place is held by a process of its own, until its input ends."""
    holders = [start("sys.stdin.read()") for _place in range(slots.PLACES)]
    for holder in holders:
        assert holder.stdout is not None and holder.stdout.readline() == "taken\n"
    return holders


def test_no_more_than_the_places_are_held_at_a_time_and_each_gets_one(start: Callable[[str], Holder]) -> None:
    holders = [start("time.sleep(0.3)") for _number in range(2 * slots.PLACES + 1)]

    spans = []
    for holder in holders:
        out, _nothing = holder.communicate(timeout=60)
        spans.append(tuple(float(moment) for moment in out.split()[1:]))
    at_once = max(sum(began <= moment < ended for began, ended in spans) for moment, _ended in spans)
    assert 1 <= at_once <= slots.PLACES


def test_a_file_waits_for_a_place(start: Callable[[str], Holder]) -> None:
    holders = all_taken(start)
    threading.Timer(0.4, lambda: holders[0].communicate("")).start()
    began = time.monotonic()

    assert isinstance(read_workbook(DATA, "a.xlsx"), Book)
    assert time.monotonic() - began > 0.3


def test_a_killed_process_frees_its_place(start: Callable[[str], Holder], monkeypatch: pytest.MonkeyPatch) -> None:
    holders = all_taken(start)
    monkeypatch.setattr(slots, "PATIENCE", 0.2)
    with pytest.raises(slots.Busy):
        read_workbook(DATA, "a.xlsx")

    holders[0].kill()
    holders[0].wait()

    assert isinstance(read_workbook(DATA, "a.xlsx"), Book)


def test_places_are_free_again_after_good_files_and_bad_ones(settings: object, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    for _time in range(2):
        list(read_workbooks([("a.xlsx", DATA), ("b.xlsx", b"PK\x03\x04 and no more"), ("c.xlsx", DATA)]))

    places = [slots.take(0) for _place in range(slots.PLACES)]

    with pytest.raises(slots.Busy):
        slots.take(0)
    for place in places:
        slots.give_back(place)


def test_a_place_that_cannot_be_made_is_a_sentence(settings: object, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("no folder")
    settings.VAR = tmp_path

    with pytest.raises(Refusal, match=r"administrator|管理员"):
        read_workbook(DATA, "a.xlsx")


@pytest.mark.django_db
def test_an_upload_that_finds_no_place_is_kept_and_read_later(
    start: Callable[[str], Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    make.DivisionFactory(caoxian=True)
    office = make.UserFactory(username="office")
    batch = imports.receive(by=office, kind="register", name="a.xlsx", data=DATA)
    holders = all_taken(start)
    monkeypatch.setattr(slots, "PATIENCE", 0.1)

    with pytest.raises(slots.Busy):
        imports.plan_batch(by=office, batch=batch)
    holders[0].kill()
    holders[0].wait()
    again = imports.receive(by=office, kind="register", name="a.xlsx", data=DATA)

    assert again == batch and again.state == ImportBatch.State.PLANNED
    assert imports.plan_batch(by=office, batch=again).counts()["create"] == 1

"""The supervisor with small real processes: they are restarted, stopped in reverse order, and none is left."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portfolio import env
from portfolio.supervisor import Child, Supervisor

# Writes its pid, then leaves its mark when it is asked to end.
GENTLE = """
import pathlib, signal, sys, time
def end(*_):
    with open(sys.argv[1] + "/ended", "a") as stream: stream.write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1], sys.argv[2]).write_text("up")
time.sleep(60)
"""
STUBBORN = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1], sys.argv[2]).write_text(str(inner.pid))
time.sleep(60)
"""


def until(condition: Callable[[], object], seconds: float = 15) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def child(name: str, program: str, folder: Path, patience: float = 10) -> Child:
    return Child(name, [sys.executable, "-c", program, str(folder), name], patience, ready=folder / name)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    held = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    made: list[Supervisor] = []

    def make(*children: Child) -> Supervisor:
        made.append(Supervisor(list(children), tmp_path, env.for_children(), held))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.hurry.set()
        supervisor.stop()
    os.close(held)


def test_children_are_stopped_in_reverse_order(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(*(child(name, GENTLE, tmp_path) for name in ("first", "second", "third")))
    supervisor.turn()

    supervisor.stop()

    assert (tmp_path / "ended").read_text() == "third second first "


def test_a_child_that_dies_is_started_again_and_the_others_stay(
    tmp_path: Path, supervise: Callable[..., Supervisor], capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = supervise(child("one", GENTLE, tmp_path), child("two", GENTLE, tmp_path))
    supervisor.turn()
    one, two = (member.process.pid for member in supervisor.children)
    os.kill(one, signal.SIGKILL)

    until(lambda: supervisor.turn() or (supervisor.children[0].process and supervisor.children[0].process.pid != one))

    assert supervisor.children[1].process.pid == two
    assert "one ended with status -9 and is started again" in capsys.readouterr().out


def test_a_child_that_keeps_dying_is_tried_ever_more_seldom(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    hopeless = Child("hopeless", [sys.executable, "-c", "raise SystemExit(3)"], patience=1)
    supervisor = supervise(hopeless)
    pauses = []
    for _ in range(4):
        hopeless.due = 0
        supervisor.turn()
        until(lambda: hopeless.process.poll() is not None)
        assert hopeless.bury() == 3
        pauses.append(round(hopeless.due - time.monotonic(), 1))
    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_what_a_killed_child_left_behind_is_ended(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(child("parent", STUBBORN, tmp_path))
    supervisor.turn()
    until(lambda: (tmp_path / "parent").read_text())
    orphan = psutil.Process(int((tmp_path / "parent").read_text()))
    os.kill(supervisor.children[0].process.pid, signal.SIGKILL)

    until(lambda: supervisor.turn() or not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)


def test_a_child_that_does_not_end_is_ended_when_its_time_is_over(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    stubborn = child("stubborn", STUBBORN, tmp_path, patience=2)
    supervisor = supervise(stubborn)
    supervisor.turn()
    pid = stubborn.process.pid
    stubborn.patience = 0.2

    supervisor.stop()

    assert not psutil.pid_exists(pid)


def test_a_second_signal_does_not_wait(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(child("stubborn", STUBBORN, tmp_path, patience=60))
    supervisor.turn()
    threading.Timer(0.3, lambda: (supervisor._on_signal(), supervisor._on_signal())).start()
    began = time.monotonic()

    supervisor.stop()

    assert time.monotonic() - began < 10


def test_nothing_is_started_again_while_stopping(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(child("one", GENTLE, tmp_path))
    supervisor.stopping.set()

    supervisor.turn()

    assert supervisor.children[0].process is None


def test_a_long_log_is_put_aside(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    (tmp_path / "one.log").write_bytes(b"x" * 10_000_001)
    supervise(child("one", GENTLE, tmp_path)).turn()

    assert (tmp_path / "one.log.1").stat().st_size == 10_000_001
    assert (tmp_path / "one.log").stat().st_size < 1000

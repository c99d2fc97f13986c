"""Keeps child processes alive until Ctrl-C or SIGTERM, and then leaves none.

A child that dies is started again, alone, after a growing pause; all are stopped in reverse order of starting.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_PAUSE = 30  # seconds before a child that keeps dying is tried again
STEADY = 60  # seconds after which a death counts as the first one
LARGEST_LOG = 10_000_000  # bytes, after which a log is put aside at the next start of its child
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    # Runs in the child: if the supervisor itself is killed, the kernel asks its children to end.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process and its descendants, in a session of their own, so that Ctrl-C reaches the supervisor alone."""

    name: str
    command: list[str]
    patience: float  # seconds it is given to become ready, and to finish what it is doing
    ready: Path | None = None  # a socket that the next child needs
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0
    due: float = 0
    deaths: int = 0

    def start(self, log: Path, environment: dict[str, str], held: int) -> None:
        """Start it, its output going to its log; `held` is the lock that it keeps with the supervisor."""
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                self.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                pass_fds=(held,),
                preexec_fn=_end_with_parent,
            )
        self.started = time.monotonic()
        while self.ready and not self.ready.exists() and self._lives() and self._age() < self.patience:
            time.sleep(0.02)

    def bury(self) -> int | None:
        """Its exit status if it has died since, what it left behind being ended; None as long as it lives."""
        if self.process is None or self._lives():
            return None
        status = self.process.returncode
        self.kill()
        self.process = None
        self.deaths = 1 if self._age() > STEADY else self.deaths + 1
        self.due = time.monotonic() + min(LONGEST_PAUSE, 2 ** (self.deaths - 1) / 2)
        return status

    def stop(self, hurry: threading.Event) -> None:
        """Ask it to end, wait as long as it is given, then end it and whatever it started."""
        if self.process is None:
            return
        self.process.terminate()
        deadline = time.monotonic() + self.patience
        while self._lives() and time.monotonic() < deadline and not hurry.is_set():
            time.sleep(0.05)
        self.kill()
        self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End its whole session at once."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _age(self) -> float:
        return time.monotonic() - self.started


@dataclass
class Supervisor:
    """The children in the order in which they need each other."""

    children: list[Child]
    logs: Path
    environment: dict[str, str]
    held: int
    stopping: threading.Event = field(default_factory=threading.Event)
    hurry: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Ctrl-C, SIGTERM or a closed terminal stop in order; a second time, without waiting."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        if self.stopping.is_set():
            self.hurry.set()
        self.stopping.set()

    def turn(self) -> None:
        """Take note of what died and start what is due, in order."""
        for child in self.children:
            log = self.logs / f"{child.name}.log"
            status = child.bury()
            if status is not None:
                print(f"{child.name} ended with status {status} and is started again; its log is {log}", flush=True)
            if child.process is None and time.monotonic() >= child.due and not self.stopping.is_set():
                child.start(log, self.environment, self.held)

    def stop(self) -> None:
        """Stop all, last started first."""
        for child in reversed(self.children):
            child.stop(self.hurry)

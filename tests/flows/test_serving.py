"""The product as `make run` serves it: real Redis, worker, scheduler and web on a database of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portfolio import env
from portfolio.setup import catalogues
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.redis


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that the served processes bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an installation with a migrated, empty database and its static files."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    var = tmp_path_factory.mktemp("var")
    environment = env.for_children(
        VAR_DIR=str(var),
        PORT=str(port),
        HOST="127.0.0.1",
        DATABASE_URL="",
        REDIS_URL="",
        DJANGO_SETTINGS_MODULE="portfolio.settings",
        WEB_PROCESSES="1",
        WORKER_PROCESSES="1",
    )
    catalogues.compile_all(ROOT, var / "locale")
    for command in (["migrate"], ["collectstatic", "--no-input"]):
        manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True)
    return environment


class Served:
    """A running installation, seen from outside."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.address = f"http://127.0.0.1:{environment['PORT']}"
        self.output = Path(environment["VAR_DIR"], "said")
        with self.output.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portfolio.serve"],
                cwd=ROOT,
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        until(lambda: self.health().get("status") == "ok" and "Serving at" in self.output.read_text())
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def health(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            return json.load(answer)
        except OSError:
            return {}

    def child(self, word: str) -> psutil.Process | None:
        """The direct child that has the word in its command line."""
        for found in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
                line = found.cmdline()
                if word in line or word in "".join(line[:1]):
                    return found
        return None

    def replaced(self, word: str, pid: int) -> bool:
        found = self.child(word)
        return found is not None and found.pid != pid

    def leftovers(self) -> list[str]:
        """Of all that ever ran here, what still does."""
        alive = [found for found in self.family if found.is_running() and found.status() != psutil.STATUS_ZOMBIE]
        return [" ".join(found.cmdline()) for found in alive]


@pytest.fixture
def served(installation: dict[str, str]) -> Iterator[Served]:
    running = Served(installation)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
    running.process.wait(timeout=60)


def test_a_page_is_served_and_ctrl_c_leaves_no_process(served: Served) -> None:
    with urllib.request.urlopen(f"{served.address}/login/", timeout=10) as page:
        assert "登录" in page.read().decode()
    assert len(served.family) >= 5  # Redis, worker and its child, scheduler, web and its worker
    sockets = Path(env.kept(Path(served.environment["VAR_DIR"]) / "run" / "broker_url").removeprefix("unix://")).parent
    assert sockets.is_dir()

    served.process.send_signal(signal.SIGINT)
    served.process.wait(timeout=60)
    said = served.output.read_text()

    assert served.process.returncode == 0
    assert f"Serving at {served.address}/" in said and said.endswith("Stopped.\n")
    assert served.leftovers() == [] and not sockets.exists()


def test_a_killed_worker_and_a_killed_redis_come_back(served: Served) -> None:
    for word in ("worker", "redis-server"):
        victim = served.child(word)
        victim.kill()
        until(lambda word=word, pid=victim.pid: served.replaced(word, pid))
    time.sleep(6)  # what /healthz found before is kept for five seconds
    until(lambda: served.health().get("status") == "ok")
    worker_reaches_redis(served)


def worker_reaches_redis(served: Served) -> None:
    """A message that is published now is worked on: the heartbeat's row moves on."""
    program = (
        "import django; django.setup()\n"
        "from portfolio.models import JobRun; from portfolio.tasks import heartbeat; import time\n"
        "before = JobRun.objects.get(job='heartbeat').finished_at; heartbeat.delay()\n"
        "for _ in range(300):\n"
        "    time.sleep(.1)\n"
        "    if JobRun.objects.get(job='heartbeat').finished_at != before: raise SystemExit(0)\n"
        "raise SystemExit(1)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=served.environment)
    assert done.returncode == 0


def test_a_second_supervisor_is_refused_in_one_sentence(served: Served) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "portfolio.serve"], cwd=ROOT, env=served.environment, capture_output=True, text=True
    )
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1 and f"process {served.process.pid}" in again.stderr


def test_a_killed_supervisor_leaves_no_process_and_the_next_one_serves(
    served: Served, installation: dict[str, str]
) -> None:
    os.kill(served.process.pid, signal.SIGKILL)
    until(lambda: not served.leftovers())

    after = Served(installation)
    after.process.send_signal(signal.SIGTERM)
    after.process.communicate(timeout=60)

    assert after.leftovers() == []

"""An installation of its own for tests that start and kill real processes: a database, a var folder, an environment."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from portfolio import env
from portfolio.setup import catalogues
from tests.architecture.sources import ROOT

LATER = """
import sys
from datetime import datetime, timedelta, timezone
import django, time_machine
django.setup()
from django.core.management import call_command
with time_machine.travel(datetime.now(timezone.utc) + timedelta(minutes=float(sys.argv[1])), tick=True):
    call_command(*sys.argv[2:])
"""

SCRIPT = """
import json
import django
django.setup()
def answer(value):
    print(json.dumps(value, default=str))
"""


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that another process brings about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


class Installation:
    """Runs the product's commands on a database of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def manage(self, *command: str, after_minutes: float = 0, **changes: str) -> str:
        """Run a command to its end, as if so many minutes had passed, and give what it printed."""
        code = [sys.executable, "-c", LATER, str(after_minutes), *command]
        done = subprocess.run(code, cwd=ROOT, env=self.environment | changes, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, script: str) -> Any:
        """Run lines of Python inside the product; what they `answer(...)` comes back."""
        code = [sys.executable, "-W", "ignore", "-c", SCRIPT + script]
        done = subprocess.run(code, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds now, read directly: starting the product to look would take a second each time."""
        with self._connected() as connection:
            return list(connection.execute(sql).fetchall())

    @contextmanager
    def writers_waiting(self, table: str) -> Iterator[None]:
        """Hold the lock that a writer of the table needs, so that it waits at the brink of its write."""
        with self._connected() as connection:
            postgres = not isinstance(connection, sqlite3.Connection)
            connection.execute("BEGIN" if postgres else "BEGIN IMMEDIATE")
            if postgres:
                connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield
            if postgres:  # its server process would carry out what the killed one had asked for
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            connection.execute("ROLLBACK")

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Nobody can write (SQLite: the file is locked) or even connect (PostgreSQL, whose connections are cut)."""
        url = urlsplit(self.environment["DATABASE_URL"])
        if url.scheme == "sqlite":
            with self._connected() as connection:
                connection.execute("BEGIN EXCLUSIVE")
                yield
                connection.execute("ROLLBACK")
            return
        import psycopg

        with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
            name = url.path[1:]
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            yield
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    @property
    def patience(self) -> int:
        """Seconds after which a writer has met a database that is away: SQLite waits for a lock that long."""
        return 22 if self.environment["DATABASE_URL"].startswith("sqlite") else 3

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        url = self.environment["DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
                yield connection
            return
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    @contextmanager
    def started(self, *command: str, **changes: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A process of its own group, killed with everything it started when the block ends."""
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment | changes, start_new_session=True
        )
        try:
            yield process
        finally:
            kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its children as a power cut would."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


@contextmanager
def installed(var: Path, like: Installation | None = None, **changes: str) -> Iterator[Installation]:
    """A migrated, empty installation, on SQLite or on the PostgreSQL server that DATABASE_URL names.

    `like` is one whose database is copied as it stands, which is quicker than making it anew.
    """
    with _database(var, like) as url:
        environment = env.for_children(
            VAR_DIR=str(var),
            DATABASE_URL=url,
            DJANGO_SETTINGS_MODULE="portfolio.settings",
            PYTHONPATH=str(ROOT),
            **{"REDIS_URL": "", "MAIL_DOMAINS": "", "MAIL_FROM": "", "DEMO": "1", "BUSINESS_DATE": "", **changes},
        )
        catalogues.compile_all(ROOT, var / "locale")
        installation = Installation(environment)
        if like is None:
            installation.manage("migrate", "--verbosity=0")
        yield installation


@contextmanager
def _database(var: Path, like: Installation | None) -> Iterator[str]:
    server = os.environ.get("DATABASE_URL", "")
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        file = var / "flow.sqlite3"
        if like is not None:
            with closing(sqlite3.connect(like.environment["DATABASE_URL"].removeprefix("sqlite:///"))) as source:
                with closing(sqlite3.connect(file)) as target:
                    source.backup(target)
        yield f"sqlite:///{file}"
        return
    import psycopg

    name = f"flow_{uuid.uuid4().hex[:12]}"
    template = f" TEMPLATE {urlsplit(like.environment['DATABASE_URL']).path[1:]}" if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

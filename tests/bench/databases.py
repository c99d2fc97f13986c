"""Databases of the benchmarks' own: a SQLite file, a PostgreSQL cluster for this run, or one on a server that is named.

Each is empty, is handed out as a DATABASE_URL, and is gone afterwards, also when the run is interrupted.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

SERVER = "BENCH_DATABASE_URL"
"""Names a PostgreSQL server, by a database on it to which one may connect; without it, a cluster is made."""

_OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    # What the disk does is not what is measured.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A vacuum that begins in the middle of a round would be measured with it; the dataset analyses its tables itself.
    "autovacuum": "off",
}


class NoServer(Exception):
    """There is no PostgreSQL on this machine; the message says how to get one."""


@contextmanager
def sqlite() -> Iterator[str]:
    """An SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="portfolio-bench-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


@contextmanager
def postgresql() -> Iterator[str]:
    """An empty database on the server that is named, or in a cluster that lives as long as this context.

    Raises NoServer where neither is to be had.
    """
    if named := os.environ.get(SERVER):
        with _database(named) as url:
            yield url
        return
    with _cluster() as url, _database(url) as own:
        yield own


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A database with a name of its own on a server; dropped at the end."""
    import psycopg

    name = f"portfolio_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _cluster() -> Iterator[str]:
    """A PostgreSQL server on a socket that nobody else can reach."""
    folder = Path(tempfile.mkdtemp(prefix="portfolio-bench-pg-", dir="/tmp"))  # a socket's path is short
    data, programs = folder / "data", _programs()
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in _OPTIONS.items())
    try:
        _let_in(folder)
        _run(programs / "initdb", "-D", data, "-U", "portfolio", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        # In a session of its own: Ctrl-C is for this run, which then stops the server in order.
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"-k {folder} {options}", "start")
        try:
            yield f"postgresql://portfolio@/postgres?host={folder}"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Where initdb and pg_ctl are: the newest version's folder, or the PATH."""
    places = [Path("/usr/lib/postgresql"), *Path("/usr").glob("pgsql-*")]
    found = sorted((path.parent for place in places for path in place.rglob("bin/pg_ctl")), key=_version)
    if found:
        return found[-1]
    if named := shutil.which("pg_ctl"):
        return Path(named).resolve().parent
    raise NoServer(f"no PostgreSQL server is on this machine (apt: postgresql), and {SERVER} names none")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.removeprefix("pgsql-").split(".") if part.isdigit())


def _let_in(folder: Path) -> None:
    """PostgreSQL refuses to run as root: the folder goes to its own user."""
    if os.geteuid() == 0:
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            raise NoServer("PostgreSQL refuses to run as root, and there is no user postgres") from None
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o711)


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        words, user=user, cwd="/", start_new_session=True, capture_output=True, text=True, check=False,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode:
        raise NoServer(f"{Path(words[0]).name}: {(done.stderr or done.stdout).strip()[-300:]}")

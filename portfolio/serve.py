"""`python -m portfolio.serve`: serves an installation that set-up has prepared, until it is stopped."""

import contextlib
import http.client
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portfolio import env
from portfolio.env import Unusable
from portfolio.processes import children
from portfolio.setup import lock
from portfolio.setup.preflight import require_port
from portfolio.supervisor import Supervisor

SOCKETS = "portfolio-"  # begins the name of the folder that holds Redis's socket, and nothing else
PAUSE = 0.25  # seconds between two looks at the children


def main() -> None:
    """Serve until a signal; a second supervisor of the same installation, or a taken port, is refused first."""
    var, host = env.folder(), env.text("HOST", "127.0.0.1")
    port = env.whole("PORT", 8000, least=1, most=65535)
    held = lock.take(var)
    require_port(host, port)
    logs = var / "log"
    logs.mkdir(exist_ok=True)
    with _broker(var) as (url, socket):
        environment = env.for_children(REDIS_URL=url, VAR_DIR=str(var), HOST=host, PORT=str(port))
        supervisor = Supervisor(children(host, port, socket, var), logs, environment, held)
        supervisor.listen()
        try:
            _serve(supervisor, host, port, var)
        finally:
            print("Stopping …", flush=True)
            supervisor.stop()
    print("Stopped.", flush=True)


@contextlib.contextmanager
def _broker(var: Path) -> Iterator[tuple[str, Path | None]]:
    """The broker's URL, and the socket to serve it on unless REDIS_URL names another; told to commands meanwhile."""
    told = var / "run" / "broker_url"
    _forget_socket(env.kept(told))  # that of a supervisor that was killed
    url, socket = env.broker("REDIS_URL", ""), None
    if not url:
        # A socket's path may be no longer than 107 bytes, whatever the depth of var/.
        socket = Path(tempfile.mkdtemp(prefix=SOCKETS, dir="/tmp")) / "redis"
        url = f"unix://{socket}"
    env.keep(told, url)
    try:
        yield url, socket
    finally:
        told.unlink(missing_ok=True)
        _forget_socket(url)


def _serve(supervisor: Supervisor, host: str, port: int, var: Path) -> None:
    announced = False
    while not supervisor.stopping.is_set():
        supervisor.turn()
        if not announced and _answers(host, port):
            announced = True
            print(f"Serving at {_address(host, port)}\n{env.kept(var / 'welcome')}", flush=True)
            print(f"Ctrl-C stops it. Logs are in {supervisor.logs}", flush=True)
        supervisor.stopping.wait(PAUSE)


def _address(host: str, port: int) -> str:
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host.strip("[]"), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
        return True
    except OSError:
        return False
    finally:
        connection.close()


def _forget_socket(url: str) -> None:
    folder = Path(url.removeprefix("unix://")).parent
    if url.startswith("unix:///tmp/") and folder.name.startswith(SOCKETS):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except Unusable as sentence:
        sys.exit(str(sentence))

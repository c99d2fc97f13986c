"""One owner for one var/: set-up and the supervisor take this lock, their children keep it until the last is gone."""

import fcntl
import os
import sys
from pathlib import Path

from portfolio import env
from portfolio.env import Unusable


def take(var: Path) -> int:
    """Lock var/ for this process and return the open file; refuses with a sentence while another one holds it."""
    var.mkdir(parents=True, exist_ok=True, mode=0o700)  # people's data and passwords are below it
    file = var / "run" / "lock"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(handle, 100).decode() or "another process"
        os.close(handle)
        raise Unusable(
            f"This installation is already being served or set up by {holder}; stop that one first."
        ) from None
    os.ftruncate(handle, 0)
    os.write(handle, f"process {os.getpid()}".encode())
    return handle


if __name__ == "__main__":  # asks whether the installation is free
    try:
        take(env.folder())
    except Unusable as sentence:
        sys.exit(str(sentence))

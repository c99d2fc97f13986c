"""How many children may hold people's files at the same time on this machine: each takes a place first.

A place is a locked file below var/, so it counts for all web and worker processes; the system frees it when its holder
ends, however it ends.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal

PLACES: Final = 3
"""Each child may take some hundreds of MB."""
PATIENCE: Final = 8.0
"""Seconds that an upload waits for a place."""
_PAUSE: Final = 0.05


class Busy(Refusal):
    """All places are taken by other files. Nothing is wrong with this one, and nothing of it is lost."""


def take(patience: float | None = None) -> int:
    """A place, as an open file to be handed to `give_back`. Raises Busy when none becomes free in time."""
    folder = Path(settings.VAR) / "run"
    until = time.monotonic() + (PATIENCE if patience is None else patience)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            for number in range(PLACES):
                if (place := _locked(folder / f"reader-{number}")) is not None:
                    return place
            if time.monotonic() >= until:
                raise Busy(_("Other files are being read just now. Nothing is lost: try again in a minute."))
            time.sleep(_PAUSE)
    except OSError as fault:
        raise Refusal(
            _("No file can be read just now: %(why)s. Tell the administrator.") % {"why": fault.strerror or fault}
        ) from fault


def give_back(place: int) -> None:
    """Free a place."""
    os.close(place)


def _locked(file: Path) -> int | None:
    """The file, open and locked; None while another holds it."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle

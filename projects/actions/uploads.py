"""Keeps the files that people send in, each once under its sha256, whole or not at all; gives them back unaltered."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portfolio.files import FULL, put
from portfolio.refusals import Refusal


def place(sha256: str) -> Path:
    """Where a file lies."""
    return Path(settings.MEDIA_ROOT) / "imports" / sha256[:2] / sha256


def keep(data: bytes) -> str:
    """Keep a file; gives its sha256. Raises Refusal when there is no room, and then nothing is kept."""
    sha256 = hashlib.sha256(data).hexdigest()
    target = place(sha256)
    if target.is_file() and target.stat().st_size == len(data):
        return sha256
    try:
        put(target, lambda file: file.write(data))
    except OSError as fault:
        if fault.errno in FULL:
            raise Refusal(_("The disk is full, so the file was not taken. Make room, then send it again.")) from fault
        raise Refusal(_("The file could not be kept: %(why)s.") % {"why": fault.strerror or fault}) from fault
    return sha256


def give(sha256: str) -> bytes:
    """The file's bytes. Raises Refusal when they are missing or are not those that were sent."""
    try:
        data = place(sha256).read_bytes()
    except OSError as fault:
        raise Refusal(_("The kept file cannot be read. Tell the administrator, and send the file again.")) from fault
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refusal(_("The kept file was altered, so it is not used. Tell the administrator, and send it again."))
    return data

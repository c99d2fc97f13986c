"""What a child said, heard as its parent would hear it."""

import json

from projects.intake.child import LENGTH
from projects.intake.limits import LIMITS
from projects.intake.reader import Book, Unreadable, _Making, _value


def heard(said: bytes, name: str) -> Book | Unreadable | None:
    """The book or the refusal that the frames tell."""
    making = _Making(name, LIMITS)
    at = 0
    while at < len(said):
        (length,) = LENGTH.unpack_from(said, at)
        at += LENGTH.size
        making.add(json.loads(said[at : at + length], object_hook=_value))
        at += length
    return making.found

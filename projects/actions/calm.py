"""Holds the search for cyclic garbage off while very many rows are in hand: they form no cycles, and looking through
them again and again takes a third of the time. What is no longer referred to is freed as always.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_rows() -> Iterator[None]:
    """Inside, no search for cycles begins by itself; where it was off already, it stays off."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        _age()
        gc.enable()


def _age() -> None:
    """Count what is left among the old, so that the next search, of what is new, does not begin with all of it."""
    if not gc.get_freeze_count():  # what somebody else has set aside stays there
        gc.freeze()
        gc.unfreeze()

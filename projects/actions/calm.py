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
        gc.enable()

"""Tells those who asked that projects' facts changed, after the transaction that changed them.

Listeners are registered once, when an application starts. A listener that fails costs nobody their work: the nightly
sweep compares everything anew.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.db import transaction

Listener = Callable[[frozenset[int]], object]

_listeners: list[Listener] = []
_quiet: ContextVar[bool] = ContextVar("touched_quiet", default=False)
_log = logging.getLogger(__name__)


def listen(callback: Listener) -> None:
    """Call this with the touched projects' ids after each commit that changed facts."""
    if callback not in _listeners:
        _listeners.append(callback)


@contextmanager
def quiet() -> Iterator[None]:
    """Say nothing while a batch is loaded whose sweep comes at its end."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def announce(projects: frozenset[int]) -> None:
    """Call the listeners once the transaction is through; nothing when it is rolled back."""
    if projects and not _quiet.get():
        transaction.on_commit(partial(_tell, projects))


def _tell(projects: frozenset[int]) -> None:
    for callback in _listeners:
        try:
            callback(projects)
        except Exception:
            _log.exception("Could not follow up on %s changed projects; the nightly sweep will.", len(projects))

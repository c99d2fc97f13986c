"""How long a mail that was refused for now waits before it is tried again; plain arithmetic, no clock."""

from datetime import timedelta
from typing import Final

FIRST_STEPS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30))
STEP: Final = timedelta(minutes=120)
GIVE_UP_AFTER: Final = timedelta(hours=72)
"""RFC 5321 §4.5.4.1 asks for four to five days; an alert that is three days old has been overtaken by newer mail."""


def wait_after(attempts: int) -> timedelta | None:
    """The wait after the `attempts`-th refusal for now; None when the 72 hours are used up.

    1, 5 and 30 minutes, then every 120. Only refusals count: the time during which a server could not be reached is
    not part of the 72 hours. Raises ValueError before the first attempt.
    """
    if attempts < 1:
        raise ValueError("a wait follows an attempt")
    if waited(attempts) > GIVE_UP_AFTER:
        return None
    return FIRST_STEPS[attempts - 1] if attempts <= len(FIRST_STEPS) else STEP


def waited(attempts: int) -> timedelta:
    """The sum of the waits after the first `attempts` refusals."""
    return sum(FIRST_STEPS[:attempts], start=STEP * max(0, attempts - len(FIRST_STEPS)))

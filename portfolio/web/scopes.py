"""What an account's scope can be: units, organisations and people, by code. The domain says which there are.

Keeps no list of its own, because the shell knows no domain.
"""

from collections.abc import Callable

Choices = Callable[[], list[tuple[str, str]]]

FIELDS = ("division", "organisation", "person")
_known: dict[str, Choices] = {}


def register(field: str, choices: Choices) -> None:
    """Name the function that lists the codes and names for one field of an account's scope."""
    if field not in FIELDS:
        raise ValueError(f"an account has no {field}")
    _known[field] = choices


def choices(field: str) -> list[tuple[str, str]]:
    """The codes and names that there are now; none where nothing has registered."""
    return _known[field]() if field in _known else []

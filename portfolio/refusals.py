"""A refusal is a sentence for the user: forms show it at its place, commands print it and exit with 1."""

from typing import Any


class Refusal(Exception):
    """Something that the product will not do, with the reason in the user's language.

    `sentence` is a lazily translated string; `field` names the form field it belongs to ("" for the whole form).
    """

    def __init__(self, sentence: Any, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class Forbidden(Refusal):
    """The person may see the thing but not do this: 403."""


class OutOfScope(Refusal):
    """The person may not know that the thing exists: 404."""


class StaleForm(Refusal):
    """The row changed since the form was drawn; `theirs` and `yours` hold both values by field, nothing is written."""

    def __init__(self, sentence: Any, *, theirs: dict[str, Any], yours: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.theirs = theirs
        self.yours = yours


class NeedsReason(Refusal):
    """“Really?”: allowed only when repeated with a reason (a figure ten or ten thousand times its neighbour)."""

"""The hidden stamp of a return workbook: for whom and which month it was made, and each row's version of then.

Signed, so that what comes back compares with what went out; it holds no figures and is no secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from portfolio.chain import canonical_json
from portfolio.refusals import Refusal

PREFIX: Final = "return-workbook-1:"
CHUNK: Final = 8_000
_SALT: Final = "projects.return-workbook"
_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Token:
    """`layout` is table or slip; `returns` has (version, fingerprint) by project code, `stones` by code/step."""

    period: str
    layout: str
    returns: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    stones: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def fingerprint(values: Mapping[str, Any]) -> str:
    """A few digits of a hash over the values that cells held, by which an untouched row is known."""
    said = {
        key: value if isinstance(value, int) else str(value) for key, value in values.items() if value or value == 0
    }
    return sha256(canonical_json(said).encode()).hexdigest()[:_DIGITS]


def stamped(token: Token) -> list[str]:
    """The token as the texts of cells."""
    said = {
        "period": token.period, "layout": token.layout,
        "returns": {key: list(pair) for key, pair in token.returns.items()},
        "stones": {key: list(pair) for key, pair in token.stones.items()},
    }  # fmt: skip
    text = PREFIX + Signer(salt=_SALT).sign_object(said, compress=True)
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]


def read_token(texts: list[str]) -> Token:
    """The token of the texts of cells. Raises Refusal for one that is missing, altered or not from here."""
    text = "".join(texts)
    if not text.startswith(PREFIX):
        raise Refusal(
            _(
                "This is no return workbook of this system: its hidden sheet is missing. Download the month's "
                "workbook, copy the figures into it, and upload that."
            )
        )
    try:
        said = Signer(salt=_SALT).unsign_object(text.removeprefix(PREFIX))
        return Token(
            period=said["period"],
            layout=said["layout"],
            returns={key: (version, print_) for key, (version, print_) in said["returns"].items()},
            stones={key: (version, print_) for key, (version, print_) in said["stones"].items()},
        )
    except (BadSignature, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            _(
                "The hidden stamp of this workbook was altered, or another system made it. Download the month's "
                "workbook again, copy the figures into it, and upload that."
            )
        ) from error

"""Money: an integer number of yuan inside; 万元 and 亿元 only where people type and read.

Parsing is exact and refuses what it would have to guess; rounding is half-up and only for display.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from projects.core.rounding import fixed, trimmed

MoneyCell: TypeAlias = str | int | float | Decimal | None
"""What a form field or a worksheet cell can hold."""

MAX_YUAN: Final = 10**15
"""No amount reaches a thousand trillion yuan; a larger one is a slip, and would not fit sums."""

_BLANKS: Final = frozenset({"", "/", "\\", "-", "--", "—", "——", "–", "无", "待定", "暂无", "N/A", "NA"})
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<whole>\d{1,3}(?:[, ]\d{3})+|\d+)?(?P<part>\.\d+)?\s*(?P<unit>[^\d\s.,+-]*)"
)
_MISGROUPED: Final = re.compile(r"[+-]?\d[\d, ]*(?:\.\d+)?\s*(?:元|万元?|亿元?)?")
_LONGEST_TEXT: Final = 40
_FLOAT_DIGITS: Final = 15
_JUMPS: Final = (
    (10, Fraction(7), Fraction(14)),
    (10_000, Fraction(2_000), Fraction(50_000)),
    (100_000_000, Fraction(20_000_000), Fraction(500_000_000)),
)


class MoneyUnit(StrEnum):
    """A unit in which people write amounts."""

    YUAN = "yuan"
    WAN = "wan"
    YI = "yi"

    @property
    def factor(self) -> int:
        """Yuan in one of this unit."""
        return _FACTORS[self]

    @property
    def symbol(self) -> str:
        """The unit as it is printed: 元, 万元, 亿元."""
        return {MoneyUnit.YUAN: "元", MoneyUnit.WAN: "万元", MoneyUnit.YI: "亿元"}[self]

    @classmethod
    def from_symbol(cls, text: str) -> "MoneyUnit | None":
        """The unit that 元, 万元, 万, 亿元 or 亿 names, or None."""
        return _SYMBOLS.get(text)


_FACTORS: Final = {MoneyUnit.YUAN: 1, MoneyUnit.WAN: 10_000, MoneyUnit.YI: 100_000_000}
_SYMBOLS: Final = {
    "元": MoneyUnit.YUAN,
    "万元": MoneyUnit.WAN,
    "万": MoneyUnit.WAN,
    "亿元": MoneyUnit.YI,
    "亿": MoneyUnit.YI,
}


class MoneyError(ValueError):
    """An amount that cannot be read exactly; `code` names why and `figures` shows what was written.

    Codes: empty, not_a_number, grouping, unknown_unit, below_one_yuan, too_large.
    """

    def __init__(self, code: str, figures: Mapping[str, str]) -> None:
        super().__init__(f"{code}: {dict(figures)}")
        self.code = code
        self.figures = dict(figures)


def parse_money(text: MoneyCell, unit: MoneyUnit) -> int:
    """Read an amount as yuan, exactly. A bare number is in `unit`; a written unit (1.2亿元) wins.

    Full-width digits, thousands separators and spaces are read. A float is taken as the fifteen
    digits that a worksheet shows of it. Raises MoneyError.
    """
    written = str(text) if text is not None else ""
    if is_blank(text):
        raise MoneyError("empty", {"text": written})
    number, named = _number_and_unit(text)
    unit = named or unit
    top, bottom = number.as_integer_ratio()
    yuan, rest = divmod(top * unit.factor, bottom)
    if abs(yuan) >= MAX_YUAN:
        raise MoneyError("too_large", {"text": written, "unit": unit.value})
    if rest:
        raise MoneyError("below_one_yuan", {"text": written, "unit": unit.value})
    return yuan


def parse_optional_money(text: MoneyCell, unit: MoneyUnit) -> int | None:
    """As parse_money, but an empty cell, “/”, “—” or “待定” is None. Raises MoneyError."""
    return None if is_blank(text) else parse_money(text, unit)


def is_blank(text: MoneyCell) -> bool:
    """Whether a cell says that there is nothing: empty, “/”, “—”, “无”, “待定” and the like."""
    if text is None:
        return True
    return isinstance(text, str) and _plain(text).upper() in _BLANKS


def table_form(yuan: int, unit: MoneyUnit, places: int, *, grouped: bool = False) -> str:
    """The amount in `unit` with fixed decimals, for tables: 302.0; `grouped`: 14,367.87."""
    return fixed(Fraction(yuan, unit.factor), places, grouped=grouped)


def report_form(yuan: int, unit: MoneyUnit, places: int) -> str:
    """The amount in `unit` with trailing zeros dropped, for running text: 302."""
    return trimmed(Fraction(yuan, unit.factor), places)


def rate_percent(completed: int | None, plan: int | None, places: int = 1) -> str | None:
    """Completion rate in percent, half-up, or None where there is no plan or nothing reported.

    Over 100 is normal. Both amounts in yuan.
    """
    if completed is None or plan is None or plan <= 0:
        return None
    return fixed(Fraction(completed * 100, plan), places)


def magnitude_jump(old: int | None, new: int | None) -> int | None:
    """The factor by which `new` looks like `old` in another unit or with a slipped digit, or None.

    10: seven to fourteen times its neighbour (or that fraction of it): a digit too many. 10 000
    and 100 000 000: 元 for 万元, 万元 for 亿元 or 元 for 亿元, give or take what a month can add.
    It asks “really?”; it proves nothing.
    """
    if not old or not new:
        return None
    larger, smaller = max(abs(old), abs(new)), min(abs(old), abs(new))
    ratio = Fraction(larger, smaller)
    return next((factor for factor, low, high in _JUMPS if low <= ratio <= high), None)


def split_exactly(amount: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split `amount` (yuan) by `weights` so that the parts sum to it: largest remainder.

    Equal remainders go to the part that stands first. Raises ValueError without a positive weight
    or with a negative one.
    """
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and at least one must be positive")
    size = abs(amount)
    exact = [Fraction(weight) * size / total for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: size - sum(parts)]:
        parts[at] += 1
    return [-part for part in parts] if amount < 0 else parts


def _plain(text: str) -> str:
    """Half-width digits and signs, spaces at the ends gone."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _number_and_unit(text: MoneyCell) -> tuple[Decimal, MoneyUnit | None]:
    if isinstance(text, str):
        return _read_text(text)
    if isinstance(text, bool) or text is None:
        raise MoneyError("not_a_number", {"text": str(text)})
    number = Decimal(f"{text:.{_FLOAT_DIGITS}g}") if isinstance(text, float) else Decimal(text)
    if not number.is_finite():
        raise MoneyError("not_a_number", {"text": str(text)})
    if abs(number) >= MAX_YUAN:
        raise MoneyError("too_large", {"text": str(text)[:_LONGEST_TEXT]})
    return number, None


def _read_text(text: str) -> tuple[Decimal, MoneyUnit | None]:
    plain = _plain(text)
    figures = {"text": text[:_LONGEST_TEXT]}
    if len(plain) > _LONGEST_TEXT:
        raise MoneyError("not_a_number", figures)
    found = _NUMBER.fullmatch(plain)
    if found is None or not (found["whole"] or found["part"]):
        raise MoneyError("grouping" if _MISGROUPED.fullmatch(plain) else "not_a_number", figures)
    named = MoneyUnit.from_symbol(found["unit"])
    if found["unit"] and named is None:
        raise MoneyError("unknown_unit", {**figures, "unit": found["unit"]})
    whole = re.sub("[, ]", "", found["whole"] or "0")
    return Decimal(f"{found['sign']}{whole}{found['part'] or ''}"), named

"""Days, months, years and spans as offices write them: 2023.6, 23/6, 202306, 2023年6月底, 2023.06-2025.12, 2010-.

Plain reading without a language: what cannot be read, or only by a guess, raises DateError with a code.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from projects.core.periods import YEARS, Period

_EPOCH: Final = date(1899, 12, 30)
_FIRST_SERIAL: Final = (date(YEARS.start, 1, 1) - _EPOCH).days
_LAST_SERIAL: Final = (date(YEARS.stop - 1, 12, 31) - _EPOCH).days
_CENTURY: Final = 70  # 69 is 2069 and 70 is 1970
_LONGEST: Final = 40

_TIME: Final = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_YEAR: Final = re.compile(r"(\d{4}|\d{2}(?=年))年?(?P<end>年?[底末])?", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4}|\d{2})(?:年|[./-])(\d{1,2})(?:月份?)?(?P<end>月?[底末])?", re.ASCII)
_DAY: Final = re.compile(r"(\d{4}|\d{2})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})[日号]?", re.ASCII)
_MONTH_ALONE: Final = re.compile(r"(\d{1,2})(?:月份?)?", re.ASCII)
_BETWEEN: Final = re.compile(r"[至到~〜—–―]+|--+")
_OPEN: Final = frozenset({"", "今", "现在", "目前"})


class DateError(ValueError):
    """A date that cannot be read. Codes: not_a_date, october, day, month, year, no_month, no_day, order."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Moment:
    """A year, perhaps with its month and day. Raises DateError for one that cannot be."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.year not in YEARS:
            raise DateError("year", str(self.year))
        if self.month is not None and not 1 <= self.month <= 12:
            raise DateError("month", str(self.month))
        if self.day is not None and not 1 <= self.day <= Period(self.year, self.month or 1).last_day.day:
            raise DateError("day", f"{self.year}-{self.month or 1:02d}-{self.day}")

    @property
    def first_day(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The last day that it can mean."""
        month = Period(self.year, self.month or 12)
        return date(self.year, month.month, self.day) if self.day else month.last_day


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another; None where it is open. A year alone is that year; a month alone is a beginning."""

    first: Moment | None
    last: Moment | None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last.last_day < self.first.first_day:
            raise DateError("order", f"{self.first.first_day} – {self.last.last_day}")


def moment(value: object) -> Moment:
    """Read one date. Raises DateError."""
    if isinstance(value, date):  # a datetime is one as well
        return Moment(value.year, value.month, value.day)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise DateError("not_a_date", str(value)[:_LONGEST])
    return _of_number(value) if not isinstance(value, str) else _of_text(plain(value), value.strip()[:_LONGEST])


def span(value: object) -> Span:
    """Read a span of construction. Raises DateError."""
    if not isinstance(value, str):
        return _alone(moment(value))
    shown = value.strip()[:_LONGEST]
    text = plain(value)
    ends = _ends(text)
    if ends is None:
        return _alone(_of_text(text, shown))
    if all(end in _OPEN for end in ends):
        raise DateError("not_a_date", shown)
    first = _first(ends[0], shown) if ends[0] not in _OPEN else None
    return Span(first, _end(ends[1], first, shown) if ends[1] not in _OPEN else None)


def plain(text: str) -> str:
    """Half-width signs, no time of day, no spaces."""
    half = _TIME.sub("", unicodedata.normalize("NFKC", text).replace("−", "-").strip())
    return "".join(half.split())


def _alone(one: Moment) -> Span:
    return Span(one, one if one.month is None else None)


def _of_number(value: int | float | Decimal) -> Moment:
    """A serial, a year, 202306, 20230615, or 2023.6; 2023.1 may have been typed as 2023.10."""
    try:
        number = Decimal(f"{value:.10g}") if isinstance(value, float) else Decimal(value)
    except ArithmeticError as reason:
        raise DateError("not_a_date", str(value)) from reason
    shown = str(value)[:_LONGEST]
    if not number.is_finite() or number < 0 or number >= 10**8:
        raise DateError("not_a_date", shown)
    whole, rest = int(number), number - int(number)
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        day = _EPOCH + timedelta(days=whole)
        return Moment(day.year, day.month, day.day)
    if not rest:
        return _of_digits(str(whole), shown)
    if rest == Decimal("0.1"):
        raise DateError("october", shown)
    return _of_text(format(number, "f"), shown)


def _of_text(text: str, shown: str) -> Moment:
    if _DIGITS.fullmatch(text):
        if len(text) in (5, 6) and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
            return _of_number(int(text))
        return _of_digits(text, shown)
    if found := _DAY.fullmatch(text):
        return Moment(_year(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.fullmatch(text):
        year, month = _year(found[1]), int(found[2])
        return Moment(year, month, Period(year, month).last_day.day if found["end"] and 1 <= month <= 12 else None)
    if found := _YEAR.fullmatch(text):
        return Moment(_year(found[1]), 12 if found["end"] else None)
    raise DateError("not_a_date", shown)


def _of_digits(text: str, shown: str) -> Moment:
    if len(text) not in (4, 6, 8):
        raise DateError("not_a_date", shown)
    month, day = text[4:6], text[6:8]
    return Moment(int(text[:4]), int(month) if month else None, int(day) if day else None)


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < _CENTURY else 1900)


def _ends(text: str) -> tuple[str, str] | None:
    """The two ends of a span, or None where it is one date."""
    clear = _BETWEEN.split(text)
    if len(clear) == 2:
        return clear[0], clear[1]
    parts = text.split("-")
    if len(clear) > 2 or len(parts) > 6:
        return None
    half = len(parts) // 2
    if len(parts) in (4, 6):
        return "-".join(parts[:half]), "-".join(parts[half:])
    if len(parts) == 2 and _is_span(*parts):
        return parts[0], parts[1]
    return None


def _is_span(first: str, last: str) -> bool:
    """Whether a hyphen stands between two dates; in 2023-06 it stands between a year and its month."""
    if first in _OPEN or last in _OPEN:
        return True
    bare = _DIGITS.fullmatch(first) is not None and len(first) in (2, 4)
    if not bare:
        return True
    month = _MONTH_ALONE.fullmatch(last)
    return month is None or not 1 <= int(month[1]) <= 12


def _first(text: str, shown: str) -> Moment:
    """The beginning of a span: a date, or only two digits of a year (23-25)."""
    return Moment(_year(text)) if _DIGITS.fullmatch(text) and len(text) == 2 else _of_text(text, shown)


def _end(text: str, first: Moment | None, shown: str) -> Moment:
    """The end of a span: a date, or only a month (2023年6月-12月) or two digits of a year (2023-25)."""
    alone = _MONTH_ALONE.fullmatch(text)
    if alone is None or first is None:
        return _of_text(text, shown)
    if first.month is not None and int(alone[1]) <= 12:
        return Moment(first.year, int(alone[1]))
    return Moment(_year(alone[1])) if len(alone[1]) == 2 and "月" not in text else _of_text(text, shown)

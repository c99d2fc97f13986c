"""What single cells mean: amounts, days, months, spans, percents, counts and texts, as offices write them.

Each function gives the value, None for a blank (“/”, “—”, “待定” …), or raises BadValue: what is wrong and what would
be right. Exact arithmetic throughout; nothing is guessed that can be read in two ways.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, Final, Literal, NamedTuple, TypeGuard

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from projects.core.money import MAX_YUAN, MoneyError, MoneyUnit, is_blank, parse_money
from projects.core.periods import Period
from projects.core.rounding import fixed, half_up
from projects.intake.book import Value
from projects.intake.dates import DateError, Moment, Span, moment, span

MARKS: Final = "★☆●○◎▲△■□◆◇◈※✓√▶"
_LONGEST_SHOWN: Final = 40
_ERRORS: Final = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)|Err:\d{3}")
_SPACES: Final = re.compile(r"[^\S\n]+")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f]")
_ORDINARY: Final = re.compile(rf"[^\s{MARKS}​-‏ -‮⁠﻿­\x00-\x1f\x7f０-９Ａ-Ｚａ-ｚ]{{4,}}")
"""A text that needs no cleaning: longer than any word for a blank, without spaces, marks and the like."""
_FULL_WIDTH: Final = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_PERCENT: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%?", re.ASCII)
_WHOLE: Final = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+))(?:\.0+)?\s*[个项处座家户人天件]?", re.ASCII)

_filled = lazy(lambda sentence, figures: str(sentence) % figures, str)

AMOUNT_SENTENCES: Final = {
    "not_a_number": _("“%(text)s” is not an amount. Write a number, such as 1,250.5."),
    "grouping": _("The separators in “%(text)s” do not stand between thousands. Write 14,367.87 or 14367.87."),
    "unknown_unit": _("“%(unit)s” is no unit of money. Write 元, 万元 or 亿元, or leave it out."),
    "below_one_yuan": _("“%(text)s” is finer than one yuan. Write at most four decimals of 万元."),
    "too_large": _("“%(text)s” is larger than any project. Is the unit right?"),
}
_DATES: Final = {
    "not_a_date": _("“{text}” is no date."),
    "october": _("“{text}” may be January or October: a number drops a zero at its end."),
    "year": _("The year {text} cannot be meant."),
    "month": _("There is no month {text}."),
    "day": _("There is no day {text}."),
    "no_month": _("“{text}” names a year and no month."),
    "no_day": _("“{text}” names no day."),
    "order": _("The end lies before the beginning: {text}."),
}
_WRITE_DAY: Final = _("Write the day as 2023-06-15.")
_WRITE_MONTH: Final = _("Write the month as 2023-06 or 2023年6月.")
_WRITE_YEARS: Final = _("Write the span as 2023-2025 or 2023.06-2025.12; 2010- where the end is open.")
_REQUIRED: Final = _("This cell has to be filled.")


class BadValue(Refusal):
    """A cell that cannot be taken: `sentence` says what is wrong, `suggestion` what would be right ("" if unknown).

    `nearest` is the value that was probably meant, where there is one: whole yuan for an amount finer than a yuan.
    """

    def __init__(self, code: str, sentence: Any, suggestion: Any = "", *, nearest: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.suggestion = suggestion
        self.nearest = nearest


class Text(NamedTuple):
    """A text without what only decorates it, and the marks (★ ☆ ●) that stood around it, in their order."""

    text: str
    marks: str


def parse_amount(value: Value, unit: MoneyUnit, *, required: bool = False) -> int | None:
    """Yuan, exactly; a bare number is in `unit`, a glued unit (1.2亿元) wins. Raises BadValue."""
    if type(value) is int and abs(yuan := value * unit.factor) < MAX_YUAN:  # most are, and there are very many
        return yuan
    if _blank(value, required):
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return parse_money(_without_currency(value), unit)
        except MoneyError as error:
            raise _bad_amount(error, value, unit) from error
    raise BadValue("not_a_number", _filled(AMOUNT_SENTENCES["not_a_number"], {"text": shown(value)}))


def parse_day(value: Value, *, month: Literal["first", "last"] | None = None, required: bool = False) -> date | None:
    """A day. A month or a year alone is its first or last day if `month` says so, else refused. Raises BadValue."""
    if _blank(value, required):
        return None
    found = _moment(value, _WRITE_DAY)
    if found.day is None and month is None:
        raise _bad_date(DateError("no_day", shown(value)), _WRITE_DAY)
    return found.last_day if month == "last" else found.first_day


def parse_month(value: Value, *, required: bool = False) -> Period | None:
    """A month; a day stands for its month. Raises BadValue."""
    if _blank(value, required):
        return None
    found = _moment(value, _WRITE_MONTH)
    if found.month is None:
        raise _bad_date(DateError("no_month", shown(value)), _WRITE_MONTH)
    return Period(found.year, found.month)


def parse_years(value: Value, *, required: bool = False) -> Span | None:
    """A span of construction: 2023.06-2025.12, 2010-, 2023 (that year), 2023.6 (its beginning). Raises BadValue."""
    if _blank(value, required):
        return None
    _refuse_error(value)
    try:
        return span(value)
    except DateError as error:
        raise _bad_date(error, _WRITE_YEARS) from error


def parse_year(value: Value, *, required: bool = False) -> int | None:
    """A year; a month or a day stands for its year. Raises BadValue."""
    if _blank(value, required):
        return None
    return _moment(value, _("Write the year as 2023.")).year


def parse_percent(value: Value, *, ratios: bool = False, required: bool = False) -> Fraction | None:
    """Percent: “60%” and 60 are 60. A number of a column that holds ratios (`are_ratios`) counts hundredfold.

    A cell formatted as percent holds a ratio and does not tell so. Raises BadValue.
    """
    if _blank(value, required):
        return None
    wrong = BadValue(
        "not_a_percent", format_lazy(_("“{text}” is no percent."), text=shown(value)), _("Write it as 60 or 60%.")
    )
    if isinstance(value, str):
        _refuse_error(value)
        found = _PERCENT.fullmatch(_half(value))
        if found is None:
            raise wrong
        return Fraction(found[1])
    if not _is_number(value):
        raise wrong
    return _exact(value) * (100 if ratios else 1)


def are_ratios(values: Iterable[Value]) -> bool:
    """Whether the numbers of a percent column are ratios (0.6 for 60 %): all at most 2, and not all of them whole."""
    numbers = [one for one in values if _is_number(one)]
    return bool(numbers) and all(abs(one) <= 2 for one in numbers) and any(one != int(one) for one in numbers)


def parse_whole(value: Value, *, low: int | None = None, high: int | None = None, required: bool = False) -> int | None:
    """A whole number, perhaps with its counting word (14个), between the bounds. Raises BadValue."""
    if _blank(value, required):
        return None
    _refuse_error(value)
    number: int | None = None
    if isinstance(value, str):
        found = _WHOLE.fullmatch(_half(value))
        number = int(found[1].replace(",", "")) if found else None
    elif _is_number(value) and value == int(value):
        number = int(value)
    if number is None:
        raise BadValue(
            "not_whole", format_lazy(_("“{text}” is no whole number."), text=shown(value)), _("Write it as 14.")
        )
    if (low is not None and number < low) or (high is not None and number > high):
        between = format_lazy(_("Write a number from {low} to {high}."), low=_bound(low), high=_bound(high))
        raise BadValue("out_of_range", format_lazy(_("{number} is out of range."), number=number), between)
    return number


def clean_text(value: Value, *, lines: bool = False) -> Text:
    """A text with half-width letters and digits, single spaces, no invisible signs and no marks around it.

    Chinese punctuation stays. Lines are joined unless `lines`. “/”, “—” and the like are no text; a number is written
    as the cell shows it.
    """
    if isinstance(value, str) and _ORDINARY.fullmatch(value):
        return Text(value, "")
    if value is None or is_blank(value if isinstance(value, str) else None if value is None else str(value)):
        return Text("", "")
    text = _INVISIBLE.sub("", as_text(value).replace("\r\n", "\n").replace("\r", "\n")).translate(_FULL_WIDTH)
    rows = [_SPACES.sub(" ", row).strip() for row in text.split("\n")]
    joined = "\n".join(row for row in rows if row) if lines else _joined(rows)
    bare = joined.strip(MARKS + " \n")
    left, _middle, right = joined.partition(bare) if bare else (joined, "", "")
    return Text(bare, "".join(sign for sign in left + right if sign in MARKS))


def as_text(value: Value) -> str:
    """A value as a person would have typed it: 12 for 12.0, 2023-06-01 for a day, “” for nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        number = Decimal(f"{value:.15g}")
        return format(number.normalize(), "f") if number.is_finite() else str(number)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)


def shown(value: Value) -> str:
    """A value as a message names it: on one line, cut where it is long."""
    text = " ".join(as_text(value).split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _blank(value: Value, required: bool) -> bool:
    """Whether the cell says nothing. Raises BadValue where it has to."""
    blank = value is None or (isinstance(value, str) and is_blank(value) and not _ERRORS.fullmatch(value.strip()))
    if blank and required:
        raise BadValue("empty", _REQUIRED)
    return blank


def _refuse_error(value: Value) -> None:
    """A formula that failed is an error of its own, not a wrong spelling."""
    if isinstance(value, str) and _ERRORS.fullmatch(value.strip()):
        raise BadValue(
            "formula_error",
            format_lazy(_("The formula of this cell failed: {text}."), text=value.strip()),
            _("Correct the formula, or write the value instead."),
        )


def _without_currency(value: str | int | float) -> str | int | float:
    _refuse_error(value)
    if isinstance(value, str):
        return re.sub(r"^\s*(?:[¥￥]|RMB|人民币)\s*|\s*整\s*$", "", _INVISIBLE.sub("", value))
    return value


def _bad_amount(error: MoneyError, value: Value, unit: MoneyUnit) -> BadValue:
    sentence = AMOUNT_SENTENCES.get(error.code, AMOUNT_SENTENCES["not_a_number"])
    figures = {"text": shown(value), "unit": error.figures.get("unit", "")}
    if error.code == "below_one_yuan" and isinstance(value, int | float):
        nearest = half_up(_exact(value) * unit.factor, 0)
        right = fixed(Fraction(nearest, unit.factor), len(str(unit.factor)) - 1)
        return BadValue(error.code, _filled(sentence, figures), right, nearest=nearest)
    return BadValue(error.code, _filled(sentence, figures))


def _moment(value: Value, write: Any) -> Moment:
    _refuse_error(value)
    try:
        return moment(value)
    except DateError as error:
        raise _bad_date(error, write) from error


def _bad_date(error: DateError, write: Any) -> BadValue:
    return BadValue(error.code, format_lazy(_DATES[error.code], text=error.text), write)


def _is_number(value: Value) -> TypeGuard[int | float]:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and isfinite(value))


def _exact(value: int | float) -> Fraction:
    """The fifteen digits that a worksheet shows."""
    return Fraction(Decimal(f"{value:.15g}")) if isinstance(value, float) else Fraction(value)


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).replace("−", "-").strip()


def _bound(number: int | None) -> str:
    return "…" if number is None else str(number)


def _joined(rows: list[str]) -> str:
    """Lines of a cell as one: a space only where words of letters meet."""
    text = ""
    for row in rows:
        between = " " if text and row and text[-1].isascii() and row[0].isascii() else ""
        text += between + row
    return text

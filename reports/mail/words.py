"""Small words that every mail shares: days, periods, amounts, numbered headings. In the language that is active."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.money import MoneyUnit, table_form
from projects.core.periods import Period
from projects.core.rounding import fixed
from projects.wording import is_chinese, say_day

_MONTHS = "January February March April May June July August September October November December".split()
_NUMERALS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五".split()


def day_words(day: date, on: date | None = None) -> str:
    """2024年1月12日, 12 Jan 2024; without the year where it is that of `on`."""
    if on is None or day.year != on.year:
        return say_day(day)
    return f"{day.month}月{day.day}日" if is_chinese() else f"{day.day} {_MONTHS[day.month - 1][:3]}"


def period_words(period: Period, on: date) -> str:
    """2023年12月底 or the end of December 2023; without the year where it is that of `on`."""
    year = period.year if period.year != on.year else None
    if is_chinese():
        return (f"{year}年" if year else "") + f"{period.month}月底"
    return f"the end of {_MONTHS[period.month - 1]}" + (f" {year}" if year else "")


def yi_words(yuan: int) -> str:
    """An amount as the city publishes it, 亿元 with one decimal: 572.4亿元; 57,240.0 million yuan in English."""
    if is_chinese():
        return table_form(yuan, MoneyUnit.YI, 1, grouped=True) + MoneyUnit.YI.symbol
    return _("%(amount)s million yuan") % {"amount": fixed(Fraction(yuan, 1_000_000), 1, grouped=True)}


def stopped(sentence: str) -> str:
    """A sentence with its full stop."""
    return sentence + ("。" if is_chinese() else ".")


def heading(number: int, title: str, count: int | None = None) -> str:
    """一、总体 or 1. Overall; with a count, 新增预警（3件）."""
    numeral = _NUMERALS[number - 1] if is_chinese() else str(number)
    if count is None:
        return _("%(numeral)s. %(title)s") % {"numeral": numeral, "title": title}
    return _("%(numeral)s. %(title)s (%(count)s)") % {"numeral": numeral, "title": title, "count": count}


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after the other, as the language sets them."""
    return ("" if is_chinese() else " ").join(part for part in parts if part)


def counted(parts: Iterable[tuple[int, str]]) -> str:
    """红灯1件、黄灯2件: what there is none of is left out. Each part is a count and the words with it in place."""
    return ("、" if is_chinese() else ", ").join(words % {"count": count} for count, words in parts if count)


def listed(parts: Iterable[str]) -> str:
    """Parts of a sentence one after the other: 甲，乙 or a, b."""
    return ("，" if is_chinese() else ", ").join(part for part in parts if part)


def workdays(start: date, end: date, calendar: WorkCalendar) -> int | None:
    """Working days from one day to another; None where the calendar does not reach."""
    try:
        return calendar.workdays_between(start, end)
    except CalendarYearMissing:
        return None


def by_when(on: date, days: int, calendar: WorkCalendar) -> str:
    """“by 19 January”: so many working days on; in words where next year's calendar is not published yet."""
    try:
        return _("by %(day)s") % {"day": day_words(calendar.add_workdays(on, days), on)}
    except CalendarYearMissing:
        return _("within %(days)s working days") % {"days": days}

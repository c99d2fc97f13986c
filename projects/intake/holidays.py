"""The State Council's notice on a year's days off, in its wording or as rows, read into exceptions to the week.

Whatever does not fit (a weekday that is wrong, a count that does not add up, a holiday that is missing) is a finding
with its line; nothing is guessed and nothing written here.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SATURDAY: Final = 5
WEEKDAYS: Final = "一二三四五六日"
LAWFUL: Final = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Days that 《全国年节及纪念日放假办法》 (2024) makes holidays by their date, whatever the year."""

LONGEST: Final = 31
"""Days in one holiday; a longer one is a slip of the pen, and ten thousand years of it would be counted for long."""

ROW: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\s*[,\t]")
PARAGRAPH: Final = re.compile(r"^[一二三四五六七八九十]+、\s*([^：:]{1,30})[：:](.+)$")
DAY: Final = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?"
SPAN: Final = re.compile(rf"{DAY}(?:\s*(?:至|到|—|－|-|~)\s*{DAY})?")
COUNT: Final = re.compile(r"共(\d{1,2})天")
TRUE, FALSE = {"1", "true", "yes", "是", "班"}, {"0", "false", "no", "否", "休"}
"""As is_workday is written."""


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day that differs from the plain week: a weekday off, or a weekend day worked."""

    day: date
    is_workday: bool
    name: str


@dataclass
class Notice:
    """What was read for a year; usable only without findings."""

    year: int
    days: dict[date, NoticeDay] = field(default_factory=dict)
    rest: set[date] = field(default_factory=set)
    findings: list[Any] = field(default_factory=list)

    def off(self, day: date, name: str) -> None:
        """A day off; a plain weekend needs no row."""
        self.rest.add(day)
        if day.weekday() < SATURDAY:
            self.days[day] = NoticeDay(day, False, name)

    def worked(self, day: date, name: str) -> None:
        """A day worked; a plain weekday needs no row."""
        if day.weekday() >= SATURDAY:
            self.days[day] = NoticeDay(day, True, name)


def read_notice(text: str, year: int) -> Notice:
    """Read rows (date,is_workday,name) or the wording of a notice for a year; what is wrong stands in `findings`."""
    notice = Notice(year)
    lines = [line.strip() for line in text.replace("\ufeff", "").splitlines()]
    if any(ROW.match(line) for line in lines):
        _read_rows(notice, lines)
    else:
        _read_wording(notice, lines)
    if not notice.findings:
        _check_whole(notice)
    return notice


def _read_rows(notice: Notice, lines: list[str]) -> None:
    for number, line in enumerate(lines, start=1):
        try:
            cells = next(csv.reader([line.replace("\t", ",")]), []) if line else []
            if not cells or cells[0].strip().lower() in {"date", "day", "日期"}:
                continue
            year, month, day = (int(part) for part in cells[0].strip().split("-"))
            on, kind = date(year, month, day), cells[1].strip().lower()
        except (ValueError, IndexError, csv.Error):  # a cell longer than any of ours
            notice.findings.append(
                _at(number, _("“%(text)s” is not a row of date, 1 or 0, name.") % {"text": line[:60]})
            )
            continue
        if kind not in TRUE | FALSE:
            told = {"text": cells[1].strip()[:20]}
            notice.findings.append(_at(number, _("“%(text)s” is neither 1 (working day) nor 0 (day off).") % told))
        elif on.year == notice.year:  # a file of several years is read for the one that is asked for
            name = cells[2].strip()[:60] if len(cells) > 2 else ""
            (notice.worked if kind in TRUE else notice.off)(on, name)
    if not notice.days:
        notice.findings.append(_("There is no row of %(year)s in it.") % {"year": notice.year})


def _read_wording(notice: Notice, lines: list[str]) -> None:
    found = [(number, PARAGRAPH.match(line)) for number, line in enumerate(lines, start=1)]
    holidays = [(number, match[1].strip(), match[2]) for number, match in found if match]
    if not holidays:
        notice.findings.append(
            _("No holiday was found. Paste the notice as it is worded, or rows of date, 1 or 0, name.")
        )
    for number, name, text in holidays:
        off = 0
        for clause in re.split(r"[。；;]", text):
            worked, rests = "上班" in clause, "放假" in clause or "连休" in clause
            if not (worked or rests):
                continue  # advice, such as to let people go early on New Year's Eve
            for day in _days(notice, number, clause):
                if worked:
                    notice.worked(day, f"{name}调休上班")
                else:
                    notice.off(day, name)
                    off += 1
        stated = COUNT.search(text)
        if stated and int(stated[1]) != off:
            told = {"name": name, "stated": stated[1], "read": off}
            notice.findings.append(
                _at(number, _("%(name)s: the notice says %(stated)s days, its dates make %(read)s.") % told)
            )


def _days(notice: Notice, number: int, clause: str) -> Iterator[date]:
    """The days that a clause names; one that cannot be, or whose weekday is another, is a finding."""
    month = 0
    for match in SPAN.finditer(clause):
        groups = match.groups()
        month = int(groups[1] or month)
        first = _day(notice, number, groups[:4], month)
        last = first
        if groups[6]:
            month = int(groups[5] or month)
            last = _day(notice, number, groups[4:], month, after=first)
        if first is None or last is None:
            continue
        if (last - first).days >= LONGEST:
            told = {"first": first.isoformat(), "last": last.isoformat()}
            notice.findings.append(_at(number, _("%(first)s to %(last)s is longer than any holiday.") % told))
            continue
        for step in range((last - first).days + 1):
            yield first + timedelta(days=step)


def _day(notice: Notice, number: int, parts: Any, month: int, after: date | None = None) -> date | None:
    year, _month, day, weekday = parts
    try:
        found = date(int(year or notice.year), month, int(day))
    except ValueError:
        told = {"month": month, "day": day}
        notice.findings.append(_at(number, _("There is no day %(day)s in month %(month)s.") % told))
        return None
    if after and found < after and not year:
        told = {"first": after.isoformat(), "last": found.isoformat()}
        notice.findings.append(_at(number, _("%(last)s lies before %(first)s.") % told))
        return None
    named = (weekday or "").removeprefix("周").removeprefix("星期")
    if len(named) == 1 and named in WEEKDAYS and WEEKDAYS[found.weekday()] != named:
        told = {"day": found.isoformat(), "is": f"周{WEEKDAYS[found.weekday()]}", "said": weekday}
        notice.findings.append(_at(number, _("%(day)s is a %(is)s, the text says %(said)s.") % told))
    return found


def _check_whole(notice: Notice) -> None:
    for month, day in LAWFUL:
        lawful = date(notice.year, month, day)
        works = notice.days.get(lawful)
        if (works.is_workday if works else lawful.weekday() < SATURDAY) and lawful not in notice.rest:
            told = {"day": lawful.isoformat()}
            notice.findings.append(_("%(day)s, a holiday by law, would be a working day: something is missing.") % told)


def _at(number: int, sentence: Any) -> Any:
    return _("Line %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}

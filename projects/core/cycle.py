"""The rhythm of reporting as data: when a month opens, when its returns are due, when it is locked, when people are
reminded. A rule set is dated and versioned; the working-day calendar turns it into days. Asks nobody for today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from projects.core.calendar import CalendarYearMissing, Shift, ShiftKind, WorkCalendar
from projects.core.periods import Period
from projects.core.policy_fields import Fields
from projects.core.policy_rules import PolicyError, refuse

FEWEST_WORKDAYS: Final = 15
"""Working days that every month has, whatever the holidays; a later n-th working day might not exist."""

LATEST_OPENING: Final = 28
NO_SHIFT: Final = Shift(ShiftKind.NONE)
_DAY: Final = timedelta(days=1)


class Anchor(StrEnum):
    """From where the number of a cut-off counts."""

    DAY = "day"
    """Day N of a month (清远: the 28th; a county: the 5th of the next month)."""
    WORKDAY = "workday"
    """The N-th working day after the month's end (广西 2010: within 5 working days)."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """The last day for a month's returns. `months_after`: 0 in the reported month itself, 1 in the one after.

    Raises PolicyError for a day that no month or not every month has.
    """

    anchor: Anchor
    number: int
    months_after: int = 1
    shift: Shift = NO_SHIFT

    def __post_init__(self) -> None:
        most = FEWEST_WORKDAYS if self.anchor is Anchor.WORKDAY else 31
        problems = []
        if not 1 <= self.number <= most:
            problems.append(("number", f"must lie between 1 and {most}"))
        if self.months_after not in (0, 1):
            problems.append(("months_after", "must be 0 or 1"))
        if self.anchor is Anchor.WORKDAY and (self.months_after != 1 or self.shift.kind is not ShiftKind.NONE):
            problems.append(("anchor", "a working day lies after the month's end and needs no shift"))
        refuse(problems)

    def day(self, period: Period, calendar: WorkCalendar) -> date:
        """The day for one month; the 31st of a shorter month is its last day. Raises CalendarYearMissing."""
        month = period.plus(self.months_after)
        if self.anchor is Anchor.WORKDAY:
            return calendar.nth_workday_of_month(month.year, month.month, self.number)
        named = date(month.year, month.month, min(self.number, month.last_day.day))
        return named if self.shift.kind is ShiftKind.NONE else calendar.shift(named, self.shift)

    @property
    def key(self) -> str:
        """Short and stable, kept with each month: “workday:5”, “day:28+0:previous_workday”."""
        if self.anchor is Anchor.WORKDAY:
            return f"{self.anchor}:{self.number}"
        return f"{self.anchor}:{self.number}+{self.months_after}:{self.shift}"


class Stage(StrEnum):
    """What is due on a day towards those who have not reported, in the order in which it comes."""

    FIRST = "first"
    SECOND = "second"
    COUNTY_LIST = "county_list"


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The days of one month: it opens, its returns are due, and it is locked (None: by hand, or not known yet)."""

    opens_on: date
    due_on: date
    locks_on: date | None


@dataclass(frozen=True, slots=True)
class CycleRule:
    """One version of the rule set. `opens_day` is of the reported month; `december` and `january_february` replace the
    cut-off for those months; `merge_jan_feb` makes January and February one period, keyed by its February.

    `lock_after`, `remind_before`, `remind_after` and `list_after` are working days from the cut-off; `lock_after` None:
    months are locked by hand. Raises PolicyError.
    """

    code: str
    name: str
    version: int
    effective_from: date
    source: str
    cut_off: CutOff
    name_en: str = ""
    opens_day: int = 1
    december: CutOff | None = None
    january_february: CutOff | None = None
    merge_jan_feb: bool = False
    lock_after: int | None = None
    remind_before: int = 2
    remind_after: int = 1
    list_after: int = 2

    def __post_init__(self) -> None:
        texts = (("code", self.code), ("name", self.name), ("source", self.source))
        problems = [(field, "must not be empty") for field, text in texts if not text.strip()]
        if self.version < 1:
            problems.append(("version", "must be at least 1"))
        if self.effective_from.day != 1:
            problems.append(("effective_from", "must be the first day of a month"))
        if not 1 <= self.opens_day <= LATEST_OPENING:
            problems.append(("opens_day", f"must lie between 1 and {LATEST_OPENING}"))
        if self.lock_after is not None and not 0 <= self.lock_after <= FEWEST_WORKDAYS:
            problems.append(("lock_after", f"must lie between 0 and {FEWEST_WORKDAYS}"))
        for field in ("remind_before", "remind_after", "list_after"):
            if not 1 <= getattr(self, field) <= FEWEST_WORKDAYS:
                problems.append((field, f"must lie between 1 and {FEWEST_WORKDAYS}"))
        if self.list_after <= self.remind_after:
            problems.append(("list_after", "must come after the second reminder"))
        for field in ("cut_off", "december", "january_february"):
            cut: CutOff | None = getattr(self, field)
            if cut is not None and cut.months_after == 0 and cut.number < self.opens_day:
                problems.append((field, "must not lie before the month opens"))
        refuse(problems)

    @property
    def label(self) -> str:
        """Name and version, as printed: 本地默认 v1."""
        return f"{self.name} v{self.version}"

    def cut_off_of(self, period: Period) -> CutOff:
        """The cut-off of one month, exceptions considered."""
        if period.month == 12 and self.december:
            return self.december
        if period.month <= 2 and self.january_february:
            return self.january_february
        return self.cut_off

    def days_of(self, period: Period, calendar: WorkCalendar) -> MonthDays:
        """When a month opens, is due and is locked.

        Raises CalendarYearMissing where the cut-off cannot be worked out; never guesses. A lock that lies beyond the
        published calendars is None until they are loaded.
        """
        due = self.cut_off_of(period).day(period, calendar)
        opens = date(period.year, period.month, self.opens_day)
        return MonthDays(min(opens, due), due, self.lock_day(period, due, calendar))

    def lock_day(self, period: Period, due_on: date, calendar: WorkCalendar) -> date | None:
        """The day from which a month is locked by schedule: never before it has ended. None: by hand, or not known."""
        if self.lock_after is None:
            return None
        try:
            day = calendar.add_workdays(due_on, self.lock_after)
        except CalendarYearMissing:
            return None
        return max(day, period.last_day + _DAY)

    def stage(self, due_on: date, on: date, calendar: WorkCalendar) -> Stage | None:
        """What is due on a day towards those who have not reported by `due_on`. Raises CalendarYearMissing."""
        if not calendar.is_workday(on):
            return None
        for stage, distance in self.distances.items():
            if on == calendar.add_workdays(due_on, distance):
                return stage
        return None

    @property
    def distances(self) -> dict[Stage, int]:
        """Working days of each stage from the cut-off; negative before it."""
        return {
            Stage.FIRST: -self.remind_before,
            Stage.SECOND: self.remind_after,
            Stage.COUNTY_LIST: self.list_after,
        }

    def follows(self, period: Period) -> Period:
        """The period after one, January skipped where it is reported with February."""
        return period.next(self.merge_jan_feb)

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "CycleRule":
        """Read a rule set. Raises PolicyError that names every field that is wrong."""
        found = Fields(data, "", [])
        rule = found.build(
            lambda: cls(
                code=found.text("code"),
                name=found.text("name"),
                name_en=found.text("name_en", ""),
                version=found.whole("version"),
                effective_from=found.optional_day("effective_from") or date.min,
                source=found.text("source"),
                opens_day=found.whole("opens_day", 1),
                cut_off=found.optional("cut_off", _read_cut_off) or CutOff(Anchor.WORKDAY, 1),
                december=found.optional("december", _read_cut_off),
                january_february=found.optional("january_february", _read_cut_off),
                merge_jan_feb=found.flag("merge_jan_feb", False),
                lock_after=found.optional_whole("lock_after"),
                remind_before=found.whole("remind_before", 2),
                remind_after=found.whole("remind_after", 1),
                list_after=found.whole("list_after", 2),
            )
        )
        if rule is None or data.get("cut_off") is None:
            raise PolicyError(tuple(found.problems) or (("cut_off", "is missing"),))
        return rule

    def to_json(self) -> dict[str, object]:
        """Numbers, texts and objects; from_json gives back an equal rule set."""
        plain = asdict(self) | {"effective_from": self.effective_from.isoformat()}
        cuts = ("cut_off", "december", "january_february")
        return plain | {field: _plain(getattr(self, field)) for field in cuts}


def _read_cut_off(found: Fields) -> CutOff:
    kind = found.choice("shift", ShiftKind, ShiftKind.NONE)
    days = found.whole("shift_days", 0)
    try:
        shift = Shift(kind, days)
    except ValueError as error:
        raise PolicyError((("shift_days", str(error)),)) from error
    return CutOff(found.choice("anchor", Anchor), found.whole("number"), found.whole("months_after", 1), shift)


def _plain(cut: CutOff | None) -> dict[str, object] | None:
    if cut is None:
        return None
    return {
        "anchor": str(cut.anchor),
        "number": cut.number,
        "months_after": cut.months_after,
        "shift": str(cut.shift.kind),
        "shift_days": cut.shift.days,
    }


def in_force(rules: Iterable[CycleRule], period: Period) -> CycleRule:
    """Of an office's rule sets the one that began last by the first day of a month; the standard before the first."""
    begun = [rule for rule in rules if rule.effective_from <= period.first_day]
    return max(begun, key=lambda rule: (rule.effective_from, rule.version), default=STANDARD)


STANDARD: Final = CycleRule(
    code="local-default",
    name="本地默认",
    name_en="Local default",
    version=1,
    effective_from=date(1949, 1, 1),
    source="本地设定；月后第5个工作日参照广西（2010年，每月结束后5个工作日内）",
    cut_off=CutOff(Anchor.WORKDAY, 5),
)
"""In force until an office adopts rules of its own: the fifth working day after the month's end, locked by hand."""

"""Who is told what, and when: sending days, what became of an alert since the last mail, what needs a leader.

Plain Python. What is told comes from events, each told once to each person; what stands is only listed.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from projects.core.calendar import WorkCalendar

GRAVITY: Final = {"": 0, "notice": 1, "yellow": 2, "red": 3}
"""Levels by gravity; "" is no alert at all."""

STANDING_SHOWN: Final = 5
"""Alerts that merely stand are named up to this number, the rest are counted."""

ASKED_WORKDAYS: Final = 5
"""Working days that a unit has for what it is asked."""

COORDINATION_WORKDAYS: Final = 10
"""Working days within which a leader is asked to have a matter settled."""

LEADER_RUNG: Final = 3
"""The rung of the escalation ladder (contact, county office, city office, leader) on which a leader is asked."""

BEYOND_THE_UNIT: Final = frozenset({"land", "clearance", "money"})
"""Kinds of problem that a project unit cannot solve alone; with a red light they need somebody's coordination."""

RED_FOR_LONG: Final = 20
"""Working days of red light, about a month, after which a matter is put before the leader whatever its cause."""


class Occasion(StrEnum):
    """What a day is for mail."""

    REST_DAY = "rest_day"
    QUIET_DAY = "quiet_day"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def sends(self) -> bool:
        """Whether anything is sent on such a day."""
        return self in {Occasion.DAILY, Occasion.WEEKLY}


def occasion(on: date, calendar: WorkCalendar, quiet: Collection[object] = frozenset()) -> Occasion:
    """Whether `on` is a sending day, and the first one of its week (Monday to Sunday).

    `quiet` are working days on which a local setting sends nothing (除夕). Raises CalendarYearMissing.
    """
    if not calendar.is_workday(on):
        return Occasion.REST_DAY
    if on in quiet:
        return Occasion.QUIET_DAY
    earlier = (on - timedelta(days=back) for back in range(1, on.weekday() + 1))
    sent_before = any(calendar.is_workday(day) and day not in quiet for day in earlier)
    return Occasion.DAILY if sent_before else Occasion.WEEKLY


def is_due(day: Occasion, *, news: bool) -> bool:
    """With news on any sending day, in any case on the first one of a week, otherwise not."""
    return day is Occasion.WEEKLY or (day is Occasion.DAILY and news)


class Turn(StrEnum):
    """What became of an alert between two mails, in the order in which a mail tells it."""

    NEW = "new"
    AGAIN = "again"
    """Raised once more, for what was wrong before an exemption and still is now that it is over."""
    WORSE = "worse"
    CLEARED = "cleared"
    EXEMPTED = "exempted"
    """Ended by an exemption, not because anything was put right."""
    EASED = "eased"


ENDED: Final = frozenset({Turn.CLEARED, Turn.EXEMPTED})
"""After these an alert is not open any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an alert: its number, and the levels before and after ("" for none).

    `exempt`: an exemption is behind it. It ended the alert, or had ended the one that is raised again.
    """

    alert: int
    event: int
    before: str
    after: str
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """An alert's events since the last mail, taken together. `event` is the last of them.

    `brief` is an alert that was raised and cleared in between: it is told as cleared, and as never told before.
    """

    alert: int
    turn: Turn
    before: str
    after: str
    event: int
    brief: bool = False


def news(steps: Iterable[Step], floor: str = "yellow") -> list[News]:
    """What became of each alert, in the order of its first event; levels below `floor` count as no alert.

    An alert that ends at the level at which it began is no news, however it got there.
    """
    least = GRAVITY[floor]
    paths: dict[int, list[Step]] = {}
    for step in sorted(steps, key=lambda one: one.event):
        paths.setdefault(step.alert, []).append(step)
    told = (_taken_together(path, least) for path in paths.values())
    return [one for one in told if one is not None]


def _taken_together(path: list[Step], least: int) -> News | None:
    levels = [path[0].before, *(step.after for step in path)]
    heard = [level if GRAVITY[level] >= least else "" for level in levels]
    before, after, event = heard[0], heard[-1], path[-1].event
    ended = Turn.EXEMPTED if path[-1].exempt and not path[-1].after else Turn.CLEARED
    if GRAVITY[after] > GRAVITY[before]:
        come = Turn.AGAIN if path[0].exempt and not path[0].before else Turn.NEW
        turn = Turn.WORSE if before else come
    elif GRAVITY[after] < GRAVITY[before]:
        turn = Turn.EASED if after else ended
    elif not before and any(heard):
        return News(path[0].alert, ended, max(heard, key=GRAVITY.__getitem__), "", event, brief=True)
    else:
        return None
    return News(path[0].alert, turn, before, after, event)


@dataclass(frozen=True, slots=True)
class Told:
    """How far a person has been told: the last mail's business date, and the last event there was when it was made."""

    on: date
    through: int


def is_untold(event: int, happened_on: date, told: Told) -> bool:
    """Whether an event is still news to somebody.

    Later than the last event that there was then, or of a later business date than the mail: a sweep of a coming day
    may have run before the mail of this one, and a fact of this day may come in after its mail.
    """
    return event > told.through or happened_on > told.on


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether an open alert is put before the leader."""

    level: str
    escalation: int
    red_workdays: int | None
    problem: str


def needs_leader(alert: Standing) -> bool:
    """Red, and handed up to the leader, or beyond what the unit can do, or red for long."""
    if alert.escalation >= LEADER_RUNG:
        return True
    if alert.level != "red":
        return False
    return alert.problem in BEYOND_THE_UNIT or (alert.red_workdays or 0) >= RED_FOR_LONG


def digest_key(recipient: str, on: date) -> str:
    """The one key of a person's alert mail of a day: whoever is queued twice is still told once."""
    return f"digest:{recipient}:{on.isoformat()}"


def reminder_key(recipient: str, on: date) -> str:
    """The one key of a person's reminders of a day: asked for by hand and due by rule are still one mail."""
    return f"reminder:{recipient}:{on.isoformat()}"


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a key: the same for every attempt, so that a second copy is known for one."""
    kind = key.partition(":")[0]
    return f"<{kind}.{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def domain_of(address: str) -> str:
    """The part after the last @, in lower case."""
    return address.rpartition("@")[2].lower()


def is_allowed(address: str, domains: Collection[str]) -> bool:
    """Whether mail may go to an address: to any when no domain is named, else to those and what is below them."""
    domain = domain_of(address)
    wanted = [one.lower().lstrip("@.") for one in domains]
    return not wanted or any(domain == one or domain.endswith(f".{one}") for one in wanted)

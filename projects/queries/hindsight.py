"""What earlier forecasts said against what came: each made again by what was known at a month's lock, then compared.

The year's plan is compared with the figures of December as known at its lock, a milestone with the day on which it was
reached, as known at the last lock of all, against the due date that was in force when it was told.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache

from portfolio.clock import SHANGHAI
from portfolio.refusals import Refusal
from projects.core.forecast import Hits, StoneOutlook, YearOutlook
from projects.core.periods import Period
from projects.models import CalendarYear, Change, ReportingPeriod
from projects.queries.forecasts import Forecast, forecasts


@dataclass(frozen=True, slots=True)
class Locked:
    """A locked month: the day and the ledger position of its lock."""

    period: Period
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Hindsight:
    """A forecast with what came of it; None where that cannot be told (yet).

    `plan` and `completed` are December's in yuan, `done_on` the day on which the milestone was reached.
    """

    forecast: Forecast
    plan: int | None = None
    completed: int | None = None
    missed_year: bool | None = None
    done_on: date | None = None
    missed_stone: bool | None = None


@dataclass(frozen=True, slots=True)
class MonthHits:
    """The forecasts of one month: of the year's plan, and of next milestones."""

    period: Period
    year: Hits
    stones: Hits


@dataclass(frozen=True, slots=True)
class HitRate:
    """The months of a year in which anything was forecast that can be compared."""

    year: int
    months: tuple[MonthHits, ...]

    @property
    def of_year(self) -> Hits:
        """All forecasts of the year's plan together: a project counts once for each month."""
        return sum((month.year for month in self.months), Hits())

    @property
    def of_stones(self) -> Hits:
        """All forecasts of next milestones together."""
        return sum((month.stones for month in self.months), Hits())


def locked_months() -> list[Locked]:
    """Every locked month, the oldest first; one statement."""
    rows = ReportingPeriod.objects.filter(state=ReportingPeriod.State.LOCKED).order_by("period")
    return [
        Locked(Period.parse(period), at.astimezone(SHANGHAI).date(), position)
        for period, at, position in rows.values_list("period", "locked_at", "locked_position")
        if at is not None and position is not None
    ]


def looked_back(month: Locked, locked: Iterable[Locked], ids: Collection[int] | None = None) -> list[Hindsight]:
    """The forecasts as made at a month's lock, with what came of them by the locks that followed."""
    later = [one for one in locked if one.period >= month.period]
    december = next((one for one in later if one.period == Period(month.period.year, 12)), None)
    made = _made(month, ids)
    final = _by_project(december, ids)
    last = later[-1] if later else month
    known = final if december == last else _by_project(last, ids)
    return [_compared(one, final.get(one.project), known.get(one.project), last.on) for one in made]


def hit_rate() -> HitRate | None:
    """How the forecasts of the last year fared that is locked whole, or of the present one as far as it is locked.

    None where no month is locked. What was known at a lock never changes, so the answer is kept for its change log.
    """
    locked = locked_months()
    if not locked:
        return None
    whole = [one.period.year for one in locked if one.period.month == 12]
    year = max(whole) if whole else locked[-1].period.year
    head = Change.objects.filter(seq=locked[-1].position).values_list("hash", flat=True).first()
    calendars = "-".join(map(str, CalendarYear.objects.order_by("year").values_list("year", flat=True)))
    key = f"forecast-hits:{year}:{head}:{calendars}"
    found: HitRate | None = cache.get(key) if head else None
    if found is None:
        found = _hit_rate(year, locked)
        if head:
            cache.set(key, found, None)
    return found


def _hit_rate(year: int, locked: list[Locked]) -> HitRate:
    """Each month of the year is forecast once, by what was known at its lock; the last of them are what came."""
    months = [one for one in locked if one.period.year == year]
    made = {one.period: _made(one) for one in months}
    final = {one.project: one for one in made.get(Period(year, 12), [])}
    last = locked[-1]
    known = {one.project: one for one in made.get(last.period) or _made(last)}
    found = []
    for month in months:
        back = [_compared(one, final.get(one.project), known.get(one.project), last.on) for one in made[month.period]]
        hits = MonthHits(month.period, year_hits(back), stone_hits(back))
        if hits.year.total or hits.stones.total:
            found.append(hits)
    return HitRate(year, tuple(found))


def year_hits(back: Iterable[Hindsight]) -> Hits:
    """The four counts for the year's plan, of what can be compared."""
    return Hits.count(
        (one.forecast.misses_year, one.missed_year)
        for one in back
        if isinstance(one.forecast.year, YearOutlook) and one.missed_year is not None
    )


def stone_hits(back: Iterable[Hindsight]) -> Hits:
    """The four counts for next milestones, each once: a part's milestones stand under its package, too."""
    return Hits.count(
        (one.forecast.misses_stone, one.missed_stone)
        for one in back
        if not one.forecast.is_part and one.missed_stone is not None
    )


def _by_project(month: Locked | None, ids: Collection[int] | None) -> Mapping[int, Forecast]:
    if month is None:
        return {}
    return {one.project: one for one in _made(month, ids)}


def _made(month: Locked, ids: Collection[int] | None = None) -> list[Forecast]:
    """The forecasts as made at the lock; none where no policy was known by then."""
    try:
        return forecasts(month.on, ids, month.position)
    except Refusal:
        return []


def _compared(one: Forecast, final: Forecast | None, known: Forecast | None, on: date) -> Hindsight:
    """What came: a project that no longer counts in December, and a milestone not due by then, cannot be compared."""
    plan, completed, missed_year = None, None, None
    if final is not None and final.is_counted and final.plan and final.completed is not None:
        plan, completed, missed_year = final.plan, final.completed, final.completed < final.plan
    done_on, missed_stone = None, None
    if known is not None and isinstance(one.stone, StoneOutlook) and one.stone.stone.key in known.done_on:
        due_on = one.stone.stone.due_on
        done_on = known.done_on[one.stone.stone.key]
        if due_on is not None and due_on < on:
            missed_stone = done_on is None or done_on > due_on
    return Hindsight(one, plan, completed, missed_year, done_on, missed_stone)

"""The afternoons of the replayed year: milestones, returns on their way through the desks, corrections, the lock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time

from portfolio.models import Role
from projects.actions.cycle import lock_period, open_period
from projects.actions.demo_year import Year
from projects.actions.milestones import MilestoneUpdate, update_milestones
from projects.actions.returns import (
    FIGURES,
    ReturnEntry,
    ReturnFigures,
    accept_returns,
    correct_after_lock,
    give_back,
    review_returns,
    submit_returns,
)
from projects.actions.standing import refresh
from projects.intake.demo_rows import ReturnRow
from projects.models import Origin, ReturnVersion

DATES = {"planned": "planned_on", "forecast": "forecast_on", "actual": "actual_on"}
REPLAY = Origin.REPLAY


def open_month(year: Year, day: date) -> None:
    """The month that begins is opened on its first working day."""
    if day in year.opens:
        open_period(by=year.office, period=year.opens[day], origin=REPLAY)


def follow_milestones(year: Year, day: date) -> None:
    """Each unit brings its milestones up to date: what is expected, re-planned, done."""
    for user, rows in year.by_desk(year.rows("milestone_events", day), Role.COUNTY_STAFF):
        updates = [
            MilestoneUpdate(
                project=row.project, step=row.step, wanted={DATES[row.what]: row.value}, reason=row.reason,
                document=row.document,
            )
            for row in rows
        ]  # fmt: skip
        planned = [update for update in updates if "planned_on" in update.wanted]
        if planned:
            update_milestones(by=year.office, rows=planned, origin=REPLAY)
        others = [update for update in updates if "planned_on" not in update.wanted]
        if others:
            update_milestones(by=user, rows=others, origin=REPLAY)


def submit(year: Year, day: date) -> None:
    """Units submit; what was returned to them they submit again."""
    rows = [(row, _first(row)) for row in year.rows("submitted_on", day)]
    rows += [(row, _entry(row)) for row in year.rows("resubmitted_on", day)]
    entries = {(row.project, row.period): entry for row, entry in rows}
    for user, own in year.by_desk([row for row, _entry in rows], Role.COUNTY_STAFF):
        submit_returns(by=user, entries=[entries[row.project, row.period] for row in own], origin=REPLAY)


def _entry(row: ReturnRow) -> ReturnEntry:
    figures = ReturnFigures(
        invested=row.invested_ytd, statistics=row.statistics_ytd, funds_arrived=row.funds_arrived_ytd,
        funds_paid=row.funds_paid_ytd, physical_percent=row.physical_percent, physical_text=row.physical_text,
        problem_kind=row.problem_kind, problem_text=row.problem_text,
    )  # fmt: skip
    return ReturnEntry(project=row.project, period=row.period, figures=figures, reason=row.reason)


def _first(row: ReturnRow) -> ReturnEntry:
    """As submitted first, where it was returned."""
    entry = _entry(row)
    if row.first_invested_ytd is None:
        return entry
    figures = replace(entry.figures, invested=row.first_invested_ytd, physical_text=row.first_physical_text)
    return replace(entry, figures=figures)


def return_some(year: Year, day: date) -> None:
    """Counties return what cannot stand, with words."""
    for user, rows in year.by_desk(year.rows("returned_on", day), Role.COUNTY_REVIEWER):
        for words in sorted({row.return_reason for row in rows}):
            keys = [(row.project, row.period) for row in rows if row.return_reason == words]
            give_back(by=user, keys=keys, words=words, origin=REPLAY)


def review(year: Year, day: date) -> None:
    """Counties pass on what they reviewed."""
    for user, rows in year.by_desk(year.rows("reviewed_on", day), Role.COUNTY_REVIEWER):
        review_returns(by=user, keys=_keys(rows), origin=REPLAY)


def accept(year: Year, day: date) -> None:
    """The city accepts: from here on the figures count."""
    keys = _keys(year.rows("accepted_on", day))
    if keys:
        accept_returns(by=year.office, keys=keys, origin=REPLAY)


def _keys(rows: Sequence[ReturnRow]) -> list[tuple[str, str]]:
    return [(row.project, row.period) for row in rows]


def correct(year: Year, day: date) -> None:
    """Figures in the wrong unit are restated."""
    for row in year.rows("corrections", day):
        known = ReturnVersion.objects.known().get(project__code=row.project, period=row.period)
        figures = ReturnFigures(**{name: getattr(known, name) for name in FIGURES} | {row.field: row.right})
        entry = ReturnEntry(project=row.project, period=row.period, figures=figures, reason=row.reason)
        correct_after_lock(by=year.office, entries=[entry], origin=REPLAY)


def lock(year: Year, day: date) -> None:
    """On the fifth working day the month before is locked, with the lights as they stand then."""
    if day in year.locks:
        refresh(as_of=day)
        lock_period(by=year.office, period=year.locks[day], origin=REPLAY)


Step = tuple[time, Callable[[Year, date], None]]
STEPS: tuple[Step, ...] = (
    (time(8, 30), open_month),
    (time(11, 30), follow_milestones),
    (time(14, 0), submit),
    (time(15, 0), return_some),
    (time(15, 30), review),
    (time(16, 30), accept),
    (time(17, 0), correct),
    (time(17, 30), lock),
)

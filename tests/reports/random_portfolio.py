"""Portfolios at random: a few projects on lists, with plans, returns, milestones and exemptions of every odd kind."""

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from projects import models as projects
from projects.core.calendar import WorkCalendar
from projects.core.policies import LightPolicy
from projects.core.policy_rules import MilestoneRule, PaceMeasure, PaceRule, SlightBand
from projects.core.schedule import PaceBasis
from tests.core.builders import REFERENCE, policy, published_calendar

FIRST, LAST = date(2023, 12, 11), date(2024, 2, 20)
days = st.dates(FIRST, LAST)
"""Few enough that thresholds are met to the day."""
rarely = st.integers(0, 5).map(lambda drawn: drawn == 0)
STEPS = ("D01", "D02", "D04", "E05")


def maybe(strategy):
    """Mostly nothing, sometimes that."""
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def policies(draw) -> LightPolicy:
    """The default policy with other thresholds, measures and bases; at times without a rule."""
    measure = draw(st.sampled_from(PaceMeasure))
    low, more = draw(st.integers(0, 40)), draw(st.integers(0, 40))
    limits = (100 - low, max(0, 100 - low - more)) if measure is PaceMeasure.RATIO_TO_PACE else (low, low + more)
    yellow, red = (Fraction(limit) + draw(st.sampled_from([Fraction(0), Fraction(1, 3)])) for limit in limits)
    pace = PaceRule(
        measure,
        min(yellow, Fraction(100)),
        draw(st.booleans()),
        min(red, min(yellow, Fraction(100))) if measure is PaceMeasure.RATIO_TO_PACE else max(yellow, red),
        draw(st.booleans()),
        draw(st.sampled_from(PaceBasis)),
        draw(st.sampled_from(SlightBand)),
    )
    late = draw(st.integers(1, 5))
    milestones = MilestoneRule(late, late + draw(st.integers(0, 15)), draw(st.integers(0, 8)))
    return replace(
        policy("local-default"),
        pace=draw(st.sampled_from([pace, pace, pace, None])),
        milestones=draw(st.sampled_from([milestones, milestones, milestones, None])),
        merge_jan_feb=draw(st.booleans()),
        version=draw(st.integers(1, 2)),
    )


@st.composite
def calendars(draw) -> tuple[int, ...]:
    """The years of the calendar that are loaded; at times too few."""
    return draw(st.sampled_from([(2023, 2024, 2025), (2023, 2024, 2025), (2024,), (2023,), (2025,)]))


def calendar_of(years: tuple[int, ...]) -> WorkCalendar:
    """The published calendar of those years alone."""
    whole = published_calendar()
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    span = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return WorkCalendar({day: whole.is_workday(day) for day in span if day.year in years}, years)


def adopt(wanted: LightPolicy, years: tuple[int, ...]) -> None:
    """Put policy and calendar into the database as those in force."""
    projects.Policy.objects.all().delete()
    projects.CalendarDay.objects.all().delete()
    projects.CalendarYear.objects.all().delete()
    definition = json.loads(json.dumps(wanted.to_json()))
    projects.Policy.objects.create(
        code=wanted.code,
        name_zh=wanted.name,
        edition=wanted.version,
        effective_from=date(2020, 1, 1),
        definition=definition,
        known_from=0,
    )
    calendar = calendar_of(years)
    projects.CalendarYear.objects.bulk_create([projects.CalendarYear(year=year, source="t") for year in years])
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    span = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    projects.CalendarDay.objects.bulk_create(
        [
            projects.CalendarDay(day=day, is_workday=calendar.is_workday(day))
            for day in span
            if day.year in years and calendar.is_workday(day) != (day.weekday() < 5)
        ]
    )


def ground() -> None:
    """Steps and lists: tracked ones of 2023 and of 2024, one of both years, and one that is not tracked."""
    projects.MilestoneStep.objects.bulk_create(
        [projects.MilestoneStep(code=code, name_zh=code, phase=code[0]) for code in STEPS]
    )
    lists = (
        ("P23", 2023, None, True),
        ("P24", 2024, None, True),
        ("SPAN", 2023, 2024, True),
        ("OUT", 2023, 2024, False),
    )
    projects.Programme.objects.bulk_create(
        [
            projects.Programme(
                code=code, name_zh=code, year=year, year_to=to, level="city", provenance="demo", is_tracked=tracked
            )
            for code, year, to, tracked in lists
        ]
    )


@st.composite
def portfolios(draw) -> int:
    """Make up to four projects and give how many."""
    count = draw(st.integers(1, 4))
    made: list[projects.Project] = []
    for number in range(count):
        parent = made[0] if made and draw(rarely) and made[0].parent_id is None else None
        made.append(
            projects.Project.objects.create(
                code=f"R{number}",
                name=f"项目{number}（示例）",
                provenance="published" if draw(rarely) else "demo",
                stopped_on=draw(maybe(days)),
                parent=parent,
                funding=draw(st.sampled_from(["private", "government"])),
            )
        )
    _periods(draw)
    for project in made:
        _listings(draw, project)
        _milestones(draw, project)
        _plans(draw, project)
        _returns(draw, project)
        _exemptions(draw, project)
    return count


def _periods(draw) -> None:
    """Months that are open until some day, or locked, or were never opened."""
    for period in ("2023-11", "2023-12", "2024-01", "2024-02"):
        if draw(st.booleans()):
            locked = {"state": "locked", "locked_at": "2024-01-08T09:00:00Z", "locked_position": 0}
            projects.ReportingPeriod.objects.create(
                period=period, opens_on=FIRST, due_on=draw(days), **(locked if draw(rarely) else {})
            )


def _listings(draw, project) -> None:
    for programme in projects.Programme.objects.all():
        if not draw(st.booleans()):
            continue
        joined = draw(st.one_of(st.just(FIRST), days))
        left = draw(maybe(st.integers(1, 40)))
        projects.Listing.objects.create(
            project=project,
            programme=programme,
            project_class=draw(st.sampled_from(projects.ProjectClass.values)),
            joined_on=joined,
            joined_as="initial",
            left_on=joined + timedelta(days=left) if left else None,
            left_as="withdrawn" if left else "",
            known_from=0,
            known_to=1 if draw(rarely) else None,
        )


def _milestones(draw, project) -> None:
    for position, step in enumerate(projects.MilestoneStep.objects.all()):
        if not draw(st.booleans()):
            continue
        due = draw(st.one_of(days, days, st.none()))
        projects.Milestone.objects.create(
            project=project, step=step, position=position, planned_on=due, due_on=due, actual_on=draw(maybe(days))
        )


def _plans(draw, project) -> None:
    for year in (2023, 2024):
        for revision in range(draw(st.integers(0, 2))):
            months = draw(st.lists(st.integers(0, 3), min_size=12, max_size=12))
            approved = draw(
                st.sampled_from([date(year, 1, 5), date(year, 1, 31), date(year, 6, 1), date(year + 1, 1, 3)])
            )
            projects.PlanRevision.objects.create(
                project=project,
                year=year,
                revision=revision + 1,
                amount=sum(months),
                approved_on=approved,
                known_from=0,
                known_to=1 if draw(rarely) else None,
                **dict(zip(projects.MONTHS, months, strict=True)),
            )


def _returns(draw, project) -> None:
    for period in ("2023-08", "2023-11", "2023-12", "2024-01", "2024-02"):
        if not draw(st.booleans()):
            continue
        entry = projects.MonthlyReturn.objects.create(project=project, period=period)
        projects.ReturnVersion.objects.create(
            monthly_return=entry,
            project=project,
            period=period,
            number=1,
            invested=draw(st.integers(0, 40)),
            submitted_by="t",
            submitted_at="2024-01-01T00:00:00Z",
            known_from=None if draw(rarely) else 0,
        )


def _exemptions(draw, project) -> None:
    if draw(rarely):
        begin = draw(days)
        projects.Exemption.objects.create(
            project=project,
            indicator=draw(st.sampled_from(["pace", "milestones", "start"])),
            reason="汛期",
            approved_by="office",
            valid_from=begin,
            valid_to=begin + timedelta(days=draw(st.integers(0, 40))),
            known_from=0,
        )


@st.composite
def changes(draw) -> None:
    """Change some facts, as the days between two sweeps do."""
    for milestone in projects.Milestone.objects.all():
        what = draw(st.integers(0, 7))
        if what == 0:
            milestone.actual_on = draw(st.one_of(days, st.none()))
        elif what == 1:
            milestone.due_on = milestone.planned_on = draw(st.one_of(days, st.none()))
        if what < 2:
            milestone.save()
    for version in projects.ReturnVersion.objects.known():
        if draw(rarely):
            version.invested = draw(st.integers(0, 40))
            version.save()
    for project in projects.Project.objects.all():
        if draw(rarely):
            project.stopped_on = draw(st.one_of(days, st.none()))
            project.save()


__all__ = ["REFERENCE", "adopt", "calendar_of", "calendars", "changes", "ground", "maybe", "policies", "portfolios"]

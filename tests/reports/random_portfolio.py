"""Portfolios at random: a few projects on lists, with plans, returns, milestones and exemptions of every odd kind.

Drawn evenly from small ranges by a seeded Random, so that every threshold is met to the day and to the yuan: an even
draw finds more here than one that prefers small values.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from django.db import transaction

from projects import models as projects
from projects.core.calendar import WorkCalendar
from projects.core.policies import LightPolicy
from projects.core.policy_rules import (
    FundsRule,
    FundsStep,
    MilestoneRule,
    PaceMeasure,
    PaceRule,
    SlightBand,
    StartRule,
    StatisticsRule,
)
from projects.core.reasons import Light
from projects.core.schedule import PaceBasis
from tests.core.builders import policy, published_calendar

FIRST, LAST = date(2023, 12, 11), date(2024, 2, 20)
STEPS = ("C04", "D01", "D02", "D04", "E05")
WHOLE = (2023, 2024, 2025)


def day_of(luck: Random) -> date:
    """A day of these ten weeks."""
    return FIRST + timedelta(days=luck.randrange((LAST - FIRST).days + 1))


def happens(luck: Random, chance: float) -> bool:
    """Whether something of that chance happens."""
    return luck.random() < chance


def policy_of(luck: Random) -> LightPolicy:
    """The default policy with other thresholds, measures and bases; at times without a rule."""
    first, more = luck.randint(0, 2), luck.randint(0, 2)
    return replace(
        policy("local-default"),
        start=None if happens(luck, 0.1) else StartRule(luck.randint(1, 3)),
        pace=None if happens(luck, 0.1) else _pace(luck),
        funds=None if happens(luck, 0.2) else _funds_rule(luck),
        statistics=None if happens(luck, 0.1) else StatisticsRule(first, first + more),
        milestones=None if happens(luck, 0.1) else _milestone_rule(luck),
        merge_jan_feb=happens(luck, 0.2),
        version=luck.randint(1, 2),
    )


def _pace(luck: Random) -> PaceRule:
    measure = luck.choice(list(PaceMeasure))
    low, more = luck.randint(0, 30), luck.randint(0, 60)
    limits = (100 - low, 100 - low - more) if measure.lower_is_worse else (low, low + more)
    odd = luck.choice([Fraction(0), Fraction(0), Fraction(1, 3)])
    yellow, red = (min(limit + odd, Fraction(100)) for limit in limits)
    return PaceRule(
        measure,
        yellow,
        luck.random() < 0.5,
        red,
        luck.random() < 0.5,
        luck.choice(list(PaceBasis)),
        luck.choice(list(SlightBand)),
        red_after_periods=luck.choice([0, 0, 2, 3]),
        smallest_plan=luck.choice([0, 0, 0, 15]),
    )


def _milestone_rule(luck: Random) -> MilestoneRule:
    late, soon = luck.randint(1, 5), luck.randint(0, 8)
    red = None if happens(luck, 0.2) else late + luck.randint(0, 20)
    warn = luck.randint(0, soon) if happens(luck, 0.3) else 0
    return MilestoneRule(late, red, soon, red_after_periods=luck.choice([0, 0, 1, 2]), warn_days=warn)


def _funds_rule(luck: Random) -> FundsRule:
    more = {
        "below": luck.choice([Light.YELLOW, Light.RED]),
        "red_over": luck.choice([None, Fraction(30), Fraction(100, 7)]),
        "red_after_periods": luck.choice([0, 0, 2, 3]),
        "larger_than": luck.choice([0, 0, 12]),
    }
    if happens(luck, 0.4):
        return FundsRule(linear_months=luck.randint(1, 7), **more)  # type: ignore[arg-type]
    months, percents = sorted(luck.sample(range(13), 3)), sorted(luck.randint(1, 100) for _ in range(3))
    steps = (FundsStep(month, percent, happens(luck, 0.4)) for month, percent in zip(months, percents, strict=True))
    return FundsRule(tuple(steps), **more)  # type: ignore[arg-type]


def years_of(luck: Random) -> tuple[int, ...]:
    """The years of the calendar that are loaded; at times too few."""
    return luck.choice([WHOLE] * 9 + [(2024,), (2023,), (2025,)])


def calendar_of(years: tuple[int, ...]) -> WorkCalendar:
    """The published calendar of those years alone."""
    whole = published_calendar()
    return WorkCalendar({day: whole.is_workday(day) for day in _days(years)}, years)


def _days(years: tuple[int, ...]) -> list[date]:
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    span = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return [day for day in span if day.year in years]


def adopt(wanted: LightPolicy, years: tuple[int, ...]) -> None:
    """Put policy and calendar into the database as those in force."""
    projects.Policy.objects.all().delete()
    projects.CalendarDay.objects.all().delete()
    projects.CalendarYear.objects.all().delete()
    projects.Policy.objects.create(
        code=wanted.code,
        name_zh=wanted.name,
        edition=wanted.version,
        effective_from=date(2020, 1, 1),
        definition=json.loads(json.dumps(wanted.to_json())),
        known_from=0,
    )
    calendar = calendar_of(years)
    projects.CalendarYear.objects.bulk_create([projects.CalendarYear(year=year, source="t") for year in years])
    exceptions = [day for day in _days(years) if calendar.is_workday(day) != (day.weekday() < 5)]
    projects.CalendarDay.objects.bulk_create(
        [projects.CalendarDay(day=day, is_workday=calendar.is_workday(day)) for day in exceptions]
    )


def ground() -> None:
    """Steps, and lists: of each year, of both, and one that is not tracked."""
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


def build(luck: Random) -> None:
    """Two to five projects on that ground, with all that is known of them."""
    ground()
    _periods(luck)
    made: list[projects.Project] = []
    for number in range(luck.randint(2, 5)):
        whole = [one for one in made if one.parent_id is None and one.provenance == "demo"]
        parent = luck.choice(whole) if whole and happens(luck, 0.25) else None
        published = parent is None and happens(luck, 0.06)  # what is only mentioned somewhere is no part of anything
        made.append(
            projects.Project.objects.create(
                code=f"R{number}",
                name=f"项目{number}（示例）",
                provenance="published" if published else "demo",
                stopped_on=day_of(luck) if happens(luck, 0.1) else None,
                parent=parent,
                funding=luck.choice(["private", "government"]),
                is_package=happens(luck, 0.1),
                total_investment=luck.choice([None, 0, 20, 40]),
            )
        )
    for project in made:
        _listings(luck, project)
        _milestones(luck, project)
        _plans(luck, project)
        _returns(luck, project)
        _exemptions(luck, project)
        _issues(luck, project)
        if happens(luck, 0.5):
            year, known_to = luck.choice([2023, 2024]), 1 if happens(luck, 0.2) else None
            projects.OpeningFigure.objects.create(
                project=project, year=year, amount=luck.randint(0, 30), known_from=0, known_to=known_to
            )


def _periods(luck: Random) -> None:
    """Months that are open until some day, or locked, or were never opened."""
    for period in ("2023-11", "2023-12", "2024-01", "2024-02"):
        if happens(luck, 0.6):
            locked = {"state": "locked", "locked_at": "2024-01-08T09:00:00Z", "locked_position": 0}
            more = locked if happens(luck, 0.2) else {}
            projects.ReportingPeriod.objects.create(period=period, opens_on=FIRST, due_on=day_of(luck), **more)


def _listings(luck: Random, project: projects.Project) -> None:
    for programme in projects.Programme.objects.all():
        if happens(luck, 0.4):
            continue
        joined = day_of(luck) if happens(luck, 0.2) else FIRST
        left = joined + timedelta(days=luck.randint(1, 60)) if happens(luck, 0.25) else None
        projects.Listing.objects.create(
            project=project,
            programme=programme,
            project_class="preparatory" if happens(luck, 0.2) else "implementation",
            joined_on=joined,
            joined_as="initial",
            left_on=left,
            left_as="withdrawn" if left else "",
            known_from=0,
            known_to=1 if happens(luck, 0.1) else None,
        )


def _milestones(luck: Random, project: projects.Project) -> None:
    for position, step in enumerate(projects.MilestoneStep.objects.all()):
        if happens(luck, 0.2):
            continue
        due = None if happens(luck, 0.1) else day_of(luck)
        actual = day_of(luck) if happens(luck, 0.3) else None
        projects.Milestone.objects.create(
            project=project, step=step, position=position, planned_on=due, due_on=due, actual_on=actual
        )


def _plans(luck: Random, project: projects.Project) -> None:
    for year in (2023, 2024):
        for revision in range(luck.choice([0, 1, 1, 1, 2, 2])):
            months = [luck.randint(0, 3) for _ in projects.MONTHS]
            approved = luck.choice([date(year, 1, 5)] * 3 + [date(year, 1, 31), date(year, 6, 1), date(year + 1, 1, 3)])
            projects.PlanRevision.objects.create(
                project=project,
                year=year,
                revision=revision + 1,
                amount=sum(months),
                approved_on=approved,
                known_from=0,
                known_to=1 if happens(luck, 0.1) else None,
                **dict(zip(projects.MONTHS, months, strict=True)),
            )


def _returns(luck: Random, project: projects.Project) -> None:
    for period in ("2023-08", "2023-10", "2023-11", "2023-12", "2024-01"):
        if happens(luck, 0.3):
            continue
        entry = projects.MonthlyReturn.objects.create(project=project, period=period, **_state(luck))
        projects.ReturnVersion.objects.create(
            monthly_return=entry,
            project=project,
            period=period,
            number=1,
            invested=_invested(luck, period),
            reason=luck.choice(["", "", "冲减"]),
            submitted_by="t",
            submitted_at="2024-01-01T00:00:00Z",
            known_from=None if happens(luck, 0.1) else 0,
        )


def _state(luck: Random) -> dict[str, str]:
    state = luck.choice(projects.ReturnState.values)
    return {"state": state, "returned_words": "核实" if state == "returned" else ""}


def _issues(luck: Random, project: projects.Project) -> None:
    """Bond batches, each reported for some months; issued near the ends of months, where steps begin."""
    for batch in ("甲", "a", "B")[: luck.randint(0, 3)]:
        issued = luck.choice([date(2023, 1, 31), date(2023, 6, 30), date(2023, 7, 1), date(2023, 8, 31), day_of(luck)])
        amount, spent = luck.randint(0, 12), 0
        for period in ("", "2023-10", "2023-11", "2023-12", "2024-01"):
            spent = luck.randint(spent, amount)
            if happens(luck, 0.4):
                continue
            projects.BondIssue.objects.create(
                project=project,
                batch=batch,
                issued_on=issued + timedelta(days=luck.randint(0, 1)),
                amount=amount,
                spent=spent,
                spent_period=period,
                known_from=0,
                known_to=1 if happens(luck, 0.1) else None,
            )


def _invested(luck: Random, period: str) -> int:
    return luck.randint(0, 24) if period < "2024" else luck.randint(0, 4)


def _exemptions(luck: Random, project: projects.Project) -> None:
    if happens(luck, 0.2):
        begin = day_of(luck)
        projects.Exemption.objects.create(
            project=project,
            indicator=luck.choice(["pace", "milestones", "start", "statistics", "funds"]),
            reason="汛期",
            approved_by="office",
            valid_from=begin,
            valid_to=begin + timedelta(days=luck.randint(0, 40)),
            known_from=0,
        )


def change(luck: Random) -> None:
    """Change some facts, as the days between two sweeps do."""
    for milestone in projects.Milestone.objects.all():
        if happens(luck, 0.15):
            milestone.actual_on = day_of(luck) if happens(luck, 0.7) else None
        elif happens(luck, 0.15):
            milestone.due_on = milestone.planned_on = day_of(luck) if happens(luck, 0.9) else None
        milestone.save()
    for version in projects.ReturnVersion.objects.known():
        if happens(luck, 0.4):
            version.invested = _invested(luck, version.period)
            version.save()
    for project in projects.Project.objects.all():
        if happens(luck, 0.05):
            project.stopped_on = day_of(luck) if happens(luck, 0.7) else None
            project.save()
    _change_reports(luck)


def _change_reports(luck: Random) -> None:
    for entry in projects.MonthlyReturn.objects.all():
        if happens(luck, 0.2):
            projects.MonthlyReturn.objects.filter(pk=entry.pk).update(**_state(luck))
    for issue in projects.BondIssue.objects.known():
        if happens(luck, 0.2):
            projects.BondIssue.objects.filter(pk=issue.pk).update(spent=luck.randint(0, issue.amount))


@contextmanager
def portfolio(luck: Random, years: tuple[int, ...] = WHOLE) -> Iterator[None]:
    """A portfolio that is gone when the example ends."""
    with transaction.atomic():
        adopt(policy_of(luck), years)
        build(luck)
        yield
        transaction.set_rollback(True)

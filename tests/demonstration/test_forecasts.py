"""The demonstration's forecasts and their hit rate are what a plain evaluation of the rows says, written otherwise."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projects.core.forecast import Hits, NotForecast, YearOutlook
from projects.core.periods import Period
from projects.models import (
    MONTHS,
    Listing,
    MilestoneRevision,
    PlanRevision,
    Project,
    ReportingPeriod,
    ReturnVersion,
)
from projects.queries.forecasts import forecasts
from projects.queries.hindsight import hit_rate

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
ENDS = {"E05", "E11", "E12"}


class Plain:
    """One locked month of 2023, read row by row."""

    def __init__(self, month: int) -> None:
        lock = ReportingPeriod.objects.get(period=f"2023-{month:02d}")
        assert lock.locked_at is not None and lock.locked_position is not None
        self.month, self.position, self.on = month, lock.locked_position, lock.locked_at.date()
        self.parts = defaultdict(list)
        for part in Project.objects.filter(parent__isnull=False):
            self.parts[part.parent_id].append(part.pk)

    def known(self, rows: Any) -> list[Any]:
        """Versions of facts as known at the lock."""
        return [
            row
            for row in rows
            if row.known_from is not None
            and row.known_from <= self.position
            and (row.known_to is None or row.known_to > self.position)
        ]

    def counted(self) -> set[int]:
        """Projects on a tracked list of 2023 at the lock, of class implementation, that have not stopped."""
        spells = self.known(Listing.objects.select_related("programme", "project"))
        return {
            spell.project_id
            for spell in spells
            if spell.programme.is_tracked and spell.programme.year == 2023 and spell.project_class == "implementation"
            and spell.joined_on <= self.on and (spell.left_on is None or spell.left_on > self.on)
            and (spell.project.stopped_on is None or spell.project.stopped_on > self.on)
        }  # fmt: skip

    def plans(self) -> dict[int, list[int]]:
        """The twelve months of the plan in force at the month's end."""
        found = {}
        rows = self.known(PlanRevision.objects.filter(year=2023).order_by("approved_on", "revision"))
        for row in rows:
            if row.approved_on <= Period(2023, self.month).last_day:
                found[row.project_id] = [getattr(row, name) for name in MONTHS]
        return found

    def done(self) -> dict[int, list[int]]:
        """Cumulatives by the end of each month; a month without a return keeps the one before, none is nothing."""
        said: dict[int, dict[int, int]] = defaultdict(dict)
        for row in self.known(ReturnVersion.objects.filter(period__startswith="2023-")):
            said[row.project_id][int(row.period[5:])] = row.invested
        self.returned = {project: min(months) for project, months in said.items()}
        return {
            project: [max((at, amount) for at, amount in [(0, 0), *months.items()] if at <= month)[1]
                      for month in range(1, self.month + 1)]
            for project, months in said.items()
        }  # fmt: skip

    def finished(self) -> set[int]:
        """Projects that had reached their last milestone."""
        steps: dict[int, dict[str, date | None]] = defaultdict(dict)
        rows = MilestoneRevision.objects.select_related("milestone__step").filter(milestone__step__code__startswith="E")
        for row in self.known(rows):
            steps[row.milestone.project_id][row.milestone.step.code] = row.actual_on
        return {
            project
            for project, days in steps.items()
            if any(day and day <= self.on for step, day in days.items() if step in (ENDS & days.keys() or {"E01"}))
        }

    def misses(self) -> dict[int, bool]:
        """Whether each project, packages apart, will miss its plan at the rate of three months; who can be told."""
        plans, done, finished, found = self.plans(), self.done(), self.finished(), {}
        for project in self.counted() - finished - set(self.parts):
            months, sums = plans.get(project), done.get(project)
            first = next((at for at, planned in enumerate(months or ()) if planned), 12)
            if not months or not sums or self.month - first < 3:
                continue
            if self.month - 3 > first and self.returned[project] > self.month - 3:
                continue  # what it had done before the three months is not known
            lately = sums[-1] - (sums[-4] if len(sums) > 3 else 0)
            due = sum(months[self.month - 3 : self.month])
            expected = sums[-1] + Decimal(max(lately, 0)) / due * sum(months[self.month :])
            found[project] = round(expected) < sum(months)
        return found


@pytest.mark.parametrize("month", [3, 6, 9, 11])
def test_the_forecasts_of_a_month_are_what_a_plain_evaluation_says(
    demonstration: dict[str, Any],
    month: int,
) -> None:
    plain = Plain(month)

    found = forecasts(plain.on, None, plain.position)

    told = {
        one.project: one.misses_year
        for one in found
        if isinstance(one.year, YearOutlook) and one.project not in plain.parts
    }
    assert told == plain.misses()
    assert len(told) > 100


def test_the_hit_rate_of_november_is_what_december_said(demonstration: dict[str, Any]) -> None:
    november, december = Plain(11), Plain(12)
    plans, done, counted = december.plans(), december.done(), december.counted()

    rate = hit_rate()

    assert rate is not None and rate.year == 2023
    by_month = {one.period.month: one for one in rate.months}
    came = {
        project: done[project][-1] < sum(plans[project])
        for project in counted - set(december.parts)
        if project in plans and project in done
    }
    said = november.misses()
    pairs = Hits.count((said[project], came[project]) for project in said.keys() & came.keys())
    packages = by_month[11].year.total - pairs.total
    assert 0 <= packages <= len(november.parts)
    differences = [
        getattr(by_month[11].year, name) - getattr(pairs, name)
        for name in ("said_and_came", "said_only", "came_only", "neither")
    ]
    assert min(differences) >= 0 and sum(differences) == packages


def test_the_nearer_the_year_s_end_the_more_of_what_was_said_came(demonstration: dict[str, Any]) -> None:
    rate = hit_rate()

    assert rate is not None
    by_month = {one.period.month: one.year for one in rate.months}
    assert sorted(month for month, hits in by_month.items() if hits.total) == list(range(3, 12))
    early, late = by_month[3] + by_month[4] + by_month[5], by_month[9] + by_month[10] + by_month[11]
    assert early.precision and late.precision and late.precision > early.precision
    assert early.recall and late.recall and late.recall > early.recall
    assert late.precision > (late.base or 1)


def test_nothing_is_forecast_of_projects_that_public_sources_name(demonstration: dict[str, Any]) -> None:
    published = set(Project.objects.filter(provenance="published").values_list("pk", flat=True))

    found = forecasts(date(2024, 1, 12))

    assert published and not published & {one.project for one in found}
    reasons = Counter(one.year for one in found if isinstance(one.year, NotForecast))
    assert reasons[NotForecast.YEAR_OVER] > 600 and len(found) == sum(reasons.values())

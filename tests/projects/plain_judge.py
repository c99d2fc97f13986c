"""A second, plain evaluation of lights: rows into lists, loops over lists, a policy file read as it stands.

It shares nothing with projects.core or projects.queries; slow, and written to be checked by reading.
"""

import calendar
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from projects import models

ORDER = ("not_judged", "green", "yellow", "red")


class Portfolio:
    """Everything that is known today, and the day for which it is judged."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.year, self.month = (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
        self.end = date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])
        self.exceptions = dict(models.CalendarDay.objects.values_list("day", "is_workday"))
        self.projects = {row.pk: row for row in models.Project.objects.exclude(provenance="published")}
        self.lists = {row.pk: row for row in models.Programme.objects.all()}
        self.listings = _by_project(models.Listing)
        self.stones = defaultdict(list)
        for stone in models.Milestone.objects.select_related("step"):
            self.stones[stone.project_id].append(stone)
        self.plans = _by_project(models.PlanRevision)
        self.returns = _by_project(models.ReturnVersion)
        self.bonds = _by_project(models.BondIssue)
        self.exemptions = _by_project(models.Exemption)
        self.parts = defaultdict(list)
        for row in self.projects.values():
            if row.parent_id:
                self.parts[row.parent_id].append(row.pk)

    def watched(self, pk: int) -> str:
        """ "no", "dates" or "all": whether dates alone are judged, or investment too."""
        row, found = self.projects[pk], "no"
        if row.stopped_on and row.stopped_on <= self.on:
            return "no"
        for place in self.listings[row.parent_id or pk]:
            programme = self.lists[place.programme_id]
            last = programme.year_to or programme.year
            if not programme.is_tracked or place.joined_on > self.on or (place.left_on and place.left_on <= self.on):
                continue
            in_judged_year = programme.year <= self.year <= last
            if not in_judged_year and not programme.year <= self.on.year <= last:
                continue
            if in_judged_year and place.project_class == "implementation" and not row.parent_id:
                return "all"
            found = "dates"
        return found

    def workdays_late(self, due: date) -> int:
        """Working days after the due date up to the day."""
        count, day = 0, due
        while day < self.on:
            day += timedelta(days=1)
            count += self.exceptions.get(day, day.weekday() < 5)
        return count

    def workdays_to(self, due: date) -> int:
        """Working days after the day up to a due date."""
        count, day = 0, self.on
        while day < due:
            day += timedelta(days=1)
            count += self.exceptions.get(day, day.weekday() < 5)
        return count

    def month_ends_missed(self, due: date) -> int:
        """Month ends from a due date to the day before the day."""
        return (self.on.year - due.year) * 12 + self.on.month - due.month

    def excused(self, pk: int, indicator: str) -> bool:
        """A good cause was accepted."""
        return any(
            one.indicator == indicator and one.valid_from <= self.on <= one.valid_to for one in self.exemptions[pk]
        )

    def all_stones(self, pk: int) -> list[tuple[str, Any]]:
        """The milestones of a project and of its parts, each with its key."""
        found = [(stone.step.code, stone) for stone in self.stones[pk]]
        for part in sorted(self.parts[pk], key=lambda one: self.projects[one].code):
            found += [(f"{self.projects[part].code}/{stone.step.code}", stone) for stone in self.stones[part]]
        return found

    def plan(self, pk: int) -> tuple[int | None, list[int]]:
        """The year's plan in force at the month's end and its months, parts added."""
        total, months = None, [0] * 12
        for one in (pk, *self.parts[pk]):
            current = [row for row in self.plans[one] if row.year == self.year and row.approved_on <= self.end]
            if current:
                newest = sorted(current, key=lambda row: (row.approved_on, row.revision))[-1]
                total = (total or 0) + newest.amount
                months = [a + getattr(newest, f"m{number:02d}") for number, a in enumerate(months, start=1)]
        return total, months

    def completed(self, pk: int, month: int) -> int | None:
        """Completed this year by the end of a month, parts added."""
        total = None
        for one in (pk, *self.parts[pk]):
            known = [row for row in self.returns[one] if f"{self.year}-01" <= row.period <= f"{self.year}-{month:02d}"]
            if known:
                total = (total or 0) + sorted(known, key=lambda row: row.period)[-1].invested
        return total


def lights(portfolio: Portfolio, pk: int, rules: dict[str, Any]) -> dict[str, str]:
    """The light of each indicator of a project, by the rules of a policy file, and of the whole."""
    watched, found = portfolio.watched(pk), {}
    for indicator, judge in JUDGES.items():
        aside = watched == "no" or (indicator == "pace" and watched != "all") or portfolio.excused(pk, indicator)
        found[indicator] = "not_judged" if aside or rules[indicator] is None else judge(portfolio, pk, rules[indicator])
    found["whole"] = max(found.values(), key=ORDER.index)
    return found


def _start(portfolio: Portfolio, pk: int, rule: dict[str, Any]) -> str:
    starts = [stone for _key, stone in portfolio.all_stones(pk) if stone.step.code == "D01"]
    if not starts:
        return "not_judged"
    first = sorted(starts, key=lambda one: (one.actual_on or date.max, one.due_on or date.max))[0]
    if first.actual_on and first.actual_on <= portfolio.on:
        return "green"
    if first.due_on is None:
        return "not_judged"
    if first.due_on >= portfolio.on:
        return "green"
    return "red" if portfolio.month_ends_missed(first.due_on) >= rule["red_after_periods"] else "yellow"


def _pace(portfolio: Portfolio, pk: int, rule: dict[str, Any]) -> str:
    plan, months = portfolio.plan(pk)
    done = portfolio.completed(pk, portfolio.month)
    if not plan or plan < rule.get("smallest_plan", 0) or done is None:
        return "not_judged"
    colours: list[str] = []
    for month in range(portfolio.month, 0, -1):
        colours.append(_pace_of(portfolio, pk, rule, month, plan, months))
    running = 0
    for colour in colours:
        if colour not in ("yellow", "red"):
            break
        running += 1
    needed = rule.get("red_after_periods", 0)
    return "red" if needed and running >= needed else colours[0]


def _pace_of(portfolio: Portfolio, pk: int, rule: dict[str, Any], month: int, plan: int, months: list[int]) -> str:
    done = portfolio.completed(pk, month)
    if done is None:
        return "not_judged"
    yellow, red = Fraction(rule["yellow_limit"]), Fraction(rule["red_limit"])
    if rule["measure"] == "month_task":
        task = months[month - 1]
        if task == 0:
            return "not_judged"
        before = portfolio.completed(pk, month - 1) or 0 if month > 1 else 0
        percent = Fraction(100 * (done - before), task)
        return "green" if percent >= 100 else _low(percent, yellow, red, rule)
    assert rule["basis"] == "linear_month"
    pace, rate = Fraction(100 * month, 12), Fraction(100 * done, plan)
    if rate >= pace:
        return "green"
    if rule["measure"] == "ratio_to_pace":
        return _low(100 * rate / pace, yellow, red, rule)
    behind = pace - rate if rule["measure"] == "points_below" else 100 * (pace - rate) / pace
    if behind > red or (rule["red_inclusive"] and behind == red):
        return "red"
    if behind > yellow or (rule["yellow_inclusive"] and behind == yellow):
        return "yellow"
    return str(rule["slight_band"])


def _low(percent: Fraction, yellow: Fraction, red: Fraction, rule: dict[str, Any]) -> str:
    if percent < red or (rule["red_inclusive"] and percent == red):
        return "red"
    if percent < yellow or (rule["yellow_inclusive"] and percent == yellow):
        return "yellow"
    return str(rule["slight_band"])


def _funds(portfolio: Portfolio, pk: int, rule: dict[str, Any]) -> str:
    batches: dict[str, list[Any]] = defaultdict(list)
    for row in portfolio.bonds[pk]:
        if row.spent_period <= f"{portfolio.year}-{portfolio.month:02d}":
            batches[row.batch].append(row)
    latest = [sorted(rows, key=lambda row: row.spent_period)[-1] for rows in batches.values()]
    made = [row for row in latest if row.issued_on <= portfolio.end and row.amount > 0]
    worst = "not_judged"
    for row in made:
        of_year = sum(other.amount for other in made if other.issued_on.year == row.issued_on.year)
        if of_year > rule.get("larger_than", 0):
            worst = max(worst, _issue(portfolio, row, batches[row.batch], rule), key=ORDER.index)
    return worst


def _issue(portfolio: Portfolio, row: Any, reported: list[Any], rule: dict[str, Any]) -> str:
    required = _required(row.issued_on, portfolio.end, rule)
    percent = Fraction(100 * row.spent, row.amount)
    if percent >= required:
        return "green"
    if rule.get("red_over") is not None and required - percent > required * Fraction(rule["red_over"]) / 100:
        return "red"
    running, year, month = 1, portfolio.year, portfolio.month
    while running < rule.get("red_after_periods", 0):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        end = date(year, month, calendar.monthrange(year, month)[1])
        known = [one for one in reported if one.spent_period <= f"{year}-{month:02d}"]
        if not known or row.issued_on > end:
            break
        spent = sorted(known, key=lambda one: one.spent_period)[-1].spent
        if Fraction(100 * spent, row.amount) >= _required(row.issued_on, end, rule):
            break
        running += 1
    if rule.get("red_after_periods") and running >= rule["red_after_periods"]:
        return "red"
    return str(rule["below"])


def _required(issued: date, end: date, rule: dict[str, Any]) -> Fraction:
    apart = (end.year - issued.year) * 12 + end.month - issued.month
    if rule.get("linear_months"):
        return Fraction(100 * min(apart, rule["linear_months"]), rule["linear_months"])
    required = 0
    for step in rule["steps"]:
        year, month = issued.year + (issued.month - 1 + step["months"]) // 12, (issued.month - 1 + step["months"]) % 12
        last = calendar.monthrange(year, month + 1)[1]
        reached = date(year, month + 1, min(issued.day, last))
        if reached < end or (reached == end and not step.get("over")):
            required = max(required, step["percent"])
    return Fraction(required)


def _statistics(portfolio: Portfolio, pk: int, rule: dict[str, Any]) -> str:
    stones = portfolio.all_stones(pk)
    entries = [(key, stone) for key, stone in stones if stone.step.code == "D02"]
    starts = [stone for _key, stone in stones if stone.step.code == "D01"]
    if not entries:
        return "not_judged"
    entry = sorted(entries, key=lambda one: (one[1].actual_on or date.max, one[0]))[-1][1]
    if entry.actual_on and entry.actual_on <= portfolio.on:
        return "green"
    started = min((stone.actual_on for stone in starts if stone.actual_on), default=None)
    if started is None or started > portfolio.on:
        return "not_judged"
    red, yellow = (_months_on(started, rule[name]) for name in ("red_after_months", "yellow_after_months"))
    if portfolio.end > red:
        return "red"
    return "yellow" if portfolio.end >= yellow else "green"


def _months_on(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _milestones(portfolio: Portfolio, pk: int, rule: dict[str, Any]) -> str:
    dated = [stone for _key, stone in portfolio.all_stones(pk) if stone.due_on]
    if not dated:
        return "not_judged"
    worst = "green"
    for stone in dated:
        if stone.actual_on and stone.actual_on <= portfolio.on:
            continue
        late = portfolio.workdays_late(stone.due_on)
        if rule["red_from"] is not None and late >= rule["red_from"]:
            return "red"
        if late >= rule["yellow_from"]:
            worst = "yellow"
            missed = portfolio.month_ends_missed(stone.due_on)
            if rule.get("red_after_periods") and missed >= rule["red_after_periods"]:
                return "red"
        warn = rule.get("warn_days", 0)
        ahead = portfolio.workdays_to(stone.due_on)
        if warn and stone.due_on >= portfolio.on and (ahead < warn or (ahead == warn and _open(portfolio, stone))):
            worst = "yellow"
    return worst


def _open(portfolio: Portfolio, stone: Any) -> bool:
    """Whether a due date is a working day: the last of the days to come is one."""
    return bool(portfolio.exceptions.get(stone.due_on, stone.due_on.weekday() < 5))


def _by_project(model: Any) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in model.objects.filter(known_from__isnull=False, known_to__isnull=True):
        found[row.project_id].append(row)
    return found


JUDGES = {"start": _start, "pace": _pace, "funds": _funds, "statistics": _statistics, "milestones": _milestones}

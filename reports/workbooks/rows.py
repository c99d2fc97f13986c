"""The rows of the sheets: what a project, a group of projects, a milestone and a month print, worked out once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from projects.core.reasons import Judgement, ReasonCode
from projects.policy_wording import INDICATORS, rule_words
from projects.wording import reason_sentence
from reports.queries.snapshot import Group, Line, Snapshot, Step, ratio
from reports.workbooks import words

DECEMBER = 12


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project in a register."""

    number: int
    line: Line
    lists: str
    gap: Fraction | None
    overdue: int
    why: str
    rule: str
    restated: str = ""

    @property
    def years(self) -> str:
        """First and last year: 2022–2024."""
        return "–".join(str(year) for year in self.line.years if year) if any(self.line.years) else ""

    @property
    def physical(self) -> str:
        """Percent and words of the physical progress."""
        percent, text = self.line.progress.percent, self.line.progress.text
        return " ".join(part for part in (f"{percent}%" if percent is not None else "", text) if part)

    def planned(self, month: int) -> int | None:
        """The plan in force for a month, in yuan."""
        months = self.line.figures.plan_months
        return months[month - 1] if months else None

    def done(self, month: int) -> int | None:
        """Completed in a month, in yuan; None once the returns have ended."""
        months = self.line.months
        return months[month] - months.get(month - 1, 0) if month in months else None


def project_rows(data: Snapshot, lines: Iterable[Line] | None = None) -> list[ProjectRow]:
    """Rows of projects in the order of units, then of codes."""
    names = {programme.code: programme.name for programme in data.programmes}
    order = {division.code: place for place, division in enumerate(data.divisions)}
    chosen = data.lines if lines is None else list(lines)
    ranked = sorted(chosen, key=lambda line: (order.get(line.division.code, 999) if line.division else 999, line.code))
    return [
        ProjectRow(
            number=number,
            line=line,
            lists=words.joined([name for code, name in names.items() if code in line.lists]),
            gap=data.gap(line.figures.completed, line.figures.plan, line),
            overdue=data.overdue_of(line),
            why=why(data, line),
            rule=rule(data, line),
            restated=words.joined(data.restated_months.get(line.id, [])),
        )
        for number, line in enumerate(ranked, start=1)
    ]


def why(data: Snapshot, line: Line) -> str:
    """The cause of a project's light as a sentence; nothing for a green one. A project that stands still says so,
    and so does one that is exempt from an indicator.
    """
    if data.stopped(line):
        return _("Stopped since %(day)s") % {"day": line.stopped_on}
    cause = line.light.cause
    said = [_said(data, cause)] if cause.light.severity >= 2 else []
    for one in line.light.judgements:
        if one.reason.code is ReasonCode.EXEMPT:
            told = {"indicator": INDICATORS[one.indicator], "why": _said(data, one)}
            said.append(_("%(indicator)s: %(why)s") % told)
    return _("; ").join(said)


def _said(data: Snapshot, judgement: Judgement) -> str:
    return reason_sentence(judgement.reason, as_of=data.frame.as_of, calendar=data.calendar)


def rule(data: Snapshot, line: Line) -> str:
    """The policy's rule by which a light is not green, in the words of the project's page."""
    cause = line.light.cause
    return "" if data.stopped(line) or cause.light.severity < 2 else rule_words(data.policy, cause.indicator)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One list, unit or chain. `rank` is empty where nothing is ranked."""

    name: str
    group: Group
    gap: Fraction | None
    pace: Fraction
    rank: int | None = None
    section: str = ""

    @property
    def rate(self) -> Fraction | None:
        """Total completed over total plan."""
        return self.group.rate


def group_row(data: Snapshot, name: str, group: Group, **place: Any) -> GroupRow:
    """The row of a group, with its gap."""
    return GroupRow(name, group, data.gap(group.completed, group.plan), data.pace, **place)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a group of projects, in yuan; what was completed is None after the period."""

    name: str
    month: int
    plan: int
    plan_so_far: int
    plan_year: int
    done: int | None
    done_so_far: int | None
    pace: Fraction

    @property
    def planned_rate(self) -> Fraction | None:
        """Planned so far over the year's plan."""
        return ratio(self.plan_so_far, self.plan_year)

    @property
    def rate(self) -> Fraction | None:
        """Completed so far over the year's plan."""
        return ratio(self.done_so_far, self.plan_year)

    @property
    def gap(self) -> Fraction | None:
        """Completed so far against planned so far, in points of the year's plan."""
        planned, done = self.planned_rate, self.rate
        return (done - planned) * 100 if planned is not None and done is not None else None


def month_rows(data: Snapshot, name: str, lines: list[Line]) -> Iterator[MonthRow]:
    """The twelve months of some projects, each project once."""
    year = sum(line.figures.plan or 0 for line in lines)
    so_far = done_before = 0
    for month in range(1, DECEMBER + 1):
        plan = sum(line.figures.plan_months[month - 1] for line in lines if line.figures.plan_months)
        so_far += plan
        reached = month <= data.frame.period.month
        done = sum(cumulative(line, month) for line in lines) if reached else None
        part = done - done_before if done is not None else None
        yield MonthRow(name, month, plan, so_far, year, part, done, Fraction(month, DECEMBER))
        done_before = done or 0


def cumulative(line: Line, month: int) -> int:
    """Completed from January to the end of a month; a month without a return carries the one before."""
    if month in line.months:
        return line.months[month]
    return max(((at, amount) for at, amount in line.months.items() if at < month), default=(0, 0))[1]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One milestone of a project."""

    number: int
    step: Step

    @property
    def line(self) -> Line:
        """The project."""
        return self.step.line

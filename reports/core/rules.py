"""The rules of alerts, in one registry: what each looks at, when it finds something, and what the alert keeps of it.

A rule is judged by projects.core.lights and cutoffs, never by a threshold of its own. This is the definition, the
explanation on the page and the oracle of the set-based sweep; a rule is added by adding it to RULES.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.lights import LightPolicy, ProjectFacts
from projects.core.reasons import Indicator
from reports.core.data_rules import JUDGES, recalled
from reports.core.findings import Ending, Finding, Judge, Kept, Level, Recall, Rule, Scope, Subject
from reports.core.milestone_rules import (
    judge_milestone_due_soon,
    judge_milestone_overdue,
    judge_start_missed,
    judge_statistics_missed,
    recall_milestone_due_soon,
    recall_milestone_overdue,
    recall_start_missed,
    recall_statistics_missed,
)
from reports.core.money_rules import (
    judge_funds_behind,
    judge_investment_behind,
    recall_funds_behind,
    recall_investment_behind,
)

__all__ = [
    "INDICATORS",
    "RULES",
    "Ending",
    "Finding",
    "Judge",
    "Kept",
    "Level",
    "Outcome",
    "Recall",
    "Rule",
    "Scope",
    "Subject",
    "look",
    "rule_of",
    "subjects",
]

_MILESTONE, _PROJECT = Scope.MILESTONE, Scope.PROJECT

RULES: Final[tuple[Rule, ...]] = (
    Rule("milestone_overdue", "Milestone overdue", 10, _MILESTONE, judge_milestone_overdue, recall_milestone_overdue),
    Rule("start_missed", "Start missed", 12, _MILESTONE, judge_start_missed, recall_start_missed),
    Rule(
        "investment_behind", "Investment behind pace", 20, _PROJECT, judge_investment_behind, recall_investment_behind
    ),
    Rule("funds_behind", "Bond money behind schedule", 22, _PROJECT, judge_funds_behind, recall_funds_behind),
    Rule(
        "statistics_missed",
        "Statistics entry missed",
        25,
        _MILESTONE,
        judge_statistics_missed,
        recall_statistics_missed,
    ),
    Rule(
        "milestone_due_soon", "Milestone due soon", 90, _MILESTONE, judge_milestone_due_soon, recall_milestone_due_soon
    ),
    *(
        Rule(code, title, 91 + place, _PROJECT, judge, recalled(code))
        for place, (code, title, judge) in enumerate(JUDGES)
    ),
)
"""Every rule, gravest first."""

_BY_CODE: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}


INDICATORS: Final[Mapping[str, Indicator]] = {
    "milestone_overdue": Indicator.MILESTONES,
    "milestone_due_soon": Indicator.MILESTONES,
    "start_missed": Indicator.START,
    "investment_behind": Indicator.PACE,
    "funds_behind": Indicator.FUNDS,
    "statistics_missed": Indicator.STATISTICS,
}
"""The indicator of a policy by which a rule judges; rules on the data themselves have none."""


def rule_of(code: str) -> Rule:
    """The rule of a code. Raises KeyError."""
    return _BY_CODE[code]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules found on a day, and what they could not tell.

    `untold` are (rule, subject) that only a missing calendar year decides; `unable` names that year by rule.
    """

    findings: tuple[Finding, ...]
    untold: frozenset[tuple[str, str]]
    unable: Mapping[str, int]


def look(projects: Iterable[ProjectFacts], policy: LightPolicy, calendar: WorkCalendar, as_of: date) -> Outcome:
    """Judge every project by every rule."""
    findings: list[Finding] = []
    untold: set[tuple[str, str]] = set()
    unable: dict[str, int] = {}
    for project in projects:
        for rule in RULES:
            for subject in subjects(project, rule.scope):
                try:
                    found = rule.judge(subject, policy, calendar, as_of)
                except CalendarYearMissing as missing:
                    untold.add((rule.code, subject.key))
                    unable[rule.code] = missing.year
                    continue
                if found is not None:
                    findings.append(found)
    return Outcome(tuple(findings), frozenset(untold), unable)


def subjects(project: ProjectFacts, scope: Scope) -> list[Subject]:
    """What of a project a rule of that scope looks at."""
    if scope is Scope.PROJECT:
        return [Subject(project)]
    return [Subject(project, milestone) for milestone in project.milestones]

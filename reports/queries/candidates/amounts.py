"""What each project was to complete and did, as tables of whole yuan that the queries of several rules stand on.

The plan in force is that of the judged period's end and completed the last accepted cumulative up to it, as in
projects.queries.figures; a package's amounts are its own and its parts' together. While a project's return for the
period is awaited, it is judged by the period before (LightPolicy.pace_period).
"""

from dataclasses import dataclass
from typing import Final

from projects.core.periods import Period
from projects.core.policy_rules import PaceRule
from projects.core.schedule import PaceBasis
from projects.models import MONTHS, OpeningFigure, PlanRevision, ReturnVersion
from projects.queries.watched import CURRENT
from reports.queries.candidates.base import Frame

_PLAN, _VERSION, _OPENING = (model._meta.db_table for model in (PlanRevision, ReturnVersion, OpeningFigure))
_IN_FORCE: Final = "{0}.year = %(year)s AND {0}.approved_on <= %(period_end)s AND " + CURRENT
_AWAITED: Final = "CASE WHEN r.invested IS NULL THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Bar:
    """What projects are measured by: the judged period, and the one before for those whose return is awaited."""

    rule: PaceRule | None
    judged: Period
    before: Period | None
    merged: bool

    @classmethod
    def of(cls, frame: Frame) -> "Bar":
        """The bar of a frame."""
        policy = frame.policy
        judged, before = policy.judged_period(frame.as_of), policy.pace_period(frame.as_of, awaiting=True)
        waits = before != judged and frame.awaited
        return cls(policy.pace, judged, before if waits else None, policy.merge_jan_feb)

    @property
    def both(self) -> tuple[Period, Period]:
        """The judged period, and that by which a project is judged whose return is awaited."""
        return self.judged, self.before or self.judged

    def either(self, judged: str, before: str, source: str = "x") -> str:
        """One expression for most projects, another for those whose return is awaited."""
        return judged if self.before is None else f"CASE WHEN {source}.awaited = 1 THEN {before} ELSE {judged} END"

    def run(self, start: Period) -> list[Period]:
        """A period and the earlier ones of its year as far as the rule looks back, latest first."""
        length = max(self.rule.red_after_periods, 1) if self.rule else 1
        periods, at = [start], start
        while len(periods) < length and at.previous(self.merged).year == start.year:
            at = at.previous(self.merged)
            periods.append(at)
        return periods

    def months(self) -> list[int]:
        """The earlier months whose cumulatives are looked back to; nothing where the rule does not look back."""
        if self.rule is None or not self.rule.looks_back:
            return []
        looked = {period for start in self.both for period in self.run(start)}
        looked |= {period.previous(self.merged) for period in looked}
        return sorted({period.month for period in looked if period.year == self.judged.year})

    def due(self, awaited: str) -> str:
        """Yuan due by the end of the period, from the plan `pl`; only a rule that judges by it asks."""
        if self.rule is None or self.rule.basis is not PaceBasis.MONTHLY_PLAN:
            return "0"
        now, then = (planned(period.month) for period in self.both)
        return now if self.before is None else f"CASE WHEN {awaited} = 1 THEN {then} ELSE {now} END"


def planned(month: int) -> str:
    """Yuan planned by the end of a month, from the plan `pl`."""
    return " + ".join(f"pl.{name}" for name in MONTHS[:month])


def amounts(bar: Bar, and_where: str) -> str:
    """SQL: plan, due by the end of the period, completed and the opening figure (yuan), and whether the return is
    awaited, of each watched project that no package holds; with `c` and `d` of each month that is looked back to:
    completed and planned by its end.

    A package waits for the return of its last part.
    """
    names = ["plan", "due", "completed", "opening"]
    names += [f"{letter}{month}" for month in bar.months() for letter in "cd"]
    sums = ", ".join(f"CAST(sum(own.{name}) AS bigint) AS {name}" for name in names)
    return (
        f"SELECT w.id AS project_id, w.pace, {_own(bar, 'w.id', _AWAITED)} FROM watched w {_joined('w.id')} "
        f"WHERE w.whole = 1{and_where} AND NOT EXISTS (SELECT 1 FROM parts WHERE parts.parent_id = w.id) "
        f"UNION ALL SELECT w.id AS project_id, w.pace, {sums}, max(own.awaited) AS awaited FROM watched w JOIN ("
        f"SELECT k.root, {_own(bar, 'k.id', 'k.awaited')} FROM ({_members()}) k {_joined('k.id')}"
        f") own ON own.root = w.id WHERE w.whole = 1{and_where} GROUP BY w.id, w.pace"
    )


def _members() -> str:
    """SQL: parts and packages by package, each with whether the package awaits a part's return."""
    awaited = (
        f"SELECT parts.parent_id AS root, MAX({_AWAITED}) AS awaited FROM parts LEFT JOIN {_VERSION} r "
        f"ON r.project_id = parts.id AND r.period = %(period)s AND {CURRENT.format('r')} GROUP BY parts.parent_id"
    )
    return (
        f"SELECT parts.id, waits.root, waits.awaited FROM parts JOIN ({awaited}) waits ON waits.root = parts.parent_id "
        f"UNION ALL SELECT waits.root, waits.root, waits.awaited FROM ({awaited}) waits"
    )


def _own(bar: Bar, project: str, awaited: str) -> str:
    """One project's own amounts. Most have a return for the period; for the others the last one is looked up."""
    earlier = "".join(
        f", {_last(project, f'<= {_quoted(Period(bar.judged.year, month))}')} AS c{month}, {planned(month)} AS d{month}"
        for month in bar.months()
    )
    return (
        f"pl.amount AS plan, {bar.due(awaited)} AS due, "
        f"COALESCE(r.invested, {_last(project, '< %(period)s')}) AS completed, o.amount AS opening{earlier}, "
        f"{awaited} AS awaited"
    )


def _last(project: str, until: str) -> str:
    """The last accepted cumulative of the year up to a period."""
    return (
        f"(SELECT v.invested FROM {_VERSION} v WHERE v.project_id = {project} AND {CURRENT.format('v')} "
        f"AND v.period >= %(first_period)s AND v.period {until} ORDER BY v.period DESC LIMIT 1)"
    )


def _quoted(period: Period) -> str:
    return f"'{period}'"


def _joined(project: str) -> str:
    """Joins: the plan in force at the period's end, the period's own accepted return, and the opening figure."""
    return (
        f"LEFT JOIN {_PLAN} pl ON pl.project_id = {project} AND {_IN_FORCE.format('pl')} "
        f"AND NOT EXISTS (SELECT 1 FROM {_PLAN} later WHERE later.project_id = pl.project_id "
        f"AND {_IN_FORCE.format('later')} AND (later.approved_on, later.revision) > (pl.approved_on, pl.revision)) "
        f"LEFT JOIN {_VERSION} r ON r.project_id = {project} AND r.period = %(period)s AND {CURRENT.format('r')} "
        f"LEFT JOIN {_OPENING} o ON o.project_id = {project} AND o.year = %(year)s AND {CURRENT.format('o')}"
    )

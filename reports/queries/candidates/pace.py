"""Projects whose investment is behind pace: completed against exact whole-yuan bounds of the plan in force.

The plan in force is that of the judged period's end and completed the last accepted cumulative up to it, as in
projects.queries.figures; a package's amounts are its own and its parts' together. While a project's return for the
period is awaited, it is judged by the period before (LightPolicy.pace_period).
"""

from dataclasses import dataclass
from typing import Final

from projects.core.periods import Period
from projects.core.policy_rules import PaceRule
from projects.core.reasons import Indicator, ReasonCode, encode
from projects.core.schedule import PaceBasis, pace
from projects.models import MONTHS, PlanRevision, ReturnVersion
from projects.queries.watched import CURRENT, only, returns_awaited
from reports.core.rules import Ending, Level, rule_of
from reports.queries.candidates.base import Candidates, Frame, json_object, stored
from reports.queries.candidates.bounds import bounds

_PLAN, _VERSION = PlanRevision._meta.db_table, ReturnVersion._meta.db_table


@dataclass(frozen=True, slots=True)
class _Bar:
    """What projects are measured by: the judged period, and the one before for those whose return is awaited."""

    rule: PaceRule
    judged: Period
    before: Period | None

    @classmethod
    def of(cls, rule: PaceRule, frame: Frame) -> "_Bar":
        judged = frame.policy.judged_period(frame.as_of)
        before = frame.policy.pace_period(frame.as_of, awaiting=True)
        waits = before != judged and returns_awaited(judged, frame.as_of)
        return cls(rule, judged, before if waits else None)

    def either(self, judged: str, before: str, source: str = "x") -> str:
        """One expression for most projects, another for those whose return is awaited."""
        return judged if self.before is None else f"CASE WHEN {source}.awaited = 1 THEN {before} ELSE {judged} END"

    def limits(self) -> tuple[str, str]:
        """The conditions for red and for yellow."""
        now, then = bounds(self.rule, self.judged), bounds(self.rule, self.before or self.judged)
        red, yellow = (self.either(*pair) for pair in zip(now, then, strict=True))
        return red, yellow

    def due(self, awaited: str) -> str:
        """Yuan due by the end of the period, from the plan `pl`; only a rule that judges by it asks."""
        if self.rule.basis is not PaceBasis.MONTHLY_PLAN:
            return "0"
        now, then = (" + ".join(f"pl.{name}" for name in MONTHS[: period.month]) for period in self._both())
        return now if self.before is None else f"CASE WHEN {awaited} = 1 THEN {then} ELSE {now} END"

    def figures(self, source: str) -> dict[str, str]:
        """What an alert keeps."""
        now, then = self._both()
        return {
            "period": self.either(f"'{now}'", f"'{then}'", source),
            "plan": f"{source}.plan",
            "completed": f"{source}.completed",
            "pace": self._pace(source),
        }

    def _pace(self, source: str) -> str:
        """Pace as figures store it: one share for all, or planned by now over planned for the year."""
        if self.rule.basis is PaceBasis.MONTHLY_PLAN:
            return f"'fraction:' || CAST({source}.due AS text) || '/' || CAST({source}.plan AS text)"
        now, then = (
            f"'{encode(pace(self.rule.basis, period, quarter_steps=self.rule.quarter_steps))}'"
            for period in self._both()
        )
        return self.either(now, then, source)

    def _both(self) -> tuple[Period, Period]:
        return self.judged, self.before or self.judged


def investment_behind(frame: Frame) -> Candidates:
    """Projects that the policy calls behind at the end of the judged period."""
    if frame.policy.pace is None:
        return _nobody(frame)
    bar = _Bar.of(frame.policy.pace, frame)
    red, yellow = bar.limits()
    now = f"FROM ({_amounts(bar, ' AND w.id = a.project_id')}) x WHERE x.plan > 0 AND x.completed IS NOT NULL"
    return Candidates(
        rule=rule_of("investment_behind"),
        reason=ReasonCode.BEHIND_PACE,
        sql=(
            "SELECT x.project_id, CAST(NULL AS bigint) AS milestone_id, "
            f"CASE WHEN {red} THEN '{Level.RED}' ELSE '{Level.YELLOW}' END AS level, "
            f"x.plan, x.completed, x.due, x.awaited FROM ({_amounts(bar, only('w.id', frame.projects))}) x "
            f"WHERE x.plan > 0 AND ({yellow} OR {red})"
        ),
        figures=bar.figures("c"),
        ending=f"COALESCE((SELECT '{Ending.CAUGHT_UP}' {now}), '{Ending.RELEASED}')",
        ended=f"COALESCE((SELECT {json_object(**bar.figures('x'))} {now}), a.figures)",
        parameters={
            "year": bar.judged.year,
            "period": str(bar.judged),
            "first_period": f"{bar.judged.year}-01",
            "period_end": stored(bar.judged.last_day),
        },
    )


def _nobody(frame: Frame) -> Candidates:
    """No candidate, where the policy does not judge pace."""
    return Candidates(
        rule=rule_of("investment_behind"),
        reason=ReasonCode.BEHIND_PACE,
        sql="SELECT w.id AS project_id, CAST(NULL AS bigint) AS milestone_id, '' AS level FROM watched w WHERE 1 = 0",
        figures={},
        ending=f"'{Ending.RELEASED}'",
        ended="a.figures",
    )


_IN_FORCE: Final = "{0}.year = %(year)s AND {0}.approved_on <= %(period_end)s AND " + CURRENT
_AWAITED: Final = "CASE WHEN r.invested IS NULL THEN 1 ELSE 0 END"


def _amounts(bar: _Bar, and_where: str) -> str:
    """SQL: plan, due by the end of the period, completed (yuan), and whether the return is awaited, of each project.

    A package waits for the return of its last part.
    """
    sums = ", ".join(f"CAST(sum(own.{name}) AS bigint) AS {name}" for name in ("plan", "due", "completed"))
    judged = f"w.{Indicator.PACE} = 1{and_where}"
    return (
        f"SELECT w.id AS project_id, {_own(bar, 'w.id', _AWAITED)} FROM watched w {_plan_and_return('w.id')} "
        f"WHERE {judged} AND NOT EXISTS (SELECT 1 FROM parts WHERE parts.parent_id = w.id) "
        f"UNION ALL SELECT w.id AS project_id, {sums}, max(own.awaited) AS awaited FROM watched w JOIN ("
        f"SELECT k.root, {_own(bar, 'k.id', 'k.awaited')} FROM ({_members()}) k {_plan_and_return('k.id')}"
        f") own ON own.root = w.id WHERE {judged} GROUP BY w.id"
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


def _own(bar: _Bar, project: str, awaited: str) -> str:
    """One project's own amounts. Most have a return for the period; for the others the last one is looked up."""
    return (
        f"pl.amount AS plan, {bar.due(awaited)} AS due, COALESCE(r.invested, (SELECT v.invested FROM {_VERSION} v "
        f"WHERE v.project_id = {project} AND {CURRENT.format('v')} AND v.period >= %(first_period)s "
        f"AND v.period < %(period)s ORDER BY v.period DESC LIMIT 1)) AS completed, {awaited} AS awaited"
    )


def _plan_and_return(project: str) -> str:
    """Joins: the plan in force at the period's end, and the period's own accepted return."""
    return (
        f"LEFT JOIN {_PLAN} pl ON pl.project_id = {project} AND {_IN_FORCE.format('pl')} "
        f"AND NOT EXISTS (SELECT 1 FROM {_PLAN} later WHERE later.project_id = pl.project_id "
        f"AND {_IN_FORCE.format('later')} AND (later.approved_on, later.revision) > (pl.approved_on, pl.revision)) "
        f"LEFT JOIN {_VERSION} r ON r.project_id = {project} AND r.period = %(period)s AND {CURRENT.format('r')}"
    )

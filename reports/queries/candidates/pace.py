"""Projects whose investment is behind pace: completed against exact whole-yuan bounds of the plan in force.

The plan in force is that of the judged period's end and completed the last accepted cumulative up to it, as in
projects.queries.figures; a package's amounts are its own and its parts' together.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Final

from projects.core.cutoffs import pace_limits
from projects.core.policy_rules import PaceRule
from projects.core.reasons import Indicator, ReasonCode, encode
from projects.core.schedule import PaceBasis, pace
from projects.models import MONTHS, PlanRevision, ReturnVersion
from projects.queries.watched import CURRENT, only
from reports.core.rules import Ending, Level, rule_of
from reports.queries.candidates.base import Candidates, Frame, json_object, stored

_PLAN, _VERSION = PlanRevision._meta.db_table, ReturnVersion._meta.db_table


def investment_behind(frame: Frame) -> Candidates:
    """Projects that the policy calls behind at the end of the judged period."""
    rule, period = frame.policy.pace, frame.policy.judged_period(frame.as_of)
    behind, red, due, judged = "1 = 0", "1 = 0", "''", "1 = 0"
    if rule is not None:
        judged = "x.plan > 0 AND x.completed IS NOT NULL"
        red, yellow = _bounds(rule, frame)
        behind = f"x.plan > 0 AND ({yellow} OR {red})"
        due = _due(rule, frame)
    monthly = rule is not None and rule.basis is PaceBasis.MONTHLY_PLAN
    months = MONTHS[: period.month] if monthly else []
    amounts, now = _amounts(months, only("w.id", frame.projects)), _amounts(months, " AND w.id = a.project_id")
    figures = {"period": "%(period)s", "plan": "{0}.plan", "completed": "{0}.completed", "pace": due}
    now_figures = json_object(**{name: value.format("x") for name, value in figures.items()})
    return Candidates(
        rule=rule_of("investment_behind"),
        reason=ReasonCode.BEHIND_PACE,
        sql=(
            "SELECT x.project_id, CAST(NULL AS bigint) AS milestone_id, "
            f"CASE WHEN {red} THEN '{Level.RED}' ELSE '{Level.YELLOW}' END AS level, x.plan, x.completed, x.due "
            f"FROM ({amounts}) x WHERE {behind}"
        ),
        figures={name: value.format("c") for name, value in figures.items()},
        ending=f"COALESCE((SELECT '{Ending.CAUGHT_UP}' FROM ({now}) x WHERE {judged}), '{Ending.RELEASED}')",
        ended=f"COALESCE((SELECT {now_figures} FROM ({now}) x WHERE {judged}), a.figures)",
        parameters={
            "year": period.year,
            "period": str(period),
            "first_period": f"{period.year}-01",
            "period_end": stored(period.last_day),
        },
    )


def _due(rule: PaceRule, frame: Frame) -> str:
    """Pace as figures store it: one share for all, or planned by now over planned for the year."""
    if rule.basis is PaceBasis.MONTHLY_PLAN:
        return "'fraction:' || CAST({0}.due AS text) || '/' || CAST({0}.plan AS text)"
    return f"'{encode(pace(rule.basis, frame.policy.judged_period(frame.as_of), quarter_steps=rule.quarter_steps))}'"


def _bounds(rule: PaceRule, frame: Frame) -> tuple[str, str]:
    """The conditions for red and for yellow."""
    if rule.basis is PaceBasis.MONTHLY_PLAN:
        # A limit is a share of pace and a share of the plan; the core's own limits at pace 0 and 1 give both.
        none, full = rule.limits(Fraction(0)), rule.limits(Fraction(1))
        return (
            _below(full.red - none.red, none.red, full.red_inclusive),
            _below(full.yellow - none.yellow, none.yellow, full.yellow_inclusive),
        )
    limits = pace_limits(frame.policy, frame.as_of)
    return (
        _below(Fraction(0), limits.red, limits.red_inclusive),
        _below(Fraction(0), limits.yellow, limits.yellow_inclusive),
    )


def _below(of_due: Fraction, of_plan: Fraction, inclusive: bool) -> str:
    """The condition completed < (or ≤) of_due · due + of_plan · plan, in whole numbers that neither round nor overflow.

    Amounts are divided first and their remainders multiplied, so that no product is larger than an amount.
    """
    base = lcm(of_due.denominator, of_plan.denominator)
    by_due, by_plan = int(of_due * base), int(of_plan * base)
    spare = abs(by_due) + abs(by_plan)  # keeps the remainder's dividend positive: division truncates towards zero
    whole = f"{by_due} * (x.due / {base}) + {by_plan} * (x.plan / {base})"
    rest = f"{by_due} * (x.due %% {base}) + {by_plan} * (x.plan %% {base}) + {spare * base}"
    if inclusive:
        return f"x.completed <= {whole} + ({rest}) / {base} - {spare}"
    return f"x.completed < {whole} + ({rest} + {base - 1}) / {base} - {spare}"


_IN_FORCE: Final = "{0}.year = %(year)s AND {0}.approved_on <= %(period_end)s AND " + CURRENT


def _amounts(months: Sequence[str], and_where: str) -> str:
    """SQL: plan, due by the end of the period, and completed, in yuan, of each project whose pace is watched.

    `months` are those that are due, where a rule judges by the project's own monthly plan.
    """
    due = " + ".join(f"pl.{name}" for name in months) or "0"
    own = f"pl.amount AS plan, {due} AS due, {_COMPLETED} AS completed"
    sums = ", ".join(f"CAST(sum(own.{name}) AS bigint) AS {name}" for name in ("plan", "due", "completed"))
    judged = f"w.{Indicator.PACE} = 1{and_where}"
    return (
        f"SELECT w.id AS project_id, {own} FROM watched w {_plan_and_return('w.id')} "
        f"WHERE {judged} AND NOT EXISTS (SELECT 1 FROM parts WHERE parts.parent_id = w.id) "
        f"UNION ALL SELECT w.id AS project_id, {sums} FROM watched w JOIN ("
        f"SELECT k.root, {own.replace('w.id', 'k.id')} FROM (SELECT id, parent_id AS root FROM parts UNION "
        f"SELECT parent_id, parent_id FROM parts) k {_plan_and_return('k.id')}"
        f") own ON own.root = w.id WHERE {judged} GROUP BY w.id"
    )


_COMPLETED: Final = (
    f"COALESCE(r.invested, (SELECT v.invested FROM {_VERSION} v WHERE v.project_id = w.id AND {CURRENT.format('v')} "
    "AND v.period >= %(first_period)s AND v.period < %(period)s ORDER BY v.period DESC LIMIT 1))"
)
"""Most projects have a return for the period itself; the last one is looked up for the others."""


def _plan_and_return(project: str) -> str:
    """Joins: the plan in force at the period's end, and the period's own accepted return."""
    return (
        f"LEFT JOIN {_PLAN} pl ON pl.project_id = {project} AND {_IN_FORCE.format('pl')} "
        f"AND NOT EXISTS (SELECT 1 FROM {_PLAN} later WHERE later.project_id = pl.project_id "
        f"AND {_IN_FORCE.format('later')} AND (later.approved_on, later.revision) > (pl.approved_on, pl.revision)) "
        f"LEFT JOIN {_VERSION} r ON r.project_id = {project} AND r.period = %(period)s AND {CURRENT.format('r')}"
    )

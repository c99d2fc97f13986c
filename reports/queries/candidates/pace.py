"""Projects whose investment is behind pace: completed against exact whole-yuan bounds of the plan in force."""

from collections.abc import Callable
from dataclasses import dataclass

from projects.core.periods import Period
from projects.core.policy_rules import PaceRule
from projects.core.reasons import Indicator, ReasonCode, encode
from projects.core.schedule import PaceBasis, pace
from reports.core.rules import Ending, Level, rule_of
from reports.queries.candidates.amounts import Bar, amounts
from reports.queries.candidates.base import Candidates, Frame, exempt, exempt_figures, json_object, nobody
from reports.queries.candidates.bounds import Columns, bounds


@dataclass(frozen=True, slots=True)
class _Limits:
    """The conditions of a rule over one source of amounts: what makes red and yellow, and how long it has run."""

    bar: Bar
    rule: PaceRule
    source: str

    def red(self) -> str:
        """Beyond the red limit, or behind at as many period ends running as the rule counts."""
        return self._either(self._red)

    def behind(self) -> str:
        """At least yellow."""
        return self._either(lambda start: self._behind(start, start))

    def measurable(self) -> str:
        """There is a plan that the rule judges and a figure; of a month alone, a task."""
        known = f"{self.source}.plan > 0 AND {self.source}.completed IS NOT NULL"
        if self.rule.smallest_plan:
            known += f" AND {self.source}.plan >= {self.rule.smallest_plan}"
        if self.rule.by_month_task:
            known += f" AND {self._either(self._task)} > 0"
        return known

    def figures(self) -> dict[str, str]:
        """What an alert keeps."""
        now, then = self.bar.both
        told = {"period": self.bar.either(f"'{now}'", f"'{then}'", self.source)}
        if self.rule.by_month_task:
            told |= {"task": self._either(self._task), "completed": self._either(lambda at: self._done(at, at))}
            return told | {"periods": self._either(self._running)}
        told |= {"plan": f"{self.source}.plan", "completed": f"{self.source}.completed", "pace": self._pace()}
        return told | {"periods": self._either(self._running)} if self.rule.red_after_periods else told

    def _either(self, made: Callable[[Period], str]) -> str:
        now, then = (made(period) for period in self.bar.both)
        return f"({self.bar.either(now, then, self.source)})"

    def _red(self, start: Period) -> str:
        red = bounds(self.rule, start, self._columns(start, start))[0]
        run = self.bar.run(start)
        if not self.rule.red_after_periods or len(run) < self.rule.red_after_periods:
            return f"({red})"
        return f"({red} OR ({' AND '.join(self._behind(at, start) for at in run)}))"

    def _behind(self, at: Period, start: Period) -> str:
        red, yellow = bounds(self.rule, at, self._columns(at, start))
        task = f" AND {self._task(at)} > 0" if self.rule.by_month_task else ""
        return f"(({yellow} OR {red}){task})"

    def _running(self, start: Period) -> str:
        """Period ends running, counted as far as the rule asks."""
        run = self.bar.run(start)
        behind = [self._behind(at, start) for at in run]
        whens = [f"WHEN {' AND '.join(behind[:length])} THEN {length}" for length in range(len(run), 0, -1)]
        return f"CASE {' '.join(whens)} ELSE 0 END"

    def _columns(self, at: Period, start: Period) -> Columns:
        due = f"{self.source}.due" if at == start else f"{self.source}.d{at.month}"
        return Columns(self._done(at, start), f"{self.source}.plan", self._task(at) if self.rule.by_month_task else due)

    def _done(self, at: Period, start: Period) -> str:
        """Completed of the year by the end of a period, or in it alone; `start` is the one that is judged."""
        done = f"{self.source}.completed" if at == start else f"{self.source}.c{at.month}"
        before = at.previous(self.bar.merged)
        if not self.rule.by_month_task or before.year != at.year:
            return done
        return f"({done} - COALESCE({self.source}.c{before.month}, 0))"

    def _task(self, at: Period) -> str:
        before = at.previous(self.bar.merged)
        by = f"{self.source}.d{at.month}"
        return by if before.year != at.year else f"({by} - {self.source}.d{before.month})"

    def _pace(self) -> str:
        """Pace as figures store it: one share for all, or planned by now over planned for the year."""
        if self.rule.basis is PaceBasis.MONTHLY_PLAN:
            return f"'fraction:' || CAST({self.source}.due AS text) || '/' || CAST({self.source}.plan AS text)"
        now, then = (
            f"'{encode(pace(self.rule.basis, period, quarter_steps=self.rule.quarter_steps))}'"
            for period in self.bar.both
        )
        return self.bar.either(now, then, self.source)


def investment_behind(frame: Frame) -> Candidates:
    """Projects that the policy calls behind at the end of the judged period."""
    rule = frame.policy.pace
    if rule is None:
        return nobody("investment_behind", ReasonCode.BEHIND_PACE)
    bar = Bar.of(frame)
    judged, kept, now = (_Limits(bar, rule, source) for source in ("x", "c", "x"))
    here = f"FROM ({amounts(bar, ' AND w.id = a.project_id')}) x WHERE x.pace = 1 AND {now.measurable()}"
    return Candidates(
        rule=rule_of("investment_behind"),
        reason=_reason(rule),
        sql=(
            "SELECT x.*, CAST(NULL AS bigint) AS milestone_id, "
            f"CASE WHEN {judged.red()} THEN '{Level.RED}' ELSE '{Level.YELLOW}' END AS level "
            f"FROM money x WHERE x.pace = 1 AND {judged.measurable()} AND {judged.behind()}"
        ),
        figures=kept.figures(),
        ending=(
            f"COALESCE((SELECT '{Ending.CAUGHT_UP}' {here}), "
            f"CASE WHEN {exempt(Indicator.PACE)} THEN '{Ending.EXEMPTED}' ELSE '{Ending.RELEASED}' END)"
        ),
        ended=(
            f"COALESCE((SELECT {json_object(**now.figures())} {here}), "
            f"CASE WHEN {exempt(Indicator.PACE)} THEN {exempt_figures(Indicator.PACE)} ELSE a.figures END)"
        ),
    )


def _reason(rule: PaceRule) -> ReasonCode:
    if rule.by_month_task:
        return ReasonCode.MONTH_TASK_MISSED
    return ReasonCode.BEHIND_PACE_RUNNING if rule.red_after_periods else ReasonCode.BEHIND_PACE

"""Bond issues of which less was paid out than the policy asks for: exact whole yuan, steps as dates of issue."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from django.db import connection

from projects.core.cutoffs import months_over
from projects.core.periods import Period
from projects.core.policy_rules import FundsRule
from projects.core.reasons import Indicator, Light, ReasonCode
from projects.models import BondIssue
from projects.queries.watched import CURRENT, only
from reports.core.rules import Ending, Level, rule_of
from reports.queries.candidates.base import (
    Candidates,
    Frame,
    exempt,
    exempt_figures,
    month_of,
    nobody,
    where_watched,
    year_of,
)

_ISSUE = BondIssue._meta.db_table


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a rule asks for by the end of periods, as conditions over issues `b`; `base` makes percents whole."""

    rule: FundsRule
    periods: tuple[Period, ...]

    @classmethod
    def of(cls, rule: FundsRule, frame: Frame) -> "_Asked":
        periods = [frame.policy.judged_period(frame.as_of)]
        while len(periods) < rule.red_after_periods:
            periods.append(periods[-1].previous(frame.policy.merge_jan_feb))
        return cls(rule, tuple(periods))

    @property
    def base(self) -> int:
        """All percents that the rule asks for, and what of them may lack, are whole multiples of one over this."""
        spared = (self.rule.red_over or Fraction(0)) / 100
        return lcm(self.rule.linear_months or 1, spared.denominator * (self.rule.linear_months or 1))

    def required(self, period: Period) -> list[tuple[str, Fraction]]:
        """Conditions on the day of issue with the percent each asks for, the highest first."""
        if self.rule.linear_months:
            months = range(self.rule.linear_months, 0, -1)
            share = Fraction(100, self.rule.linear_months)
            return [(f"b.issued_on < '{period.plus(1 - month).first_day}'", share * month) for month in months]
        asked = []
        for step in reversed(self.rule.steps):
            before = months_over(period.last_day, step.months) if step.over else period.plus(1 - step.months).first_day
            asked.append((f"b.issued_on < '{before}'", Fraction(step.percent)))
        return asked

    def percent(self, period: Period, times: Fraction = Fraction(1)) -> str:
        """The percent asked for, times something, in parts of `base`."""
        whens = " ".join(
            f"WHEN {when} THEN {int(percent * times * self.base)}" for when, percent in self.required(period)
        )
        return f"CASE {whens} ELSE 0 END"

    def lacking(self, period: Period, paid: str, times: Fraction = Fraction(1)) -> str:
        """What lacks, in parts of a hundredth of a yuan."""
        return f"(({self.percent(period, times)}) * b.amount - {100 * self.base} * {paid})"

    def told(self, period: Period) -> str:
        """The percent asked for as figures store it."""
        if self.rule.linear_months:
            whens = [
                f"WHEN {when} THEN 'fraction:{one.numerator}/{one.denominator}'" for when, one in self.required(period)
            ]
            return f"CASE {' '.join(whens)} ELSE 'fraction:0/1' END"
        whens = [f"WHEN {when} THEN {int(percent)}" for when, percent in self.required(period)]
        return f"CASE {' '.join(whens)} ELSE 0 END"

    def running(self) -> str:
        """Period ends running at which an issue lay below, as far as the rule counts."""
        below = [f"{self.lacking(self.periods[0], 'b.spent')} > 0"]
        for place, period in enumerate(self.periods[1:], start=1):
            made = f"b.issued_on <= '{period.last_day}'"
            below.append(f"({made} AND {self.lacking(period, f'b.spent{place}')} > 0)")
        whens = [f"WHEN {' AND '.join(below[:length])} THEN {length}" for length in range(len(below), 0, -1)]
        return f"CASE {' '.join(whens)} ELSE 0 END"

    def level(self) -> str:
        """Red or yellow of an issue that lies below."""
        mild = Level.RED if self.rule.below is Light.RED else Level.YELLOW
        red = []
        if self.rule.red_over is not None:
            red.append(f"{self.lacking(self.periods[0], 'b.spent', 1 - self.rule.red_over / 100)} > 0")
        if self.rule.red_after_periods:
            red.append(f"b.periods >= {self.rule.red_after_periods}")
        return f"CASE WHEN {' OR '.join(red)} THEN '{Level.RED}' ELSE '{mild}' END" if red else f"'{mild}'"


def funds_behind(frame: Frame) -> Candidates:
    """Projects with an issue that lies below what should be paid out; the one that lacks most under the worst light."""
    rule = frame.policy.funds
    if rule is None:
        return nobody("funds_behind", ReasonCode.FUNDS_BEHIND)
    asked = _Asked.of(rule, frame)
    now = asked.periods[0]
    binary = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    months = f"({now.year * 12 + now.month} - {year_of('b.issued_on')} * 12 - {month_of('b.issued_on')})"
    running = f"SELECT b.*, {asked.running()} AS periods FROM ({_issues(rule, asked, frame)}) b"
    judged = (
        f"SELECT b.*, {asked.level()} AS level, {asked.lacking(now, 'b.spent')} AS lacking, {months} AS months, "
        f"{asked.told(now)} AS required FROM ({running}) b WHERE b.periods > 0"
    )
    worst = f"CASE b.level WHEN '{Level.RED}' THEN 0 ELSE 1 END, b.lacking DESC, b.batch{binary} DESC"
    return Candidates(
        rule=rule_of("funds_behind"),
        reason=ReasonCode.FUNDS_BEHIND,
        sql=(
            "SELECT f.project_id, CAST(NULL AS bigint) AS milestone_id, f.level, f.batch, f.amount, f.spent, f.months, "
            f"f.required, f.periods FROM (SELECT b.*, ROW_NUMBER() OVER (PARTITION BY b.project_id ORDER BY {worst}) "
            f"AS place FROM ({judged}) b) f WHERE f.place = 1"
        ),
        figures={
            "period": "%(period)s",
            "key": "c.batch",
            "amount": "c.amount",
            "paid": "c.spent",
            "months": "c.months",
            "required": "c.required",
            "periods": "c.periods",
        },
        ending=f"CASE WHEN a.project_id IN (SELECT id FROM watched WHERE {Indicator.FUNDS} = 1) "
        f"THEN '{Ending.SETTLED}' WHEN {exempt(Indicator.FUNDS)} THEN '{Ending.EXEMPTED}' "
        f"ELSE '{Ending.RELEASED}' END",
        ended=f"CASE WHEN {exempt(Indicator.FUNDS)} THEN {exempt_figures(Indicator.FUNDS)} ELSE a.figures END",
    )


def _issues(rule: FundsRule, asked: _Asked, frame: Frame) -> str:
    """SQL: the last figures of each issue made by the period's end, with what was spent by earlier ones' ends."""
    earlier = "".join(
        f", (SELECT e.spent FROM {_ISSUE} e WHERE e.project_id = i.project_id AND e.batch = i.batch "
        f"AND {CURRENT.format('e')} AND e.spent_period <= '{period}' ORDER BY e.spent_period DESC LIMIT 1) "
        f"AS spent{place}"
        for place, period in enumerate(asked.periods)
        if place
    )
    last = (
        f"SELECT i.*, ROW_NUMBER() OVER (PARTITION BY i.project_id, i.batch ORDER BY i.spent_period DESC) AS newest "
        f"FROM {_ISSUE} i WHERE {CURRENT.format('i')} AND i.spent_period <= %(period)s"
        f"{only('i.project_id', frame.projects)}"
    )
    counted = (
        f"SELECT i.project_id, i.batch, i.issued_on, i.amount, i.spent, SUM(i.amount) OVER "
        f"(PARTITION BY i.project_id, {year_of('i.issued_on')}) AS of_year{earlier} FROM ({last}) i "
        f"{where_watched('i.project_id', Indicator.FUNDS)} "
        "WHERE i.newest = 1 AND i.issued_on <= %(period_end)s AND i.amount > 0"
    )
    return f"SELECT i.* FROM ({counted}) i WHERE i.of_year > {rule.larger_than}"

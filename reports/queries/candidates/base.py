"""What every candidate query shares: its frame, its form, and the few words that SQLite and PostgreSQL write apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from projects.core.calendar import WorkCalendar
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.reasons import Indicator, ReasonCode
from projects.models import Exemption, MilestoneStep, ReportingPeriod
from projects.queries.watched import CURRENT, watch_parameters
from reports.core.rules import Ending, Rule, rule_of


@dataclass(frozen=True)
class Frame:
    """The day for which candidates are wanted, by what they are judged, and of which projects (None: all)."""

    policy: LightPolicy
    calendar: WorkCalendar
    as_of: date
    projects: Collection[int] | None = None

    @cached_property
    def open_periods(self) -> list[tuple[Period, date]]:
        """The months that are open for reporting with their cut-offs, oldest first; asked once."""
        rows = ReportingPeriod.objects.filter(state=ReportingPeriod.State.OPEN).order_by("period")
        return [(Period.parse(period), due_on) for period, due_on in rows.values_list("period", "due_on")]

    @property
    def awaited(self) -> bool:
        """Whether returns for the judged period are still on their way (projects.queries.watched.returns_awaited)."""
        judged = self.policy.judged_period(self.as_of)
        return any(period == judged and due_on >= self.as_of for period, due_on in self.open_periods)

    @property
    def overdue_periods(self) -> list[tuple[Period, date]]:
        """The open months whose cut-off lies before the day, oldest first."""
        return [(period, due_on) for period, due_on in self.open_periods if due_on < self.as_of]

    @property
    def parameters(self) -> dict[str, Any]:
        """What every query takes: the day, and the judged period with its year."""
        judged = self.policy.judged_period(self.as_of)
        return watch_parameters(self.as_of) | {
            "year": judged.year,
            "period": str(judged),
            "first_period": f"{judged.year}-01",
            "period_end": stored(judged.last_day),
        }


@dataclass(frozen=True, slots=True)
class Candidates:
    """One rule's query for a frame: SELECT project_id, milestone_id, level and what the figures need.

    It may use the tables of `common_sql`. `figures` are the expressions of what an alert keeps, by name, over the
    query as `c`. `ending` says of a cleared alert `a` why
    (reports.core.rules.Ending), `ended` which figures tell it. `missing` is the calendar year for want of which
    the rule could not judge all: a candidate with level NULL is one that nobody can tell, and its alert stays.
    """

    rule: Rule
    reason: ReasonCode
    sql: str
    figures: Mapping[str, str]
    ending: str
    ended: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    missing: int | None = None


def stored(value: Any) -> Any:
    """A date as the database compares it."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def json_object(**figures: str) -> str:
    """A JSON object of SQL expressions, in the form in which figures are stored."""
    function = "jsonb_build_object" if connection.vendor == "postgresql" else "json_object"
    return f"{function}({', '.join(f'{name!r}, {value}' for name, value in figures.items())})"


def json_text(column: str, name: str) -> str:
    """One text of a stored JSON column."""
    return f"{column} ->> '{name}'" if connection.vendor == "postgresql" else f"json_extract({column}, '$.{name}')"


def day_figure(column: str) -> str:
    """A date column as figures store dates: date:2024-01-12."""
    return f"'date:' || CAST({column} AS text)"


def differs(column: str, name: str, value: str) -> str:
    """The condition that a stored JSON column holds another value under that name, or none."""
    if connection.vendor == "postgresql":
        return f"{column} ->> '{name}' IS DISTINCT FROM CAST({value} AS text)"
    return f"json_extract({column}, '$.{name}') IS NOT {value}"


def months_later(column: str, months: int) -> str:
    """The same day so many months later, or the last of that month where it is shorter, as the core counts."""
    if connection.vendor == "postgresql":
        return f"CAST({column} + INTERVAL '{months} months' AS date)"
    last = f"date({column}, 'start of month', '+{months + 1} months', '-1 day')"
    return f"MIN(date({column}, '+{months} months'), {last})"


def year_of(column: str) -> str:
    """The year of a date, as a whole number."""
    return _part_of(column, "YEAR", "%%Y")


def month_of(column: str) -> str:
    """The month of a date, 1–12."""
    return _part_of(column, "MONTH", "%%m")


def _part_of(column: str, part: str, letter: str) -> str:
    if connection.vendor == "postgresql":
        return f"CAST(EXTRACT({part} FROM {column}) AS integer)"
    return f"CAST(strftime('{letter}', {column}) AS integer)"


def step_id(code: str) -> str:
    """The id of a milestone's step, looked up by the database; 0 where there is no such step."""
    return f"COALESCE((SELECT id FROM {MilestoneStep._meta.db_table} WHERE code = '{code}'), 0)"


def nobody(rule: str, reason: ReasonCode, ending: Ending = Ending.RELEASED) -> Candidates:
    """No candidate, where the policy has no such rule; what is open is released."""
    return Candidates(
        rule=rule_of(rule),
        reason=reason,
        sql=("SELECT w.id AS project_id, CAST(NULL AS bigint) AS milestone_id, '' AS level FROM watched w WHERE 1 = 0"),
        figures={},
        ending=f"'{ending}'",
        ended="a.figures",
    )


def exempt(indicator: Indicator) -> str:
    """The condition that the project of a cleared alert `a` is watched, and exempt from an indicator on the day."""
    return f"(EXISTS (SELECT 1 {_held(indicator)}) AND a.project_id IN (SELECT id FROM watched))"


def exempt_figures(indicator: Indicator) -> str:
    """What tells an ending by an exemption: the figures of the alert, and why, by whom and from when to when."""
    told = json_object(
        reason="'text:' || e.reason",
        approved_by="'text:' || e.approved_by",
        valid_from=day_figure("e.valid_from"),
        valid_to=day_figure("e.valid_to"),
        request="COALESCE(e.request_id, 0)",
    )
    both = f"a.figures || {told}" if connection.vendor == "postgresql" else f"json_patch(a.figures, {told})"
    return f"(SELECT {both} {_held(indicator)} ORDER BY e.id LIMIT 1)"


def _held(indicator: Indicator) -> str:
    return (
        f"FROM {Exemption._meta.db_table} e WHERE e.project_id = a.project_id AND e.indicator = '{indicator}' "
        f"AND {CURRENT.format('e')} AND e.valid_from <= %(day)s AND e.valid_to >= %(day)s"
    )


def where_watched(column: str, indicator: Indicator) -> str:
    """A join that keeps the projects for which an indicator is judged."""
    return f"JOIN watched w ON w.id = {column} AND w.{indicator} = 1"

"""What every candidate query shares: its frame, its form, and the few words that SQLite and PostgreSQL write apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from projects.core.calendar import WorkCalendar
from projects.core.policies import LightPolicy
from projects.core.reasons import Indicator, ReasonCode
from projects.models import Exemption, Project
from projects.queries.watched import CURRENT, watch_parameters, watched_sql
from reports.core.rules import Rule


@dataclass(frozen=True, slots=True)
class Frame:
    """The day for which candidates are wanted, by what they are judged, and of which projects (None: all)."""

    policy: LightPolicy
    calendar: WorkCalendar
    as_of: date
    projects: Collection[int] | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What every query takes."""
        return watch_parameters(self.as_of)


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


def common_sql(frame: Frame) -> str:
    """The tables that candidate queries stand on: `watched` (id, and 1 where an indicator is judged) and `parts`.

    An indicator for which a good cause was accepted is not judged. `parts` are the parts of packages.
    """
    excused = ", ".join(
        f"MAX(CASE WHEN e.indicator = '{indicator}' THEN 1 ELSE 0 END) AS {indicator}" for indicator in Indicator
    )
    judged = ", ".join(
        f"{'w.pace' if indicator is Indicator.PACE else '1'} * (1 - COALESCE(x.{indicator}, 0)) AS {indicator}"
        for indicator in Indicator
    )
    return (
        f"watched AS (SELECT w.id, {judged} FROM ({watched_sql(frame.policy, frame.as_of, frame.projects)}) w "
        f"LEFT JOIN (SELECT e.project_id, {excused} FROM {Exemption._meta.db_table} e WHERE {CURRENT.format('e')} "
        "AND e.valid_from <= %(day)s AND e.valid_to >= %(day)s GROUP BY e.project_id) x ON x.project_id = w.id), "
        f"parts AS (SELECT id, parent_id FROM {Project._meta.db_table} WHERE parent_id IS NOT NULL)"
    )


def where_watched(column: str, indicator: Indicator) -> str:
    """A join that keeps the projects for which an indicator is judged."""
    return f"JOIN watched w ON w.id = {column} AND w.{indicator} = 1"

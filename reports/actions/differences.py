"""What differs between the alerts that should be open and those that are, found and applied inside the database.

One query a rule compares; its differences land in a temporary table, from which alerts and events are written in a
constant number of statements. An unchanged night finds none and writes nothing. Called by the sweep alone, which
holds the lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, models
from django.db.models import Max

from projects.models import Milestone, MilestoneStep, Project
from projects.queries.watched import only
from reports.core.rules import Level, Scope
from reports.models import Alert, AlertEvent
from reports.queries.candidates import Candidates, Frame, common_sql
from reports.queries.candidates.base import differs, json_object

_ALERT, _EVENT = Alert._meta.db_table, AlertEvent._meta.db_table
_PROJECT, _MILESTONE, _STEP = (model._meta.db_table for model in (Project, Milestone, MilestoneStep))
_KEYS: Final = {Scope.PROJECT: "project_id", Scope.MILESTONE: "milestone_id"}
_Kind = AlertEvent.Kind
_RAISED, _WORSENED = _Kind.RAISED.value, _Kind.WORSENED.value
_EASED, _CLEARED = _Kind.EASED.value, _Kind.CLEARED.value
_REFRESHED: Final = "refreshed"
_OPEN: Final = "cleared_on IS NULL"


def find(found: Sequence[Candidates], frame: Frame) -> None:
    """Compare the candidates of all rules with the open alerts, and note what differs; four statements or five."""
    postgresql = connection.vendor == "postgresql"
    if postgresql:
        _run("SET LOCAL jit = off")  # compiling this query takes longer than all else that a night does
    # Typed: the columns of a table that SQLite makes AS SELECT have no affinity, and their indexes no use.
    _run(
        "CREATE TEMPORARY TABLE IF NOT EXISTS sweep_difference (kind varchar(9) NOT NULL, rule varchar(30) NOT NULL, "
        "alert_id bigint, project_id bigint NOT NULL, milestone_id bigint, old_level varchar(6) NOT NULL, "
        "level varchar(6) NOT NULL, reason_code varchar(40) NOT NULL, "
        f"figures {'jsonb' if postgresql else 'text'} NOT NULL)"
    )
    _run("DELETE FROM sweep_difference")
    tables, selects = [common_sql(frame)], []
    for number, candidates in enumerate(found):
        wanted, present = f"c{number}", f"a{number}"
        tables.append(f"{wanted} AS ({candidates.sql})")
        tables.append(
            f"{present} AS (SELECT id, project_id, milestone_id, level, figures, policy_code, policy_edition "
            f"FROM {_ALERT} WHERE rule = '{candidates.rule.code}' AND {_OPEN}{only('project_id', frame.projects)})"
        )
        selects.append(_compare(candidates, f"{wanted} c", f"{present} a"))
    _run(
        "INSERT INTO sweep_difference "
        "(kind, rule, alert_id, project_id, milestone_id, old_level, level, reason_code, figures) "
        f"WITH {', '.join(tables)} {' UNION ALL '.join(selects)}",
        _parameters(frame, found),
    )


def _compare(candidates: Candidates, wanted: str, present: str) -> str:
    """One rule's candidates and open alerts side by side, where they differ."""
    key = _KEYS[candidates.rule.scope]
    severity = "CASE {0}.level " + " ".join(f"WHEN '{level}' THEN {level.severity}" for level in Level) + " END"
    new, old = severity.format("c"), severity.format("a")
    select = (
        f"SELECT CASE WHEN a.id IS NULL THEN '{_RAISED}' WHEN c.{key} IS NULL THEN '{_CLEARED}' "
        f"WHEN {new} > {old} THEN '{_WORSENED}' WHEN {new} < {old} THEN '{_EASED}' ELSE '{_REFRESHED}' END, "
        f"'{candidates.rule.code}', a.id, COALESCE(c.project_id, a.project_id), "
        "COALESCE(c.milestone_id, a.milestone_id), COALESCE(a.level, ''), COALESCE(c.level, ''), "
        f"'{candidates.reason}', CASE WHEN c.{key} IS NULL THEN a.figures ELSE {json_object(**candidates.figures)} END"
    )
    figures = "".join(f"OR {differs('a.figures', name, value)} " for name, value in candidates.figures.items())
    changed = (
        f"c.level IS NOT NULL AND (a.id IS NULL OR a.level <> c.level {figures}"
        "OR a.policy_code <> %(policy_code)s OR a.policy_edition <> %(policy_edition)s)"
    )
    if connection.vendor == "postgresql":
        # PostgreSQL can only hash a FULL JOIN: its plan is good whatever its statistics say of either side.
        return f"{select} FROM {wanted} FULL JOIN {present} ON a.{key} = c.{key} WHERE ({changed}) OR c.{key} IS NULL"
    # SQLite has none before 3.39, and looks each row up in an index.
    return (
        f"{select} FROM {wanted} LEFT JOIN {present} ON a.{key} = c.{key} WHERE {changed} UNION ALL "
        f"{select} FROM {present} LEFT JOIN {wanted} ON c.{key} = a.{key} WHERE c.{key} IS NULL"
    )


def count() -> dict[str, int]:
    """How many differences of each kind were found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM sweep_difference GROUP BY kind")
        return dict(cursor.fetchall())


def apply(kinds: Mapping[str, int], found: Iterable[Candidates], frame: Frame, at: datetime) -> None:
    """Write the differences counted: new alerts, changed and cleared ones, and each event that people are told."""
    moment = connection.ops.adapt_datetimefield_value(at)
    if kinds.get(_RAISED):
        _raise(frame, moment)
    if kinds.keys() - {_RAISED, _CLEARED}:
        _change(frame)
    if kinds.get(_CLEARED):
        _clear(found, frame)
    if kinds.keys() - {_RAISED, _REFRESHED}:
        _record_changes(frame, moment)


def _raise(frame: Frame, at: Any) -> None:
    """New alerts, each linked to the last one that was cleared for the same, and their events."""
    last = Alert.objects.aggregate(last=Max("pk"))["last"] or 0
    former = (
        f"(SELECT max(former.id) FROM {_ALERT} former WHERE former.project_id = d.project_id "
        "AND former.rule = d.rule AND COALESCE(former.milestone_id, 0) = COALESCE(d.milestone_id, 0))"
    )
    columns = {
        "rule": "d.rule",
        "subject": "p.code || COALESCE('/' || s.code, '')",
        "project_id": "d.project_id",
        "milestone_id": "d.milestone_id",
        "level": "d.level",
        "reason_code": "d.reason_code",
        "figures": "d.figures",
        "raised_on": "%(day)s",
        "level_since": "%(day)s",
        "policy_code": "%(policy_code)s",
        "policy_edition": "%(policy_edition)s",
        "previous_id": former,
    }
    defaults = _defaults(Alert, columns)
    columns |= {name: f"%({name})s" for name in defaults}
    _run(
        f"INSERT INTO {_ALERT} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM sweep_difference d "
        f"JOIN {_PROJECT} p ON p.id = d.project_id LEFT JOIN {_MILESTONE} m ON m.id = d.milestone_id "
        f"LEFT JOIN {_STEP} s ON s.id = m.step_id WHERE d.kind = '{_RAISED}' "
        "ORDER BY d.project_id, d.rule, d.milestone_id",
        {**_parameters(frame), **defaults},
    )
    _record(
        f"SELECT id, '{_RAISED}', raised_on, %(at)s, '', level, reason_code, figures, policy_code, policy_edition "
        f"FROM {_ALERT} WHERE id > %(last)s ORDER BY id",
        {"at": at, "last": last},
    )


def _change(frame: Frame) -> None:
    """Levels and figures that changed; figures alone are no event and leave `level_since` and `version` alone."""
    same = f"d.kind = '{_REFRESHED}'"
    _run(
        f"UPDATE {_ALERT} SET level = d.level, reason_code = d.reason_code, figures = d.figures, "
        "policy_code = %(policy_code)s, policy_edition = %(policy_edition)s, "
        f"level_since = CASE WHEN {same} THEN level_since ELSE %(day)s END, "
        f"version = CASE WHEN {same} THEN version ELSE version + 1 END FROM sweep_difference d "
        f"WHERE {_ALERT}.id = d.alert_id AND d.kind IN ('{_WORSENED}', '{_EASED}', '{_REFRESHED}')",
        _parameters(frame),
    )


def _clear(found: Iterable[Candidates], frame: Frame) -> None:
    """Close alerts whose cause is gone, and note in their differences why it is."""
    for candidates in found:
        _run(
            f"WITH {common_sql(frame)} UPDATE sweep_difference AS a "
            f"SET reason_code = {candidates.ending}, figures = {candidates.ended} "
            f"WHERE a.kind = '{_CLEARED}' AND a.rule = '{candidates.rule.code}'",
            _parameters(frame, [candidates]),
        )
    _run(
        f"UPDATE {_ALERT} SET cleared_on = %(day)s, version = version + 1 FROM sweep_difference d "
        f"WHERE {_ALERT}.id = d.alert_id AND d.kind = '{_CLEARED}'",
        _parameters(frame),
    )


def _record_changes(frame: Frame, at: Any) -> None:
    """The events of alerts that were there before."""
    _record(
        "SELECT d.alert_id, d.kind, %(day)s, %(at)s, d.old_level, d.level, d.reason_code, d.figures, "
        f"%(policy_code)s, %(policy_edition)s FROM sweep_difference d "
        f"WHERE d.kind IN ('{_WORSENED}', '{_EASED}', '{_CLEARED}') ORDER BY d.alert_id",
        {**_parameters(frame), "at": at},
    )


def _record(select: str, parameters: Mapping[str, Any]) -> None:
    _run(
        f'INSERT INTO {_EVENT} (alert_id, kind, "on", at, old_level, new_level, reason_code, figures, '
        f"policy_code, policy_edition) {select}",
        parameters,
    )


def _parameters(frame: Frame, found: Iterable[Candidates] = ()) -> dict[str, Any]:
    """What statements take. Rules share names only for values that are the same: one policy, one day."""
    parameters = {**frame.parameters, "policy_code": frame.policy.code, "policy_edition": frame.policy.version}
    for candidates in found:
        parameters |= candidates.parameters
    return parameters


def _defaults(model: type[models.Model], given: Mapping[str, str]) -> dict[str, Any]:
    """What a row's other columns begin with, as the model says."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and field.column not in given]
    return {str(field.column): field.get_default() for field in fields}


def _run(sql: str, parameters: Mapping[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)

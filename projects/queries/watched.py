"""Which projects are watched on a day: they have lights, and alerts when something is wrong.

Watched are projects on a tracked list of the day's year, or of the judged period's year while that is still being
reported, in either class; a part stands where its package stands. Not stopped ones, and never published mentions. Pace
is watched only for class implementation on a list of the judged year, and for a package as a whole. One definition, as
SQL, for the set-based sweep and for the facts of single projects.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.models import Listing, Project, ProjectClass, Provenance, ReportingPeriod
from projects.queries.figures import tracked
from projects.queries.rewound import FEW, columns_then

_PROJECT, _LISTING = Project._meta.db_table, Listing._meta.db_table

CURRENT = "{0}.known_from IS NOT NULL AND {0}.known_to IS NULL"
"""The condition that a version of a fact is what is known now; the alias goes in."""


def known_at(position: int | None) -> str:
    """The condition that a version of a fact was known at a ledger position, or is known now; the alias goes in."""
    if position is None:
        return CURRENT
    at = int(position)
    return f"{{0}}.known_from <= {at} AND ({{0}}.known_to IS NULL OR {{0}}.known_to > {at})"


def watched_sql(
    policy: LightPolicy, as_of: date, ids: Collection[int] | None = None, position: int | None = None
) -> str:
    """SELECT id, pace: each watched project once, pace 1 where investment is judged; takes the parameter `day`.

    With a position, lists are as known at it, and nobody is left out as stopped: `watched` looks that up.

    The lists are looked up first: the database plans better when it is told which they are.
    """
    judged_year = policy.judged_period(as_of).year
    judged = set(tracked(judged_year).values_list("pk", flat=True))
    lists = judged | set(tracked(as_of.year).values_list("pk", flat=True))
    named = f"SELECT COALESCE(r.parent_id, r.id) FROM {_PROJECT} r WHERE r.id IN ({_listed(ids or ())})"
    roots = "" if ids is None else f" AND l.project_id IN ({named})"
    moving = " AND (p.stopped_on IS NULL OR p.stopped_on > %(day)s)" if position is None else ""
    return (
        "SELECT p.id, CASE WHEN p.parent_id IS NULL THEN l.pace ELSE 0 END AS pace "
        f"FROM {_PROJECT} p JOIN (SELECT l.project_id, MAX(CASE WHEN l.programme_id IN ({_listed(judged)}) "
        f"AND l.project_class = '{ProjectClass.IMPLEMENTATION.value}' THEN 1 ELSE 0 END) AS pace "
        f"FROM {_LISTING} l WHERE l.programme_id IN ({_listed(lists)}) AND {known_at(position).format('l')}{roots} "
        "AND l.joined_on <= %(day)s AND (l.left_on IS NULL OR l.left_on > %(day)s) GROUP BY l.project_id"
        f") l ON l.project_id = COALESCE(p.parent_id, p.id) WHERE p.provenance <> '{Provenance.PUBLISHED.value}'"
        f"{moving}{only('p.id', ids)}"
    )


def watch_parameters(as_of: date) -> dict[str, Any]:
    """What `watched_sql` takes, as the database wants it."""
    return {"day": connection.ops.adapt_datefield_value(as_of)}


def only(column: str, ids: Collection[int] | None) -> str:
    """A further condition that a column is among ids; nothing where all are meant."""
    return "" if ids is None else f" AND {column} IN ({_listed(ids)})"


def _listed(ids: Collection[int]) -> str:
    return ", ".join(str(int(one)) for one in sorted(ids)) or "NULL"


def watched(
    policy: LightPolicy, as_of: date, ids: Collection[int] | None = None, position: int | None = None
) -> dict[int, bool]:
    """The projects that are watched, and whether their pace is, as known now or at a position; five statements."""
    sql = watched_sql(policy, as_of, ids, position)
    with connection.cursor() as cursor:
        cursor.execute(sql, watch_parameters(as_of))
        found = {project: bool(pace) for project, pace in cursor.fetchall()}
    stopped = frozenset() if position is None else stopped_then(as_of, position, ids)
    return {project: pace for project, pace in found.items() if project not in stopped}


def stopped_then(as_of: date, position: int, ids: Collection[int] | None = None) -> frozenset[int]:
    """The projects that stood still on a day, as known at a position, among those asked for; two statements."""
    then = {code: said["stopped_on"] for code, said in columns_then(position, ids).items() if "stopped_on" in said}
    rows = Project.objects.filter(Q(stopped_on__isnull=False) | Q(code__in=then))
    if ids is not None and len(ids) <= FEW:
        rows = rows.filter(pk__in=list(ids))
    days = {
        pk: then.get(code, now and now.isoformat()) for pk, code, now in rows.values_list("pk", "code", "stopped_on")
    }
    return frozenset(pk for pk, day in days.items() if day and day <= as_of.isoformat())


def returns_awaited(period: Period, as_of: date, position: int | None = None) -> bool:
    """Whether returns for an ended period are still on their way: it is open, and its cut-off has not passed."""
    waiting = ReportingPeriod.objects.filter(period=str(period), due_on__gte=as_of)
    if position is None:
        return waiting.filter(state=ReportingPeriod.State.OPEN).exists()
    return waiting.exclude(locked_position__lte=position).exists()


def family(ids: Collection[int]) -> frozenset[int]:
    """Projects with their packages and parts: what a change of one of them can bear on; two statements."""
    packages = Project.objects.filter(pk__in=ids, parent__isnull=False).values_list("parent_id", flat=True)
    roots = frozenset(ids) | frozenset(root for root in packages if root is not None)
    return roots | frozenset(Project.objects.filter(parent__in=roots).values_list("pk", flat=True))

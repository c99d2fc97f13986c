"""The tables that candidate queries stand on, read once for all rules of a sweep."""

from projects.core.reasons import Indicator
from projects.models import Exemption, Project
from projects.queries.watched import CURRENT, only, watched_sql
from reports.queries.candidates.amounts import Bar, amounts
from reports.queries.candidates.base import Frame


def common_sql(frame: Frame) -> str:
    """`watched` (id, 1 where an indicator is judged, `whole` 1 unless a part), `parts` of packages, and `money`.

    An indicator for which a good cause was accepted is not judged.
    """
    excused = ", ".join(
        f"MAX(CASE WHEN e.indicator = '{indicator}' THEN 1 ELSE 0 END) AS {indicator}" for indicator in Indicator
    )
    judged = ", ".join(
        f"{'w.pace' if indicator is Indicator.PACE else '1'} * (1 - COALESCE(x.{indicator}, 0)) AS {indicator}"
        for indicator in Indicator
    )
    whole = "CASE WHEN parts.id IS NULL THEN 1 ELSE 0 END AS whole"
    return (
        f"parts AS (SELECT id, parent_id FROM {Project._meta.db_table} WHERE parent_id IS NOT NULL), "
        f"watched AS (SELECT w.id, {whole}, {judged} FROM "
        f"({watched_sql(frame.policy, frame.as_of, frame.projects)}) w LEFT JOIN parts ON parts.id = w.id "
        f"LEFT JOIN (SELECT e.project_id, {excused} FROM {Exemption._meta.db_table} e WHERE {CURRENT.format('e')} "
        "AND e.valid_from <= %(day)s AND e.valid_to >= %(day)s GROUP BY e.project_id) x ON x.project_id = w.id), "
        f"money AS ({amounts(Bar.of(frame), only('w.id', frame.projects))})"
    )

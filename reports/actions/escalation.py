"""Hands open alerts up, set-based: from the contact to the county office, the city office, and a red one to the leader.

By working days open, as projects.core.handling has it. Called by the sweep alone, which holds the lock; an alert that
is put off waits until that day is over.
"""

from datetime import datetime
from typing import Any, Final

from django.db import connection

from projects.core.calendar import CalendarYearMissing
from projects.core.handling import HandlingRule, Rung, escalation_cutoffs
from projects.queries.watched import only
from reports.models import Alert, AlertEvent, Level
from reports.queries.candidates import Frame
from reports.queries.candidates.base import json_object, stored

_ALERT, _EVENT = Alert._meta.db_table, AlertEvent._meta.db_table
_RUNG: Final = (
    f"CASE WHEN level = '{Level.RED.value}' AND raised_on < %(leader)s THEN {Rung.LEADER.value} "
    f"WHEN raised_on < %(city)s THEN {Rung.CITY_OFFICE.value} "
    f"WHEN raised_on < %(county)s THEN {Rung.COUNTY_OFFICE.value} ELSE {Rung.CONTACT.value} END"
)
_DUE: Final = (
    f"cleared_on IS NULL AND level IN ('{Level.YELLOW.value}', '{Level.RED.value}') "
    f"AND (snoozed_until IS NULL OR snoozed_until < %(day)s) AND raised_on < %(county)s AND escalation < {_RUNG}"
)


def hand_up(frame: Frame, rule: HandlingRule, at: datetime) -> int:
    """Hand up what has been open long enough; gives how many alerts. Two statements, one where there are none.

    A form that was drawn before stays good: nothing that it shows has changed. A day whose year is not loaded hands
    nothing up: the next one that can be counted does.
    """
    try:
        county, city, leader = escalation_cutoffs(rule, frame.calendar, frame.as_of)
    except CalendarYearMissing:
        return 0
    parameters: dict[str, Any] = {
        **frame.parameters,
        "county": stored(county),
        "city": stored(city),
        "leader": stored(leader),
        "at": connection.ops.adapt_datetimefield_value(at),
    }
    due = f"{_DUE}{only('project_id', frame.projects)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {_EVENT} (alert_id, kind, "on", at, old_level, new_level, reason_code, figures, policy_code, '
            f"policy_edition) SELECT id, '{AlertEvent.Kind.HANDED_UP.value}', %(day)s, %(at)s, level, level, "
            f"reason_code, {json_object(rung=_RUNG)}, policy_code, policy_edition FROM {_ALERT} WHERE {due} "
            "ORDER BY id",
            parameters,
        )
        if not cursor.rowcount:
            return 0
        cursor.execute(f"UPDATE {_ALERT} SET escalation = {_RUNG} WHERE {due}", parameters)
        return int(cursor.rowcount)

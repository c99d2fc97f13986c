"""Projects that left a list and stand in its register again: they join anew, as an addition of a day, and it is said.

The spell that ended stays as it was, and with it every report of the months before.
"""

from datetime import date

from django.utils.translation import gettext as _

from projects.intake.plan import Difference, Finding, ImportPlan
from projects.intake.register_facts import Facts


def rejoining(plan: ImportPlan, facts: Facts, since: date, as_of: date) -> dict[str, str]:
    """The day (ISO) on which each of them joins, by project code; the plan is told of each.

    That is the day from which the register holds, or today where they left only after it.
    """
    days: dict[str, str] = {}
    for row in plan.changes:
        if "project_class" not in row.fields or row.project_code not in facts.left:
            continue
        left_on, _class = facts.left[row.project_code]
        day = since if since >= left_on else max(as_of, left_on)
        days[row.project_code] = day.isoformat()
        plan.warnings.append(_finding(row, left_on, day))
    return days


def _finding(row: Difference, left_on: date, day: date) -> Finding:
    message = _("It left this list on %(left)s and stands in the register again: it is added anew from %(day)s on.")
    cell = row.cells.get("project_class") or row.cells.get("name", "")
    said = message % {"left": left_on.isoformat(), "day": day.isoformat()}
    return Finding(row.where[0], row.where[1], cell, "project_class", said)

"""What rules of alerts look at beyond a light's facts: returns that are owed, figures that fell, totals.

The sweep asks the database instead; this is the reading of single facts that it must equal, and what a page explains.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from projects.core.facts import OwedReturn, ProjectFacts
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.models import Project, ReportingPeriod, ReturnState, ReturnVersion
from projects.queries.judged import judged
from projects.queries.owed import MISSING, reporting


def alert_facts(policy: LightPolicy, as_of: date) -> Iterator[ProjectFacts]:
    """Every project's facts, as rules of alerts want them; published mentions are left out."""
    totals = dict(Project.objects.values_list("pk", "total_investment"))
    owed, fell = _owed(), _fell(policy, as_of)
    for one in judged(policy, as_of):
        yield replace(
            one.facts,
            total_investment=totals[one.project],
            opening=one.row.opening,
            owed=tuple(owed.get(one.project, ())),
            fell=fell.get(one.project),
        )


def _owed() -> dict[int, list[OwedReturn]]:
    """Returns not submitted, or given back and not submitted again, for the months that are open."""
    found: dict[int, list[OwedReturn]] = defaultdict(list)
    months = ReportingPeriod.objects.filter(state=ReportingPeriod.State.OPEN).order_by("period")
    for period, due_on in months.values_list("period", "due_on"):
        states = reporting(Project.objects.all(), Period.parse(period)).values_list("pk", "state")
        for project, state in states:
            if state in (MISSING, ReturnState.DRAFT, ReturnState.RETURNED):
                found[project].append(OwedReturn(period, due_on, returned=state == ReturnState.RETURNED))
    return found


def _fell(policy: LightPolicy, as_of: date) -> dict[int, tuple[int, int]]:
    """(Before, now) of cumulatives that lie below the period before without a reason."""
    period = policy.judged_period(as_of)
    before = period.previous(policy.merge_jan_feb)
    if before.year != period.year:
        return {}
    known = ReturnVersion.objects.known()
    earlier = dict(known.filter(period=str(before)).values_list("project_id", "invested"))
    now = known.filter(period=str(period), reason="").values_list("project_id", "invested")
    return {
        project: (earlier[project], invested)
        for project, invested in now
        if project in earlier and invested < earlier[project]
    }

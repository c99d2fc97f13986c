"""Who has not reported for a month: by county or zone, and in it by project unit. A handful of statements."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from projects.core.periods import Period
from projects.models import Division, Project, ReturnState
from projects.queries.owed import OWED, reporting


@dataclass(slots=True)
class Firm:
    """A project unit with the returns that it owes: (code, name, state) each."""

    name: str
    projects: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Unit:
    """A county or zone: how many returns are expected and accepted, how many wait there, and who has not reported."""

    code: str
    name: str
    expected: int = 0
    submitted: int = 0
    reviewed: int = 0
    accepted: int = 0
    firms: dict[str, Firm] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Returns that were not handed in."""
        return sum(len(firm.projects) for firm in self.firms.values())

    @property
    def handed_in(self) -> int:
        """Returns that were."""
        return self.expected - self.missing


def unreported(period: Period) -> list[Unit]:
    """Every unit that has something to report; those with the most missing first. A project stands in its own unit."""
    rows = (
        reporting(Project.objects.all(), period)
        .annotate(unit=F("division__code"), firm=F("owner__name"))
        .order_by("unit", "code")
        .values_list("code", "name", "state", "unit", "firm", named=True)
    )
    names = {one.code: one.name for one in Division.objects.all()}
    units: dict[str, Unit] = {}
    for row in rows:
        unit = units.setdefault(row.unit or "", Unit(row.unit or "", names.get(row.unit or "", "—")))
        unit.expected += 1
        if row.state in OWED:
            unit.firms.setdefault(row.firm or "", Firm(row.firm or "—")).projects.append(row)
        elif row.state == ReturnState.SUBMITTED:
            unit.submitted += 1
        elif row.state == ReturnState.REVIEWED:
            unit.reviewed += 1
        else:
            unit.accepted += 1
    return sorted(units.values(), key=lambda one: (-one.missing, one.code))

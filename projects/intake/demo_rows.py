"""The shapes of the demonstration's tables (fixtures/demo): one class a file, fields named and ordered as its columns.

Amounts are whole yuan; `*_ytd` are cumulative since the year began. `recorded_on` (or `on`) is the day on which the
office would have written the row.
"""

import datetime
from dataclasses import dataclass

Day = datetime.date


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A row of organisations.csv."""

    code: str
    name: str
    credit_code: str
    kind: str
    division: str
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of people.csv; `serves` names the leader of a liaison officer."""

    code: str
    name: str
    title: str
    kind: str
    organisation: str
    division: str
    serves: str
    email: str
    phone: str
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row of accounts.csv; scope by codes."""

    username: str
    display_name: str
    role: str
    division: str
    organisation: str
    person: str
    access_until: Day | None


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A row of projects.csv; `opening_cumulative` is what was completed before the year in which it was registered."""

    code: str
    name: str
    national_code: str
    type: str
    chain: str
    nature: str
    approval_kind: str
    content: str
    total_investment: int
    approved_estimate: int | None
    start_year: int
    end_year: int
    funding: str
    owner: str
    responsible: str
    parent: str
    is_package: bool
    template: str
    opening_cumulative: int
    division: str
    carried_over: bool
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """A row of openings.csv: what was completed before a later year."""

    project: str
    year: int
    amount: int
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A row of aliases.csv."""

    project: str
    alias: str
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class RenameRow:
    """A row of renames.csv."""

    project: str
    old: str
    new: str
    on: Day
    document: str
    reason: str
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A row of shares.csv."""

    project: str
    division: str
    year: int
    basis_points: int
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class StoppageRow:
    """A row of stoppages.csv."""

    project: str
    on: Day
    reason: str
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A row of assignments.csv; one of person and organisation."""

    project: str
    kind: str
    person: str
    organisation: str
    valid_from: Day
    valid_to: Day | None
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A row of listings.csv: a line of a list as issued, or of an adjustment notice."""

    project: str
    programme: str
    event: str
    project_class: str
    on: Day
    document: str
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of plans.csv; the twelve months sum to the amount."""

    project: str
    year: int
    revision: int
    amount: int
    m01: int
    m02: int
    m03: int
    m04: int
    m05: int
    m06: int
    m07: int
    m08: int
    m09: int
    m10: int
    m11: int
    m12: int
    document: str
    approved_on: Day
    recorded_on: Day
    reason: str

    @property
    def months(self) -> tuple[int, ...]:
        """January to December."""
        return tuple(getattr(self, f"m{month:02d}") for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A row of returns.csv. Where it was returned once, `first_…` is what was submitted first."""

    project: str
    period: str
    invested_ytd: int
    statistics_ytd: int
    funds_arrived_ytd: int
    funds_paid_ytd: int
    physical_percent: int
    physical_text: str
    problem_kind: str
    problem_text: str
    reason: str
    submitted_on: Day
    returned_on: Day | None
    return_reason: str
    first_invested_ytd: int | None
    first_physical_text: str
    resubmitted_on: Day | None
    reviewed_on: Day
    accepted_on: Day


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A row of corrections.csv: one figure of an accepted return restated."""

    project: str
    period: str
    field: str
    wrong: int
    right: int
    reason: str
    on: Day


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A row of milestones.csv: a milestone as first planned."""

    project: str
    step: str
    position: int
    planned_on: Day
    recorded_on: Day


@dataclass(frozen=True, slots=True)
class MilestoneEventRow:
    """A row of milestone_events.csv; `what` is planned, forecast or actual."""

    project: str
    step: str
    on: Day
    what: str
    value: Day
    reason: str
    document: str

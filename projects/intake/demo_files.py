"""Reads the folder of the demonstration portfolio into typed rows; what they mean is the replay's."""

from dataclasses import dataclass
from pathlib import Path

from projects.intake import demo_rows as rows
from projects.intake.fixtures import read_rows


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Everything in fixtures/demo that is replayed."""

    organisations: list[rows.OrganisationRow]
    people: list[rows.PersonRow]
    accounts: list[rows.AccountRow]
    projects: list[rows.ProjectRow]
    openings: list[rows.OpeningRow]
    aliases: list[rows.AliasRow]
    renames: list[rows.RenameRow]
    shares: list[rows.ShareRow]
    stoppages: list[rows.StoppageRow]
    assignments: list[rows.AssignmentRow]
    listings: list[rows.ListingRow]
    plans: list[rows.PlanRow]
    returns: list[rows.ReturnRow]
    corrections: list[rows.CorrectionRow]
    milestones: list[rows.MilestoneRow]
    milestone_events: list[rows.MilestoneEventRow]


def read_demo(folder: Path) -> DemoFiles:
    """Read the demonstration portfolio. Raises Refusal that names every fault of the first file that has one."""
    return DemoFiles(
        organisations=read_rows(folder / "organisations.csv", rows.OrganisationRow),
        people=read_rows(folder / "people.csv", rows.PersonRow),
        accounts=read_rows(folder / "accounts.csv", rows.AccountRow),
        projects=read_rows(folder / "projects.csv", rows.ProjectRow),
        openings=read_rows(folder / "openings.csv", rows.OpeningRow),
        aliases=read_rows(folder / "aliases.csv", rows.AliasRow),
        renames=read_rows(folder / "renames.csv", rows.RenameRow),
        shares=read_rows(folder / "shares.csv", rows.ShareRow),
        stoppages=read_rows(folder / "stoppages.csv", rows.StoppageRow),
        assignments=read_rows(folder / "assignments.csv", rows.AssignmentRow),
        listings=read_rows(folder / "listings.csv", rows.ListingRow),
        plans=read_rows(folder / "plans.csv", rows.PlanRow),
        returns=read_rows(folder / "returns.csv", rows.ReturnRow),
        corrections=read_rows(folder / "corrections.csv", rows.CorrectionRow),
        milestones=read_rows(folder / "milestones.csv", rows.MilestoneRow),
        milestone_events=read_rows(folder / "milestone_events.csv", rows.MilestoneEventRow),
    )

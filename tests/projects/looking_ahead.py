"""A year of one list for the tests of forecasts: locked months, a calendar, projects with their returns."""

from datetime import UTC, datetime
from typing import Any

from projects import models
from projects.core.periods import Period
from tests import factories as make
from tests.core.builders import policy

STEPS = ("A01", "B01", "C04", "D01", "D04")


def judged_by_default() -> None:
    """The calendars of three years without a day moved, and the policy that comes with the product."""
    for year in (2022, 2023, 2024):
        make.CalendarYearFactory(year=year)
    make.PolicyFactory(definition=policy("local-default").to_json())


def locked(month: int, position: int = 0) -> models.ReportingPeriod:
    """A month of 2023 that was locked on the eighth of the next, at a position of the change log."""
    period = Period(2023, month)
    after = period.next()
    due_on = after.first_day.replace(day=8)
    return make.ReportingPeriodFactory(
        period=str(period), opens_on=period.first_day, due_on=due_on, state="locked", locked_position=position,
        locked_at=datetime(after.year, after.month, 8, 4, 0, tzinfo=UTC),
    )  # fmt: skip


def building(code: str, *cumulative: int, listed: bool = True, **fields: Any) -> models.Project:
    """A project under construction with a plan of 1 200 万元, 100 万元 a month; cumulatives in 万元 from January on."""
    made = make.ProjectFactory(code=code, name=f"{code}（示例）", **fields)
    if listed:
        make.ListingFactory(project=made)
    make.PlanRevisionFactory(project=made)
    for month, done in enumerate(cumulative, 1):
        reported(made, month, done)
    return made


def reported(project: models.Project, month: int, wan: int, **known: Any) -> models.ReturnVersion:
    """A cumulative of 2023, in 万元."""
    return make.ReturnVersionFactory(project=project, period=f"2023-{month:02d}", invested=wan * 10_000, **known)


def milestones(project: models.Project, *days: tuple[Any, Any]) -> list[models.Milestone]:
    """Milestones by (planned on, done on), in the order of the catalogue; each with its first revision."""
    found = []
    for place, (planned_on, actual_on) in enumerate(days):
        step = make.MilestoneStepFactory(code=STEPS[place], name_zh=f"节点{place}", name_en=f"Step {place}")
        made = make.MilestoneFactory(
            project=project, step=step, position=place, planned_on=planned_on, actual_on=actual_on
        )
        make.MilestoneRevisionFactory(milestone=made, actual_on=actual_on)
        found.append(made)
    return found

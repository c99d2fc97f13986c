"""A small watched portfolio for tests of sweeps: policy, calendar, one list, and short ways to state facts."""

from datetime import date
from typing import Any

from portfolio.models import User
from projects import models as projects
from reports.actions.alerts import SweepResult, sweep
from reports.models import Alert, AlertEvent
from tests import factories as make
from tests.core.builders import policy
from tests.reports.random_portfolio import adopt

YEARS = (2022, 2023, 2024, 2025)
FRIDAY = date(2024, 1, 12)
TITLES = {"C04": "施工许可证", "D01": "开工", "D02": "入库纳统", "D05": "设备到货"}


def begin() -> None:
    """The default policy in force, and the calendars of these years."""
    adopt(policy("local-default"), YEARS)


def project(**facts: Any) -> projects.Project:
    """A demonstration project on the list of 2023, and on that of 2024."""
    made = make.ProjectFactory(**facts)
    for year in (2023, 2024):
        programme = make.ProgrammeFactory(code=f"P{year}-PROV", year=year)
        make.ListingFactory(project=made, programme=programme, joined_on=date(year, 1, 1))
    return made


def milestone(owner: projects.Project, due: str, actual: str | None = None, step: str = "D04") -> projects.Milestone:
    """A milestone of that step, planned for a day and perhaps reached on one."""
    day = date.fromisoformat(due)
    return make.MilestoneFactory(
        project=owner,
        step=make.MilestoneStepFactory(code=step, name_zh=TITLES.get(step, "主体封顶")),
        planned_on=day,
        actual_on=date.fromisoformat(actual) if actual else None,
    )


def figures(owner: projects.Project, plan: int, completed: int, period: str = "2023-12") -> projects.ReturnVersion:
    """An annual plan and an accepted cumulative, in yuan."""
    year = int(period[:4])
    if not projects.PlanRevision.objects.filter(project=owner, year=year).exists():
        make.PlanRevisionFactory(project=owner, year=year, amount=plan, approved_on=date(year, 1, 1))
    return make.ReturnVersionFactory(project=owner, period=period, invested=completed)


def night(on: date | str = FRIDAY, **more: Any) -> SweepResult:
    """A sweep of a day."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return sweep(by=User.system(), as_of=day, **more)


def counts(result: SweepResult) -> tuple[int, int, int, int]:
    """Raised, worsened, eased, cleared."""
    return result.raised, result.worsened, result.eased, result.cleared


def story(alert: Alert) -> list[tuple[str, str, str, str]]:
    """What became of an alert: kind, day, level before and after."""
    rows = AlertEvent.objects.filter(alert=alert).order_by("pk")
    return [(event.kind, event.on.isoformat(), event.old_level, event.new_level) for event in rows]


def only_alert() -> Alert:
    """The one alert that there is."""
    return Alert.objects.get()

"""A small portfolio that lived through 2023 by the product's own actions: seven projects on two lists, a package, a
shared project, one on both lists, one without a plan, hostile names, a lock, and a correction after it.
"""

from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

from django.conf import settings

from portfolio import clock
from portfolio.clock import SHANGHAI
from portfolio.models import User
from projects.actions import cycle, milestones, people, plans, programmes, projects, reference, returns
from projects.core.periods import Period
from projects.intake.fixtures import read_reference
from projects.models import Programme, Project

PROVINCE, CITY = "P2023-PROV", "P2023-CITY"
BEFORE_LOCK = datetime(2024, 1, 8, 16, 0, tzinfo=SHANGHAI)
LOCK = datetime(2024, 1, 8, 17, 0, tzinfo=SHANGHAI)
AFTER = datetime(2024, 1, 10, 12, 0, tzinfo=SHANGHAI)
WAN = 10_000
FORMULA = "=1+1光伏组件（示例）"
AT_SIGN = "@SUM(A1)精细化工（示例）"
MINUS = "-3号车间（示例）"
TABBED = "\t仓储物流（示例）"
CONTROL = "跨县\x0b公路\x01（示例）"

# code, name, unit, chain, type, total (万元), lists, plan (万元), completed by month end (万元, cumulative)
PROJECTS = (
    ("K1", FORMULA, "371721", "new_energy", "industry", 30_000, (PROVINCE,), 12_000, range(1_100, 13_201, 1_100)),
    ("K2", CONTROL, "371721", "", "infrastructure", 50_001, (PROVINCE,), 10_000, range(500, 6_001, 500)),
    ("K3", AT_SIGN, "371722", "chemicals", "industry", 8_000, (CITY,), 3_600, range(300, 3_601, 300)),
    ("K4", MINUS, "3717LX", "biopharma", "industry", 9_000, (CITY,), 2_400, range(100, 1_201, 100)),
    ("K5", TABBED, "3717SZ", "", "livelihood", 7_000, (PROVINCE, CITY), 1_200, range(125, 1_501, 125)),
    ("K6", "无计划项目（示例）", "371721", "food", "industry", 5_000, (PROVINCE,), 0, ()),
    ("K7", "产业园打包项目（示例）", "371722", "food", "industry", 20_000, (PROVINCE,), 0, ()),
)
PARTS = (
    ("K7-1", "产业园一期（示例）", 2_400, range(200, 2_401, 200)),
    ("K7-2", "产业园二期（示例）", 1_200, range(90, 1_081, 90)),
)  # fmt: skip


@contextmanager
def at(moment):
    """Business time is that moment."""
    with clock.set_to(moment.date(), moment.time()):
        yield


def build() -> None:
    """Live through the year."""
    system = User.system()
    with clock.set_to(date(2023, 1, 3), time(9, 0)):
        folder = Path(settings.BASE_DIR) / "fixtures" / "reference"
        reference.load_reference(by=system, reference=read_reference(folder))
        _begin(system)
    for month in range(1, 13):
        _report(system, Period(2023, month))
    with at(LOCK):
        cycle.lock_period(by=system, period=Period(2023, 12))
    with at(AFTER):
        _afterwards(system)


def _begin(system) -> None:
    for code, name, name_en, level in (
        (PROVINCE, "省级重点项目", "Provincial key projects", Programme.Level.PROVINCE),
        (CITY, "市重点项目", "City key projects", Programme.Level.CITY),
    ):
        Programme.objects.create(
            code=code, name_zh=name, name_en=name_en, year=2023, level=level, provenance="demo", is_tracked=True
        )
    firm = people.OrganisationFacts(code="ORG-1", name="示例公司（示例）", kind="owner", provenance="demo")
    people.keep_organisations(by=system, rows=[firm])
    leader = people.PersonFacts(code="LEADER-1", name="市领导01", kind="leader", provenance="demo")
    people.keep_people(by=system, rows=[leader])
    _projects(system)
    day = date(2023, 1, 3)
    wanted = [(row[0], programme) for row in PROJECTS for programme in row[6]]
    lines = [programmes.Adjustment(project=code, programme=one, kind="initial", on=day) for code, one in wanted]
    programmes.adjust_lists(by=system, rows=lines)
    planned = [(row[0], row[7]) for row in PROJECTS if row[7]] + [(row[0], row[2]) for row in PARTS]
    rows = [
        plans.NewPlan(project=code, year=2023, amount=plan * WAN, months=(plan * WAN // 12,) * 12, approved_on=day)
        for code, plan in ((code, plan) for code, plan in planned if plan % 12 == 0)
    ]
    uneven = (8_000_000,) * 11 + (12_000_000,)
    rows += [plans.NewPlan(project="K2", year=2023, amount=100_000_000, months=uneven, approved_on=day)]
    plans.approve_plans(by=system, rows=rows)
    _milestones(system)


def _projects(system) -> None:
    common = {"provenance": "demo", "owner": "ORG-1", "start_year": 2022, "end_year": 2024, "content": "新建车间"}
    rows = [
        projects.NewProject(
            code=code, name=name, division=unit, industry=chain, project_type=kind, total_investment=total * WAN,
            is_package=code == "K7", **common,
        )
        for code, name, unit, chain, kind, total, *_rest in PROJECTS
    ]  # fmt: skip
    rows += [
        projects.NewProject(code=code, name=name, parent="K7", division="371722", **common)
        for code, name, _plan, _done in PARTS
    ]
    projects.create_projects(by=system, rows=rows)
    shares = (("371721", 6_000), ("371722", 4_000))
    projects.set_shares(
        by=system,
        rows=[projects.NewShare(project="K2", division=unit, year=2023, basis_points=part) for unit, part in shares],
    )
    leads = [
        projects.NewAssignment(project=code, kind="leader", person="LEADER-1", valid_from=date(2023, 1, 1))
        for code in ("K1", "K2")
    ]
    projects.assign(by=system, rows=leads)
    projects.set_openings(by=system, rows=[projects.NewOpening(project="K1", year=2023, amount=4_000 * WAN)])


def _milestones(system) -> None:
    days = (
        ("K1", "C04", 1, date(2023, 3, 31)),
        ("K1", "D01", 2, date(2023, 5, 1)),
        ("K1", "D04", 3, date(2023, 12, 29)),
        ("K2", "D01", 1, date(2023, 6, 30)),
        ("K3", "E05", 1, date(2024, 3, 29)),
        ("K4", "D06", 1, date(2023, 11, 10)),
        ("K7-1", "D01", 1, date(2023, 3, 1)),
        ("K7-2", "D01", 1, date(2023, 11, 20)),
    )
    rows = [
        milestones.MilestonePlan(project=code, step=step, planned_on=day, position=place)
        for code, step, place, day in days
    ]
    milestones.plan_milestones(by=system, rows=rows)


def _report(system, period: Period) -> None:
    done = [(row[0], row[8]) for row in PROJECTS if row[8]] + [(row[0], row[3]) for row in PARTS]
    entries = [
        returns.ReturnEntry(
            project=code,
            period=str(period),
            figures=returns.ReturnFigures(
                invested=amounts[period.month - 1] * WAN, physical_percent=50, physical_text="主体施工"
            ),
        )
        for code, amounts in done
    ]
    keys = [(entry.project, entry.period) for entry in entries]
    with clock.set_to(period.last_day, time(9, 0)):
        cycle.open_period(by=system, period=period)
    with clock.set_to(period.next().first_day, time(9, 0)):
        returns.submit_returns(by=system, entries=entries)
        returns.review_returns(by=system, keys=keys)
        returns.accept_returns(by=system, keys=keys)
        if period.month == 5:
            _started(system)


def _started(system) -> None:
    days = (("K1", "C04", date(2023, 4, 20)), ("K1", "D01", date(2023, 5, 4)), ("K7-1", "D01", date(2023, 2, 27)))
    rows = [milestones.MilestoneUpdate(project=code, step=step, wanted={"actual_on": day}) for code, step, day in days]
    milestones.update_milestones(by=system, rows=rows)


def _afterwards(system) -> None:
    """What happens after the lock: a figure corrected, a project renamed and put into the unit where it belongs."""
    figures = returns.ReturnFigures(invested=1_500 * WAN)
    entry = returns.ReturnEntry(project="K4", period="2023-12", figures=figures, reason="审计更正")
    returns.correct_after_lock(by=system, entries=[entry])
    project = Project.objects.get(code="K3")
    projects.rename_project(by=system, project=project, version=project.version, name="改名后的项目（示例）")
    project.refresh_from_db()
    wanted = {"division": Project.objects.get(code="K1").division}
    projects.update_project(by=system, project=project, version=project.version, wanted=wanted)

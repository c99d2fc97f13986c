"""Two leaders, a liaison officer and the office, with projects that are behind, late, about to be done or in order.

Facts are put in place; alerts come from real sweeps, mail from the real action.
"""

from datetime import date, time
from pathlib import Path

from django.conf import settings

from portfolio import clock
from portfolio.models import User
from projects.actions.reference import load_reference
from projects.intake.fixtures import read_reference
from projects.models import Division, MilestoneStep, Project
from reports.actions.alerts import sweep
from reports.actions.digests import Queued, queue_digests
from reports.models import OutboxMessage
from tests import factories as make

SYSTEM = User.system()
THURSDAY, FRIDAY = date(2024, 1, 11), date(2024, 1, 12)
MONDAY, TUESDAY, WEDNESDAY = date(2024, 1, 15), date(2024, 1, 16), date(2024, 1, 17)
MONTHLY = 10_000_000  # yuan a month planned: 1.20 亿元 a year


def furnish() -> None:
    """Reference data, people and projects as they stand at the end of 2023."""
    with clock.set_to(date(2023, 1, 3)):
        load_reference(by=SYSTEM, reference=read_reference(Path(settings.BASE_DIR) / "fixtures" / "reference"))
    make.UserFactory(
        username="office", display_name="市重点项目办（示例）", email="office@demo.invalid", person="S-OFFICE"
    )
    leader = make.PersonFactory(code="L01", name="市领导01", kind="leader", email="l01@demo.invalid")
    make.PersonFactory(code="LX01", name="联络员甲（示例）", kind="liaison", serves=leader, email="lx01@demo.invalid")
    other = make.PersonFactory(code="L02", name="市领导02", kind="leader", email="l02@demo.invalid")
    behind(
        project("T23-0001", "甲产业园（示例）", leader), completed=48_000_000, problem="land", text="土地征收未完成。"
    )
    late(project("T23-0002", "乙精密制造（示例）", leader), "D04", date(2024, 1, 10))
    late(project("T23-0003", "丙医药（示例）", leader), "C04", date(2023, 12, 15))
    project("T23-0004", "丁物流（示例）", leader)
    for number, due in enumerate(("12-26", "12-27", "12-28", "12-29", "01-02", "01-03", "01-04"), start=5):
        year = 2023 if due > "06" else 2024
        late(
            project(f"T23-{number:04d}", f"戊仓储{number}（示例）", leader), "D06", date.fromisoformat(f"{year}-{due}")
        )
    late(project("T23-0020", "己纺织（示例）", other), "D04", date(2024, 1, 10))
    make.ReportingPeriodFactory(locked=True, locked_position=10**9)


def project(code: str, name: str, leader: object) -> Project:
    """A project of 曹县 on the provincial list that a leader answers for, on pace, with its department and contact."""
    made: Project = make.ProjectFactory(
        code=code,
        name=name,
        division=Division.objects.get(code="371721"),
        owner=make.OrganisationFactory(code=f"O-{code}", name=f"{name[0]}公司（示例）"),
    )
    make.ListingFactory(project=made)
    make.PlanRevisionFactory(project=made, amount=12 * MONTHLY)
    make.ReturnVersionFactory(project=made, invested=12 * MONTHLY)
    make.AssignmentFactory(project=made, person=leader)
    department = make.OrganisationFactory(code="D-1", name="曹县自然资源部门（示例）", kind="department")
    make.AssignmentFactory(project=made, kind="responsible_unit", person=None, organisation=department)
    make.AssignmentFactory(
        project=made, kind="contact", person=make.PersonFactory(code=f"C-{code}", name=f"{name[0]}联系人（示例）")
    )
    make.ProjectStandingFactory(project=made, light="green")
    return made


def behind(made: Project, *, completed: int, problem: str, text: str) -> None:
    """Make its investment lie behind pace, with the cause that it reported."""
    versions = type(made).objects.get(pk=made.pk).returns.get().versions
    versions.update(invested=completed, problem_kind=problem, problem_text=text)
    made.standing.light = "red"
    made.standing.save()


def late(made: Project, step: str, due: date) -> None:
    """Give it an open milestone."""
    make.MilestoneFactory(project=made, step=MilestoneStep.objects.get(code=step), planned_on=due)
    made.standing.light = "yellow"
    made.standing.save()


def night(day: date) -> None:
    """The nightly sweep."""
    with clock.set_to(day, time(2, 10)):
        sweep(by=SYSTEM, as_of=day)


def morning(day: date, *, goes_out: bool = True) -> Queued:
    """The digests of half past eight; what was queued earlier has left by then, unless nobody took mail that day."""
    if goes_out:
        waiting = OutboxMessage.objects.filter(state="queued", business_date__lt=day)
        waiting.update(state="sent", sent_at=clock.wall_now(), next_attempt_at=None)
    with clock.set_to(day, time(8, 30)):
        return queue_digests(by=SYSTEM, on=day)


def mail(person: str, day: date) -> OutboxMessage:
    """What a person was written on a day."""
    return OutboxMessage.objects.get(person=person, business_date=day)


def was_written(person: str, day: date) -> bool:
    """Whether a person was written on a day."""
    return OutboxMessage.objects.filter(person=person, business_date=day).exists()


def parts(text: str) -> dict[str, str]:
    """A mail's plain text by its headings, numerals and counts left out."""
    found: dict[str, str] = {}
    title = ""
    for line in text.splitlines():
        if line[:1] in "一二三四五六七八九" and line[1:2] == "、":
            title = line[2:].partition("（")[0]
            found[title] = ""
        elif line.startswith("-----"):
            title = ""
        elif title:
            found[title] += line + "\n"
    return found

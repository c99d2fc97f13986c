"""The weekly overview of all lists: to whom, on which day, in one mail, and what it says.

Run with UPDATE_GOLDEN=1 to write tests/golden/mail anew after a deliberate change; then read what changed.
"""

import os
from datetime import date, datetime, time

import pytest

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden
from projects.actions.standing import refresh
from projects.core.lights import judge_project
from projects.models import Project
from projects.queries import figures
from projects.queries.judged import judged
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar
from reports.actions.alerts import sweep
from reports.actions.subscriptions import subscribe
from reports.models import OutboxMessage
from reports.queries.city import City
from tests import factories as make
from tests.reports.mailbox import SYSTEM, mail, morning, parts, was_written
from tests.reports.test_digest_forms import GOLDEN, Blocks

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2024, 1, 8), date(2024, 1, 9)
AFTER_NEW_YEAR = date(2024, 1, 2)
"""A Tuesday: the Monday before it was a holiday."""


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def mayor(portfolio: None) -> User:
    """A city leader without projects of his own, who asked for it."""
    made: User = make.UserFactory(
        username="mayor", display_name="市领导00（示例）", role="leader", person="L00", email="l00@demo.invalid"
    )
    asks(made)
    return made


@pytest.fixture
def _instructions(portfolio: None) -> None:
    clerk = make.UserFactory(username="clerk", display_name="县专班（示例）", role="county_staff", division="371721")
    given = {"given_by": "市领导00（示例）", "owner": clerk.username, "entered_by": "office"}
    project = Project.objects.get(code="K4")
    make.InstructionFactory(
        text="加快施工进度。", project=project, given_on=date(2023, 12, 1), due_on=date(2023, 12, 29), **given
    )
    make.InstructionFactory(
        text="研究水电保障。", project=None, given_on=date(2024, 1, 2), due_on=date(2024, 1, 31), **given
    )


class Told(Blocks):
    """The words of an HTML mail: a picture's in its place, each row of a table of figures in a line with its header."""

    def __init__(self, html: str) -> None:
        self.header: list[str] = []
        self.cells: list[str] | None = None
        self.in_cell = False
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        found = dict(attrs)
        if tag == "img":
            self.lines += [found["alt"] or "", ""]
        if tag in {"td", "th"} and "align" in found and "padding:4px 3px" in (found.get("style") or ""):
            self.cells = [*(self.cells or []), ""]
            self.in_cell = True

    def handle_data(self, data: str) -> None:
        if self.in_cell and self.cells is not None:
            self.cells[-1] += data
        else:
            super().handle_data(data)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if self.in_cell and tag == "th":
            self.header, self.in_cell = [*self.header, *(self.cells or [])], False
            self.cells = None
        elif self.in_cell and tag == "td":
            self.in_cell = False
        elif tag == "tr" and self.cells:
            names = self.header[1:]
            self.lines += ["  ".join([self.cells[0], *map(" ".join, zip(names, self.cells[1:], strict=True))]), ""]
            self.cells = None
        elif tag == "table":
            self.header = []


def lines_of(text: str) -> list[str]:
    """The lines of plain text; a project's name here holds a control character that some take for the end of one."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in lines if line and not line.startswith("-----")]


def asks(user: User) -> None:
    with clock.set_to(AFTER_NEW_YEAR, time(8, 0)):
        subscribe(by=user, wanted={"all_lists": True})


def turn(day: date) -> None:
    """The night and the morning of a day."""
    with clock.set_to(day):
        refresh(whole=True)
        sweep(by=SYSTEM, as_of=day)
    morning(day)


def test_who_oversees_the_city_gets_it_without_projects_of_his_own(mayor: User) -> None:
    turn(MONDAY)

    message = mail("L00", MONDAY)
    assert (message.kind, message.to_address, message.state) == ("overview", "l00@demo.invalid", "queued")
    assert message.subject.startswith("【重点项目每周概览】全部名单（截至2023年12月底）：")
    assert list(parts(message.text)) == [
        "总体",
        "各名单与序时进度",
        "各名单亮灯",
        "各县区亮灯",
        "最突出的项目",
        "领导批示",
    ]


def test_a_leader_who_did_not_ask_gets_none(portfolio: None) -> None:
    make.UserFactory(username="other", role="leader", person="L09", email="l09@demo.invalid")

    turn(MONDAY)

    assert not was_written("L09", MONDAY)


def test_a_role_without_the_right_cannot_ask(portfolio: None) -> None:
    with pytest.raises(Forbidden):
        asks(make.UserFactory(role="county_staff", division="371721"))


def test_where_monday_is_a_holiday_it_comes_on_tuesday_and_not_again_that_week(mayor: User) -> None:
    for day in (date(2024, 1, 1), AFTER_NEW_YEAR, date(2024, 1, 3)):
        turn(day)

    days = OutboxMessage.objects.filter(person="L00").values_list("business_date", flat=True)
    assert list(days) == [AFTER_NEW_YEAR]


def test_a_leader_of_projects_has_it_in_the_same_mail_after_his_own(mayor: User) -> None:
    asks(make.UserFactory(username="leader1", role="leader", person="LEADER-1", email="l1@demo.invalid"))

    turn(MONDAY)

    message = mail("LEADER-1", MONDAY)
    titles = list(parts(message.text))
    assert "您包保的2个项目" in message.subject
    assert titles[:2] == ["总体", "需您协调"]
    assert titles.index("各名单与序时进度") > titles.index("新增预警")
    assert titles[-1] == "领导批示"


def test_the_office_has_it_in_its_own_mail_where_it_asks(portfolio: None) -> None:
    office = make.UserFactory(username="office", email="office@demo.invalid", person="S-OFFICE")
    asks(office)

    turn(MONDAY)

    assert mail("S-OFFICE", MONDAY).kind == "office"
    assert "最突出的项目" in parts(mail("S-OFFICE", MONDAY).text)


def test_running_twice_writes_it_once(mayor: User) -> None:
    turn(MONDAY)

    assert morning(MONDAY).queued == 0
    assert OutboxMessage.objects.filter(person="L00").count() == 1


def test_who_declined_the_weekly_note_but_asked_for_this_has_this(mayor: User) -> None:
    with clock.set_to(MONDAY):
        subscribe(by=mayor, wanted={"overview": False, "all_lists": True})

    turn(MONDAY)

    assert was_written("L00", MONDAY)


def test_lights_of_a_week_ago_are_those_that_were_then(mayor: User) -> None:
    """Against judging each project by what the change log held on that morning."""
    with clock.set_to(date(2024, 1, 10)):
        refresh(whole=True)
        city = City(date(2024, 1, 10), policy_in_force(MONDAY).judged_period(MONDAY), None)
        then = city.lights_then

    day = date(2024, 1, 3)
    position = figures.position_at(datetime(2024, 1, 3, 8, 30, tzinfo=clock.SHANGHAI))
    policy, calendar = policy_in_force(day, position), load_calendar()
    facts = [(one.project, one.package or one.facts) for one in judged(policy, day, None, position)]
    assert then == {
        project: judge_project(one, policy, calendar, day).overall.value for project, one in facts if one.applies
    }
    assert set(then.values()) > {"red"}


def test_a_change_stands_in_brackets_beside_its_number(mayor: User) -> None:
    turn(MONDAY)

    city = City(MONDAY, policy_in_force(MONDAY).judged_period(MONDAY), None)
    whole = city.lit(city.listed)
    assert whole.before is not None
    assert whole.now["yellow"] == whole.before.get("yellow", 0) + 1
    (said,) = [line for line in parts(mail("L00", MONDAY).text)["各县区亮灯"].splitlines() if "全市" in line]
    assert f"黄灯 {whole.now['yellow']}（+1）" in said


@pytest.mark.usefixtures("_instructions")
def test_overdue_instructions_come_first_and_say_by_how_much(mayor: User) -> None:
    turn(MONDAY)

    said = parts(mail("L00", MONDAY).text)["领导批示"]
    assert "未办结2件，其中逾期1件。" in said
    assert said.index("加快施工进度") < said.index("研究水电保障")
    assert "县专班（示例）承办，应于2023年12月29日前办结，已逾期5个工作日。" in said
    assert "批示逾期1件" in mail("L00", MONDAY).subject


@pytest.mark.usefixtures("_instructions")
def test_both_forms_say_the_same_and_the_words_are_as_they_were(mayor: User, language: str) -> None:
    User.objects.filter(pk=mayor.pk).update(language=language)

    turn(MONDAY)

    message = mail("L00", MONDAY)
    assert Told(message.html).text == [message.subject, *lines_of(message.text)]
    said = f"{message.subject}\n\n{message.text}".replace(message.ledger_head, "SEQ:HASH")
    golden = GOLDEN / f"OVERVIEW-{MONDAY}-{language}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")

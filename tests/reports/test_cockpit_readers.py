"""The cockpit for each reader: what is red and why, what changed; and nothing that is not theirs to see."""

import re
from datetime import date, timedelta

import pytest

from portfolio.models import Role
from portfolio.web import navigation
from projects.models import Assignment, LedgerHead, Policy
from reports.queries.cockpit import cockpit
from tests import factories as make
from tests.reports.readers import DAY, listed, on_12_january, page, reference  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_12_january")]


@pytest.fixture
def office():
    """The city office."""
    return make.UserFactory(username="office")


@pytest.fixture
def clerk():
    """曹县's clerk."""
    return make.UserFactory(username="caoxian", county_staff=True)


def alerted(project, since, level="red"):
    """An open alert of a level since a day."""
    return make.AlertFactory(
        project=project, level=level, raised_on=since, level_since=since, figures={"due_on": "date:2023-11-20"}
    )


# ---- what is red, why, since when, whose turn


def test_a_red_project_says_why_since_when_and_whose_turn_it_is(client, office):
    project = listed("R1", "red", owner=make.OrganisationFactory(name="某公司（示例）"))
    alerted(project, date(2023, 12, 29))
    contact = make.PersonFactory(name="张三（示例）")
    make.AssignmentFactory(project=project, kind=Assignment.Kind.CONTACT, person=contact)

    text = re.sub(r"<[^>]+>|\s+", " ", page(client, office))

    assert "主体封顶”应于2023年11月20日完成" in text.replace(" ", "")
    assert "2023-12-29" in text and "9个工作日" in text
    assert "某公司（示例）" in text and "张三（示例）" in text


def test_what_the_firm_cannot_solve_is_the_responsible_unit_s_turn(office):
    project = listed("R1", "red")
    make.ReturnVersionFactory(project=project, problem_kind="land")
    department = make.OrganisationFactory(name="市自然资源部门（示例）", kind="department")
    make.AssignmentFactory(project=project, kind=Assignment.Kind.UNIT, person=None, organisation=department)

    assert cockpit(office, DAY).worries[0].turn == ("市自然资源部门（示例）",)


def test_the_longest_red_comes_first_and_those_without_an_alert_last(office):
    for code, since in (("R1", None), ("R2", date(2024, 1, 3)), ("R3", date(2023, 10, 9))):
        project = listed(code, "red")
        if since:
            alerted(project, since)

    assert [worry.project.code for worry in cockpit(office, DAY).worries] == ["R3", "R2", "R1"]


def test_a_yellow_alert_does_not_say_since_when_a_project_is_red(office):
    project = listed("R1", "red")
    alerted(project, date(2023, 10, 9), level="yellow")

    assert cockpit(office, DAY).worries[0].since is None


def test_ten_are_named_and_all_are_behind_a_link(client, office):
    for number in range(12):
        listed(f"R{number:02d}", "red")

    text = page(client, office)
    address, count = re.search(r'href="([^"]*light=red)">全部(\d+)个红灯项目', text).groups()

    assert len(cockpit(office, DAY).worries) == 10 and count == "12"
    assert client.get(address).context["table"].paginator.count == 12


def test_without_a_calendar_nobody_counts_working_days(office):
    project = listed("R1", "red")
    alerted(project, date(2019, 12, 30))

    worry = cockpit(office, DAY).worries[0]

    assert (worry.since, worry.workdays) == (date(2019, 12, 30), None)


def test_projects_that_nobody_has_judged_are_not_called_free_of_red(client, office):
    listed("R1")

    text = page(client, office)

    assert "尚未判定亮灯" in text and "没有红灯项目" not in text


# ---- what changed


def happened(project, kind, on, levels):
    alert = make.AlertFactory(project=project, subject=f"{project.code}/{kind}", figures={"due_on": "date:2023-11-20"})
    make.AlertEventFactory(alert=alert, kind=kind, on=on, old_level=levels[0], new_level=levels[1])


def test_the_last_seven_days_are_told_and_the_day_before_is_not(office):
    project = listed("R1")
    happened(project, "raised", DAY - timedelta(days=6), ("", "red"))
    happened(project, "cleared", DAY - timedelta(days=7), ("red", ""))

    assert cockpit(office, DAY).week.told == [("new", 1)]


def test_an_alert_is_told_once_however_often_it_moved(office):
    alert = make.AlertFactory(project=listed("R1"), figures={"due_on": "date:2023-11-20"})
    for on, levels in ((8, ("", "yellow")), (9, ("yellow", "red")), (10, ("red", "yellow"))):
        make.AlertEventFactory(alert=alert, on=date(2024, 1, on), old_level=levels[0], new_level=levels[1])

    week = cockpit(office, DAY).week

    assert week.told == [("new", 1)] and week.changes[0].light == "yellow"


def test_a_notice_is_no_news(office):
    happened(listed("R1"), "raised", DAY, ("", "notice"))

    assert cockpit(office, DAY).week.total == 0


def test_what_was_cleared_is_told_with_what_ended_it(client, office):
    stone = make.MilestoneFactory(project=listed("R1"))
    figures = {"due_on": "date:2024-01-09"}
    alert = make.AlertFactory(project=stone.project, milestone=stone, figures=figures)
    make.AlertEventFactory(
        alert=alert, kind="cleared", on=DAY, old_level="red", new_level="", reason_code="done",
        figures={**figures, "actual_on": "date:2024-01-11"},
    )  # fmt: skip

    text = page(client, office)

    assert "已于2024年1月11日完成，比应完成日期2024年1月9日晚2个工作日" in text and "不再列入监测范围" not in text


# ---- scope


def test_a_county_sees_its_own_figures_by_shares_beside_the_city_s(client, clerk):
    shared = listed("X1", division=make.DivisionFactory(shanxian=True))
    make.PlanRevisionFactory(project=shared, amount=100_000_000)
    make.ReturnVersionFactory(project=shared, invested=80_000_000)
    for division, points in (("371721", 2_500), ("371722", 7_500)):
        make.ProjectShareFactory(project=shared, division=make.DivisionFactory(code=division), basis_points=points)

    line = cockpit(clerk, DAY).lists[0]

    assert (line.own.plan_yuan, line.own.completed_yuan) == (25_000_000, 20_000_000)
    assert line.totals.plan_yuan == 100_000_000
    assert "其中曹县（按份额）" in page(client, clerk)


def test_a_county_neither_reads_nor_is_led_to_another_county_s_projects(client, clerk):
    listed("A1", "red")
    other = listed("S1", "red", division=make.DivisionFactory(shanxian=True))
    happened(other, "raised", DAY, ("", "red"))

    text = page(client, clerk)

    assert "项目A1" in text and "项目S1" not in text
    assert "division=371721" in text and "division=371722" not in text


def test_a_firm_reads_its_own_projects_and_no_table_of_units(client):
    mine = make.OrganisationFactory(code="ORG-MINE")
    listed("A1", "green", owner=mine)
    listed("A2", "red", owner=make.OrganisationFactory(code="ORG-OTHER"))
    user = make.UserFactory(role=Role.PROJECT_UNIT, organisation="ORG-MINE")

    text = page(client, user)

    assert "项目A1" in text and "项目A2" not in text and "division=" not in text


def test_a_leader_s_own_projects_come_first(client):
    listed("A1", "red")
    for code, light in (("B1", "yellow"), ("B2", "red"), ("B3", "green")):
        make.AssignmentFactory(project=listed(code, light))
    leader = make.UserFactory(leader=True)

    mine = cockpit(leader, DAY).mine
    text = page(client, leader)

    assert [worry.project.code for worry in mine.worries] == ["B2", "B1"]
    assert (mine.lights.red, mine.lights.yellow, mine.lights.green) == (1, 1, 1)
    assert text.index("您包保的项目") < text.index("项目B2") < text.index("红灯项目及原因") < text.index("项目A1")


def test_a_liaison_officer_reads_the_leader_s_projects(client):
    leader = make.PersonFactory(leader=True)
    make.PersonFactory(code="LIAISON-1", kind="liaison", serves=leader)
    make.AssignmentFactory(project=listed("B1", "red"), person=leader)

    mine = cockpit(make.UserFactory(role=Role.LIAISON, person="LIAISON-1"), DAY).mine

    assert mine.leader == "LEADER-1" and mine.lights.red == 1


def test_an_auditor_reads_the_head_of_the_change_log(client):
    listed("A1")
    auditor = make.UserFactory(auditor=True, access_until=date(2024, 12, 31))

    text = page(client, auditor)

    assert str(LedgerHead.objects.get()) in text and "您的权限至2024-12-31止" in text


def test_nobody_else_is_shown_the_evidence(office):
    listed("A1")

    assert cockpit(office, DAY).evidence is None


@pytest.mark.parametrize("role", [Role.ACCOUNT_ADMIN, Role.SECURITY_ADMIN, Role.LOG_AUDITOR])
def test_administrators_without_project_data_are_sent_to_their_own_pages(client, role):
    user = make.UserFactory(role=role)
    client.force_login(user)

    assert client.get("/").headers["Location"] == navigation.home(user) != "/"


def test_an_account_whose_access_has_ended_is_refused(client):
    client.force_login(make.UserFactory(auditor=True, access_until=date(2024, 1, 11)))

    assert client.get("/").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/").headers["Location"].startswith("/login/")


def test_the_page_takes_no_post(client, office):
    client.force_login(office)

    assert client.post("/").status_code == 405


# ---- empty


@pytest.mark.parametrize(
    ("commands", "told"), [({"import_register"}, "manage.py import_register FILE"), (set(), "暂不支持导入台账")]
)
def test_a_fresh_office_is_told_what_to_do_first(client, office, monkeypatch, commands, told):
    monkeypatch.setattr("reports.views.cockpit.get_commands", lambda: commands)

    text = page(client, office)

    assert "先做什么" in text and told in text


def test_others_are_told_that_no_list_was_issued(client, clerk):
    text = page(client, clerk)

    assert "市重点项目办尚未下达名单" in text and "import_register" not in text


def test_without_a_policy_figures_stand_and_nothing_is_judged(client, office):
    listed("A1")
    Policy.objects.update(effective_from=None)

    found = cockpit(office, DAY)

    assert found.ground.policy is None and found.lists[0].gap is None
    assert "判定依据：" not in page(client, office)


def test_the_page_is_in_the_reader_s_language(client, office):
    listed("A1", "red")
    client.cookies["django_language"] = "en"

    text = page(client, office)

    assert "Lists of 2023 against pace" in text and "What is red, and why" in text

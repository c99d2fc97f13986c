"""A leader's instruction becomes an item with an owner and a date, is reported on, and closed."""

from datetime import date

import pytest
from django.test import Client

from portfolio.refusals import Forbidden, OutOfScope, Refusal, StaleForm
from projects.models import Change
from reports.actions.instructions import Wording, close_instruction, give_instruction, report_instruction
from reports.models import Instruction
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
DUE = date(2024, 1, 19)


@pytest.fixture
def leader():
    return make.UserFactory(username="leader", role="leader", display_name="市领导01（示例）")


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


@pytest.fixture
def staff():
    return make.UserFactory(username="staff", county_staff=True, division="371721", display_name="曹县填报员（示例）")


@pytest.fixture
def project():
    return make.ProjectFactory(division=make.DivisionFactory(code="371721"))


def given(leader, project, owner="staff") -> Instruction:
    return give_instruction(by=leader, project=project, wording=Wording("请协调用地", owner, DUE))


def test_a_leader_s_own_is_of_today_and_in_the_change_log(leader, staff, project) -> None:
    row = give_instruction(
        by=leader, project=project, wording=Wording(" 请协调用地 ", "staff", DUE, "别人", date(2023, 1, 1))
    )

    assert (row.text, row.given_by, row.given_on, row.owner) == (
        "请协调用地",
        "市领导01（示例）",
        watch.FRIDAY,
        "staff",
    )
    change = Change.objects.latest("seq")
    assert (change.model, change.actor, change.project) == ("instruction", "leader", project.code)


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording(" ", "staff", DUE, "市领导01"), "text"),
        (Wording("请协调", "", DUE, "市领导01"), "owner"),
        (Wording("请协调", "nobody", DUE, "市领导01"), "owner"),
        (Wording("请协调", "staff", date(2024, 1, 11), "市领导01"), "due_on"),
        (Wording("请协调", "staff", None, "市领导01"), "due_on"),
        (Wording("请协调", "staff", DUE, ""), "given_by"),
        (Wording("请协调", "staff", DUE, "市领导01", date(2024, 1, 13)), "given_on"),
        (Wording("x" * 501, "staff", DUE, "市领导01"), "text"),
    ],
)
def test_what_is_missing_or_impossible_is_refused_at_its_field(office, staff, project, wording, field) -> None:
    with pytest.raises(Refusal) as refused:
        give_instruction(by=office, project=project, wording=wording)

    assert refused.value.field == field
    assert not Instruction.objects.exists()


def test_its_owner_sees_the_project(leader, project) -> None:
    make.UserFactory(username="elsewhere", county_staff=True, division="371722")

    with pytest.raises(Refusal) as refused:
        given(leader, project, "elsewhere")

    assert refused.value.field == "owner"


def test_the_owner_reports_and_the_leader_closes(leader, staff, project) -> None:
    row = given(leader, project)

    report_instruction(by=staff, instruction=row, version=1, outcome="已与自然资源局对接")
    close_instruction(by=leader, instruction=row, version=2)

    row.refresh_from_db()
    assert (row.state, row.outcome, row.reported_by, row.closed_by) == (
        "closed",
        "已与自然资源局对接",
        "staff",
        "leader",
    )
    with pytest.raises(Refusal):
        report_instruction(by=staff, instruction=row, version=3, outcome="再报")


def test_nobody_else_reports_or_closes_and_a_stale_report_is_refused(leader, office, staff, project) -> None:
    row = given(leader, project)
    unit = make.UserFactory(username="colleague", county_staff=True, division="371721")
    other = make.UserFactory(username="elsewhere", county_staff=True, division="371722")

    with pytest.raises(Forbidden):
        report_instruction(by=unit, instruction=row, version=1, outcome="好")
    with pytest.raises(Forbidden):
        close_instruction(by=staff, instruction=row, version=1, outcome="好")
    with pytest.raises(OutOfScope):
        report_instruction(by=other, instruction=row, version=1, outcome="好")
    with pytest.raises(StaleForm):
        report_instruction(by=staff, instruction=row, version=9, outcome="好")
    with pytest.raises(Refusal):
        close_instruction(by=office, instruction=row, version=1)  # nobody reported, so it needs words


def test_the_pages_from_the_alert_to_the_closing(client: Client, leader, staff, project) -> None:
    alert = make.AlertFactory(project=project, figures={"due_on": "date:2023-12-29"})
    client.force_login(leader)
    assert f"/instructions/new/?alert={alert.pk}" in client.get(f"/alerts/{alert.pk}/").content.decode()
    typed = {"text": "请曹县一周内解决用地（示例）", "owner": "staff", "due_on": "2024-01-11"}

    refused = client.post(f"/instructions/new/?alert={alert.pk}", typed)
    done = client.post(f"/instructions/new/?alert={alert.pk}", typed | {"due_on": "2024-01-19"})

    assert "2024-01-12" in refused.content.decode()
    assert typed["text"] in refused.content.decode()
    row = Instruction.objects.get()
    assert (done.status_code, row.project, row.alert) == (302, project, alert)

    client.force_login(staff)
    assert typed["text"] in client.get("/instructions/").content.decode()
    page = client.get(f"/instructions/{row.pk}/").content.decode()
    assert "5个工作日" in client.get("/instructions/").content.decode()
    assert "办结" not in page.split("form-actions")[1].split("</form>")[0]
    assert (
        client.post(f"/instructions/{row.pk}/", {"do": "report", "version": "1", "outcome": "已办"}).status_code == 302
    )


def test_the_list_costs_the_same_for_any_number(client: Client, office, project, django_assert_max_num_queries) -> None:
    make.InstructionFactory.create_batch(12, project=project)
    client.force_login(office)

    with django_assert_max_num_queries(12):
        client.get("/instructions/")

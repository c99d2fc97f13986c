"""Close to its due date a milestone gets another date only with approval, and the old one stands till then (F26)."""

from datetime import date

import pytest
from django.test import Client

from portfolio.refusals import Forbidden, Refusal, StaleForm
from projects.actions.milestones import MilestoneUpdate, update_milestone, update_milestones
from projects.actions.replan_lock import needs_approval
from projects.actions.replans import Wish, ask_replan, decide_replan
from projects.models import Change, Milestone, MilestoneRevision, ReplanRequest
from reports.models import Alert
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
LATER = date(2024, 4, 1)


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


@pytest.fixture
def staff():
    return make.UserFactory(username="staff", county_staff=True, division="371721", display_name="曹县填报员（示例）")


def planned(due: str) -> Milestone:
    owner = watch.project(division=make.DivisionFactory(code="371721"))
    row = watch.milestone(owner, due)
    make.MilestoneRevisionFactory(milestone=row)
    return row


def moved(row: Milestone) -> MilestoneUpdate:
    return MilestoneUpdate(project=row.project.code, step="D04", wanted={"planned_on": LATER}, reason="用地未办结")


@pytest.mark.parametrize(
    ("due", "wanted"), [("2024-01-10", True), ("2024-01-26", True), ("2024-01-29", False), ("2024-03-01", False)]
)
def test_approval_is_needed_within_the_window_and_past_the_date(staff, due, wanted) -> None:
    assert needs_approval(staff, planned(due), LATER) is wanted


def test_the_city_office_needs_to_ask_nobody(office) -> None:
    assert not needs_approval(office, planned("2024-01-10"), LATER)


def test_without_approval_no_way_leads_to_another_date(staff) -> None:
    row = planned("2024-01-10")

    with pytest.raises(Refusal) as one:
        update_milestone(by=staff, milestone=row, version=1, update=moved(row))
    with pytest.raises(Refusal) as many:
        update_milestones(by=staff, rows=[moved(row)])

    assert one.value.field == many.value.field == "planned_on"
    row.refresh_from_db()
    assert row.planned_on == date(2024, 1, 10)


def test_the_old_date_stands_for_alerts_until_the_new_one_is_approved(staff, office) -> None:
    row = planned("2024-01-10")
    watch.night()
    request = ask_replan(by=staff, milestone=row, version=1, wish=Wish(LATER, "用地未办结", "曹重办〔2024〕1号"))

    assert watch.counts(watch.night()) == (0, 0, 0, 0)
    assert Alert.objects.filter(cleared_on=None).count() == 1

    decide_replan(by=office, request=request, approve=True, words="同意")
    watch.night()

    row.refresh_from_db()
    request.refresh_from_db()
    assert (row.planned_on, row.baseline_on, request.state) == (LATER, date(2024, 1, 10), "approved")
    assert not Alert.objects.filter(cleared_on=None).exists()
    assert MilestoneRevision.objects.known().get(milestone=row).document == "曹重办〔2024〕1号"
    assert list(Change.objects.order_by("seq").values_list("model", "act", "actor")) == [
        ("replanrequest", "create", "staff"),
        ("replanrequest", "update", "office"),
        ("milestone", "update", "office"),
    ]


def test_a_refusal_needs_words_and_leaves_the_date(staff, office) -> None:
    row = planned("2024-01-10")
    request = ask_replan(by=staff, milestone=row, version=1, wish=Wish(LATER, "用地未办结"))

    with pytest.raises(Refusal) as refused:
        decide_replan(by=office, request=request, approve=False)
    decide_replan(by=office, request=request, approve=False, words="请按原计划推进")

    assert refused.value.field == "words"
    row.refresh_from_db()
    assert row.planned_on == date(2024, 1, 10)
    with pytest.raises(Refusal):
        decide_replan(by=office, request=request, approve=True)


def test_one_request_waits_at_a_time_and_is_drawn_from_what_was_seen(staff) -> None:
    row = planned("2024-01-10")

    with pytest.raises(StaleForm):
        ask_replan(by=staff, milestone=row, version=7, wish=Wish(LATER, "用地未办结"))
    with pytest.raises(Refusal):
        ask_replan(by=staff, milestone=row, version=1, wish=Wish(LATER, " "))
    ask_replan(by=staff, milestone=row, version=1, wish=Wish(LATER, "用地未办结"))
    with pytest.raises(Refusal):
        ask_replan(by=staff, milestone=row, version=1, wish=Wish(LATER, "用地未办结"))

    assert ReplanRequest.objects.count() == 1


def test_staff_decide_nothing(staff) -> None:
    row = planned("2024-01-10")
    request = ask_replan(by=staff, milestone=row, version=1, wish=Wish(LATER, "用地未办结"))

    with pytest.raises(Forbidden):
        decide_replan(by=staff, request=request, approve=True)


def test_the_form_asks_and_saves_the_rest_and_the_office_decides_on_its_page(client: Client, staff, office) -> None:
    row = planned("2024-01-10")
    address = f"/projects/{row.project.code}/milestones/D04/"
    client.force_login(staff)
    typed = {"version": "1", "actual_on": "", "forecast_on": "2024-03-20", "planned_on": "2024-04-01"}

    unreasoned = client.post(address, typed)
    asked = client.post(address, typed | {"reason": "用地未办结"}, follow=True)
    drawn = client.get(address).content.decode()
    row.refresh_from_db()

    assert "改期需要说明理由" in unreasoned.content.decode() or unreasoned.status_code == 200
    assert "改期申请已提交" in asked.content.decode()
    assert "待批准" in drawn
    assert (row.planned_on, row.forecast_on) == (date(2024, 1, 10), date(2024, 3, 20))

    client.force_login(office)
    request = ReplanRequest.objects.get()
    assert row.project.name in client.get("/replans/").content.decode()
    silent = client.post(f"/replans/{request.pk}/", {"do": "refuse", "words": ""})
    assert "请说明不批准的理由" in silent.content.decode()
    assert client.post(f"/replans/{request.pk}/", {"do": "approve", "words": ""}).status_code == 302
    row.refresh_from_db()
    assert row.planned_on == LATER

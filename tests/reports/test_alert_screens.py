"""/alerts/: who sees which, what a row says, what filters do; one alert and its history; acknowledging; the panel."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal, StaleForm
from projects.models import CalendarDay, CalendarYear, Change, Milestone, Project
from reports.actions.handling import Seen, acknowledge_alerts
from reports.models import Alert
from tests import factories as make
from tests.reports import watch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(db: None) -> object:
    watch.begin()
    with clock.set_to(watch.FRIDAY):
        yield


@pytest.fixture
def late() -> Project:
    """A project of 曹县 with an overdue milestone, one due soon, and investment behind pace."""
    owner = watch.project(name="甲化工园（示例）")
    watch.milestone(owner, "2023-12-29")
    watch.milestone(owner, "2024-01-15", step="D05")
    watch.figures(owner, 240_000_000, 96_000_000)
    watch.night()
    return owner


def signed_in(**who: object) -> Client:
    user = make.UserFactory(**who)
    user.save()
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, query: str = "") -> str:
    return client.get(reverse("alerts") + query).content.decode()


def rows(html: str) -> int:
    return html.count("card-title")


def test_the_list_has_each_open_alert_with_its_sentence_since_when_and_by_which_policy(late: Project) -> None:
    html = page(signed_in())

    for said in (
        "“主体封顶”应于2023年12月29日完成，已滞后9个工作日",
        "年度计划2.40亿元，完成0.96亿元，占40.0%，慢于序时60.0个百分点（截至2023年12月底）",
        "“设备到货”应于2024年1月15日完成，剩余1个工作日",
        "2024-01-12",
        "本地默认 v1",
        "曹县",
    ):
        assert said in html
    assert rows(html) == 3


def test_the_gravest_stands_first(late: Project) -> None:
    html = page(signed_in())

    assert html.index("慢于序时") < html.index("已滞后") < html.index("剩余1个工作日")


def test_english_readers_read_english(late: Project) -> None:
    client = signed_in()

    with override("en"):
        html = client.get(reverse("alerts"), headers={"accept-language": "en"}).content.decode()

    assert "9 working days late" in html
    assert "Milestone overdue" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?level=red", 1),
        ("?level=notice", 1),
        ("?rule=milestone_overdue", 1),
        ("?division=371721", 3),
        ("?division=371722", 0),
        ("?q=化工", 3),
        ("?q=nothing", 0),
        ("?state=cleared", 0),
        ("?state=all", 3),
        ("?leader=LEADER-1", 3),
        ("?level=purple", 0),
    ],
)
def test_filters_narrow_the_list(late: Project, query: str, found: int) -> None:
    make.AssignmentFactory(project=late)
    make.DivisionFactory(shanxian=True)

    assert rows(page(signed_in(), query)) == found


def test_a_cleared_alert_is_listed_apart_with_the_day_on_which_it_was_cleared(late: Project) -> None:
    Milestone.objects.filter(step__code="D04").update(actual_on=date(2024, 1, 15))
    watch.night("2024-01-15")

    with clock.set_to(date(2024, 1, 31)):
        html = page(signed_in(), "?state=cleared")

    assert "2024-01-15解除" in html
    assert "已滞后10个工作日" in html


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ({"county_staff": True}, 3),
        ({"county_staff": True, "division": "371722"}, 0),
        ({"leader": True}, 3),
        ({"auditor": True}, 3),
        ({"unit": True, "organisation": "ANOTHER"}, 0),
    ],
)
def test_each_reader_sees_the_alerts_of_the_projects_that_are_theirs_to_see(
    late: Project, who: dict[str, object], found: int
) -> None:
    assert rows(page(signed_in(**who))) == found


def test_the_list_needs_the_same_statements_for_few_alerts_and_for_many(late: Project) -> None:
    client = signed_in()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    few = statements()
    for _ in range(12):
        watch.milestone(watch.project(), "2023-12-29")
    watch.night()

    assert rows(page(client)) == 15
    assert statements() == few


def test_where_the_calendar_ends_the_page_says_so(late: Project) -> None:
    CalendarYear.objects.filter(year=2024).delete()
    CalendarDay.objects.filter(day__year=2024).delete()

    html = page(signed_in())

    assert "2024年工作日日历未公布或尚未载入" in html
    assert rows(html) == 3


def test_an_alert_s_page_tells_its_whole_story(late: Project) -> None:
    alert = Alert.objects.get(rule="milestone_overdue")
    Milestone.objects.filter(pk=alert.milestone_id).update(actual_on=date(2024, 1, 16))
    watch.night("2024-01-16")

    html = signed_in().get(reverse("alert", args=[alert.pk])).content.decode()

    assert "新增预警" in html
    assert "“主体封顶”应于2023年12月29日完成，已滞后9个工作日" in html
    assert "“主体封顶”已于2024年1月16日完成" in html
    assert html.index("2024-01-16") < html.index("新增预警")


def test_acknowledging_notes_who_and_what_and_enters_the_change_log(late: Project) -> None:
    alert = Alert.objects.get(rule="milestone_overdue")
    client = signed_in(username="caoxian", display_name="曹县填报员", county_staff=True)

    answer = client.post(
        reverse("alert_acknowledge", args=[alert.pk]), {"version": 1, "note": "月底前封顶"}, follow=True
    )

    alert.refresh_from_db()
    change = Change.objects.latest("seq")
    assert (alert.acknowledged_by, alert.acknowledged_note, alert.version) == ("caoxian", "月底前封顶", 2)
    assert (change.model, change.actor, change.project) == ("alert", "caoxian", late.code)
    assert change.key == f"milestone_overdue {late.code}/D04 #{alert.pk}"
    assert change.changes == '{"acknowledged_by":["","caoxian"],"acknowledged_note":["","月底前封顶"]}'
    assert "曹县填报员" in answer.content.decode()


def test_acknowledging_with_the_same_words_again_changes_nothing(late: Project) -> None:
    office, alert = make.UserFactory(), Alert.objects.first()
    assert alert is not None

    first = acknowledge_alerts(by=office, seen=[Seen(alert.pk, 1)], note="已知悉")
    again = acknowledge_alerts(by=office, seen=[Seen(alert.pk, 2)], note="已知悉")

    assert (first, again) == (1, 0)
    assert Change.objects.count() == 1


def test_an_alert_that_changed_meanwhile_is_not_acknowledged_unseen(late: Project) -> None:
    alert = Alert.objects.get(rule="milestone_overdue")
    watch.night("2024-02-01")  # it is red now

    with pytest.raises(StaleForm) as stale:
        acknowledge_alerts(by=make.UserFactory(), seen=[Seen(alert.pk, 1)], note="已知悉")

    assert str(stale.value.theirs["level"]) == "红灯"


def test_a_stale_acknowledgement_shows_what_changed_and_can_be_sent_again(late: Project) -> None:
    alert = Alert.objects.get(rule="milestone_overdue")
    watch.night("2024-02-01")
    client, address = signed_in(), reverse("alert_acknowledge", args=[alert.pk])

    refused = client.post(address, {"version": 1, "note": "已知悉"})
    repeated = client.post(address, {"version": 2, "note": "已知悉"})

    assert "的一条预警有了变化" in refused.content.decode()
    assert 'name="version" value="2"' in refused.content.decode()
    assert repeated.status_code == 302


@pytest.mark.parametrize(("note", "field"), [("长" * 301, "note")])
def test_a_note_that_is_too_long_is_refused(late: Project, note: str, field: str) -> None:
    alert = Alert.objects.first()
    assert alert is not None

    with pytest.raises(Refusal) as refusal:
        acknowledge_alerts(by=make.UserFactory(), seen=[Seen(alert.pk, 1)], note=note)

    assert refusal.value.field == field


def test_a_cleared_alert_cannot_be_acknowledged(late: Project) -> None:
    alert = Alert.objects.get(rule="milestone_overdue")
    Milestone.objects.filter(pk=alert.milestone_id).update(actual_on=watch.FRIDAY)
    watch.night()

    with pytest.raises(Refusal, match="2024-01-12"):
        acknowledge_alerts(by=User.system(), seen=[Seen(alert.pk, 2)])


def test_the_panel_of_a_project_shows_its_open_alerts_and_those_of_its_parts(late: Project) -> None:
    part = make.ProjectFactory(parent=late, name="一期（示例）")
    watch.milestone(part, "2023-12-28")
    watch.night()

    html = signed_in().get(reverse("alerts_panel", args=[late.code])).content.decode()

    assert "<html" not in html
    assert html.count("<li>") == 4
    assert "一期（示例）：“主体封顶”应于2023年12月28日完成" in html


def test_the_panel_says_whose_turn_it_is(late: Project) -> None:
    html = signed_in().get(reverse("alerts_panel", args=[late.code])).content.decode()

    assert f"当前责任方：{late.owner.name}" in html


def test_the_panel_of_a_project_in_order_says_so() -> None:
    html = signed_in().get(reverse("alerts_panel", args=[watch.project().code])).content.decode()

    assert "没有未解除的预警" in html

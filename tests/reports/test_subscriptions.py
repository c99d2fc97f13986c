"""One immediate mail a day for new reds to those who asked; the weekly overview to all who did not decline."""

from datetime import date, time

import pytest
from django.test import Client

from portfolio import clock
from portfolio.models import User
from projects.models import Milestone
from reports.actions.subscriptions import subscribe
from reports.actions.urgent import queue_urgent
from reports.models import OutboxMessage, Subscription
from tests import factories as make
from tests.reports.mailbox import FRIDAY, MONDAY, SYSTEM, TUESDAY, furnish, morning, night

pytestmark = pytest.mark.django_db
SATURDAY = date(2024, 1, 13)


@pytest.fixture(autouse=True)
def _portfolio():
    furnish()
    with clock.set_to(FRIDAY, time(10, 0)):
        yield


@pytest.fixture
def leader() -> User:
    return make.UserFactory(username="leader", role="leader", person="L01", email="l01@demo.invalid")


def at_once(leader: User) -> None:
    subscribe(by=leader, wanted={"immediate": True})


def urgent() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="immediate"))


def turns_red(on: date) -> None:
    """A milestone of the leader's own project, forgotten for a month, comes to light."""
    Milestone.objects.filter(project__code="T23-0002").update(planned_on=date(2023, 11, 1), due_on=date(2023, 11, 1))
    night(on)


def test_who_asked_hears_of_a_new_red_once_a_day(leader) -> None:
    at_once(leader)
    night(FRIDAY)
    morning(FRIDAY)
    turns_red(FRIDAY)

    first, again = queue_urgent(by=SYSTEM, on=FRIDAY), queue_urgent(by=SYSTEM, on=FRIDAY)

    assert (first.queued, again.queued) == (1, 0)
    (mail,) = urgent()
    assert mail.to_address == "l01@demo.invalid"
    assert mail.dedupe_key == "urgent:L01:2024-01-12"
    assert "新增红灯1" in mail.subject
    assert "乙精密制造（示例）" in mail.text
    assert "乙精密制造（示例）" in mail.html
    assert "甲产业园" not in mail.text  # red since the morning's digest


def test_the_next_digest_tells_it_all_the_same(leader) -> None:
    at_once(leader)
    night(FRIDAY)
    morning(FRIDAY)
    turns_red(FRIDAY)
    queue_urgent(by=SYSTEM, on=FRIDAY)

    night(MONDAY)
    morning(MONDAY)

    digest = OutboxMessage.objects.get(dedupe_key="digest:L01:2024-01-15")
    assert "乙精密制造（示例）" in digest.text


def test_who_did_not_ask_hears_nothing(leader) -> None:
    night(FRIDAY)
    turns_red(FRIDAY)

    assert queue_urgent(by=SYSTEM, on=FRIDAY).queued == 0


def test_nothing_goes_on_a_rest_day_or_about_other_people_s_projects(leader) -> None:
    subscribe(by=make.UserFactory(username="l02", role="leader", person="L02"), wanted={"immediate": True})
    at_once(leader)
    night(FRIDAY)
    morning(FRIDAY)
    turns_red(SATURDAY)

    assert queue_urgent(by=SYSTEM, on=SATURDAY).queued == 0
    turns_red(MONDAY)
    assert queue_urgent(by=SYSTEM, on=MONDAY, dry_run=True).keys in {(), ("urgent:L01:2024-01-15",)}
    assert not urgent()


def test_who_declined_the_overview_hears_only_news(leader) -> None:
    night(FRIDAY)
    morning(FRIDAY)
    night(MONDAY)
    morning(MONDAY)
    subscribe(by=leader, wanted={"overview": False})

    night(date(2024, 1, 22))
    OutboxMessage.objects.filter(business_date__gte=TUESDAY).delete()
    result = morning(MONDAY)

    assert "digest:L01:2024-01-15" not in result.keys
    assert Subscription.objects.get(user=leader).topic == "overview"


def test_a_person_chooses_on_a_page_and_for_nobody_else(client: Client, leader) -> None:
    client.force_login(leader)

    before = client.get("/subscriptions/").content.decode()
    done = client.post("/subscriptions/", {"immediate": "on", "overview": "on"}, follow=True).content.decode()
    again = client.post("/subscriptions/", {"immediate": "on", "overview": "on"}, follow=True).content.decode()

    assert "checked" in before  # the overview comes unless one declines it
    assert "已保存" in done
    assert "没有需要变更的内容" in again
    assert list(Subscription.objects.values_list("user__username", "topic", "wanted")) == [
        ("leader", "immediate", True)
    ]

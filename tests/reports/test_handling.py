"""Alerts go up by working days, are assigned, put off and taken up again, one or many at once."""

from datetime import date

import pytest
from django.test import Client

from portfolio.refusals import Forbidden, OutOfScope, Refusal, StaleForm
from projects.models import Change
from reports.actions import handling
from reports.actions.handling import Seen
from reports.models import Alert, AlertEvent
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
FRIDAY = watch.FRIDAY


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


def overdue(due: str = "2023-12-29", **facts) -> Alert:
    owner = watch.project(**facts)
    watch.milestone(owner, due)
    return make.AlertFactory(
        project=owner, milestone=owner.milestones.get(), raised_on=date(2024, 1, 2), level="yellow",
        figures={"due_on": f"date:{due}"},
    )  # fmt: skip


def seen(*alerts: Alert) -> list[Seen]:
    return [Seen(alert.pk, alert.version) for alert in alerts]


def rungs(alert: Alert) -> list[tuple[str, int]]:
    events = AlertEvent.objects.filter(alert=alert, kind="handed").order_by("pk")
    return [(event.on.isoformat(), event.figures["rung"]) for event in events]


def test_an_alert_goes_up_with_the_working_days_and_never_twice() -> None:
    owner = watch.project()
    watch.milestone(owner, "2023-11-01")

    for day in ("2023-11-02", "2023-11-08", "2023-11-09", "2023-11-10", "2023-11-23", "2023-12-20", "2023-12-21"):
        watch.night(day)
        assert watch.night(day).escalated == 0  # the same night again hands nothing up
    alert = watch.only_alert()

    assert alert.level == "red"
    assert rungs(alert) == [("2023-11-09", 1), ("2023-11-23", 2), ("2023-12-21", 3)]
    assert alert.escalation == 3


def test_a_yellow_alert_does_not_go_up_to_the_leader() -> None:
    owner = watch.project()
    watch.figures(owner, 100, 65, period="2023-09")
    watch.night("2023-10-09")

    result = watch.night("2023-12-29")

    assert (result.escalated, watch.only_alert().level, watch.only_alert().escalation) == (1, "yellow", 2)


def test_what_is_put_off_goes_up_only_after_its_day(office) -> None:
    alert = overdue()
    handling.snooze_alerts(by=office, seen=seen(alert), until=date(2024, 1, 16), reason="等待批复")

    assert [watch.night(day).escalated for day in ("2024-01-15", "2024-01-16", "2024-01-17")] == [0, 0, 1]


def test_an_alert_is_assigned_and_the_change_log_says_so(office) -> None:
    alert = overdue()

    assert handling.assign_alerts(by=office, seen=seen(alert), to="office") == 1

    alert.refresh_from_db()
    row = Change.objects.latest("seq")
    assert (alert.assigned_to, alert.version, row.model, row.actor) == ("office", 2, "alert", "office")
    assert '"assigned_to":["","office"]' in row.changes
    assert handling.assign_alerts(by=office, seen=seen(alert), to="office") == 0


def test_nobody_is_given_an_alert_of_a_project_that_he_does_not_see(office) -> None:
    alert = overdue(division=make.DivisionFactory(code="371721"))
    make.UserFactory(username="elsewhere", county_staff=True, division="371722")

    with pytest.raises(Refusal) as refused:
        handling.assign_alerts(by=office, seen=seen(alert), to="elsewhere")

    assert refused.value.field == "to"


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [
        (date(2024, 1, 12), "等待批复", "until"),
        (date(2024, 1, 29), "等待批复", "until"),
        (date(2024, 1, 26), " ", "reason"),
    ],
)
def test_an_alert_is_put_off_for_a_reason_to_a_day_within_the_limit(office, until, reason, field) -> None:
    alert = overdue()

    with pytest.raises(Refusal) as refused:
        handling.snooze_alerts(by=office, seen=seen(alert), until=until, reason=reason)

    assert refused.value.field == field
    handling.snooze_alerts(by=office, seen=seen(alert), until=date(2024, 1, 26), reason="等待批复")
    alert.refresh_from_db()
    assert handling.wake_alerts(by=office, seen=seen(alert)) == 1


def test_a_batch_is_done_whole_or_not_at_all(office) -> None:
    one, two, cleared = overdue(), overdue(), overdue()
    Alert.objects.filter(pk=cleared.pk).update(cleared_on=FRIDAY)

    with pytest.raises(Refusal):
        handling.acknowledge_alerts(by=office, seen=seen(one, cleared), note="已知悉")
    with pytest.raises(StaleForm):
        handling.acknowledge_alerts(by=office, seen=[*seen(one), Seen(two.pk, 7)], note="已知悉")

    assert not Alert.objects.exclude(acknowledged_by="").exists()
    assert handling.acknowledge_alerts(by=office, seen=seen(one, two), note="已知悉") == 2


def test_rights_and_scope_hold(office) -> None:
    alert = overdue(division=make.DivisionFactory(code="371721"))
    staff = make.UserFactory(username="staff", county_staff=True, division="371721")
    other = make.UserFactory(username="other", role="county_reviewer", division="371722")

    with pytest.raises(Forbidden):
        handling.assign_alerts(by=staff, seen=seen(alert), to="")
    with pytest.raises(OutOfScope):
        handling.acknowledge_alerts(by=other, seen=seen(alert))


def test_the_page_does_it_and_a_refusal_keeps_what_was_typed(client: Client, office) -> None:
    one, two = overdue(), overdue()
    client.force_login(office)
    chosen = [f"{alert.pk}:{alert.version}" for alert in (one, two)]

    moved = client.get("/alerts/handle/", {"do": "snooze", "chosen": chosen})
    page = client.get(moved.headers["Location"])
    late = {"chosen": chosen, "until": "2024-03-01", "reason": "等待省里批复"}
    refused = client.post("/alerts/handle/snooze/", late).content.decode()
    done = client.post("/alerts/handle/snooze/", late | {"until": "2024-01-19"})

    assert page.status_code == 200
    assert one.project.name in page.content.decode()
    assert "2024-01-26" in refused
    assert "等待省里批复" in refused
    assert done.status_code == 302
    assert Alert.objects.filter(snoozed_until=date(2024, 1, 19)).count() == 2


def test_an_alert_s_page_tells_to_whom_it_went_up_and_until_when_it_waits(client: Client, office) -> None:
    alert = overdue()
    watch.night("2024-01-12")
    alert.refresh_from_db()
    handling.snooze_alerts(by=office, seen=seen(alert), until=date(2024, 1, 16), reason="等待批复")
    client.force_login(office)

    page = client.get(f"/alerts/{alert.pk}/").content.decode()

    assert "县区重点项目办" in page
    assert "2024-01-16" in page
    assert "等待批复" in page

"""A deadline that moves is followed at once: the alerts about missing returns end, and pace waits for them again."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio import clock
from projects.actions import standing
from projects.core.reasons import Reason
from projects.models import ProjectStanding
from reports.models import Alert
from tests import factories as make
from tests.reports import watch

pytestmark = pytest.mark.django_db
LATER = "2024-01-16"


@pytest.fixture(autouse=True)
def december(client):
    """December's returns were due on Monday; on Friday the office looks at who owes them."""
    watch.begin()
    make.ReportingPeriodFactory(period="2023-12", due_on=date(2024, 1, 8))
    client.force_login(make.UserFactory(username="office"))
    with clock.set_to(watch.FRIDAY):
        yield


def owing(state=None, parent=None):
    """A project that reports for December, its return in that state, with figures up to November."""
    made = watch.project() if parent is None else make.ProjectFactory(parent=parent)
    watch.figures(made, 240_000_000, 200_000_000, period="2023-11")
    if state:
        make.MonthlyReturnFactory(project=made, period="2023-12", state=state, returned_words="请核对单位")
    return made


def move(client, followed, day=LATER, version=1):
    with followed(execute=True):
        sent = {"do": "move", "version": version, "due_on": day, "reason": "系统检修（示例）"}
        response = client.post(reverse("period", args=["2023-12"]), sent)
    assert response.status_code == 302
    return response


def missing():
    """Projects with an open alert about the return."""
    rows = Alert.objects.filter(cleared_on__isnull=True, rule__startswith="return_")
    return set(rows.values_list("project__code", "rule"))


def test_the_alerts_of_all_who_owe_end_at_once(client, django_capture_on_commit_callbacks):
    package = watch.project(is_package=True)
    part = owing(parent=package)
    nothing, draft, returned = owing(), owing("draft"), owing("returned")
    watch.night()
    late = {(one.code, "return_missing") for one in (nothing, draft, part)} | {
        (returned.code, "return_not_resubmitted")
    }
    assert missing() == late

    move(client, django_capture_on_commit_callbacks)

    assert missing() == set()
    ended = Alert.objects.filter(rule__startswith="return_")
    assert set(ended.values_list("cleared_on", flat=True)) == {watch.FRIDAY}


def test_the_night_finds_nothing_left_to_do(client, django_capture_on_commit_callbacks):
    owing(), owing("returned")
    watch.night()

    move(client, django_capture_on_commit_callbacks)

    assert watch.counts(watch.night()) == (0, 0, 0, 0)


def test_they_come_again_when_the_new_day_has_passed(client, django_capture_on_commit_callbacks):
    owner = owing()
    watch.night()
    move(client, django_capture_on_commit_callbacks)

    watch.night("2024-01-17")

    assert missing() == {(owner.code, "return_missing")}
    assert Alert.objects.get(cleared_on__isnull=True, rule="return_missing").figures["due_on"] == f"date:{LATER}"


def test_other_alerts_stay(client, django_capture_on_commit_callbacks):
    owner = owing()
    watch.milestone(owner, "2023-12-29")
    watch.night()

    move(client, django_capture_on_commit_callbacks)

    assert Alert.objects.get(rule="milestone_overdue").cleared_on is None


def test_pace_waits_for_the_return_again(client, django_capture_on_commit_callbacks):
    waiting, done = owing("submitted"), owing("accepted")
    watch.figures(done, 240_000_000, 200_000_000)
    standing.refresh(as_of=watch.FRIDAY)

    def judged():
        rows = ProjectStanding.objects.values_list("project__code", "reasons")
        return {code: Reason.from_json(reasons["pace"]).figures["period"] for code, reasons in rows}

    assert judged() == {waiting.code: "2023-12", done.code: "2023-12"}

    move(client, django_capture_on_commit_callbacks)

    assert judged() == {waiting.code: "2023-11", done.code: "2023-12"}


def test_it_takes_as_many_statements_for_many_as_for_few(client, django_capture_on_commit_callbacks):
    def cost(day, version):
        watch.night()
        with CaptureQueriesContext(connection) as found:
            move(client, django_capture_on_commit_callbacks, day, version)
        return len(found)

    for _each in range(2):
        owing()
    few = cost("2024-01-16", 1)
    for _each in range(10):
        owing()
    with clock.set_to(date(2024, 1, 17)):
        watch.night("2024-01-17")
        with CaptureQueriesContext(connection) as found:
            move(client, django_capture_on_commit_callbacks, "2024-01-18", 2)

    assert len(found) == few
    assert missing() == set()

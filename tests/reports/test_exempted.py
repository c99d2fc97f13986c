"""Alerts that an exemption ends are told as exempt, not as repaired; raised again, they are nothing new."""

from datetime import date, timedelta
from typing import Any

import pytest

from portfolio import clock
from portfolio.models import User
from projects.actions.exemptions import Plea, ask_exemption, end_exemption
from projects.models import ExemptionRequest, Milestone, Project
from reports.core.routing import Step, Turn, news
from reports.core.rules import INDICATORS, Ending
from reports.models import Alert, AlertEvent
from reports.queries import exempted
from reports.queries.exempted import Before
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
FRIDAY, TUESDAY, WEDNESDAY = watch.FRIDAY, date(2024, 1, 16), date(2024, 1, 17)
JUNE = date(2024, 6, 30)


def project(code: str = "T-LATE", **facts: Any) -> Project:
    return watch.project(code=code, division=make.DivisionFactory(code="371721"), **facts)


def office() -> User:
    known = User.objects.filter(username="office").first()
    return known or make.UserFactory(username="office", display_name="市办（示例）")


def exempt(owner: Project, *indicators: str, first: date = FRIDAY, last: date = JUNE) -> ExemptionRequest:
    """What the office enters with a document holds at once."""
    plea = Plea(indicators, first, last, "汛期停工", "菏政字〔2024〕2号")
    return ask_exemption(by=office(), project=owner, plea=plea)


def ending(rule: str) -> tuple[str, dict[str, Any]]:
    event = AlertEvent.objects.get(alert__rule=rule, kind="cleared")
    return event.reason_code, event.figures


def late_by(rule: str) -> Project:
    """A project on which a rule of this indicator has an open alert."""
    owner = project()
    if rule == "milestone_overdue":
        watch.milestone(owner, "2023-12-01")
    elif rule == "milestone_due_soon":
        watch.milestone(owner, "2024-01-19")
    elif rule == "start_missed":
        watch.milestone(owner, "2023-12-01", step="D01")
    elif rule == "statistics_missed":
        watch.milestone(owner, "2023-10-01", actual="2023-10-01", step="D01")
        watch.milestone(owner, "2023-11-01", step="D02")
    else:
        watch.figures(owner, 12_000_000, 4_000_000)
    return owner


@pytest.mark.parametrize("rule", ["milestone_overdue", "milestone_due_soon", "statistics_missed", "investment_behind"])
def test_an_alert_ended_by_an_exemption_says_so_with_why_by_whom_and_until_when(rule: str) -> None:
    owner = late_by(rule)
    watch.night()
    kept = Alert.objects.get(rule=rule).figures
    row = exempt(owner, str(INDICATORS[rule]))

    watch.night()

    code, figures = ending(rule)
    assert code == Ending.EXEMPTED
    assert figures == kept | {
        "reason": "text:汛期停工",
        "approved_by": "text:市办（示例）",
        "valid_from": "date:2024-01-12",
        "valid_to": "date:2024-06-30",
        "request": row.pk,
    }


def test_a_start_that_is_excused_while_its_milestone_is_judged_is_told_by_the_other_alert() -> None:
    owner = late_by("start_missed")
    watch.night()
    exempt(owner, "start")
    watch.night()

    assert ending("start_missed")[0] == Ending.OVERTAKEN
    assert Alert.objects.get(cleared_on=None).rule == "milestone_overdue"


def test_a_start_that_is_excused_with_its_milestone_is_exempt() -> None:
    owner = late_by("start_missed")
    watch.night()
    exempt(owner, "start", "milestones")
    watch.night()

    assert ending("start_missed")[0] == Ending.EXEMPTED
    assert not Alert.objects.filter(cleared_on=None).exists()


def test_what_was_done_is_done_though_the_project_is_exempt() -> None:
    owner = late_by("milestone_overdue")
    watch.night()
    exempt(owner, "milestones")
    Milestone.objects.update(actual_on=FRIDAY)
    watch.night()

    assert ending("milestone_overdue") == (
        Ending.DONE, {"due_on": "date:2023-12-01", "actual_on": "date:2024-01-12"}
    )  # fmt: skip


@pytest.mark.parametrize(("due", "expected"), [("2024-03-01", Ending.REPLANNED), ("2023-12-08", Ending.EXEMPTED)])
def test_a_new_date_ends_it_where_it_is_not_late_by_it(due: str, expected: Ending) -> None:
    owner = late_by("milestone_overdue")
    watch.night()
    exempt(owner, "milestones")
    Milestone.objects.update(planned_on=date.fromisoformat(due), due_on=date.fromisoformat(due))
    watch.night()

    assert ending("milestone_overdue")[0] == expected


def test_who_stands_still_as_well_is_no_longer_watched() -> None:
    owner = late_by("milestone_overdue")
    watch.night()
    exempt(owner, "milestones")
    Project.objects.update(stopped_on=FRIDAY)
    watch.night()

    assert ending("milestone_overdue")[0] == Ending.RELEASED


def test_an_exemption_from_something_else_ends_no_alert() -> None:
    owner = late_by("milestone_overdue")
    watch.night()
    exempt(owner, "pace")
    watch.night()

    assert Alert.objects.get(rule="milestone_overdue").cleared_on is None


def again(alert: Alert) -> Before | None:
    return exempted.before(Alert.objects.all()).get(alert.pk)


def test_raised_again_after_its_last_day_it_is_known_since_when_it_stood() -> None:
    owner = late_by("milestone_overdue")
    watch.night("2024-01-08")
    exempt(owner, "milestones", last=TUESDAY)
    watch.night()
    watch.night(WEDNESDAY)

    back = Alert.objects.get(cleared_on=None)
    assert back.raised_on == WEDNESDAY
    assert again(back) == Before(date(2024, 1, 8), ((FRIDAY, TUESDAY),))


def test_ended_early_the_days_that_it_held_are_told() -> None:
    owner = late_by("milestone_overdue")
    watch.night()
    row = exempt(owner, "milestones")
    watch.night()
    with clock.set_to(TUESDAY):
        end_exemption(by=office(), request=row, version=row.version, reason="已复工")
    watch.night(TUESDAY)

    assert again(Alert.objects.get(cleared_on=None)) == Before(FRIDAY, ((FRIDAY, TUESDAY - timedelta(days=1)),))


def test_ended_on_its_first_day_it_held_on_none() -> None:
    owner = late_by("milestone_overdue")
    watch.night("2024-01-08")
    row = exempt(owner, "milestones")
    watch.night()
    end_exemption(by=office(), request=row, version=row.version, reason="误批")
    watch.night()

    assert again(Alert.objects.get(cleared_on=None)) == Before(date(2024, 1, 8), ())


def test_one_exemption_after_another_leads_back_to_the_first_day() -> None:
    owner = late_by("milestone_overdue")
    watch.night("2024-01-08")
    exempt(owner, "milestones", last=date(2024, 1, 14))
    watch.night()
    watch.night("2024-01-15")
    with clock.set_to(TUESDAY):
        exempt(owner, "milestones", first=TUESDAY, last=TUESDAY)
    watch.night(TUESDAY)
    watch.night(WEDNESDAY)

    days = ((FRIDAY, date(2024, 1, 14)), (TUESDAY, TUESDAY))
    assert again(Alert.objects.get(cleared_on=None)) == Before(date(2024, 1, 8), days)


def test_another_due_date_is_another_matter() -> None:
    owner = late_by("milestone_overdue")
    watch.night("2024-01-08")
    exempt(owner, "milestones", last=TUESDAY)
    watch.night()
    Milestone.objects.update(planned_on=date(2024, 1, 15), due_on=date(2024, 1, 15))
    watch.night(WEDNESDAY)

    assert again(Alert.objects.get(cleared_on=None)) is None


@pytest.mark.parametrize(("day", "known"), [(date(2024, 1, 23), True), (date(2024, 1, 24), False)])
def test_what_comes_more_than_a_week_after_an_exemption_has_come_anew(day: date, known: bool) -> None:
    owner = late_by("investment_behind")
    watch.night("2024-01-08")
    exempt(owner, "pace", last=TUESDAY)
    watch.night()
    watch.night(day)

    assert (again(Alert.objects.get(cleared_on=None)) is not None) is known


def test_alerts_without_an_exemption_cost_one_statement(django_assert_num_queries) -> None:
    late_by("milestone_overdue")
    watch.night()

    with django_assert_num_queries(1):
        assert exempted.before(Alert.objects.all()) == {}


@pytest.mark.parametrize(
    ("steps", "turn", "brief"),
    [
        ([("red", "", True)], Turn.EXEMPTED, False),
        ([("", "red", False), ("red", "", True)], Turn.EXEMPTED, True),
        ([("red", "notice", True)], Turn.CLEARED, False),
        ([("", "red", True)], Turn.AGAIN, False),
        ([("", "yellow", True), ("yellow", "red", False)], Turn.AGAIN, False),
        ([("", "red", True), ("red", "", False)], Turn.CLEARED, True),
        ([("yellow", "red", False)], Turn.WORSE, False),
    ],
)
def test_what_an_exemption_is_behind_is_news_of_its_own_kind(steps, turn: Turn, brief: bool) -> None:
    path = [Step(1, at, before, after, exempt) for at, (before, after, exempt) in enumerate(steps)]

    (told,) = news(path)

    assert (told.turn, told.brief) == (turn, brief)

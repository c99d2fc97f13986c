"""A sweep makes the open alerts those that should be open, writes each transition once, and repeats nothing."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden, Refusal
from projects.actions.milestones import MilestoneUpdate, update_milestone
from projects.actions.touched import quiet
from projects.models import CalendarDay, CalendarYear, Change, Listing, Milestone, ReturnVersion
from reports.actions.alerts import sweep, sweep_touched
from reports.models import Alert, AlertEvent
from tests import factories as make
from tests.core.builders import policy
from tests.reports import watch
from tests.reports.random_portfolio import adopt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    watch.begin()


def test_an_overdue_milestone_raises_one_alert_that_says_what_and_why() -> None:
    owner = watch.project()
    late = watch.milestone(owner, "2023-12-29")

    result = watch.night()

    alert = watch.only_alert()
    assert (watch.counts(result), result.open) == ((1, 0, 0, 0), 1)
    assert (alert.rule, alert.subject, alert.level) == ("milestone_overdue", f"{owner.code}/D04", "yellow")
    assert (alert.project, alert.milestone, alert.figures) == (owner, late, {"due_on": "date:2023-12-29"})
    assert (alert.raised_on, alert.level_since, alert.cleared_on) == (watch.FRIDAY, watch.FRIDAY, None)
    assert (alert.policy_code, alert.policy_edition, alert.version) == ("local-default", 1, 1)
    assert watch.story(alert) == [("raised", "2024-01-12", "", "yellow")]


def test_investment_behind_pace_keeps_plan_completed_and_pace() -> None:
    owner = watch.project()
    watch.figures(owner, 240_000_000, 96_000_000)

    watch.night()

    alert = watch.only_alert()
    assert (alert.rule, alert.subject, alert.level, alert.milestone) == ("investment_behind", owner.code, "red", None)
    assert alert.figures == {
        "period": "2023-12", "plan": 240_000_000, "completed": 96_000_000, "pace": "fraction:1/1",
    }  # fmt: skip


def test_a_second_sweep_of_the_day_changes_nothing() -> None:
    owner = watch.project()
    watch.milestone(owner, "2023-12-29")
    watch.milestone(owner, "2024-01-15", step="D01")
    watch.figures(owner, 100, 10)
    watch.night()
    before = (list(Alert.objects.values()), list(AlertEvent.objects.values()))

    result = watch.night()

    assert (watch.counts(result), result.open) == ((0, 0, 0, 0), 4)  # one asks about investment before the start
    assert (list(Alert.objects.values()), list(AlertEvent.objects.values())) == before


def test_an_alert_worsens_with_the_days_and_remembers_since_when() -> None:
    watch.milestone(watch.project(), "2023-12-21")
    watch.night("2024-01-11")

    result = watch.night("2024-01-12")

    alert = watch.only_alert()
    assert watch.counts(result) == (0, 1, 0, 0)
    assert (alert.level, alert.raised_on, alert.level_since) == ("red", date(2024, 1, 11), date(2024, 1, 12))
    assert alert.version == 2
    assert watch.story(alert)[-1] == ("worsened", "2024-01-12", "yellow", "red")


def test_an_alert_eases_when_figures_get_better() -> None:
    version = watch.figures(watch.project(), 100, 60)
    watch.night()
    ReturnVersion.objects.filter(pk=version.pk).update(invested=80)

    result = watch.night()

    assert watch.counts(result) == (0, 0, 1, 0)
    assert watch.story(watch.only_alert())[-1] == ("eased", "2024-01-12", "red", "yellow")


def test_a_reached_milestone_clears_its_alert_and_the_event_says_when_it_was_reached() -> None:
    late = watch.milestone(watch.project(), "2023-12-29")
    watch.night()
    Milestone.objects.filter(pk=late.pk).update(actual_on=watch.FRIDAY)

    result = watch.night()

    alert, event = watch.only_alert(), AlertEvent.objects.latest("pk")
    assert (watch.counts(result), result.open, alert.cleared_on) == ((0, 0, 0, 1), 0, watch.FRIDAY)
    assert (event.kind, event.old_level, event.new_level, event.reason_code) == ("cleared", "yellow", "", "done")
    assert event.figures == {"due_on": "date:2023-12-29", "actual_on": "date:2024-01-12"}


def test_a_replanned_milestone_clears_its_alert_and_the_event_names_both_dates() -> None:
    late = watch.milestone(watch.project(), "2023-12-29")
    watch.night()
    Milestone.objects.filter(pk=late.pk).update(planned_on=date(2024, 5, 31), due_on=date(2024, 5, 31))

    watch.night()

    event = AlertEvent.objects.latest("pk")
    assert event.reason_code == "replanned"
    assert event.figures == {"due_on": "date:2023-12-29", "replanned_to": "date:2024-05-31"}


def test_a_milestone_replanned_to_another_day_that_is_late_too_is_no_news() -> None:
    late = watch.milestone(watch.project(), "2023-12-28")
    watch.night()
    Milestone.objects.filter(pk=late.pk).update(planned_on=date(2023, 12, 29), due_on=date(2023, 12, 29))

    result = watch.night()

    alert = watch.only_alert()
    assert watch.counts(result) == (0, 0, 0, 0)
    assert (alert.figures, alert.version) == ({"due_on": "date:2023-12-29"}, 1)
    assert len(watch.story(alert)) == 1


def test_what_was_due_soon_gives_way_to_the_overdue_alert() -> None:
    watch.milestone(watch.project(), "2024-01-12")
    watch.night("2024-01-12")

    weekend, monday = watch.night("2024-01-13"), watch.night("2024-01-15")

    assert watch.counts(weekend) == (0, 0, 0, 0)
    assert watch.counts(monday) == (1, 0, 0, 1)
    assert AlertEvent.objects.get(kind="cleared").reason_code == "overtaken"
    assert Alert.objects.get(cleared_on=None).rule == "milestone_overdue"


def test_catching_up_clears_the_alert_and_the_event_has_the_new_figures() -> None:
    version = watch.figures(watch.project(), 1000, 600)
    watch.night()
    ReturnVersion.objects.filter(pk=version.pk).update(invested=950)

    watch.night()

    event = AlertEvent.objects.latest("pk")
    assert (event.kind, event.reason_code, event.figures["completed"]) == ("cleared", "caught_up", 950)


@pytest.mark.parametrize(
    ("how", "ending"),
    [("withdrawn", "released"), ("stopped", "released"), ("excused", "exempted"), ("published", "released")],
)
def test_a_project_that_is_no_longer_watched_has_its_alerts_released(how: str, ending: str) -> None:
    owner = watch.project()
    watch.milestone(owner, "2023-12-29")
    watch.figures(owner, 100, 10)
    watch.night("2024-01-11")
    if how == "withdrawn":
        Listing.objects.filter(project=owner).update(left_on=watch.FRIDAY, left_as="withdrawn")
    elif how == "stopped":
        type(owner).objects.filter(pk=owner.pk).update(stopped_on=watch.FRIDAY)
    elif how == "published":
        type(owner).objects.filter(pk=owner.pk).update(provenance="published")
    else:
        for indicator in ("pace", "milestones"):
            make.ExemptionFactory(project=owner, indicator=indicator)

    result = watch.night("2024-01-12")

    assert (watch.counts(result), result.open) == ((0, 0, 0, 2), 0)
    assert set(AlertEvent.objects.filter(kind="cleared").values_list("reason_code", flat=True)) == {ending}


def test_a_published_mention_never_has_an_alert() -> None:
    owner = watch.project(published=True)
    watch.milestone(owner, "2020-01-06")

    assert watch.night().open == 0


def test_a_preparatory_project_is_watched_for_milestones_alone() -> None:
    owner = watch.project()
    Listing.objects.filter(project=owner).update(project_class="preparatory")
    watch.milestone(owner, "2023-12-29")
    watch.figures(owner, 100, 10)

    watch.night()

    assert watch.only_alert().rule == "milestone_overdue"


def test_last_year_s_list_is_watched_until_its_last_month_was_judged() -> None:
    owner = watch.project()
    Listing.objects.filter(project=owner, programme__year=2024).delete()
    watch.milestone(owner, "2023-12-29")
    watch.night("2024-01-31")

    result = watch.night("2024-02-01")

    assert watch.counts(result) == (0, 0, 0, 1)


def test_a_part_is_watched_with_its_package_which_is_judged_as_a_whole() -> None:
    package = watch.project(is_package=True)
    parts = [make.ProjectFactory(parent=package) for _ in range(2)]
    watch.milestone(parts[0], "2023-12-29")
    watch.figures(parts[0], 100, 100)
    watch.figures(parts[1], 100, 60)

    watch.night()

    found = Alert.objects.order_by("rule").values_list("rule", "project", "level")
    assert list(found) == [
        ("investment_behind", package.pk, "yellow"),
        ("milestone_overdue", parts[0].pk, "yellow"),
    ]


def test_a_month_counts_against_nobody_before_its_return_is_due() -> None:
    owner = watch.project()
    watch.figures(owner, 1200, 1080, period="2023-11")
    make.ReportingPeriodFactory(period="2023-12", due_on=date(2024, 1, 8))

    before, after = watch.night("2024-01-08"), watch.night("2024-01-09")

    assert watch.counts(before) == (0, 0, 0, 0)
    assert watch.counts(after) == (2, 0, 0, 0)  # behind pace, and the return is missing
    assert [alert.figures["period"] for alert in Alert.objects.all()] == ["2023-12", "2023-12"]


def test_an_alert_that_is_raised_again_is_a_new_one_and_names_the_former() -> None:
    late = watch.milestone(watch.project(), "2023-12-29")
    watch.night("2024-01-10")
    Milestone.objects.filter(pk=late.pk).update(actual_on=date(2024, 1, 10))
    watch.night("2024-01-11")
    Milestone.objects.filter(pk=late.pk).update(actual_on=None)

    watch.night("2024-01-12")

    former, again = Alert.objects.order_by("pk")
    assert (again.previous, again.raised_on, again.cleared_on) == (former, watch.FRIDAY, None)
    assert (former.previous, former.cleared_on) == (None, date(2024, 1, 11))


def test_a_new_policy_judges_anew_and_its_version_stands_on_every_alert() -> None:
    watch.milestone(watch.project(), "2023-12-29")
    watch.night("2024-01-11")
    stricter = policy("local-default").to_json() | {"version": 2, "milestones": {
        "yellow_from": 1, "red_from": 5, "due_soon_days": 5,
    }}  # fmt: skip
    adopt(type(policy("local-default")).from_json(stricter), watch.YEARS)

    result = watch.night("2024-01-12")

    alert = watch.only_alert()
    assert watch.counts(result) == (0, 1, 0, 0)
    assert (alert.level, alert.policy_edition) == ("red", 2)


def test_history_is_never_written_for_a_day_before_the_last_one() -> None:
    watch.milestone(watch.project(), "2023-12-29")
    watch.night("2024-01-12")

    with pytest.raises(Refusal, match="2024-01-12"):
        watch.night("2024-01-11")

    assert watch.only_alert().raised_on == watch.FRIDAY


def test_a_dry_run_counts_and_writes_nothing() -> None:
    owner = watch.project()
    watch.milestone(owner, "2023-12-29")

    result = watch.night(dry_run=True)

    assert (watch.counts(result), result.open) == ((1, 0, 0, 0), 1)
    assert not Alert.objects.exists()
    assert not AlertEvent.objects.exists()


def test_without_a_policy_in_force_a_sweep_is_refused() -> None:
    with pytest.raises(Refusal):
        watch.night("2019-12-31")


def test_only_the_office_and_the_product_itself_sweep() -> None:
    with pytest.raises(Forbidden):
        sweep(by=make.UserFactory(leader=True), as_of=watch.FRIDAY)


def test_where_the_calendar_ends_alerts_stand_but_what_is_done_is_cleared() -> None:
    stays, done = (watch.milestone(watch.project(), "2023-12-29") for _ in range(2))
    watch.night()
    CalendarYear.objects.filter(year=2024).delete()
    CalendarDay.objects.filter(day__year=2024).delete()
    Milestone.objects.filter(pk=done.pk).update(actual_on=watch.FRIDAY)

    result = watch.night()

    assert result.unable == dict.fromkeys(("milestone_overdue", "start_missed", "milestone_due_soon"), 2024)
    assert (watch.counts(result), result.open) == ((0, 0, 0, 1), 1)
    assert Alert.objects.get(cleared_on=None).milestone == stays


def test_the_number_of_statements_does_not_grow_with_the_projects() -> None:
    assert statements_of_three_nights(1) == statements_of_three_nights(15)


def test_an_unchanged_night_is_a_handful_of_statements() -> None:
    _first, unchanged, _busy = statements_of_three_nights(5)

    assert unchanged <= 17  # one of them hands up what nobody took up


def statements_of_three_nights(projects: int) -> list[int]:
    """Of a first night, an unchanged one, and one on which something of every kind happens; the rows go again."""

    def statements(on: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            watch.night(on)
        return len(captured)

    with transaction.atomic():
        for _ in range(projects):
            owner = watch.project()
            watch.milestone(owner, "2023-12-29")
            watch.milestone(owner, "2024-01-12", step="D01")
            watch.figures(owner, 100, 10)
        counted = [statements("2024-01-10"), statements("2024-01-11")]
        Milestone.objects.filter(step__code="D04").update(actual_on=date(2024, 1, 11))
        ReturnVersion.objects.update(invested=80)
        counted.append(statements("2024-01-15"))
        transaction.set_rollback(True)
    return counted


def test_touched_projects_alone_are_swept() -> None:
    touched, other = watch.project(), watch.project()
    for owner in (touched, other):
        watch.milestone(owner, "2023-12-29")

    with clock.set_to(watch.FRIDAY):
        sweep_touched(frozenset({touched.pk}))

    assert watch.only_alert().project == touched


def test_a_change_before_the_last_day_swept_is_judged_on_that_day() -> None:
    late = watch.milestone(watch.project(), "2023-12-29")
    watch.night("2024-01-16")
    Milestone.objects.filter(pk=late.pk).update(actual_on=watch.FRIDAY)

    with clock.set_to(watch.FRIDAY):
        sweep_touched(frozenset({late.project_id}))

    assert watch.only_alert().cleared_on == date(2024, 1, 16)


def test_setting_an_actual_date_clears_the_alert_at_once(django_capture_on_commit_callbacks: object) -> None:
    late = watch.milestone(watch.project(), "2023-12-29")
    make.MilestoneRevisionFactory(milestone=late)
    watch.night()
    update = MilestoneUpdate(project=late.project.code, step="D04", wanted={"actual_on": watch.FRIDAY})

    with clock.set_to(watch.FRIDAY), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        update_milestone(by=User.system(), milestone=late, version=1, update=update)

    late.refresh_from_db()
    assert watch.only_alert().cleared_on == watch.FRIDAY
    assert late.project.standing.light_milestones == "green"
    assert late.actual_on > late.due_on


def test_a_quiet_batch_is_not_swept_until_its_end(django_capture_on_commit_callbacks: object) -> None:
    late = watch.milestone(watch.project(), "2023-12-29")
    make.MilestoneRevisionFactory(milestone=late)
    watch.night()
    update = MilestoneUpdate(project=late.project.code, step="D04", wanted={"actual_on": watch.FRIDAY})

    with clock.set_to(watch.FRIDAY), quiet(), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        update_milestone(by=User.system(), milestone=late, version=1, update=update)

    assert watch.only_alert().cleared_on is None


def test_a_sweep_writes_nothing_into_the_change_log() -> None:
    watch.milestone(watch.project(), "2023-12-29")

    watch.night()

    assert not Change.objects.exists()

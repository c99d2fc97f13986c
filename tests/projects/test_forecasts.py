"""Forecasts as read from the database: whose figures they take, as known when, and what came of earlier ones."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.core.forecast import Hits, NotForecast, StoneOutlook, YearOutlook
from projects.core.periods import Period
from projects.models import MilestoneRevision, Policy, Project, ProjectClass, ProjectStanding, ReportingPeriod
from projects.queries.forecasts import Forecast, forecasts
from projects.queries.hindsight import hit_rate, locked_months, looked_back
from tests import factories as make
from tests.projects.looking_ahead import building, judged_by_default, locked, milestones, reported

pytestmark = pytest.mark.django_db
IN_JULY = date(2023, 7, 10)
HALF = (50, 100, 150, 200, 250, 300)
WHOLE = (100, 200, 300, 400, 500, 600)


@pytest.fixture(autouse=True)
def _in_force(db):
    judged_by_default()


def of(project: Project, as_of: date = IN_JULY, position: int | None = None) -> Forecast:
    (found,) = forecasts(as_of, [project.pk], position)
    return found


def test_a_project_at_half_its_plan_is_expected_to_bring_half_of_it():
    found = of(building("T-1", *HALF))

    assert isinstance(found.year, YearOutlook)
    assert (found.year.expected, found.year.short, found.misses_year) == (6_000_000, 6_000_000, True)
    assert (found.period, found.plan, found.completed) == (Period(2023, 6), 12_000_000, 3_000_000)


def test_figures_are_those_of_every_total():
    found = of(building("T-1", *WHOLE))

    assert isinstance(found.year, YearOutlook)
    assert (found.year.plan, found.year.completed, found.year.misses) == (12_000_000, 6_000_000, False)


def test_a_month_that_is_awaited_is_not_held_against_a_project():
    make.ReportingPeriodFactory(period="2023-06", opens_on=date(2023, 6, 1), due_on=IN_JULY)

    found = of(building("T-1", *WHOLE[:5]))

    assert (found.period, found.misses_year) == (Period(2023, 5), False)


def test_a_month_that_is_overdue_counts_as_nothing_done():
    make.ReportingPeriodFactory(period="2023-06", opens_on=date(2023, 6, 1), due_on=date(2023, 7, 7))

    found = of(building("T-1", *WHOLE[:5]))

    assert isinstance(found.year, YearOutlook)
    assert (found.period, found.year.lately) == (Period(2023, 6), 2_000_000)
    assert found.misses_year


def test_a_package_is_forecast_with_its_parts_together_and_a_part_not_by_itself():
    package = make.ProjectFactory(code="P-1", is_package=True)
    make.ListingFactory(project=package)
    slow = building("P-1-1", *HALF, listed=False, parent=package)
    building("P-1-2", *WHOLE, listed=False, parent=package)

    whole, part = of(package), of(slow)

    assert isinstance(whole.year, YearOutlook)
    assert (whole.year.plan, whole.year.expected) == (24_000_000, 18_000_000)
    assert (part.year, part.is_part) == (NotForecast.PART, True)


def test_the_next_milestone_of_a_package_slips_as_that_part_did():
    package = make.ProjectFactory(code="P-1", is_package=True)
    make.ListingFactory(project=package)
    late = [(date(2023, month, 3), date(2023, month, 17)) for month in (3, 4, 5)]
    calm = [(date(2023, month, 6), date(2023, month, 6)) for month in (3, 4, 6)]
    milestones(building("P-1-1", listed=False, parent=package), *late, (date(2023, 8, 1), None))
    milestones(building("P-1-2", listed=False, parent=package), *calm, (date(2023, 8, 8), None))

    found = of(package)

    assert isinstance(found.stone, StoneOutlook)
    assert (found.stone.stone.key, found.stone.slip, found.stone.late) == ("P-1-1/D01", 10, 10)


def test_a_milestone_whose_date_was_moved_has_slipped_from_the_day_first_planned():
    project = building("T-1", *WHOLE)
    late = [(date(2023, month, 3), date(2023, month, 17)) for month in (3, 4, 5)]
    made = milestones(project, *late, (date(2023, 8, 1), None))
    for stone in made[:3]:
        MilestoneRevision.objects.filter(milestone=stone).update(planned_on=stone.actual_on)
        type(stone).objects.filter(pk=stone.pk).update(planned_on=stone.actual_on, due_on=stone.actual_on)

    found = of(project)

    assert isinstance(found.stone, StoneOutlook)
    assert (found.stone.slip, found.stone.late) == (10, 10)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"stopped_on": date(2023, 5, 1)}, NotForecast.STOPPED),
        ({"listed": False}, NotForecast.NOT_COUNTED),
    ],
)
def test_a_project_that_is_not_watched_is_not_forecast(change, why):
    found = of(building("T-1", *HALF, **change))

    assert (found.year, found.stone) == (why, why)


def test_a_preparatory_project_has_its_milestone_forecast_alone():
    project = building("T-1", *HALF, listed=False)
    make.ListingFactory(project=project, project_class=ProjectClass.PREPARATORY)
    milestones(project, *[(date(2023, month, 3), date(2023, month, 3)) for month in (3, 4, 5)], (IN_JULY, None))

    found = of(project)

    assert found.year is NotForecast.NOT_COUNTED
    assert isinstance(found.stone, StoneOutlook)


def test_published_mentions_are_not_forecast():
    published = make.ProjectFactory(published=True)

    assert forecasts(IN_JULY, [published.pk]) == []
    assert forecasts(IN_JULY) == []


def test_when_december_has_ended_the_year_is_over():
    assert of(building("T-1", *HALF), date(2024, 1, 12)).year is NotForecast.YEAR_OVER


def test_as_known_at_a_position_what_came_later_does_not_count():
    project = building("T-1", *HALF[:5])
    reported(project, 6, 900, known_from=50)

    then, now = of(project, position=49).year, of(project).year

    assert isinstance(then, YearOutlook) and isinstance(now, YearOutlook)
    assert (then.completed, now.completed) == (2_500_000, 9_000_000)


def test_all_projects_cost_as_many_statements_as_one():
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            forecasts(IN_JULY, position=5)
        return len(asked)

    def add(number: int) -> None:
        package = make.ProjectFactory(code=f"P-{number}", is_package=True)
        make.ListingFactory(project=package)
        late = [(date(2023, month, 3), date(2023, month, 17)) for month in (3, 4, 5)]
        milestones(building(f"P-{number}-1", *HALF, listed=False, parent=package), *late, (date(2023, 8, 1), None))
        milestones(building(f"T-{number}", *WHOLE), *late, (date(2023, 8, 1), None))

    add(0)
    one = cost()
    for number in range(1, 9):
        add(number)

    assert cost() == one
    assert len(forecasts(IN_JULY)) == 27


def test_a_forecast_leaves_lights_and_every_other_fact_alone():
    make.ProjectStandingFactory(project=building("T-1", *HALF), light="green")

    with CaptureQueriesContext(connection) as asked:
        forecasts(IN_JULY)
        hit_rate()

    assert len(asked) > 10
    assert not [one["sql"] for one in asked if one["sql"].split()[0].upper() in {"INSERT", "UPDATE", "DELETE"}]
    assert ProjectStanding.objects.get().light == "green"


@pytest.fixture
def year_that_came():
    """2023 locked whole; by June one project was said to miss its plan and did, one was said to and did not, and so on.

    A fifth one left the list in autumn, so what was said of it cannot be compared.
    """
    for month in range(1, 13):
        locked(month)
    ends = {
        "said-and-came": (HALF, 700),
        "said-only": (HALF, 1200),
        "came-only": (WHOLE, 1100),
        "neither": (WHOLE, 1300),
    }
    for code, (begun, end) in ends.items():
        reported(building(code, *begun), 12, end)
    gone = building("gone", *HALF)
    gone.listings.update(left_on=date(2023, 10, 1), left_as="withdrawn")
    return Project.objects.in_bulk(field_name="code")


def test_what_was_said_in_june_is_compared_with_december(year_that_came):
    months = locked_months()

    back = {one.forecast.project: one for one in looked_back(months[5], months)}

    found = {
        code: (back[project.pk].forecast.misses_year, back[project.pk].missed_year)
        for code, project in year_that_came.items()
    }
    assert found == {
        "said-and-came": (True, True), "said-only": (True, False), "gone": (True, None),
        "came-only": (False, True), "neither": (False, False),
    }  # fmt: skip
    assert (back[year_that_came["came-only"].pk].plan, back[year_that_came["came-only"].pk].completed) == (
        12_000_000,
        11_000_000,
    )


def test_the_hit_rate_counts_each_month_of_the_year(year_that_came):
    found = hit_rate()

    assert found is not None and found.year == 2023
    by_month = {month.period.month: month.year for month in found.months}
    assert by_month[6] == Hits(1, 1, 1, 1)
    assert sorted(by_month) == list(range(3, 12))
    assert found.of_year == sum(by_month.values(), Hits())


def test_a_milestone_is_compared_with_the_due_date_that_was_told():
    for month in (6, 9):
        locked(month, position=month)
    late = [(date(2023, month, 3), date(2023, month, 17)) for month in (3, 4, 5)]
    project = building("T-1", *HALF)
    stone = milestones(project, *late, (date(2023, 8, 1), None))[3]
    stone.revisions.update(known_to=8)
    make.MilestoneRevisionFactory(
        milestone=stone, number=2, planned_on=date(2023, 9, 1), actual_on=date(2023, 8, 30), known_from=8
    )

    months = locked_months()
    (back,) = looked_back(months[0], months)

    assert (back.missed_stone, back.done_on) == (True, date(2023, 8, 30))
    assert back.forecast.misses_stone


def test_what_is_not_due_yet_cannot_be_compared():
    locked(6)
    late = [(date(2023, month, 3), date(2023, month, 17)) for month in (3, 4, 5)]
    milestones(building("T-1", *HALF), *late, (date(2023, 8, 1), None))

    months = locked_months()
    (back,) = looked_back(months[0], months)

    assert (back.missed_year, back.missed_stone) == (None, None)
    found = hit_rate()
    assert found is not None and found.months == ()


def test_before_the_first_lock_there_is_no_hit_rate():
    assert hit_rate() is None


def test_a_month_that_was_locked_before_any_policy_was_known_is_left_out(year_that_came):
    whole = hit_rate()
    Policy.objects.update(known_from=20)
    for month in range(6, 13):
        ReportingPeriod.objects.filter(period=f"2023-{month:02d}").update(locked_position=20)

    found, months = hit_rate(), locked_months()

    assert whole is not None and found is not None
    assert {one.period.month for one in whole.months} - {one.period.month for one in found.months} == {3, 4, 5}
    assert looked_back(months[2], months) == []


def test_the_hit_rate_costs_as_many_statements_for_many_projects(year_that_came):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            hit_rate()
        return len(asked)

    few = cost()
    for number in range(10):
        reported(building(f"M-{number}", *HALF), 12, 900)

    assert cost() == few

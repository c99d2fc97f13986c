"""A night judges again only what may have changed, and leaves what a rebuild of everything would leave."""

import os
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portfolio.models import User
from projects import models
from projects.actions.record import ledger_batch
from projects.actions.standing import DAILY, refresh
from projects.models import Act, Milestone, Project, ProjectStanding, StandingHead
from tests import factories as make
from tests.core.builders import policy
from tests.reports import random_portfolio as chance

pytestmark = pytest.mark.django_db
MONDAY = date(2024, 1, 8)
MANY = settings(
    max_examples=int(os.environ.get("PORTFOLIO_EXAMPLES", "15")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def told(project: Project) -> None:
    """Leave a row in the change log, as every action does that changes facts."""
    with ledger_batch(by=User.system(), origin="task") as book:
        book.add("project", Act.UPDATE, {}, project=project)


def lasting(reason):
    return {name: lasting(one) for name, one in reason.items() if name not in DAILY} if type(reason) is dict else reason


def stands() -> dict[int, list[object]]:
    """What every standing says, but for the day on which it was judged and for days that are counted anew."""
    names = [field.attname for field in ProjectStanding._meta.concrete_fields if field.name != "as_of"]
    return {row.pk: [lasting(getattr(row, name)) for name in names] for row in ProjectStanding.objects.all()}


def anew(day: date) -> dict[int, list[object]]:
    """What every standing would say if all were judged from nothing."""
    with transaction.atomic():
        ProjectStanding.objects.all().delete()
        refresh(as_of=day, whole=True)
        found = stands()
        transaction.set_rollback(True)
    return found


FACTS = (
    models.Milestone, models.ReturnVersion, models.PlanRevision, models.Listing, models.Exemption, models.BondIssue,
)  # fmt: skip


def known_of(project: Project) -> list[object]:
    rows = [list(model.objects.filter(project=project).order_by("pk").values()) for model in FACTS]
    return [*rows, Project.objects.values().get(pk=project.pk)]


def change(luck: Random) -> None:
    """Some facts change, of every kind that bears on a light; each change is in the log."""
    everyone = list(Project.objects.all())
    before = {project.pk: known_of(project) for project in everyone}
    chance.change(luck)
    for row in [*models.Listing.objects.all(), *models.Exemption.objects.all(), *models.PlanRevision.objects.all()]:
        if chance.happens(luck, 0.1):
            _close(row, luck)
    for project in everyone:
        if chance.happens(luck, 0.06):
            Project.objects.filter(pk=project.pk).update(provenance=luck.choice(["demo", "published"]))
    for project in everyone:
        if known_of(project) != before[project.pk]:
            told(project)


def _close(row: models.Listing | models.Exemption | models.PlanRevision, luck: Random) -> None:
    if isinstance(row, models.Listing):
        row.left_on, row.left_as = row.joined_on + timedelta(days=luck.randint(1, 60)), "withdrawn"
    elif isinstance(row, models.Exemption):
        row.valid_to = row.valid_from + timedelta(days=luck.randint(0, 40))
    else:
        row.known_from, row.known_to = None, None
    row.save()


@MANY
@given(st.randoms(use_true_random=True))
def test_nights_leave_what_judging_everything_anew_would_leave(luck: Random) -> None:
    with chance.portfolio(luck, chance.years_of(luck)):
        day = chance.day_of(luck)
        for _night in range(4):
            refresh(as_of=day)

            assert stands() == anew(day)
            change(luck)
            if chance.happens(luck, 0.1):
                chance.adopt(chance.policy_of(luck), chance.years_of(luck))
            day += timedelta(days=luck.randint(-1, 9))


@MANY
@given(st.randoms(use_true_random=True))
def test_dates_alone_leave_what_judging_everything_anew_would_leave(luck: Random) -> None:
    with chance.portfolio(luck):
        day = chance.day_of(luck)
        for _night in range(12):
            refresh(as_of=day)

            assert stands() == anew(day)
            day += timedelta(days=luck.randint(1, 3))


@MANY
@given(st.randoms(use_true_random=True))
def test_a_night_makes_good_what_was_judged_by_day(luck: Random) -> None:
    with chance.portfolio(luck):
        day = chance.day_of(luck)
        refresh(as_of=day)
        change(luck)
        some = [pk for pk in Project.objects.values_list("pk", flat=True) if chance.happens(luck, 0.5)]
        refresh(some, as_of=day + timedelta(days=luck.randint(-2, 3)))
        day += timedelta(days=luck.randint(0, 5))

        refresh(as_of=day)

        assert stands() == anew(day)


@pytest.fixture
def tracked():
    """Two projects on a tracked list, judged on a Monday; the second stays as it is."""
    chance.adopt(policy("local-default"), chance.WHOLE)
    step = make.MilestoneStepFactory(code="D04")
    programme = make.ProgrammeFactory(code="SPAN", year=2023, year_to=2024, is_tracked=True)
    pair = [make.ProjectFactory(code=code) for code in ("A", "B")]
    for project in pair:
        make.ListingFactory(project=project, programme=programme, joined_on=date(2023, 1, 1))
        make.MilestoneFactory(project=project, step=step, due_on=date(2024, 5, 1), planned_on=date(2024, 5, 1))
    refresh(as_of=MONDAY)
    return pair


def due(project: Project, day: date) -> None:
    Milestone.objects.filter(project=project).update(due_on=day, planned_on=day)


PASSING = {
    "a milestone falls due": lambda one: due(one, MONDAY),
    "a milestone turns yellow over a weekend": lambda one: due(one, date(2024, 1, 12)),
    "a milestone turns red": lambda one: due(one, date(2023, 12, 20)),
    "a milestone is done on a day to come": lambda one: Milestone.objects.filter(project=one).update(
        due_on=date(2023, 6, 1), planned_on=date(2023, 6, 1), actual_on=date(2024, 1, 10)
    ),
    "work stops": lambda one: Project.objects.filter(pk=one.pk).update(stopped_on=date(2024, 1, 10)),
    "the project leaves its list": lambda one: one.listings.update(left_on=date(2024, 1, 10), left_as="withdrawn"),
    "the project joins its list": lambda one: one.listings.update(joined_on=date(2024, 1, 10)),
    "a good cause begins": lambda one: make.ExemptionFactory(
        project=one, indicator="milestones", valid_from=date(2024, 1, 10), valid_to=date(2024, 3, 1)
    ),
    "a good cause ends": lambda one: make.ExemptionFactory(
        project=one, indicator="milestones", valid_from=date(2023, 1, 10), valid_to=date(2024, 1, 9)
    ),
}


@pytest.mark.parametrize("event", PASSING)
def test_a_date_that_passes_is_noticed_without_any_change_of_facts(event, tracked):
    PASSING[event](tracked[0])
    told(tracked[0])
    refresh(as_of=MONDAY)
    before = stands()

    rows = [refresh(as_of=MONDAY + timedelta(days=days)) for days in range(1, 8)]

    assert stands() == anew(MONDAY + timedelta(days=7))
    assert sum(rows) >= 1
    assert stands()[tracked[0].pk] != before[tracked[0].pk] and stands()[tracked[1].pk] == before[tracked[1].pk]


def test_a_project_that_nothing_bears_on_is_not_judged_again(tracked):
    ProjectStanding.objects.filter(project=tracked[1]).update(light="red")  # nobody's change of facts

    refresh(as_of=date(2024, 1, 9))

    assert ProjectStanding.objects.get(project=tracked[1]).light == "red"


def test_a_whole_rebuild_repairs_what_was_altered_by_hand(tracked):
    ProjectStanding.objects.filter(project=tracked[1]).update(light="red")

    assert refresh(as_of=date(2024, 1, 9), whole=True) == 1
    assert ProjectStanding.objects.get(project=tracked[1]).light != "red"


def test_a_month_that_ends_is_a_reason_to_judge_every_project(tracked):
    ProjectStanding.objects.filter(project=tracked[1]).update(light="red")

    assert refresh(as_of=date(2024, 2, 1)) == 2


@pytest.mark.parametrize(
    "other_terms",
    [
        lambda: chance.adopt(policy("yinchuan-2025"), chance.WHOLE),
        lambda: chance.adopt(policy("local-default"), (2023, 2024)),
        lambda: models.MilestoneStep.objects.filter(code="D04").update(name_zh="改了名的节点"),
        lambda: models.Programme.objects.filter(code="SPAN").update(is_tracked=False),
        lambda: make.ReportingPeriodFactory(period="2023-12", due_on=date(2024, 1, 20)),
    ],
    ids=["policy", "calendar", "names of steps", "tracked lists", "a month that is open"],
)
def test_other_terms_are_a_reason_to_judge_every_project(other_terms, tracked):
    ProjectStanding.objects.filter(project=tracked[1]).update(light="red")
    other_terms()

    refresh(as_of=date(2024, 1, 9))

    assert stands() == anew(date(2024, 1, 9))


def test_a_project_judged_alone_for_an_earlier_day_is_judged_again_with_all(tracked):
    due(tracked[0], date(2024, 1, 4))
    told(tracked[0])
    refresh(as_of=MONDAY)

    refresh([tracked[0].pk], as_of=date(2024, 1, 3))
    refresh(as_of=MONDAY)

    assert stands() == anew(MONDAY)


def test_an_unchanged_night_costs_the_same_for_any_number_of_projects(tracked):
    def statements(day: date) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert refresh(as_of=day) == 0
        return len(captured)

    few = statements(date(2024, 1, 9))
    for _ in range(20):
        make.ProjectFactory()
    refresh(as_of=date(2024, 1, 9), whole=True)

    assert statements(date(2024, 1, 10)) == few <= 20


def test_a_night_on_which_every_project_changes_costs_the_same_for_any_number_of_them(tracked):
    def statements(day: date) -> int:
        StandingHead.objects.all().delete()
        ProjectStanding.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            assert refresh(as_of=day) == Project.objects.count()
        return len(captured)

    few = statements(date(2024, 1, 9))
    make.ProjectFactory.create_batch(1200)

    assert statements(date(2024, 1, 10)) == few <= 40


def test_the_night_is_what_a_reader_is_told_as_the_day_of_the_lights(client, office, tracked):
    refresh(as_of=date(2024, 1, 10))
    client.force_login(office)

    assert StandingHead.objects.get().as_of == date(2024, 1, 10)
    assert "2024-01-10" in client.get("/projects/").content.decode()
    assert "2024-01-10" in client.get("/projects/A/").content.decode()

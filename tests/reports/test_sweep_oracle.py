"""The set-based sweep finds what the rules find when they judge one project after the other."""

import os
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portfolio.models import User
from projects.core.reasons import decode
from projects.models import Listing, Project
from projects.queries.policies import policy_in_force
from projects.queries.watched import family, watched
from projects.queries.workcalendar import load_calendar
from reports.actions.alerts import sweep
from reports.core.reconcile import OpenAlert, Transitions, reconcile
from reports.core.rules import Level, Outcome, look
from reports.models import Alert, AlertEvent
from reports.queries.alert_facts import alert_facts
from tests.reports import random_portfolio as chance

pytestmark = pytest.mark.django_db
MANY = settings(
    max_examples=int(os.environ.get("PORTFOLIO_EXAMPLES", "25")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example costs minutes, and says no more
    suppress_health_check=list(HealthCheck),
)


def open_alerts() -> list[OpenAlert]:
    return [
        OpenAlert(
            alert.rule,
            alert.subject,
            Level(alert.level),
            {name: decode(figure) for name, figure in alert.figures.items()},
            (alert.policy_code, alert.policy_edition),
        )
        for alert in Alert.objects.filter(cleared_on__isnull=True)
    ]


def expected(as_of: date) -> tuple[Transitions, Outcome]:
    policy = policy_in_force(as_of)
    outcome = look(alert_facts(policy, as_of), policy, load_calendar(), as_of)
    return reconcile(outcome.findings, open_alerts(), (policy.code, policy.version), outcome.untold), outcome


def keys(findings) -> list[tuple[str, str]]:
    return sorted((finding.rule, finding.subject) for finding in findings)


def events(kind: str, after: int) -> list[tuple[str, str]]:
    rows = AlertEvent.objects.filter(kind=kind, pk__gt=after).select_related("alert")
    return sorted((event.alert.rule, event.alert.subject) for event in rows)


def sweep_and_compare(as_of: date) -> None:
    wanted, outcome = expected(as_of)
    last = max(AlertEvent.objects.values_list("pk", flat=True), default=0)

    result = sweep(by=User.system(), as_of=as_of)

    counts = (result.raised, result.worsened, result.eased, result.cleared)
    assert counts == (len(wanted.raised), len(wanted.worsened), len(wanted.eased), len(wanted.cleared))
    for kind, found in (
        ("raised", wanted.raised),
        ("worsened", wanted.worsened),
        ("eased", wanted.eased),
        ("cleared", wanted.cleared),
    ):
        assert events(kind, last) == keys(found)
    now = {alert.key: alert for alert in open_alerts()}
    assert result.open == len(now)
    policy = policy_in_force(as_of)
    for finding in outcome.findings:
        alert = now.pop((finding.rule, finding.subject))
        assert (alert.level, alert.kept) == (finding.level, finding.kept)
        assert alert.policy == (policy.code, policy.version)
    assert now.keys() <= outcome.untold
    assert set(result.unable) >= set(outcome.unable)


@MANY
@given(st.randoms(use_true_random=True))
def test_a_sweep_equals_the_rules_on_any_portfolio_and_over_any_days(luck: Random) -> None:
    with chance.portfolio(luck, chance.years_of(luck)):
        day = chance.day_of(luck)
        for _night in range(3):
            sweep_and_compare(day)
            again = sweep(by=User.system(), as_of=day)
            assert (again.raised, again.worsened, again.eased, again.cleared) == (0, 0, 0, 0)
            chance.change(luck)
            if chance.happens(luck, 0.1):
                chance.adopt(chance.policy_of(luck), chance.years_of(luck))
            day += timedelta(days=luck.randint(0, 12))


def standing_open() -> set[tuple[object, ...]]:
    return {(alert.key, alert.level, tuple(sorted(alert.kept.items()))) for alert in open_alerts()}


@MANY
@given(st.randoms(use_true_random=True))
def test_sweeping_each_project_with_its_family_does_what_a_whole_sweep_does(luck: Random) -> None:
    with chance.portfolio(luck):
        day = chance.day_of(luck)
        sweep(by=User.system(), as_of=day)
        chance.change(luck)

        for project in Project.objects.values_list("pk", flat=True):
            sweep(by=User.system(), as_of=day, projects=family([project]))

        alone = standing_open()
        sweep(by=User.system(), as_of=day)
        assert standing_open() == alone


@MANY
@given(st.randoms(use_true_random=True))
def test_the_watched_projects_are_those_of_the_definition(luck: Random) -> None:
    with chance.portfolio(luck):
        day = chance.day_of(luck)
        policy = policy_in_force(day)
        judged_year = policy.judged_period(day).year

        assert watched(policy, day) == {
            project.pk: pace
            for project in Project.objects.all()
            if (pace := _watched_by_hand(project, day, judged_year)) is not None
        }


def _watched_by_hand(project: Project, day: date, judged_year: int) -> bool | None:
    """None: not watched; else whether its pace is. A second, plain statement of the definition."""
    if project.provenance == "published" or (project.stopped_on and project.stopped_on <= day):
        return None
    places = []
    for place in Listing.objects.filter(project_id=project.parent_id or project.pk, known_to=None):
        years = range(place.programme.year, (place.programme.year_to or place.programme.year) + 1)
        on_the_day = place.joined_on <= day and (place.left_on is None or place.left_on > day)
        if place.programme.is_tracked and on_the_day and (day.year in years or judged_year in years):
            places.append(place.project_class == "implementation" and judged_year in years)
    return (any(places) and project.parent_id is None) if places else None

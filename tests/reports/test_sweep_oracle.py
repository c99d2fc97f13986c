"""The set-based sweep finds what the rules find when they judge one project after the other."""

import os
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portfolio.models import User
from projects.core.reasons import decode
from projects.models import Listing, Project
from projects.queries.judged import judged
from projects.queries.policies import policy_in_force
from projects.queries.watched import watched
from projects.queries.workcalendar import load_calendar
from reports.actions.alerts import sweep
from reports.core.reconcile import OpenAlert, Transitions, reconcile
from reports.core.rules import Level, Outcome, look
from reports.models import Alert, AlertEvent
from tests.reports import random_portfolio as chance

pytestmark = pytest.mark.django_db
DAYS = st.dates(date(2024, 1, 2), date(2024, 2, 5))
MANY = settings(
    max_examples=int(os.environ.get("PORTFOLIO_EXAMPLES", "25")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example costs minutes, and says no more
    suppress_health_check=list(HealthCheck),
)


class Rolled(Exception):
    """Ends an example: its rows go."""


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
    outcome = look((one.facts for one in judged(policy, as_of)), policy, load_calendar(), as_of)
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
@given(st.data())
def test_a_sweep_equals_the_rules_on_any_portfolio_and_over_any_days(data: st.DataObject) -> None:
    try:
        with transaction.atomic():
            chance.ground()
            chance.adopt(data.draw(chance.policies()), data.draw(chance.calendars()))
            data.draw(chance.portfolios())
            day = data.draw(DAYS)
            for _night in range(3):
                sweep_and_compare(day)
                again = sweep(by=User.system(), as_of=day)
                assert (again.raised, again.worsened, again.eased, again.cleared) == (0, 0, 0, 0)
                data.draw(chance.changes())
                if data.draw(chance.rarely):
                    chance.adopt(data.draw(chance.policies()), data.draw(chance.calendars()))
                day += timedelta(days=data.draw(st.integers(0, 7)))
            raise Rolled
    except Rolled:
        pass


@MANY
@given(st.data())
def test_sweeping_the_touched_projects_alone_does_to_them_what_a_whole_sweep_does(data: st.DataObject) -> None:
    try:
        with transaction.atomic():
            chance.ground()
            chance.adopt(data.draw(chance.policies()), (2023, 2024, 2025))
            data.draw(chance.portfolios())
            day = data.draw(DAYS)
            sweep(by=User.system(), as_of=day)
            data.draw(chance.changes())
            ids = list(Project.objects.values_list("pk", flat=True))

            for project in ids:
                sweep(by=User.system(), as_of=day, projects=[project])

            alone = {(alert.key, alert.level, tuple(sorted(alert.kept.items()))) for alert in open_alerts()}
            whole = sweep(by=User.system(), as_of=day)
            parted = Project.objects.filter(parent__isnull=False).exists()
            if not parted:  # a part's figures are judged with its package, so each alone may lag behind
                assert (whole.raised, whole.worsened, whole.eased, whole.cleared) == (0, 0, 0, 0)
                assert alone == {(alert.key, alert.level, tuple(sorted(alert.kept.items()))) for alert in open_alerts()}
            raise Rolled
    except Rolled:
        pass


@MANY
@given(st.data())
def test_the_watched_projects_are_those_of_the_definition(data: st.DataObject) -> None:
    try:
        with transaction.atomic():
            chance.ground()
            chance.adopt(data.draw(chance.policies()), (2023, 2024, 2025))
            data.draw(chance.portfolios())
            day = data.draw(DAYS)
            policy = policy_in_force(day)
            judged_year = policy.judged_period(day).year

            assert watched(policy, day) == {
                project.pk: pace
                for project in Project.objects.all()
                if (pace := _watched_by_hand(project, day, judged_year)) is not None
            }
            raise Rolled
    except Rolled:
        pass


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

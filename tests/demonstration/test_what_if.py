"""What if: on the demonstration, every policy says of every project what a plain evaluation of the same rows says."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from projects.core.lights import Indicator
from projects.core.policies import LightPolicy
from projects.models import BondIssue, Project
from projects.queries.policies import policy_in_force
from projects.queries.what_if import counts, what_if
from tests.core.builders import BUILT_IN, IMPORTABLE
from tests.projects.plain_judge import Portfolio, lights

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
FILES = {path.stem: path for path in (*BUILT_IN, *IMPORTABLE)}
DAYS = (date(2024, 1, 12), date(2023, 4, 10))


def rules_of(code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILES[code].read_text(encoding="utf-8"))
    return found


def _issue_bonds() -> None:
    """Batches for every fifth project, spent in every measure; the demonstration has none."""
    for number, project in enumerate(Project.objects.exclude(provenance="published").order_by("code")[::5]):
        for batch, issued in (("2022-08", date(2022, 8, 31)), ("2023-02", date(2023, 2, 15))):
            for month, share in (("2022-12", 1), ("2023-03", 2), ("2023-08", 4), ("2023-12", 5)):
                if issued <= date(2022, 12, 31) or month > "2023-01":
                    BondIssue.objects.create(
                        project=project,
                        batch=batch,
                        issued_on=issued,
                        amount=20_000_000 + 5_000_000 * (number % 4),
                        spent=(number * 7 % 21) * share * 150_000,
                        spent_period=month,
                        known_from=0,
                    )


@pytest.fixture(scope="module")
def plain(demonstration: dict[str, Any], django_db_blocker: Any) -> Iterator[dict[date, tuple[Portfolio, Any]]]:
    """The rows of each day, bonds included, and every project's lights by the policy in force; read once."""
    in_force = rules_of("local-default")
    with django_db_blocker.unblock(), transaction.atomic():
        _issue_bonds()
        read = {on: Portfolio(on) for on in DAYS}
        yield {on: (one, {pk: lights(one, pk, in_force) for pk in one.projects}) for on, one in read.items()}
        transaction.set_rollback(True)


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize("code", FILES)
def test_every_policy_says_of_every_project_what_a_plain_evaluation_says(
    plain: dict[date, tuple[Portfolio, Any]], code: str, on: date
) -> None:
    rules, (portfolio, before) = rules_of(code), plain[on]

    verdicts = {one.project: one for one in what_if(policy_in_force(on), LightPolicy.from_json(rules), on)}

    watched = {pk for pk in portfolio.projects if portfolio.watched(pk) != "no"}
    assert verdicts.keys() == watched
    for pk, verdict in verdicts.items():
        for said, plainly in ((verdict.before, before[pk]), (verdict.after, lights(portfolio, pk, rules))):
            told = {str(one): str(said.of_indicator(one).light) for one in Indicator}
            assert told | {"whole": str(said.overall)} == plainly, verdict.code


def test_counts_add_up_and_the_policy_in_force_changes_nothing(demonstration: dict[str, Any]) -> None:
    policy = policy_in_force(DAYS[0])

    verdicts = what_if(policy, policy, DAYS[0])

    assert not any(one.changes for one in verdicts)
    assert {one.light: one.before for one in counts(verdicts) if one.before} == Counter(
        one.before.overall for one in verdicts
    )


def test_some_projects_change_colour_under_every_other_policy(demonstration: dict[str, Any]) -> None:
    policy = policy_in_force(DAYS[0])
    for code in FILES:
        changed = [one for one in what_if(policy, LightPolicy.from_json(rules_of(code)), DAYS[0]) if one.changes]
        assert bool(changed) == (code != "local-default")


def test_asked_for_some_projects_it_says_the_same_of_them(demonstration: dict[str, Any]) -> None:
    policy, other = policy_in_force(DAYS[0]), LightPolicy.from_json(rules_of("xinhuang-2015"))
    whole = {one.project: one for one in what_if(policy, other, DAYS[0])}
    some = sorted(whole)[::40]

    assert {one.project: one for one in what_if(policy, other, DAYS[0], some)} == {pk: whole[pk] for pk in some}

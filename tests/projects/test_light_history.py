"""Lights by month: each as it was known at the month's lock, by the policy of then, in the words of that day."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from portfolio.clock import SHANGHAI
from portfolio.models import User
from projects.actions.record import ledger_batch
from projects.actions.standing import refresh
from projects.core.reasons import Light, Reason
from projects.models import Act, Milestone, MilestoneRevision, Policy, Project, ProjectStanding, ReturnVersion
from projects.queries.figures import head_position
from projects.queries.light_history import light_history
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar
from projects.wording import reason_sentence
from tests import factories as make
from tests.core.builders import policy
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
ADDRESS = "/projects/T-ONE/lights/"
RULE_SHOWN = r"<p class=\"faint\">(?:规则：|Rule: )([^<]+)</p>"
RULES_THEN = {
    "zh-hans": [
        "慢于序时5个百分点及以上为黄灯，超过20个百分点为红灯（本地默认 v2）。",
        "慢于序时10个百分点及以上为黄灯，超过30个百分点为红灯（本地默认 v1）。",
    ],
    "en": [
        "5 or more percentage points behind pace is yellow, more than 20 is red (Local default v2).",
        "10 or more percentage points behind pace is yellow, more than 30 is red (Local default v1).",
    ],
}


@pytest.fixture
def one() -> Project:
    """On the lists of 2023 and 2024, with a plan of 12 million yuan for 2023."""
    owner = watch.project(code="T-ONE", name="一号项目（示例）", division=make.DivisionFactory(code="371721"))
    make.PlanRevisionFactory(project=owner, year=2023, amount=12_000_000, approved_on=date(2023, 1, 1))
    return owner


def written(project: Project) -> int:
    """A row in the change log, and its position."""
    with ledger_batch(by=User.system(), origin="task") as book:
        return book.add("note", Act.UPDATE, {}, project=project)


def accepted(project: Project, period: str, invested: int) -> None:
    make.ReturnVersionFactory(project=project, period=period, invested=invested, known_from=written(project))


def locked(period: str, on: date) -> None:
    """The month is locked on that day, with what is known by now."""
    moment = datetime(on.year, on.month, on.day, 17, 0, tzinfo=SHANGHAI)
    make.ReportingPeriodFactory(
        period=period, due_on=on, state="locked", locked_at=moment, locked_position=head_position()
    )


def colours(project: Project, year: int = 2023) -> list[tuple[str, str]]:
    return [(str(one.period), str(one.light.overall)) for one in light_history(project.pk, year)]


def test_each_month_has_the_colour_of_what_was_known_at_its_lock(one) -> None:
    for period, invested, on in (
        ("2023-06", 6_000_000, date(2023, 7, 10)),  # level with pace
        ("2023-07", 6_000_000, date(2023, 8, 9)),  # 8.3 points behind
        ("2023-08", 6_000_000, date(2023, 9, 8)),  # 16.7
        ("2023-10", 6_000_000, date(2023, 11, 9)),  # 33.3
    ):
        accepted(one, period, invested)
        locked(period, on)

    assert colours(one) == [("2023-10", "red"), ("2023-08", "yellow"), ("2023-07", "green"), ("2023-06", "green")]
    assert colours(one, 2022) == colours(one, 2024) == []


def test_a_correction_after_the_lock_changes_no_month_that_is_locked(one) -> None:
    accepted(one, "2023-10", 6_000_000)
    locked("2023-10", date(2023, 11, 9))
    seq = written(one)
    ReturnVersion.objects.filter(project=one).update(known_to=seq)
    make.ReturnVersionFactory(project=one, period="2023-10", number=2, invested=10_000_000, known_from=seq)

    assert colours(one) == [("2023-10", "red")]


def test_a_milestone_that_was_done_later_was_open_then(one) -> None:
    row = watch.milestone(one, "2023-10-12")
    first = make.MilestoneRevisionFactory(milestone=row)
    locked("2023-10", date(2023, 11, 9))
    seq = written(one)
    MilestoneRevision.objects.filter(pk=first.pk).update(known_to=seq)
    Milestone.objects.filter(pk=row.pk).update(actual_on=date(2023, 11, 20))
    make.MilestoneRevisionFactory(milestone=row, number=2, actual_on=date(2023, 11, 20), known_from=seq)
    locked("2023-11", date(2023, 12, 8))

    assert colours(one) == [("2023-11", "green"), ("2023-10", "red")]


def test_each_month_is_judged_by_the_policy_of_its_lock(one) -> None:
    accepted(one, "2023-07", 6_000_000)
    locked("2023-07", date(2023, 8, 9))
    stricter: Any = replace(policy("local-default"), version=2)
    data = stricter.to_json() | {"pace": stricter.to_json()["pace"] | {"yellow_limit": 5}}
    Policy.objects.create(
        code="local-default", name_zh="本地默认", edition=2, effective_from=date(2023, 9, 1), definition=data,
        known_from=written(one),
    )  # fmt: skip
    accepted(one, "2023-08", 7_000_000)  # 8.3 points behind again
    locked("2023-08", date(2023, 9, 8))

    history = light_history(one.pk, 2023)

    assert [(each.policy.version, each.light.overall) for each in history] == [(2, Light.YELLOW), (1, Light.GREEN)]


def test_a_policy_that_was_adopted_after_the_lock_judges_nothing_before_it(one) -> None:
    accepted(one, "2023-07", 6_000_000)
    locked("2023-07", date(2023, 8, 9))
    other = policy("yinchuan-2025")
    Policy.objects.create(
        code=other.code, name_zh=other.name, edition=1, effective_from=date(2023, 8, 1), definition=other.to_json(),
        known_from=written(one),
    )  # fmt: skip

    assert [each.policy.code for each in light_history(one.pk, 2023)] == ["local-default"]
    assert policy_in_force(date(2023, 8, 9)).code == "yinchuan-2025"


def test_a_month_in_which_the_project_was_not_watched_is_left_out(one) -> None:
    locked("2023-06", date(2023, 7, 10))
    Project.objects.filter(pk=one.pk).update(stopped_on=date(2023, 8, 1))
    with ledger_batch(by=User.system(), origin="task") as book:
        book.add("project", Act.UPDATE, {"stopped_on": (None, date(2023, 8, 1))}, key="T-ONE", project=one)
    locked("2023-07", date(2023, 8, 9))

    assert [period for period, _light in colours(one)] == ["2023-06"]


def test_the_same_sentence_stands_on_the_project_page(client: Client, one) -> None:
    accepted(one, "2023-12", 6_000_000)
    locked("2023-12", watch.FRIDAY)
    refresh(as_of=watch.FRIDAY)
    client.force_login(make.UserFactory(username="office"))
    standing = ProjectStanding.objects.get(project=one)
    reason = Reason.from_json(standing.reasons["pace"])

    for language, name in (("zh-hans", "进度: "), ("en", "Pace: ")):
        client.cookies["django_language"] = language
        with override(language):
            sentence = reason_sentence(reason, as_of=watch.FRIDAY, calendar=load_calendar())
        part, page = (client.get(where).content.decode() for where in (f"{ADDRESS}?year=2023", "/projects/T-ONE/"))
        assert f"{name}{sentence}" in part
        assert sentence in page


def test_each_month_shows_the_rule_that_held_then(client: Client, one) -> None:
    accepted(one, "2023-07", 4_000_000)  # 25 points behind
    locked("2023-07", date(2023, 8, 9))
    now: Any = replace(policy("local-default"), version=2)
    data = now.to_json() | {"pace": now.to_json()["pace"] | {"yellow_limit": 5, "red_limit": 20}}
    Policy.objects.create(
        code="local-default", name_zh="本地默认", edition=2, effective_from=date(2023, 9, 1), definition=data,
        known_from=written(one),
    )  # fmt: skip
    accepted(one, "2023-08", 4_000_000)
    locked("2023-08", date(2023, 9, 8))
    client.force_login(make.UserFactory(username="office"))

    for language, rules in RULES_THEN.items():
        client.cookies["django_language"] = language
        part = client.get(f"{ADDRESS}?year=2023").content.decode()
        assert re.findall(RULE_SHOWN, part) == rules


def test_the_rule_is_worded_as_beside_the_light_of_today(client: Client, one) -> None:
    accepted(one, "2023-12", 6_000_000)
    locked("2023-12", watch.FRIDAY)
    refresh(as_of=watch.FRIDAY)
    client.force_login(make.UserFactory(username="office"))

    part, page = (client.get(where).content.decode() for where in (f"{ADDRESS}?year=2023", "/projects/T-ONE/"))

    [rule] = re.findall(RULE_SHOWN, part)
    assert rule in re.findall(RULE_SHOWN, page)


def test_a_reader_sees_the_lights_of_the_own_projects_alone(client: Client, one) -> None:
    for who, status in (
        (make.UserFactory(username="own", county_staff=True, division="371721"), 200),
        (make.UserFactory(username="other", county_staff=True, division="371722"), 404),
        (make.UserFactory(username="admin", admin=True), 403),
    ):
        client.force_login(who)
        assert client.get(ADDRESS).status_code == status
    client.logout()
    assert client.get(ADDRESS).status_code == 302


@pytest.mark.parametrize("year", ["", "0", "99999", "2023x", "二〇二三"])
def test_a_year_that_is_none_is_the_present_one(client: Client, one, year: str) -> None:
    client.force_login(make.UserFactory(username="office"))

    assert "2024" in client.get(ADDRESS, {"year": year}).content.decode()


def test_what_there_is_costs_nothing_and_a_month_the_same_each_time(one) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            light_history(one.pk, 2023)
        return len(asked)

    costs = []
    for number in (6, 7, 8):
        accepted(one, f"2023-{number:02d}", 6_000_000)
        locked(f"2023-{number:02d}", date(2023, number + 1, 10))
        costs.append(cost())
    for number in range(5):
        other = watch.project(code=f"T-{number}")
        watch.milestone(other, "2023-03-01")
        watch.milestone(one, "2023-03-01", step=f"X{number}")
        Project.objects.filter(pk=other.pk).update(note="改")
        with ledger_batch(by=User.system(), origin="task") as book:
            book.add("project", Act.UPDATE, {"note": ("", "改")}, key=other.code, project=other)

    assert costs[2] - costs[1] == costs[1] - costs[0] <= 25
    assert cost() == costs[2]

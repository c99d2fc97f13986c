"""A county's month, done in each way there is, ends in the same facts, the same totals and the same ledger.

A way is a function (client, clerk, month): it submits MONTH as the county's clerk and leaves the rest to the test.
What it may differ in is how the rows are batched, and through which door they came.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from portfolio import clock
from portfolio.models import User
from projects.models import Change, MonthlyReturn, ReturnVersion
from projects.models.ledger import Act
from tests import factories as make
from tests.projects.return_books import changed, downloaded, fill

pytestmark = pytest.mark.django_db
PERIOD = "2023-12"
WORDS = {"physical_percent": "95", "physical_text": "主体封顶，二次结构施工"}

# What the clerk has on the desk, by project: as it would be typed, amounts in 万元 or with their unit.
MONTH: dict[str, dict[str, str]] = {
    "T23-0001": {"month": "100", **WORDS},
    "T23-0002": {"invested": "1,000.0001", "statistics": "950.5", "funds_arrived": "800", "funds_paid": "700"},
    "T23-0003": {"month": "0", "problem_kind": "land", "problem_text": "缺地五亩，请自然资源局协调"},
    "T23-0004": {"invested": "８００", "reason": "审计核减"},
    "T23-0005": {"month": "0.9亿元", "reason": "年底集中结算"},
    "T23-0006": {"month": "12.5", "invested": "912.5", **WORDS},
}


@pytest.fixture
def clerk() -> User:
    """曹县's clerk, the others of the chain, and six projects with 900 万元 each by November."""
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.ReportingPeriodFactory(period=PERIOD)
    for code in MONTH:
        project = make.ProjectFactory(code=code)
        make.ListingFactory(project=project)
        make.PlanRevisionFactory(project=project)
        make.ReturnVersionFactory(project=project, period="2023-11", invested=9_000_000)
    make.UserFactory(username="review", county_reviewer=True)
    make.UserFactory(username="office")
    return make.UserFactory(username="caoxian", county_staff=True)


def by_form(client: Client, clerk: User, month: Mapping[str, Mapping[str, str]]) -> None:
    """One return after another, each on its own page."""
    for code, typed in month.items():
        response = client.post(f"/projects/{code}/returns/{PERIOD}/", {"do": "submit", "version": "0", **typed})
        assert response.status_code == 302, code


def by_grid(client: Client, clerk: User, month: Mapping[str, Mapping[str, str]]) -> None:
    """All rows of the table at once, as a browser without a script sends them."""
    body = {"do": "submit_all"}
    for code, typed in month.items():
        body |= {f"{code}-version": "0"} | {f"{code}-{name}": value for name, value in typed.items()}
    assert client.post(f"/returns/grid/{PERIOD}/", body).status_code == 302


def by_kept_rows(client: Client, clerk: User, month: Mapping[str, Mapping[str, str]]) -> None:
    """Rows kept one by one while they are typed, as the script does, and submitted at the end."""
    versions = {}
    for code, typed in month.items():
        message = {"lines": [{"code": code, "version": 0, "values": dict(typed)}]}
        answer = client.post(f"/returns/grid/{PERIOD}/lines/", json.dumps(message), content_type="application/json")
        versions[code] = answer.json()["lines"][0]["version"]
    body = {"do": "submit_all"}
    for code, typed in month.items():
        body |= {f"{code}-version": str(versions[code])} | {f"{code}-{name}": value for name, value in typed.items()}
    assert client.post(f"/returns/grid/{PERIOD}/", body).status_code == 302


def by_workbook(client: Client, clerk: User, month: Mapping[str, Mapping[str, str]]) -> None:
    """The month's workbook downloaded, filled in, uploaded, and the difference committed."""

    def fill_in(book: Any) -> None:
        for code, typed in month.items():
            fill(book, code, **typed)

    file = SimpleUploadedFile("曹县.xlsx", changed(downloaded(client, clerk), fill_in))
    page = client.post("/imports/", {"kind": "returns", "file": file}, follow=True)
    plan = page.context["plan"]
    assert [row.project_code for row in plan.changes] == list(month), plan.errors
    body = {"do": "commit", "digest": page.context["digest"]}
    assert client.post(page.redirect_chain[-1][0], body).status_code == 302


Way = Callable[[Client, User, Mapping[str, Mapping[str, str]]], None]
WAYS: dict[str, Way] = {"form": by_form, "grid": by_grid, "kept_rows": by_kept_rows, "workbook": by_workbook}


def done(way: Way, clerk: User, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The month submitted in this way, reviewed and accepted by the others; what is there then. It is undone again."""
    client = Client()
    with transaction.atomic(), clock.set_to(date(2024, 1, 5)):
        start = Change.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        client.force_login(clerk)
        way(client, clerk, MONTH)
        for username, do in (("review", "review"), ("office", "accept")):
            client.force_login(User.objects.get(username=username))
            keys = [f"{row.project.code}:{row.version}" for row in MonthlyReturn.objects.filter(period=PERIOD)]
            assert client.post(f"/returns/?period={PERIOD}", {"do": do, "key": keys}).status_code == 302
        capsys.readouterr()
        call_command("totals", "--period", PERIOD)
        found = {
            "facts": list(facts()),
            "totals": json.loads(capsys.readouterr().out),
            "ledger": list(ledger(start)),
            "drafts": list(MonthlyReturn.objects.filter(period=PERIOD).exclude(draft={})),
        }
        transaction.set_rollback(True)
    return found


def facts() -> Any:
    return (
        ReturnVersion.objects.known()
        .filter(period=PERIOD)
        .order_by("project__code")
        .values_list(
            "project__code", "number", "invested", "statistics", "funds_arrived", "funds_paid", "physical_percent",
            "physical_text", "problem_kind", "problem_text", "reason", "submitted_by", "is_restatement",
        )
    )  # fmt: skip


def ledger(start: int) -> Any:
    """Model, key, old and new, who, why; positions, batches and doors apart."""
    rows = Change.objects.filter(seq__gt=start).order_by("act", "key")
    return rows.values_list("model", "key", "act", "changes", "actor", "actor_name", "reason", "project")


@pytest.mark.parametrize("name", [name for name in WAYS if name != "form"])
def test_a_month_is_the_same_in_whichever_way_it_is_done(
    name: str, clerk: User, capsys: pytest.CaptureFixture[str]
) -> None:
    form, other = done(by_form, clerk, capsys), done(WAYS[name], clerk, capsys)

    assert other["facts"] == form["facts"]
    assert other["totals"] == form["totals"]
    assert other["ledger"] == form["ledger"]
    assert other["drafts"] == form["drafts"] == []


def test_the_month_is_what_was_on_the_desk(clerk: User, capsys: pytest.CaptureFixture[str]) -> None:
    found = done(by_form, clerk, capsys)

    invested = {row[0]: row[2] for row in found["facts"]}
    assert invested == {
        "T23-0001": 10_000_000, "T23-0002": 10_000_001, "T23-0003": 9_000_000, "T23-0004": 8_000_000,
        "T23-0005": 99_000_000, "T23-0006": 9_125_000,
    }  # fmt: skip
    assert [row[2] for row in found["ledger"]].count(Act.SUBMIT) == len(MONTH)
    assert found["totals"]["distinct"]["completed_yuan"] == sum(invested.values())

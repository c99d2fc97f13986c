"""The replayed year answers with the published figures, and its change log tells it as it happened."""

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client

from portfolio import clock
from portfolio.models import Role, User
from portfolio.refusals import Refusal
from projects.actions.demo import load_demo
from projects.core.periods import Period
from projects.intake.demo_files import read_demo
from projects.models import (
    Assignment,
    Change,
    LockedFigure,
    Milestone,
    MonthlyReturn,
    Origin,
    Programme,
    Project,
    ProjectStanding,
    ReportingPeriod,
    ReturnVersion,
)
from projects.queries.figures import head_position
from projects.queries.scope import visible_to
from reports.models import Alert, AlertEvent
from reports.queries.frames import frame
from reports.queries.workbooks import snapshot
from tests.demonstration.conftest import answer
from tests.fixtures import demo_tables as demo

pytestmark = [pytest.mark.usefixtures("demonstration"), pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
PUBLISHED = {
    "P2023-PROV": {
        "projects": 151, "plan_yuan": 52_036_000_000, "completed_yuan": 57_240_000_000, "rate_percent": "110.0",
        "without_plan": 0,
    },
    "P2023-CITY": {
        "projects": 100, "plan_yuan": 28_571_000_000, "completed_yuan": 30_200_000_000, "rate_percent": "105.7",
        "without_plan": 0,
    },
}  # fmt: skip
RESTATED = {"P2023-PROV": 2, "P2023-CITY": 0}
"""Projects of which a month was corrected after its lock, as the demonstration's corrections have it."""


def totals(*arguments: str) -> Any:
    return answer("totals", *arguments)


def test_december_2023_is_what_the_city_published() -> None:
    said = totals("--period", "2023-12")
    assert {row.pop("code"): row.pop("restated") for row in map(dict, said["programmes"])} == RESTATED
    published = {row.pop("code"): row for row in said["programmes"]}
    assert {
        code: {name: row[name] for name in row if name != "restated"} for code, row in published.items()
    } == PUBLISHED
    assert said["distinct"]["projects"] == 251
    assert said["distinct"]["restated"] == sum(RESTATED.values())  # the two lists share no project


def test_one_list_alone_answers_the_same() -> None:
    said = totals("--period", "2023-12", "--programme", "P2023-PROV")
    assert said["completed_yuan"] == 57_240_000_000 and said["rate_percent"] == "110.0"


@pytest.mark.parametrize("account", ["office", "caoxian", "unit", "leader", "auditor"])
def test_everybody_s_cockpit_shows_what_the_city_published(client: Client, account: str) -> None:
    with clock.set_to(date(2024, 1, 12)):
        client.force_login(User.objects.get(username=account))
        text = client.get("/").content.decode()
    large = re.findall(r'<td class="num big[^>]*>(?:<a[^>]*>)?([^<]+)', text)
    assert [large[0], large[2], large[3]] == ["151", "572.4", "110.0%"]
    assert [large[5], large[7], large[8]] == ["100", "302.0", "105.7%"]
    assert text.count("与本系统计算一致") == 2


def test_2024_is_planned_and_nothing_is_accepted() -> None:
    said = totals("--period", "2024-01")["programmes"]
    assert [(row["code"], row["projects"], row["plan_yuan"], row["completed_yuan"]) for row in said] == [
        ("P2024-CITYCOUNTY", 475, 58_000_000_000, 0),
        ("P2024-PROV", 131, 42_000_000_000, 0),
    ]
    assert not ReturnVersion.objects.filter(period__startswith="2024").exists()


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_answers_what_the_tables_say(month: int) -> None:
    for programme in (demo.PROVINCE, demo.CITY):
        said = totals("--period", f"2023-{month:02d}", "--programme", programme, "--as-known", "2024-01-12T09:00")
        members = demo.members(programme, demo.month_end(month))
        assert said["projects"] == len(members)
        assert said["completed_yuan"] == sum(demo.cumulative(code)[month - 1] for code in members)
        assert said["plan_yuan"] == sum(demo.plan(code, 2023, demo.month_end(month)) for code in members)


def test_a_return_in_the_wrong_unit_is_still_seen_as_it_was_known_then() -> None:
    row = next(row for row in demo.table("corrections") if row["period"] == "2023-04")
    programme = demo.PROVINCE if row["project"] in demo.members(demo.PROVINCE, demo.AS_OF) else demo.CITY
    asked = ("--period", "2023-04", "--programme", programme, "--as-known")
    then, now = totals(*asked, "2023-05-11T09:00"), totals(*asked, "2023-06-30T09:00")
    assert then["completed_yuan"] - now["completed_yuan"] == int(row["wrong"]) - int(row["right"])


def test_the_change_log_verifies() -> None:
    assert answer("verify_ledger")["rows"] == Change.objects.count() > 30_000


def test_the_change_log_tells_the_year_day_by_day() -> None:
    days = list(Change.objects.filter(origin=Origin.REPLAY).order_by("seq").values_list("business_date", flat=True))
    assert days == sorted(days) and len(set(days)) > 200
    assert (str(days[0]), str(days[-1])) == ("2023-01-03", "2024-01-11")


def test_people_entered_what_is_theirs() -> None:
    actors = {
        act: set(Change.objects.filter(act=act).values_list("actor", flat=True))
        for act in ("submit", "review", "accept", "correct", "lock")
    }
    assert {"caoxian", "unit", "shizhi"} <= actors["submit"] and "office" not in actors["submit"]
    assert "caoxian.review" in actors["review"] and not any("." not in name for name in actors["review"])
    assert actors["accept"] == actors["correct"] == actors["lock"] == {"office"}


def test_every_month_of_2023_was_locked_on_its_fifth_working_day_and_january_is_open() -> None:
    periods = {row.period: row for row in ReportingPeriod.objects.all()}
    locked = [row for row in periods.values() if row.state == "locked"]
    assert sorted(row.period for row in locked) == [f"2023-{month:02d}" for month in range(1, 13)]
    assert all(row.locked_at.date() == row.due_on for row in locked)
    assert periods["2024-01"].state == "open"
    assert periods["2023-12"].due_on == date(2024, 1, 8)


def test_returns_are_all_accepted_and_some_went_back_once() -> None:
    assert set(MonthlyReturn.objects.values_list("state", flat=True)) == {"accepted"}
    again = ReturnVersion.objects.filter(number=2, is_restatement=False).count()
    assert again == sum(bool(row["returned_on"]) for row in demo.table("returns"))
    assert ReturnVersion.objects.filter(is_restatement=True).count() == 3


def test_milestones_stand_as_the_tables_say() -> None:
    stands = {
        (project, step): (planned, done)
        for project, step, planned, done in Milestone.objects.values_list(
            "project__code", "step__code", "planned_on", "actual_on"
        )
    }
    assert stands == {key: (day, demo.actual().get(key)) for key, day in demo.in_force().items()}


def test_alerts_have_a_past_and_a_present() -> None:
    days = set(AlertEvent.objects.values_list("on", flat=True))
    assert {day.year for day in days} == {2023, 2024} and max(days) == date(2024, 1, 12)
    closed, standing = Alert.objects.exclude(cleared_on=None), Alert.objects.filter(cleared_on=None)
    assert closed.count() > standing.count() > 50
    assert {"red", "yellow"} <= set(standing.values_list("level", flat=True))


def test_every_project_stands_somewhere_and_the_lock_kept_its_lights() -> None:
    standing = ProjectStanding.objects.filter(project__provenance="demo")
    listed = standing.filter(project__code__in=demo.the_251())
    assert standing.count() == len(demo.projects()) and listed.count() == 251
    lights = Counter(listed.values_list("light", flat=True))
    assert lights["red"] >= 20 and lights["yellow"] >= 20 and lights["green"] >= 150
    assert Counter(listed.values_list("stage", flat=True))["completed"] == 90
    kept = LockedFigure.objects.filter(period__period="2023-12")
    assert kept.count() == 251 and {"red", "yellow", "green"} <= set(kept.values_list("light", flat=True))


def test_nights_were_replayed_on_mondays_at_month_ends_and_daily_at_last(demonstration: dict[str, int]) -> None:
    assert (demonstration["days"], demonstration["projects"]) == (375, 710)
    mondays_and_month_ends = {
        day
        for day in (date(2023, 1, 3) + timedelta(days=offset) for offset in range(375))
        if day.weekday() == 0 or (day + timedelta(days=1)).day == 1
    }
    daily = {date(2024, 1, 12) - timedelta(days=back) for back in range(21)}
    assert demonstration["nights"] == len(mondays_and_month_ends | daily)


def test_the_leader_answers_for_thirty_and_the_unit_has_three() -> None:
    thirty = Assignment.objects.known().filter(kind="leader", person__code="L01", valid_to=None)
    assert thirty.count() == 30
    assert visible_to(User.objects.get(username="unit")).count() == 3


def test_accounts_wait_for_their_passwords_and_the_shown_ones_come_first() -> None:
    accounts = list(User.objects.filter(is_demo=True).order_by("pk"))
    names = [account.username for account in accounts[:7]]
    assert names == ["office", "caoxian", "caoxian.review", "unit", "leader", "auditor", "admin"]
    assert not any(account.has_usable_password() for account in accounts)
    assert User.objects.get(username="auditor").access_until == date(2024, 12, 31)
    assert User.objects.get(username="admin").role == Role.ACCOUNT_ADMIN


def test_two_projects_bear_their_new_names_and_are_found_by_the_old() -> None:
    for row in demo.table("renames"):
        project = Project.objects.get(code=row["project"])
        assert project.name == row["new"]
        assert project.aliases.filter(name=row["old"], kind="former").exists()


def test_a_second_load_says_so_and_changes_nothing() -> None:
    before = Change.objects.count()
    assert answer("load_demo")["already"] is True
    assert Change.objects.count() == before


def test_nothing_is_loaded_beside_official_projects(capsys: pytest.CaptureFixture[str]) -> None:
    Project.objects.filter(provenance="demo").update(provenance="official")
    with pytest.raises(SystemExit) as stopped:
        call_command("load_demo")
    assert stopped.value.code == 1
    assert "正式项目" in capsys.readouterr().err


def test_a_change_log_that_is_later_than_the_year_is_not_put_before_it() -> None:
    Project.objects.filter(provenance="demo").update(provenance="published")
    User.objects.filter(is_demo=True).update(is_demo=False)
    with pytest.raises(Refusal, match="2024-01-11"):
        load_demo(files=read_demo(demo.FOLDER))


def test_without_the_lists_it_says_what_to_run_first() -> None:
    Project.objects.filter(provenance="demo").update(provenance="published")
    Programme.objects.filter(code="P2024-PROV").update(code="elsewhere")
    with pytest.raises(Refusal, match=r"P2024-PROV.*load_published"):
        load_demo(files=read_demo(demo.FOLDER))


def test_the_summary_workbook_prints_what_the_city_published(tmp_path: Path) -> None:
    file = tmp_path / "summary.xlsx"
    said = answer("build_workbook", "summary", "--period", "2023-12", "--out", str(file))
    assert {row.pop("code"): row for row in said["control_totals"]["programmes"]} == PUBLISHED

    overview = openpyxl.load_workbook(file)["总体情况"]
    assert overview["A3"].value == "省级重点项目151个，自年初累计完成投资572.4亿元，占年度计划520.4亿元的110.0%。"
    assert overview["A4"].value == "市重点项目100个，自年初累计完成投资302亿元，占年度计划285.7亿元的105.7%。"


def test_a_workbook_judges_every_project_as_the_pages_do() -> None:
    day = date(2024, 1, 12)
    known = snapshot(frame(Period(2023, 12), head_position(), day))
    assert len(known.lines) == 251
    standing = {row.project_id: (row.light, row.stage, row.overdue) for row in ProjectStanding.objects.all()}
    assert {line.code: (line.light.overall, line.stage, known.overdue_of(line)) for line in known.lines} == {
        line.code: standing[line.id] for line in known.lines
    }

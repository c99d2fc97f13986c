"""Restatements in what goes out: later workbooks name them, earlier ones stay byte for byte; readers see their own."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from portfolio import clock
from portfolio.models import User
from projects.actions import notices, standing
from projects.core.periods import Period
from projects.models import Programme
from projects.queries.restated import restated_months
from tests import factories as make
from tests.reports import made, small

pytestmark = pytest.mark.django_db


def test_a_workbook_made_after_a_correction_names_it(portfolio):
    rows = made.rows(made.build("summary").book["更正"], "序号", "合计")
    money = next(row for row in rows if row["指标"] == "自年初累计完成投资" or row["更正前"] not in (None, "—"))

    assert (money["项目编码"], money["更正前"], money["更正后"]) == ("K4", 1200, 1500)
    assert money["原因"] == "审计更正"


def test_the_workbook_of_the_lock_does_not_know_it_yet(portfolio):
    book = made.build("summary", made.covered(None)).book

    assert made.rows(book["更正"], "序号", "合计") == []


def test_a_locked_month_s_workbook_stays_byte_for_byte_after_an_adjustment_of_its_list(portfolio):
    before = made.build("summary", made.covered(None)).content
    office = make.UserFactory(username="office")
    lines = [notices.Line("K1", "withdrawn"), notices.Line("K2", "demoted")]
    programme = Programme.objects.get(code=small.PROVINCE)
    notice = notices.Notice(programme=programme, document="鲁发改〔2023〕88号", on=date(2023, 7, 1), lines=lines)
    with clock.set_to(date(2024, 1, 12)):
        notices.enter_notice(by=office, notice=notice)

    after = made.build("summary", made.covered(None)).content

    assert hashlib.sha256(after).hexdigest() == hashlib.sha256(before).hexdigest()
    assert made.build("summary", made.covered()).content == made.build("summary", made.covered()).content


def test_on_the_page_each_reader_sees_the_corrections_of_their_own_projects(client, portfolio):
    with clock.set_to(date(2024, 1, 12)):
        seen = {}
        for name, fields in (
            ("office", {}),
            ("auditor", {"auditor": True}),
            ("caoxian", {"county_staff": True}),
        ):
            client.force_login(make.UserFactory(**fields))
            seen[name] = [row.code for row in client.get("/reports/restatements/").context["rows"]]

    assert seen == {"office": ["K4"], "auditor": ["K4"], "caoxian": []}


def test_the_system_s_corrections_are_told_with_its_name(portfolio, client):
    client.force_login(make.UserFactory())
    with clock.set_to(date(2024, 1, 12)):
        html = client.get("/reports/restatements/?year=2023").content.decode()

    assert User.system().display_name in html


def test_the_register_workbook_names_the_month_beside_the_figure_and_tells_it_on_a_sheet(portfolio):
    now, locked = made.build("register").book, made.build("register", made.covered(None)).book

    marks = {row["项目编码"]: row["更正月份"] for row in made.rows(now["项目台账"], "序号", "合计")}
    assert {code for code, months in marks.items() if months == "2023-12"} == {"K4"}
    assert made.rows(now["更正"], "序号", "合计")[0]["项目编码"] == "K4"
    assert not any(row["更正月份"] not in ("", None, "—") for row in made.rows(locked["项目台账"], "序号", "合计"))


def test_totals_count_the_restated_projects_that_were_known(portfolio, capsys):
    def told(*arguments):
        call_command("totals", "--period", "2023-12", *arguments)
        return json.loads(capsys.readouterr().out)

    now = datetime.now(UTC).isoformat()
    after, at_lock = told("--as-known", now), told()

    assert after["distinct"]["restated"] == 1
    assert {one["code"]: one["restated"] for one in after["programmes"]} == {small.PROVINCE: 0, small.CITY: 1}
    assert told("--as-known", now, "--programme", small.CITY)["restated"] == 1
    assert at_lock["distinct"]["restated"] == 0


def test_the_register_marks_the_figure_and_leads_to_what_was_corrected(portfolio, client):
    with clock.set_to(date(2024, 1, 12)):
        standing.refresh(as_of=date(2024, 1, 12))
        client.force_login(make.UserFactory())
        rows = client.get("/projects/").context["table"].paginated_rows
        marked = [
            row.record.code for row in rows if "/reports/restatements/?year=2023" in str(row.get_cell("completed"))
        ]
        page = client.get("/projects/K4/").content.decode()
        other = client.get("/projects/K1/").content.decode()

    assert marked == ["K4"]
    assert "/reports/restatements/?year=2023" in page
    assert "/reports/restatements/" not in other


def test_a_correction_of_a_part_is_one_of_its_package(portfolio):
    part = make.ProjectFactory(parent=make.ProjectFactory(code="PACK", is_package=True))
    for month, lock in (("2022-11", 7), ("2022-10", 9)):  # October was put right before its lock
        make.ReportingPeriodFactory(period=month, locked=True, locked_position=lock)
        make.ReturnVersionFactory(project=part, period=month, is_restatement=True, known_from=8)

    assert restated_months(Period(2022, 12))[part.parent_id] == ["2022-11"]


def test_the_page_opens_with_the_year_of_the_month_that_was_locked_last(portfolio, client):
    client.force_login(make.UserFactory())
    with clock.set_to(date(2024, 1, 12)):
        assert client.get("/reports/restatements/").context["year"] == 2023


def test_a_restatement_leads_to_its_change_for_those_who_read_the_log(client, portfolio):
    with clock.set_to(date(2024, 1, 12)):
        client.force_login(make.UserFactory(auditor=True))
        page = client.get("/reports/restatements/")
        (row,) = page.context["rows"]
        change = client.get(f"/ledger/{row.position}/")
        client.force_login(make.UserFactory(leader=True))
        without = client.get("/reports/restatements/").content.decode()

    assert f"/ledger/{row.position}/" in page.content.decode()
    assert "审计更正" in change.content.decode() and "1,500" in change.content.decode()
    assert "/ledger/" not in without

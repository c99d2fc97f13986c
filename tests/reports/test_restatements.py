"""Restatements in what goes out: later workbooks name them, earlier ones stay byte for byte; readers see their own."""

import hashlib
from datetime import date

import pytest

from portfolio import clock
from portfolio.models import User
from projects.actions import notices
from projects.models import Programme
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

"""A notice of the State Council, in its wording or as rows: the same days, and a finding for what does not fit."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from projects.intake.holidays import read_notice

NOTICE_2024 = """国务院办公厅关于2024年部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（周日）、2月18日（周日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（周日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（周日）、5月11日（周六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（周六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（周日）、10月12日（周六）上班。
"""
NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def reference(year: int) -> dict[date, bool]:
    """The year's exceptions as they stand in the reference data, typed from the same notice."""
    file = Path(settings.BASE_DIR, "fixtures/reference/calendar.csv")
    with file.open(encoding="utf-8") as stream:
        rows = [
            (date.fromisoformat(row["date"]), row["is_workday"] == "1", row["quiet"]) for row in csv.DictReader(stream)
        ]
    return {day: works for day, works, quiet in rows if day.year == year and quiet == "0"}


@pytest.mark.parametrize(("text", "year"), [(NOTICE_2024, 2024), (NOTICE_2026, 2026)])
def test_the_wording_of_a_notice_gives_the_days_of_the_reference_data(text: str, year: int) -> None:
    notice = read_notice(text, year)

    assert notice.findings == []
    assert {day: one.is_workday for day, one in notice.days.items()} == reference(year)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_rows_of_dates_give_the_same(year: int) -> None:
    text = Path(settings.BASE_DIR, "fixtures/reference/calendar.csv").read_text(encoding="utf-8")

    notice = read_notice(text, year)

    days = {day: one.is_workday for day, one in notice.days.items()}
    assert notice.findings == []
    assert days == reference(year)


def test_a_span_over_the_turn_of_the_year_is_read() -> None:
    notice = read_notice(NOTICE_2024.replace("1月1日放假，与周末连休", "2023年12月30日至2024年1月1日放假，共3天"), 2024)

    assert notice.findings == []
    assert notice.days[date(2024, 1, 1)].is_workday is False


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("2月4日（周日）", "2月4日（周六）", "2024-02-04"),
        ("共8天", "共7天", "8"),
        ("2月10日至17日", "2月10日至31日", "31"),
        ("5月1日至5日", "5月5日至1日", "2024-05-01"),
        ("七、国庆节：10月1日至7日放假调休，共7天。", "", "2024-10-01"),
    ],
)
def test_what_does_not_fit_is_named(before: str, after: str, found: str) -> None:
    assert before in NOTICE_2024

    findings = [str(one) for one in read_notice(NOTICE_2024.replace(before, after), 2024).findings]

    assert findings
    assert found in findings[0]


@pytest.mark.parametrize(
    "text", ["", "亲爱的同事们，新年快乐！", "2024-01-01,maybe,元旦", "2024-13-01,0,元旦", "2023-01-02,0,元旦"]
)
def test_what_is_no_notice_is_refused(text: str) -> None:
    assert read_notice(text, 2024).findings


def test_advice_on_new_year_s_eve_makes_no_day_off() -> None:
    assert date(2024, 2, 9) not in read_notice(NOTICE_2024, 2024).days

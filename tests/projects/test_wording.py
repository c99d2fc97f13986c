"""Every reason in words, exactly: Chinese as the office writes it, and English."""

from datetime import date
from fractions import Fraction

import pytest
from django.utils.translation import override

from projects.core.reasons import Reason, ReasonCode
from projects.wording import reason_sentence
from tests import factories as make
from tests.core.builders import published_calendar

pytestmark = pytest.mark.django_db

FRIDAY = date(2024, 1, 12)
PACE = {
    "period": "2023-12", "plan": 240_000_000, "completed": 96_000_000, "rate": Fraction(2, 5), "pace": Fraction(3, 4),
    "gap": Fraction(-35),
}  # fmt: skip
AHEAD = PACE | {"completed": 204_000_000, "rate": Fraction(17, 20), "gap": Fraction(10)}
LEVEL = PACE | {"completed": 180_000_000, "rate": Fraction(3, 4), "gap": Fraction(0)}
STONE = {"key": "D04", "step": "D04", "title": "主体封顶", "due_on": date(2023, 12, 29)}
BATCH = {"period": "2023-12", "key": "2023-01", "amount": 300_000_000, "paid": 120_000_000, "months": 6, "required": 60,
    "periods": 1,
}  # fmt: skip
TASK = {"period": "2023-12", "task": 20_000_000, "completed": 11_000_000, "rate": Fraction(11, 20)}
ENTRY = {"period": "2023-12", "started_on": date(2023, 10, 8), "due_on": date(2023, 11, 8)}
CAUSE = {"reason": "汛期停工", "approved_by": "市重点项目办", "valid_to": date(2024, 6, 30)}

SENTENCES = [
    ("not_in_policy", {}, "现行判定依据不判定此项", "The policy in force does not judge this"),
    (
        "exempt",
        CAUSE,
        "豁免至2024年6月30日（含当日）：汛期停工（市重点项目办批准）",
        "Exempt until 30 Jun 2024: 汛期停工 (approved by 市重点项目办)",
    ),
    ("not_applicable", {}, "此项不适用于该项目", "Does not apply to this project"),
    (
        "calendar_missing",
        {"year": 2027},
        "2027年工作日日历未公布，此项无法判定",
        "The working-day calendar of 2027 is not published; this cannot be judged",
    ),
    ("start_not_planned", {}, "未安排开工时间", "No start is planned"),
    (
        "start_not_due",
        {"due_on": date(2024, 3, 1)},
        "计划2024年3月1日前开工，尚未到期",
        "To start by 1 Mar 2024, not due yet",
    ),
    ("started", {"started_on": date(2023, 3, 1)}, "2023年3月1日已开工", "Started on 1 Mar 2023"),
    (
        "started_late",
        {"started_on": date(2023, 3, 1), "due_on": date(2023, 2, 1)},
        "2023年3月1日开工，晚于计划（2023年2月1日）",
        "Started on 1 Mar 2023, later than planned (1 Feb 2023)",
    ),
    (
        "start_missed",
        {"due_on": date(2024, 1, 11), "month_ends": 1},
        "计划2024年1月11日前开工，至今未开工（已跨1个月末），已过1个工作日",
        "Was to start by 11 Jan 2024 and has not started (1 month end missed), 1 working day since then",
    ),
    (
        "start_missed",
        {"due_on": date(2023, 9, 28), "month_ends": 3},
        "计划2023年9月28日前开工，至今未开工（已跨3个月末），已过71个工作日",
        "Was to start by 28 Sep 2023 and has not started (3 month ends missed), 71 working days since then",
    ),
    (
        "no_plan",
        {"period": "2023-12"},
        "2023年12月无有效年度计划，不判定进度",
        "No annual plan is in force for Dec 2023; pace is not judged",
    ),
    (
        "no_return_yet",
        {"period": "2024-01"},
        "截至2024年1月，本年尚无审核通过的月报，不判定进度",
        "No return of this year was accepted by Jan 2024; pace is not judged",
    ),
    (
        "no_monthly_plan",
        {"period": "2023-12"},
        "年度计划未分解到月，不判定进度",
        "The annual plan has no months; pace is not judged",
    ),
    (
        "on_pace",
        AHEAD,
        "年度计划2.40亿元，完成2.04亿元，占85.0%，超序时10.0个百分点（截至2023年12月底）",
        "Annual plan 240.00 million yuan, completed 204.00 million yuan, 85.0% of it, "
        "10.0 percentage points ahead of pace (to the end of Dec 2023)",
    ),
    (
        "on_pace",
        LEVEL,
        "年度计划2.40亿元，完成1.80亿元，占75.0%，与序时持平（截至2023年12月底）",
        "Annual plan 240.00 million yuan, completed 180.00 million yuan, 75.0% of it, level with pace "
        "(to the end of Dec 2023)",
    ),
    (
        "slightly_behind",
        PACE | {"gap": Fraction(-1, 30)},
        "年度计划2.40亿元，完成0.96亿元，占40.0%，慢于序时不足0.1个百分点（截至2023年12月底）",
        "Annual plan 240.00 million yuan, completed 96.00 million yuan, 40.0% of it, "
        "less than 0.1 percentage points behind pace (to the end of Dec 2023)",
    ),
    (
        "behind_pace",
        PACE,
        "年度计划2.40亿元，完成0.96亿元，占40.0%，慢于序时35.0个百分点（截至2023年12月底）",
        "Annual plan 240.00 million yuan, completed 96.00 million yuan, 40.0% of it, "
        "35.0 percentage points behind pace (to the end of Dec 2023)",
    ),
    (
        "behind_pace_running",
        PACE | {"periods": 2},
        "年度计划2.40亿元，完成0.96亿元，占40.0%，慢于序时35.0个百分点（截至2023年12月底），已连续2个月末",
        "Annual plan 240.00 million yuan, completed 96.00 million yuan, 40.0% of it, "
        "35.0 percentage points behind pace (to the end of Dec 2023), at 2 period ends running",
    ),
    (
        "plan_too_small",
        {"plan": 9_000_000, "smallest": 10_000_000},
        "年度计划900.00万元，不足0.10亿元，不判定进度",
        "The annual plan, 9.00 million yuan, is below 10.00 million yuan; pace is not judged",
    ),
    (
        "no_month_task",
        {"period": "2023-12"},
        "2023年12月没有月度任务，不判定当月",
        "Nothing was planned for Dec 2023 alone; the month is not judged",
    ),
    (
        "month_task_done",
        TASK | {"completed": 20_000_000, "rate": Fraction(1)},
        "2023年12月任务0.20亿元，当月完成0.20亿元，占100.0%",
        "Task of Dec 2023: 20.00 million yuan, completed 20.00 million yuan, 100.0% of it",
    ),
    (
        "month_task_missed",
        TASK | {"periods": 2},
        "2023年12月任务0.20亿元，当月完成0.11亿元，占55.0%，已连续2个月末",
        "Task of Dec 2023: 20.00 million yuan, completed 11.00 million yuan, 55.0% of it, at 2 period ends running",
    ),
    (
        "funds_behind",
        BATCH | {"required": Fraction(50, 3), "periods": 6},
        "2023-01批次：满6个月支付1.20亿元（共3.00亿元），要求达到16.7%，已连续6个月末",
        "Batch 2023-01: 120.00 million yuan of 300.00 million yuan paid out after 6 months, 16.7% required, "
        "at 6 period ends running",
    ),
    (
        "no_funds",
        {"period": "2023-12"},
        "截至2023年12月无专项债券或预算资金数据，不判定资金",
        "No bond or budget money to judge by Dec 2023",
    ),
    (
        "funds_on_schedule",
        {"period": "2023-12"},
        "截至2023年12月底资金按要求支付",
        "Money is paid out as required to the end of Dec 2023",
    ),
    (
        "funds_behind",
        BATCH,
        "2023-01批次：满6个月支付1.20亿元（共3.00亿元），要求达到60%",
        "Batch 2023-01: 120.00 million yuan of 300.00 million yuan paid out after 6 months, 60% required",
    ),
    (
        "statistics_not_started",
        {"period": "2023-12"},
        "尚未开工，暂无入库要求",
        "Not started, so not to be entered into statistics yet",
    ),
    (
        "statistics_entered",
        {"entered_on": date(2023, 8, 9)},
        "2023年8月9日已入库纳统",
        "Entered into statistics on 9 Aug 2023",
    ),
    (
        "statistics_not_due",
        ENTRY,
        "2023年10月8日开工，应于2023年11月8日前入库纳统",
        "Started on 8 Oct 2023, to be entered into statistics by 8 Nov 2023",
    ),
    (
        "statistics_missing",
        ENTRY,
        "2023年10月8日开工，应于2023年11月8日前入库纳统，至今未入库",
        "Started on 8 Oct 2023, was to be entered into statistics by 8 Nov 2023 and is not",
    ),
    ("no_milestones", {}, "未安排节点", "No milestones are planned"),
    ("milestones_done", {"done": 13}, "13个节点均已完成", "All 13 milestones are reached"),
    (
        "milestones_on_time",
        STONE | {"open": 4, "due_on": date(2024, 5, 31)},
        "下一节点为“主体封顶”，应于2024年5月31日完成",
        "Topped out is the next milestone, due on 31 May 2024",
    ),
    (
        "milestone_due_soon",
        STONE | {"due_on": date(2024, 1, 17)},
        "“主体封顶”应于2024年1月17日完成，剩余3个工作日",
        "Topped out is due on 17 Jan 2024, 3 working days left",
    ),
    (
        "milestone_due_soon",
        STONE | {"due_on": FRIDAY},
        "“主体封顶”应于2024年1月12日完成，今日到期",
        "Topped out is due on 12 Jan 2024, today",
    ),
    (
        "milestone_near",
        STONE | {"due_on": date(2024, 1, 17), "open": 2},
        "“主体封顶”应于2024年1月17日完成，剩余3个工作日",
        "Topped out is due on 17 Jan 2024, 3 working days left",
    ),
    (
        "return_missing",
        {"period": "2023-12", "due_on": date(2024, 1, 8)},
        "2023年12月月报应于2024年1月8日前报送，尚未报送，已过4个工作日",
        "The return for Dec 2023 was to come by 8 Jan 2024 and has not been submitted, 4 working days since then",
    ),
    (
        "return_not_resubmitted",
        {"period": "2023-12", "due_on": date(2024, 1, 8)},
        "2023年12月月报（应于2024年1月8日前报送）已退回，尚未重报，已过4个工作日",
        "The return for Dec 2023, to come by 8 Jan 2024, was given back and has not been submitted again, "
        "4 working days since then",
    ),
    (
        "started_without_permit",
        {"started_on": date(2023, 3, 1)},
        "已于2023年3月1日开工，未见施工许可证",
        "Started on 1 Mar 2023, and no construction permit is on record",
    ),
    (
        "invested_before_start",
        {"period": "2023-12", "completed": 96_000_000},
        "截至2023年12月已完成投资0.96亿元，未见开工日期",
        "96.00 million yuan completed by Dec 2023, and no start is on record",
    ),
    (
        "completed_over_total",
        {"period": "2023-12", "since_start": 600_000_000, "total": 500_000_000},
        "截至2023年12月自开工累计完成6.00亿元，超过总投资5.00亿元",
        "600.00 million yuan completed since the start by Dec 2023, more than the total investment, "
        "500.00 million yuan",
    ),
    (
        "figure_out_of_scale",
        {"period": "2023-12", "completed": 600_000_000, "plan": 50_000_000},
        "截至2023年12月完成6.00亿元，达到年度计划0.50亿元的十倍以上，请核对单位",
        "600.00 million yuan completed by Dec 2023, ten times the annual plan of 50.00 million yuan or more: "
        "is the unit right?",
    ),
    (
        "cumulative_fell",
        {"period": "2023-12", "before": 600_000_000, "completed": 500_000_000},
        "2023年12月自年初累计由6.00亿元降为5.00亿元，未说明原因",
        "Completed this year fell from 600.00 million yuan to 500.00 million yuan in Dec 2023, and nobody said why",
    ),
    (
        "milestone_slightly_late",
        STONE | {"due_on": date(2024, 1, 11), "overdue": 1, "days_late": 1},
        "“主体封顶”应于2024年1月11日完成，已滞后1个工作日",
        "Topped out was due on 11 Jan 2024, 1 working day late",
    ),
    (
        "milestone_overdue",
        STONE | {"overdue": 1, "days_late": 9},
        "“主体封顶”应于2023年12月29日完成，已滞后9个工作日",
        "Topped out was due on 29 Dec 2023, 9 working days late",
    ),
    (
        "milestone_overdue",
        STONE | {"overdue": 3, "days_late": 9, "key": "HZ23-0270/D04"},
        "子项目HZ23-0270：“主体封顶”应于2023年12月29日完成，已滞后9个工作日；共有3个节点逾期",
        "Part HZ23-0270: Topped out was due on 29 Dec 2023, 9 working days late; 3 milestones are overdue in all",
    ),
    (
        "milestone_overdue_uncounted",
        STONE | {"due_on": date(2018, 6, 1), "overdue": 1, "year": 2018},
        "“主体封顶”应于2018年6月1日完成，已滞后；2018年工作日日历未公布，工作日数暂不计",
        "Topped out was due on 1 Jun 2018 and is late; the working-day calendar of 2018 is not published",
    ),
]


@pytest.fixture(autouse=True)
def _steps() -> None:
    make.MilestoneStepFactory()


def said(code: str, figures: dict[str, object], language: str, as_of: date | None = FRIDAY) -> str:
    with override(language):
        return reason_sentence(Reason(code, figures), as_of=as_of, calendar=published_calendar())


@pytest.mark.parametrize(("code", "figures", "chinese", "english"), SENTENCES)
def test_a_reason_in_words(code: str, figures: dict[str, object], chinese: str, english: str) -> None:
    assert said(code, figures, "zh-hans") == chinese
    assert said(code, figures, "en") == english


def test_every_reason_has_its_words_above() -> None:
    assert {code for code, *_ in SENTENCES} == set(ReasonCode)


def test_the_office_reports_and_never_blames() -> None:
    everything = "".join(chinese for _code, _figures, chinese, _english in SENTENCES)

    assert not any(word in everything for word in ("违约", "督办", "约谈"))


def test_working_days_late_are_counted_to_the_day_that_is_asked_for_whenever_the_reason_was_stored() -> None:
    stored = Reason("milestone_overdue", STONE | {"overdue": 1, "days_late": 1}).to_json()

    sentence = reason_sentence(Reason.from_json(stored), as_of=date(2024, 1, 15), calendar=published_calendar())

    assert sentence == "“主体封顶”应于2023年12月29日完成，已滞后10个工作日"


def test_without_a_day_the_stored_number_stands() -> None:
    assert said("milestone_overdue", STONE | {"overdue": 1, "days_late": 4}, "en", None).endswith("4 working days late")


def test_a_small_amount_is_told_in_ten_thousands() -> None:
    figures = PACE | {"plan": 8_600_000, "completed": 1_234_500}

    assert said("behind_pace", figures, "zh-hans").startswith("年度计划860.00万元，完成123.45万元")

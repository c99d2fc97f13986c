"""Digests: made from events, told once, worded and ordered as an office writes to a leader."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio import clock
from projects.models import Milestone
from reports.actions.alerts import sweep
from reports.models import Alert, OutboxMessage
from tests import factories as make
from tests.reports.mailbox import (
    FRIDAY,
    MONDAY,
    SYSTEM,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    furnish,
    late,
    mail,
    morning,
    night,
    parts,
    project,
    was_written,
)

pytestmark = pytest.mark.django_db

DONE = "丙医药（示例）"


@pytest.fixture(autouse=True)
def _furnished(db: None) -> None:
    furnish()
    for day in (date(2024, 1, 8), date(2024, 1, 10), THURSDAY):
        night(day)


def finish(code: str, day: date, at: time = time(15, 0)) -> None:
    """A person enters today as the actual date; the project is swept at once."""
    with clock.set_to(day, at):
        milestone = Milestone.objects.get(project__code=code)
        milestone.actual_on = day
        milestone.save()
        sweep(by=SYSTEM, as_of=day, projects=[milestone.project_id])


# ---- told once


def test_what_is_done_is_told_under_cleared_by_the_next_mail_and_not_by_the_one_after() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    finish("T23-0003", FRIDAY)
    night(MONDAY)
    morning(MONDAY)
    late(project("T23-0099", "庚新能源（示例）", make.PersonFactory(code="L01")), "D04", MONDAY)
    night(TUESDAY)
    morning(TUESDAY)

    assert DONE not in parts(mail("L01", FRIDAY).text).get("已解除", "")
    assert DONE in parts(mail("L01", MONDAY).text)["已解除"]
    assert DONE not in mail("L01", TUESDAY).text


def test_the_same_holds_when_no_mail_had_gone_before() -> None:
    finish("T23-0003", FRIDAY)
    night(MONDAY)

    morning(MONDAY)

    assert DONE in parts(mail("L01", MONDAY).text)["已解除"]


def test_what_happens_on_a_weekend_is_told_on_monday() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    finish("T23-0003", date(2024, 1, 13))
    night(MONDAY)
    morning(MONDAY)

    assert DONE in parts(mail("L01", MONDAY).text)["已解除"]


def test_what_a_sweep_of_tomorrow_found_is_left_to_tomorrow_s_mail() -> None:
    finish("T23-0003", MONDAY)
    morning(FRIDAY)
    morning(MONDAY)

    assert DONE not in parts(mail("L01", FRIDAY).text).get("已解除", "")
    assert DONE in parts(mail("L01", MONDAY).text)["已解除"]


def test_running_twice_queues_nothing_more() -> None:
    night(FRIDAY)

    first, second = morning(FRIDAY), morning(FRIDAY)

    assert (first.queued, second.queued) == (3, 0)
    assert OutboxMessage.objects.count() == 3


def test_a_day_before_the_last_mail_is_not_told_afterwards() -> None:
    night(FRIDAY)
    morning(FRIDAY)

    assert morning(THURSDAY).queued == 0


def test_a_standing_red_light_is_news_once() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    night(MONDAY)
    morning(MONDAY)
    night(TUESDAY)
    morning(TUESDAY)

    assert was_written("L01", MONDAY)  # the week's overview
    assert not was_written("L01", TUESDAY)


def test_a_person_hears_of_his_own_projects_alone() -> None:
    night(FRIDAY)
    morning(FRIDAY)

    assert "己纺织" in mail("L02", FRIDAY).text
    assert "己纺织" not in mail("L01", FRIDAY).text
    assert "己纺织" in mail("S-OFFICE", FRIDAY).text


def test_a_leader_of_two_lists_gets_one_mail() -> None:
    city = make.ProgrammeFactory(code="P2023-CITY", name_zh="市重点项目", level="city")
    made = project("T23-0030", "辛市重点（示例）", make.PersonFactory(code="L01"))
    make.ListingFactory(project=made, programme=city)
    late(made, "D04", date(2024, 1, 11))
    night(FRIDAY)
    morning(FRIDAY)

    assert OutboxMessage.objects.filter(person="L01").count() == 1
    assert "辛市重点" in mail("L01", FRIDAY).text


def test_a_project_handed_over_is_told_to_the_new_leader_only() -> None:
    assignment = Milestone.objects.get(project__code="T23-0003").project.assignments.get(kind="leader")
    assignment.valid_to = THURSDAY
    assignment.save()
    make.AssignmentFactory(project=assignment.project, person=make.PersonFactory(code="L02"), valid_from=FRIDAY)
    finish("T23-0003", FRIDAY)
    night(MONDAY)
    morning(MONDAY)

    assert DONE not in mail("L01", MONDAY).text
    assert DONE in parts(mail("L02", MONDAY).text)["已解除"]


# ---- what


def test_the_parts_come_in_the_order_of_an_office() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    finish("T23-0003", FRIDAY)
    late(project("T23-0040", "壬新材料（示例）", make.PersonFactory(code="L01")), "D04", date(2024, 1, 11))
    night(MONDAY)
    morning(MONDAY)

    assert list(parts(mail("L01", MONDAY).text)) == ["总体", "需您协调", "新增预警", "已解除", "持续未销号"]


def test_a_worsened_alert_says_from_what_to_what() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    night(WEDNESDAY)
    morning(WEDNESDAY)

    worse = parts(mail("L01", WEDNESDAY).text)["加重"]
    assert "戊仓储" in worse
    assert "由黄灯转为红灯" in worse


def test_what_needs_the_leader_says_what_is_asked_and_by_when() -> None:
    night(FRIDAY)
    morning(FRIDAY)

    asked = parts(mail("L01", FRIDAY).text)["需您协调"]
    assert "年度计划1.20亿元，完成0.48亿元，占40.0%，慢于序时60.0个百分点" in asked
    assert "填报原因：土地：土地征收未完成（2023年12月填报）" in asked
    assert "当前办理：曹县自然资源部门（示例）" in asked
    assert "请您：协调落实项目用地，1月26日前明确手续办结时间。" in asked


def test_what_needs_the_leader_and_is_new_stands_in_full_once() -> None:
    night(FRIDAY)
    morning(FRIDAY)

    text = mail("L01", FRIDAY).text
    assert text.count("填报原因：土地") == 1


def test_a_new_alert_says_what_was_due_when_and_how_late_it_is() -> None:
    night(FRIDAY)
    morning(FRIDAY)

    new = parts(mail("L01", FRIDAY).text)["新增预警"]
    assert "“主体封顶”应于2024年1月10日完成，已滞后2个工作日。" in new
    assert "请责任单位：1月19日前完成，或说明原因并报送新的完成时间。" in new


def test_what_stands_is_named_up_to_five_and_the_rest_counted() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    night(MONDAY)
    morning(MONDAY)

    text = mail("L01", MONDAY).text
    standing = parts(text)["持续未销号"]
    assert "持续未销号（9件）" in text
    assert standing.count("（示例）\n") == 5
    assert "其余4件：黄灯4件。" in standing


def test_the_subject_counts_what_the_mail_tells() -> None:
    night(FRIDAY)
    morning(FRIDAY)

    assert mail("L01", FRIDAY).subject == (
        "【重点项目进展提示】您包保的11个项目（截至2023年12月底）：新增黄灯1个，需协调1件"
    )


def test_the_subject_of_a_quiet_week_says_so() -> None:
    morning(THURSDAY)
    morning(MONDAY)

    assert mail("L01", MONDAY).subject.endswith("：无新增预警，持续未销号9件，需协调1件")


def test_an_alert_that_came_and_went_between_two_mails_is_told_as_cleared() -> None:
    morning(THURSDAY)
    late(project("T23-0050", "癸机电（示例）", make.PersonFactory(code="L01")), "D04", THURSDAY)
    night(FRIDAY)
    finish("T23-0050", FRIDAY, time(7, 0))
    morning(FRIDAY)

    cleared = parts(mail("L01", FRIDAY).text)["已解除"]
    assert "癸机电" in cleared
    assert "上次提示后新增并已解除" in cleared


def test_the_whole_is_one_sentence_on_the_reader_s_own_projects() -> None:
    morning(THURSDAY)

    (whole,) = parts(mail("L01", THURSDAY).text)["总体"].strip().splitlines()
    assert whole == (
        "您包保的11个项目，截至2023年12月底，年度计划13.20亿元，完成12.48亿元，占94.5%，慢于序时5.5个百分点；"
        "目前红灯1个、黄灯9个、绿灯1个。"
    )


def test_the_office_s_own_digest_speaks_of_the_lists() -> None:
    morning(THURSDAY)

    text = mail("S-OFFICE", THURSDAY).text
    assert "省级重点项目：12个项目，年度计划投资14.4亿元，截至2023年12月底完成13.7亿元，占年度计划95.0%。" in text
    assert "曹县  红灯 1  黄灯 10  绿灯 1  未判定 0" in text


def test_a_project_of_two_units_counts_in_both_and_once_in_the_city() -> None:
    shared = Milestone.objects.get(project__code="T23-0003").project
    make.ProjectShareFactory(project=shared, division=shared.division, basis_points=4_000)
    make.ProjectShareFactory(project=shared, division=make.DivisionFactory(shanxian=True), basis_points=6_000)
    night(FRIDAY)
    morning(FRIDAY)

    lines = [line.split() for line in mail("S-OFFICE", FRIDAY).text.splitlines()]
    counted = {line[0]: sum(map(int, line[2::2])) for line in lines if len(line) == 9}

    assert counted == {"曹县": counted["全市"], "单县": 1, "全市": counted["全市"]} and counted["全市"] > 1


def test_the_close_says_basis_policy_contact_head_and_number() -> None:
    morning(THURSDAY)

    message = mail("L01", THURSDAY)
    close = message.text.partition("--------------------")[2]
    for words in (
        "口径：调度口径，非统计数据；投资为自年初累计完成，截至2023年12月底（核定数）。",
        "判定依据：本地默认 v1",
        "联系人：市重点项目办（示例） office@demo.invalid",
        "抄送：联络员甲（示例）",
        f"变更日志链首：{message.ledger_head}",
        "邮件编号：20240111-L01",
        "本邮件不含涉密内容。",
    ):
        assert words in close


def test_invented_projects_are_marked() -> None:
    morning(THURSDAY)

    assert "演示" in mail("L01", THURSDAY).text.splitlines()[3]


def test_official_projects_bear_no_such_mark() -> None:
    Milestone.objects.first().project.__class__.objects.update(provenance="official")
    morning(THURSDAY)

    assert "演示" not in mail("L01", THURSDAY).text


def test_a_hostile_name_stays_text() -> None:
    Milestone.objects.filter(project__code="T23-0002").first().project.__class__.objects.filter(code="T23-0002").update(
        name="<script>alert(1)</script>&乙"
    )
    night(FRIDAY)
    morning(FRIDAY)

    message = mail("L01", FRIDAY)
    assert "<script>" in message.text
    assert "<script>" not in message.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;乙" in message.html


def test_the_statements_do_not_grow_with_the_leaders() -> None:
    counts = []
    for day, numbers in ((THURSDAY, range(50, 51)), (WEDNESDAY, range(51, 61))):
        for number in numbers:
            leader = make.PersonFactory(code=f"L{number}", kind="leader")
            late(project(f"T23-01{number}", f"子项目{number}（示例）", leader), "D04", date(2024, 1, 9))
        night(day)
        with CaptureQueriesContext(connection) as seen:
            assert morning(day).queued >= len(numbers)
        counts.append(len(seen))

    assert counts[1] <= counts[0] < 80


def test_what_is_put_off_is_only_counted_until_its_day() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    off = Alert.objects.filter(project__code__in=["T23-0001", "T23-0006"], level__in=["yellow", "red"])
    assert (
        off.filter(rule__in=["investment_behind", "milestone_overdue"]).update(
            snoozed_until=MONDAY, snooze_reason="等待批复"
        )
        == 2
    )

    night(MONDAY)
    morning(MONDAY)
    text = mail("L01", MONDAY).text

    assert "另有2件暂缓" in text
    assert "甲产业园" not in text


def test_a_matter_that_went_up_says_to_whom() -> None:
    night(FRIDAY)
    morning(FRIDAY)
    Alert.objects.filter(project__code="T23-0001").update(escalation=2)

    night(MONDAY)
    morning(MONDAY)

    assert "已升级至：市重点项目办" in mail("L01", MONDAY).text

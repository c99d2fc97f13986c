"""Lights from what was known at a position are, at the present position, the lights of today."""

from datetime import date

import pytest

from portfolio.models import User
from projects.actions import milestones, programmes, projects, returns
from projects.core.lights import Indicator, Light, judge_project
from projects.core.periods import Period
from projects.models import Project, Stage
from projects.queries.figures import head_position
from projects.queries.judged import judged
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar
from reports.queries.frames import frame
from reports.queries.workbooks import snapshot
from tests.reports import made, small

pytestmark = pytest.mark.django_db

DAYS = (date(2024, 1, 5), date(2024, 1, 8), date(2024, 1, 12), date(2024, 1, 31))


@pytest.mark.parametrize("as_of", DAYS)
def test_every_light_reason_and_stage_is_that_of_today(as_of, portfolio):
    policy, calendar = policy_in_force(as_of), load_calendar()
    now = {
        one.project: (judge_project(one.package or one.facts, policy, calendar, as_of).judgements, one.stage)
        for one in judged(policy, as_of)
    }

    known = snapshot(frame(Period(2023, 12), head_position(), as_of))

    assert len(known.lines) == 7
    assert {line.code: (line.light.judgements, line.stage) for line in known.lines} == {
        line.code: now[line.id] for line in known.lines
    }


def test_what_happens_afterwards_changes_no_light_as_it_was_known(portfolio):
    as_of = date(2024, 1, 12)
    policy, then = policy_in_force(as_of), head_position()
    before = {one.project: one for one in judged(policy, as_of)}

    with small.at(small.AFTER):
        system = User.system()
        stopped, moved = Project.objects.get(code="K1"), Project.objects.get(code="K2")
        wanted = {"stopped_on": date(2024, 1, 9)}
        projects.update_project(by=system, project=stopped, version=stopped.version, wanted=wanted, reason="停工")
        gone = programmes.Adjustment(
            project=moved.code, programme=small.PROVINCE, kind="withdrawn", on=date(2024, 1, 9)
        )
        programmes.adjust_lists(by=system, rows=[gone])
        done = milestones.MilestoneUpdate(project="K7-2", step="D01", wanted={"actual_on": date(2024, 1, 9)})
        milestones.update_milestones(by=system, rows=[done])
        figures = returns.ReturnFigures(invested=1)
        entry = returns.ReturnEntry(project="K5", period="2023-12", figures=figures, reason="审计更正")
        returns.correct_after_lock(by=system, entries=[entry])

    now = {one.project: one for one in judged(policy, as_of)}
    changed = {Project.objects.get(pk=pk).code for pk, one in now.items() if one != before[pk]}
    assert {"K1", "K2", "K5", "K7"} <= changed
    assert {one.project: one for one in judged(policy, as_of, position=then)} == before


def test_a_package_has_its_light_by_its_parts(portfolio):
    package = next(line for line in snapshot(made.covered(None)).lines if line.code == "K7")

    assert package.stage == Stage.CONSTRUCTION
    assert package.light.of_indicator(Indicator.START).light is Light.GREEN  # its first part has begun
    assert package.light.of_indicator(Indicator.MILESTONES).light is Light.RED  # its second part has not


def test_the_milestones_of_parts_stand_under_their_own_names(portfolio):
    overdue = made.rows(made.build("summary", made.covered(None)).book["逾期节点"], "序号")

    assert ("K7-2", "产业园二期（示例）", "D01") in {
        (row["项目编码"], row["项目名称"], row["节点编码"]) for row in overdue
    }


def test_before_the_lock_pace_waits_for_returns_that_are_on_their_way(portfolio):
    waiting = snapshot(made.covered(made.datetime(2024, 1, 1, 8, 0, tzinfo=small.SHANGHAI)))
    line = next(line for line in waiting.lines if line.code == "K4")

    figures = line.light.of_indicator(Indicator.PACE).reason.figures
    assert figures["period"] == "2023-11"

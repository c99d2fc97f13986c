"""Policy files are read whole or refused with every field that is wrong."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.policy_rules import (
    FundsRule,
    FundsStep,
    MilestoneRule,
    PaceMeasure,
    PaceRule,
    PolicyError,
    SlightBand,
    StartRule,
    StatisticsRule,
)
from projects.core.reasons import Light
from projects.core.schedule import PaceBasis
from tests.core.builders import REFERENCE, policy

FILES = sorted((REFERENCE / "policies").glob("*.json"))
percents = st.fractions(0, 100, max_denominator=1000)


def _minimal(**changes: object) -> dict[str, Any]:
    data = {"code": "x", "name": "试行", "version": 1, "effective_from": "2024-01-01", "source": "本地设定"}
    return data | changes


def test_the_local_default_is_what_the_design_says() -> None:
    default = policy("local-default")

    assert (default.label, default.start, default.funds) == ("本地默认 v1", StartRule(3), None)
    assert default.pace == PaceRule(PaceMeasure.POINTS_BELOW, Fraction(10), True, Fraction(30), False)
    assert (default.pace.basis, default.pace.slight_band) == (PaceBasis.LINEAR_MONTH, SlightBand.GREEN)
    assert default.statistics == StatisticsRule(yellow_after_months=1, red_after_months=2)
    assert default.milestones == MilestoneRule(yellow_from=1, red_from=15, due_soon_days=5)
    assert "milestones.red_from" in default.local_settings


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_policy_file_is_named_by_its_code_and_reads_back_from_what_it_writes(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    read = LightPolicy.from_json(data)

    assert read.code == path.stem
    assert read.to_json() == data


def test_four_policies_come_with_the_product_and_only_the_default_is_adopted() -> None:
    codes = {path.stem: policy(path.stem).effective_from for path in FILES}

    assert codes == {"local-default": date(2020, 1, 1), "sanya-2022": None, "wuhan-2022": None, "yinchuan-2025": None}


@given(
    st.builds(
        LightPolicy,
        code=st.text(min_size=1).filter(str.strip),
        name=st.text(min_size=1).filter(str.strip),
        version=st.integers(1),
        effective_from=st.none() | st.dates(),
        source=st.text(min_size=1).filter(str.strip),
        start=st.none() | st.builds(StartRule, st.integers(1)),
        pace=st.none()
        | st.builds(
            lambda limits, *rest: PaceRule(PaceMeasure.POINTS_BELOW, min(limits), rest[0], max(limits), *rest[1:]),
            st.tuples(percents, percents),
            st.booleans(),
            st.booleans(),
            st.sampled_from(PaceBasis),
            st.sampled_from(SlightBand),
        ),
        funds=st.just(FundsRule((FundsStep(3, 25), FundsStep(6, 50)), Light.YELLOW)),
        statistics=st.just(StatisticsRule(1, 2)),
        milestones=st.just(MilestoneRule(1, 15, 5)),
        merge_jan_feb=st.booleans(),
        local_settings=st.lists(st.text()).map(tuple),
        notes=st.lists(st.text()).map(tuple),
    )
)
def test_any_policy_reads_back_equal_through_json_text(one: LightPolicy) -> None:
    assert LightPolicy.from_json(json.loads(json.dumps(one.to_json()))) == one


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"version": 0}, {"version"}),
        ({"version": True}, {"version"}),
        ({"name": " "}, {"name"}),
        ({"source": 5}, {"source"}),
        ({"effective_from": "2024-13-01"}, {"effective_from"}),
        ({"surprise": 1}, {"surprise"}),
        ({"start": 3}, {"start"}),
        ({"start": {}}, {"start.red_after_periods"}),
        ({"start": {"red_after_periods": 0}}, {"start.red_after_periods"}),
        ({"milestones": {"yellow_from": 15, "red_from": 1, "due_soon_days": 5}}, {"milestones.red_from"}),
        (
            {"milestones": {"yellow_from": 0, "red_from": 1, "due_soon_days": -1}},
            {"milestones.yellow_from", "milestones.due_soon_days"},
        ),
        ({"statistics": {"yellow_after_months": 2, "red_after_months": 1}}, {"statistics.red_after_months"}),
        ({"statistics": {"yellow_after_months": -1, "red_after_months": 1}}, {"statistics.yellow_after_months"}),
        ({"funds": {"steps": []}}, {"funds.steps"}),
        ({"funds": {"steps": [{"months": 3, "percent": 50}, {"months": 6, "percent": 25}]}}, {"funds.steps"}),
        ({"funds": {"steps": [{"months": 3, "percent": 0}]}}, {"funds.steps"}),
        ({"funds": {"steps": [{"months": 3, "percent": 101}]}}, {"funds.steps"}),
        ({"funds": {"steps": [{"months": -1, "percent": 25}]}}, {"funds.steps"}),
        ({"funds": {"steps": [{"months": 3}], "below": "red"}}, {"funds.steps.percent"}),
        ({"funds": {"steps": [{"months": 3, "percent": 25}], "below": "green"}}, {"funds.below"}),
        ({"local_settings": "pace"}, {"local_settings"}),
        ({"version": 0, "name": "", "code": ""}, {"version", "name", "code"}),
        ({"effective_from": 5, "merge_jan_feb": "no", "notes": [5]}, {"effective_from", "merge_jan_feb", "notes"}),
    ],
)
def test_every_field_that_is_wrong_is_named(changes: dict[str, object], problems: set[str]) -> None:
    with pytest.raises(PolicyError) as refused:
        LightPolicy.from_json(_minimal(**changes))

    assert {field for field, _ in refused.value.problems} == problems


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"yellow_limit": 40}, {"pace.red_limit"}),
        ({"yellow_limit": -1}, {"pace.yellow_limit"}),
        ({"red_limit": 101}, {"pace.red_limit"}),
        ({"measure": "ratio_to_pace"}, {"pace.red_limit"}),
        ({"measure": "feeling"}, {"pace.measure"}),
        ({"yellow_limit": 9.5}, {"pace.yellow_limit"}),
        ({"yellow_limit": "ten"}, {"pace.yellow_limit"}),
        ({"yellow_limit": "1/0"}, {"pace.yellow_limit"}),
        ({"measure": "ratio_to_pace", "yellow_limit": 101, "red_limit": 60}, {"pace.yellow_limit"}),
        ({"measure": "ratio_to_pace", "yellow_limit": 80, "red_limit": -1}, {"pace.red_limit"}),
        ({"yellow_limit": 101, "red_limit": 101}, {"pace.yellow_limit", "pace.red_limit"}),
        ({"quarter_steps": [20, 50, 75, 101]}, {"pace.quarter_steps"}),
        ({"quarter_steps": [-1, 50, 75, 100]}, {"pace.quarter_steps"}),
        ({"quarter_steps": [20, 50, 75]}, {"pace.quarter_steps"}),
        ({"quarter_steps": [50, 20, 75, 100]}, {"pace.quarter_steps"}),
        ({"basis": "moon", "red_inclusive": 1}, {"pace.basis", "pace.red_inclusive"}),
    ],
)
def test_a_pace_rule_that_contradicts_itself_is_refused(changes: dict[str, object], problems: set[str]) -> None:
    pace = policy("local-default").to_json()["pace"] | changes  # type: ignore[operator]

    with pytest.raises(PolicyError) as refused:
        LightPolicy.from_json(_minimal(pace=pace))

    assert {field for field, _ in refused.value.problems} == problems


@pytest.mark.parametrize(
    "changes",
    [
        {"start": {"red_after_periods": 1}},
        {"milestones": {"yellow_from": 1, "red_from": 1, "due_soon_days": 0}},
        {"statistics": {"yellow_after_months": 0, "red_after_months": 0}},
        {"funds": {"steps": [{"months": 0, "percent": 1}, {"months": 1, "percent": 100}]}},
    ],
)
def test_a_rule_may_go_to_the_ends_of_its_range(changes: dict[str, object]) -> None:
    assert LightPolicy.from_json(_minimal(**changes)).label == "试行 v1"


@pytest.mark.parametrize(
    "changes",
    [
        {"yellow_limit": 0, "red_limit": 0},
        {"yellow_limit": 100, "red_limit": 100},
        {"measure": "ratio_to_pace", "yellow_limit": 100, "red_limit": 0},
        {"quarter_steps": [0, 0, 0, 0]},
        {"quarter_steps": [100, 100, 100, 100]},
    ],
)
def test_a_pace_rule_may_go_to_the_ends_of_its_range(changes: dict[str, object]) -> None:
    pace = policy("local-default").to_json()["pace"] | changes  # type: ignore[operator]

    assert LightPolicy.from_json(_minimal(pace=pace)).pace is not None


def test_a_missing_field_is_called_missing() -> None:
    with pytest.raises(PolicyError) as refused:
        LightPolicy.from_json({"code": "x"})

    assert dict(refused.value.problems) == dict.fromkeys(("name", "version", "effective_from", "source"), "is missing")


def test_limits_may_be_exact_decimals() -> None:
    pace = policy("local-default").to_json()["pace"] | {"yellow_limit": "12.5"}  # type: ignore[operator]
    read = LightPolicy.from_json(_minimal(pace=pace)).pace

    assert read is not None
    assert read.yellow_limit == Fraction(25, 2)


@pytest.mark.parametrize(
    ("code", "yellow", "red"),
    [("yinchuan-2025", "2/5", "1/5"), ("wuhan-2022", "2/5", "3/10"), ("sanya-2022", "1/2", "1/4")],
)
def test_each_measure_becomes_limits_of_completed_over_plan(code: str, yellow: str, red: str) -> None:
    rule = policy(code).pace
    assert rule is not None

    assert (rule.limits(Fraction(1, 2)).yellow, rule.limits(Fraction(1, 2)).red) == (Fraction(yellow), Fraction(red))


@pytest.mark.parametrize(
    ("months", "percent"), [(0, 0), (2, 0), (3, 25), (5, 25), (6, 50), (11, 75), (12, 100), (40, 100)]
)
def test_spending_steps_hold_until_the_next(months: int, percent: int) -> None:
    rule = FundsRule((FundsStep(3, 25), FundsStep(6, 50), FundsStep(9, 75), FundsStep(12, 100)))

    assert rule.required_percent(months) == percent


@pytest.mark.parametrize(
    ("basis", "share"),
    [
        (PaceBasis.LINEAR_MONTH, Fraction(5, 12)),
        (PaceBasis.QUARTER_STEPS, Fraction(20, 100)),
        (PaceBasis.DAY_OF_YEAR, Fraction(151, 365)),
        (PaceBasis.MONTHLY_PLAN, Fraction(5, 12)),  # a list has no monthly plan of its own
        (None, Fraction(5, 12)),
    ],
)
def test_a_list_goes_by_the_policy_s_pace_and_by_months_where_that_is_each_project_s_own(
    basis: PaceBasis | None, share: Fraction
) -> None:
    local = policy("local-default")
    rule = replace(local.pace, basis=basis) if local.pace and basis else None

    assert replace(local, pace=rule).list_pace(Period(2023, 5)) == share

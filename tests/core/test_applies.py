"""An indicator that does not fit a project is not judged, whatever its facts would say."""

from datetime import date

import pytest

from projects.core.lights import Indicator, Light, ProjectFacts, judge_pace, judge_project
from projects.core.reasons import ReasonCode
from tests.core.builders import milestone, policy, published_calendar

BAD = ProjectFacts(
    "P",
    plan=100,
    completed=1,
    start_due_on=date(2023, 1, 4),
    milestones=(milestone("2023-01-04"),),
)


@pytest.mark.parametrize("indicator", [Indicator.START, Indicator.PACE, Indicator.MILESTONES])
def test_an_indicator_that_does_not_fit_is_not_judged(indicator: Indicator) -> None:
    facts = ProjectFacts(
        BAD.code,
        plan=BAD.plan,
        completed=BAD.completed,
        start_due_on=BAD.start_due_on,
        milestones=BAD.milestones,
        applies=frozenset(Indicator) - {indicator},
    )

    before = judge_project(BAD, policy("local-default"), published_calendar(), date(2024, 1, 12))
    after = judge_project(facts, policy("local-default"), published_calendar(), date(2024, 1, 12))

    assert before.of_indicator(indicator).light is Light.RED
    assert after.of_indicator(indicator).light is Light.NOT_JUDGED
    assert after.of_indicator(indicator).reason.code is ReasonCode.NOT_APPLICABLE
    assert after.overall is Light.RED


def test_a_project_to_which_nothing_applies_has_no_colour() -> None:
    facts = ProjectFacts("P", plan=100, completed=1, applies=frozenset())

    judged = judge_project(facts, policy("local-default"), published_calendar(), date(2024, 1, 12))

    assert (judged.overall, judged.not_judged) == (Light.NOT_JUDGED, 5)


@pytest.mark.parametrize(
    ("completed", "awaiting", "light", "period"),
    [
        (91, False, Light.GREEN, "2023-12"),
        (89, False, Light.YELLOW, "2023-12"),
        (89, True, Light.GREEN, "2023-11"),
        (81, True, Light.YELLOW, "2023-11"),
    ],
)
def test_while_a_return_is_awaited_pace_is_that_of_the_month_before(
    completed: int, awaiting: bool, light: Light, period: str
) -> None:
    facts = ProjectFacts("P", plan=100, completed=completed, awaiting=awaiting)

    judged = judge_pace(facts, policy("local-default"), published_calendar(), date(2024, 1, 3))

    assert (judged.light, judged.reason.figures["period"]) == (light, period)


def test_the_first_month_of_a_year_has_no_month_before_it() -> None:
    facts = ProjectFacts("P", plan=1200, completed=10, awaiting=True)

    judged = judge_pace(facts, policy("local-default"), published_calendar(), date(2024, 2, 2))

    assert judged.reason.figures["period"] == "2024-01"

"""Totals count each project once, exactly, and never average rates."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.summary import ProjectFigures, Totals, by_group, percent_of, total

COUNTIES = ("牡丹区", "定陶区", "曹县", "单县", "成武县")
shares = st.lists(st.sampled_from(COUNTIES), min_size=1, max_size=4, unique=True).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), st.integers(1, 10_000)) for name in names))
)
amounts = st.none() | st.integers(0, 10**12)
figures = st.builds(ProjectFigures, st.uuids().map(str), amounts, amounts, st.just(False), shares)


def test_the_published_year_of_the_city_foots() -> None:
    provincial = [
        ProjectFigures("P1", 30_000_000_000, 40_000_000_000),
        ProjectFigures("P2", 22_036_000_000, 17_240_000_000),
    ]

    assert total(provincial) == Totals(2, 52_036_000_000, 57_240_000_000, without_plan=0, not_disclosed=0)
    assert total(provincial).rate_percent == "110.0"


def test_the_rate_of_a_group_is_total_over_total_not_a_mean_of_rates() -> None:
    assert total([ProjectFigures("A", 100, 200), ProjectFigures("B", 900, 0)]).rate_percent == "20.0"


def test_a_project_on_two_lists_counts_once() -> None:
    twice = ProjectFigures("A", 100, 50)

    assert total([twice, twice, ProjectFigures("B", 100, 50)]).projects == 2


def test_one_project_with_two_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="A: two different figures"):
        total([ProjectFigures("A", 100, 50), ProjectFigures("A", 100, 51)])


def test_nothing_at_all_has_no_rate() -> None:
    nothing = total([])

    assert (nothing.projects, nothing.rate_percent) == (0, None)


def test_missing_plans_and_withheld_figures_are_counted_apart() -> None:
    totals = total(
        [
            ProjectFigures("A", 100, 50),
            ProjectFigures("B", None, 7),
            ProjectFigures("C", None, None, not_disclosed=True),
            ProjectFigures("D", 0, None),
        ]
    )

    assert totals == Totals(4, plan_yuan=100, completed_yuan=57, without_plan=1, not_disclosed=1)


def test_a_withheld_figure_cannot_be_given() -> None:
    with pytest.raises(ValueError, match="not disclosed"):
        ProjectFigures("A", 100, None, not_disclosed=True)


def test_a_group_cannot_have_two_shares_of_one_project() -> None:
    with pytest.raises(ValueError, match="two shares"):
        ProjectFigures("A", 100, None, shares=(("曹县", 50), ("曹县", 50)))


def test_a_project_across_counties_is_shared_and_counts_in_each() -> None:
    road = ProjectFigures("G1", 100, 10, shares=(("曹县", 6_667), ("单县", 3_333)))
    plant = ProjectFigures("C1", 50, 50, shares=(("曹县", 10_000),))

    assert by_group([road, plant]) == {
        "单县": Totals(1, 33, 3, 0, 0),
        "曹县": Totals(2, 117, 57, 0, 0),
    }


def test_a_share_of_nothing_is_no_share() -> None:
    project = ProjectFigures("A", 100, 10, shares=(("曹县", 100), ("单县", 0)))

    assert list(by_group([project])) == ["曹县"]


def test_thirds_of_a_yuan_are_not_lost() -> None:
    third = Fraction(1, 3)
    project = ProjectFigures("A", 100, 1, shares=tuple((name, third) for name in COUNTIES[:3]))

    assert sorted(totals.plan_yuan for totals in by_group([project]).values()) == [33, 33, 34]


@given(st.lists(figures, max_size=20))
def test_totals_over_counties_equal_the_portfolio(portfolio: list[ProjectFigures]) -> None:
    counties, whole = by_group(portfolio).values(), total(portfolio)

    assert sum(county.plan_yuan for county in counties) == whole.plan_yuan
    assert sum(county.completed_yuan for county in counties) == whole.completed_yuan


@given(st.lists(figures, max_size=10), st.randoms())
def test_neither_order_nor_repetition_changes_a_total(portfolio: list[ProjectFigures], random: object) -> None:
    again = [*portfolio, *portfolio]
    random.shuffle(again)  # type: ignore[attr-defined]

    assert total(again) == total(portfolio)
    assert by_group(again) == by_group(portfolio)


@pytest.mark.parametrize(("part", "whole", "percent"), [(23, 151, "15.2"), (1, 0, None), (None, 5, None)])
def test_a_part_is_a_percentage_of_a_positive_whole(part: int | None, whole: int, percent: str | None) -> None:
    assert percent_of(part, whole) == percent

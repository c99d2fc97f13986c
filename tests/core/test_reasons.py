"""A reason is a known code with exactly its figures, and survives being stored."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.reasons import (
    REASON_FIGURES,
    Figure,
    Indicator,
    Judgement,
    Light,
    ProjectLight,
    Reason,
    ReasonCode,
    worst,
)

figures_of_any_kind: st.SearchStrategy[Figure] = (
    st.integers()
    | st.dates()
    | st.fractions()
    | st.text()
    | st.sampled_from(["date:2024-01-12", "fraction:1/3", "text:a"])
)
lights = st.sampled_from(Light)


def _judgement(indicator: Indicator, light: Light) -> Judgement:
    return Judgement(indicator, light, Reason(ReasonCode.NOT_IN_POLICY))


def test_every_code_says_which_figures_it_carries() -> None:
    assert REASON_FIGURES.keys() == set(ReasonCode)


@given(st.sampled_from(ReasonCode), st.data())
def test_a_stored_reason_reads_back_equal_and_hashes_alike(code: ReasonCode, data: st.DataObject) -> None:
    reason = Reason(code, {name: data.draw(figures_of_any_kind) for name in REASON_FIGURES[code]})
    stored = reason.to_json()
    again = Reason.from_json(stored)

    assert again == reason
    assert hash(again) == hash(reason)
    assert [type(figure) for figure in again.figures.values()] == [type(figure) for figure in reason.figures.values()]
    assert all(type(value) in (int, str) for value in stored["figures"].values())  # type: ignore[union-attr]


def test_the_stored_form_is_plain() -> None:
    reason = Reason("start_missed", {"due_on": date(2023, 9, 28), "month_ends": 3})

    assert reason.to_json() == {"code": "start_missed", "figures": {"due_on": "date:2023-09-28", "month_ends": 3}}


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("because", {}),
        ("start_missed", {}),
        ("started", {"started_on": date(2024, 1, 1), "more": 1}),
    ],
)
def test_an_unknown_code_or_other_figures_are_refused(code: str, figures: dict[str, Figure]) -> None:
    with pytest.raises(ValueError):
        Reason(code, figures)


@pytest.mark.parametrize("data", [{}, {"code": "no_plan"}, {"code": "no_plan", "figures": {"period": 1.5}}])
def test_a_stored_form_that_is_no_reason_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Reason.from_json(data)


def test_figures_that_are_changed_by_a_reader_do_not_change_the_reason() -> None:
    reason = Reason("no_plan", {"period": "2023-12"})
    reason.figures["period"] = Fraction(1, 2)

    assert reason.figures == {"period": "2023-12"}


@pytest.mark.parametrize(
    ("several", "light"),
    [
        ([Light.GREEN, Light.RED, Light.YELLOW], Light.RED),
        ([Light.GREEN, Light.YELLOW], Light.YELLOW),
        ([Light.NOT_JUDGED, Light.GREEN], Light.GREEN),
        ([Light.NOT_JUDGED, Light.NOT_JUDGED], Light.NOT_JUDGED),
        ([], Light.NOT_JUDGED),
    ],
)
def test_the_worst_light_wins_and_absence_is_never_green(several: list[Light], light: Light) -> None:
    assert worst(several) is light


@given(st.lists(lights, min_size=5, max_size=5))
def test_a_project_has_its_worst_colour_and_names_the_first_that_gives_it(several: list[Light]) -> None:
    project = ProjectLight.of(map(_judgement, Indicator, several))

    assert project.overall is worst(several)
    assert project.cause.indicator is list(Indicator)[several.index(project.overall)]
    assert project.not_judged == several.count(Light.NOT_JUDGED)


def test_an_indicator_that_was_not_looked_at_is_an_error() -> None:
    project = ProjectLight.of([_judgement(Indicator.PACE, Light.GREEN)])

    assert project.of_indicator(Indicator.PACE).light is Light.GREEN
    with pytest.raises(KeyError):
        project.of_indicator(Indicator.FUNDS)

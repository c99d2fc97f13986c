"""Rounding is half-up on exact values and never shows a sign on nothing."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.rounding import fixed, half_up, trimmed


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(302), 1, "302.0"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(-1, 25), 1, "0.0"),
        (Fraction(249, 100), 0, "2"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(2, 3) * 100, 2, "66.67"),
        (Fraction(1), 3, "1.000"),
    ],
)
def test_a_value_is_written_with_fixed_decimals_half_up(value: Fraction, places: int, text: str) -> None:
    assert fixed(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"), [(302, "302"), (Fraction(1, 2), "0.5"), (100, "100"), (Fraction(1, 9), "0.1")]
)
def test_trailing_zeros_are_dropped_but_never_those_of_a_whole_number(value: Fraction | int, text: str) -> None:
    assert trimmed(value, 1) == text


def test_thousands_are_set_apart_on_request() -> None:
    assert fixed(Fraction(-1436787, 100), 2, grouped=True) == "-14,367.87"


def test_negative_places_are_refused() -> None:
    with pytest.raises(ValueError, match="places"):
        half_up(1, -1)


@given(st.decimals(-(10**9), 10**9, places=5), st.integers(0, 4))
def test_rounding_agrees_with_the_decimal_module(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)

    assert Decimal(fixed(Fraction(value), places)) == expected

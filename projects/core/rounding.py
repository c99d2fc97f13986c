"""Half-up rounding of exact values, for display only. Nothing that is rounded here may be summed."""

from fractions import Fraction


def half_up(value: Fraction | int, places: int) -> int:
    """Return `value` × 10^places rounded half-up on its magnitude (−1.25 → −13 with one place)."""
    if places < 0:
        raise ValueError("places must not be negative")
    scale: int = 10**places
    exact = Fraction(value) * scale
    top, bottom = abs(exact.numerator), exact.denominator
    rounded = (2 * top + bottom) // (2 * bottom)
    return -rounded if exact < 0 else rounded


def fixed(value: Fraction | int, places: int, *, grouped: bool = False) -> str:
    """Write `value` with exactly `places` decimals; `grouped` sets thousands apart: 14,367.87.

    What rounds to nothing is written without a sign: never “-0.0”.
    """
    scaled = half_up(value, places)
    scale: int = 10**places
    whole, part = divmod(abs(scaled), scale)
    sign = "-" if scaled < 0 else ""
    digits = f"{whole:,}" if grouped else str(whole)
    return f"{sign}{digits}.{part:0{places}d}" if places else f"{sign}{digits}"


def trimmed(value: Fraction | int, places: int) -> str:
    """Write `value` with at most `places` decimals, trailing zeros dropped: 302.0 → 302."""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text

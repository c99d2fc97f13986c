"""Readers of command-line arguments; what they cannot read is wrong usage (exit 2)."""

from argparse import ArgumentTypeError
from datetime import date, datetime

from portfolio.clock import SHANGHAI
from projects.core.periods import YEARS, Period, PeriodError


def period(text: str) -> Period:
    """A month like 2023-12."""
    try:
        return Period.parse(text)
    except PeriodError:
        raise ArgumentTypeError(f"{text!r} is not a month like 2023-12") from None


def day(text: str) -> date:
    """An ISO date, of a year in which months are reported."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date like 2024-01-12") from None
    if read.year not in YEARS:
        raise ArgumentTypeError(f"{text!r} lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return read


def moment(text: str) -> datetime:
    """An ISO moment; without a zone it is Asia/Shanghai."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a moment like 2024-01-08T18:00") from None
    return read if read.tzinfo else read.replace(tzinfo=SHANGHAI)

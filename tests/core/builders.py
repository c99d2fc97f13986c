"""What the tests of the core share: the published calendar, the policy files, and short ways to state facts."""

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from projects.core.calendar import WorkCalendar
from projects.core.lights import LightPolicy
from projects.core.schedule import MilestoneFacts

FIXTURES = Path(__file__).parents[2] / "fixtures"
REFERENCE = FIXTURES / "reference"
BUILT_IN = sorted((REFERENCE / "policies").glob("*.json"))
IMPORTABLE = sorted((FIXTURES / "policies").glob("*.json"))


@cache
def published_calendar() -> WorkCalendar:
    """The working days of the reference data."""
    with (REFERENCE / "calendar.csv").open(encoding="utf-8", newline="") as file:
        exceptions = {date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(file)}
    with (REFERENCE / "calendar_years.csv").open(encoding="utf-8", newline="") as file:
        years = {int(row["year"]) for row in csv.DictReader(file)}
    return WorkCalendar(exceptions, years)


@cache
def policy(code: str) -> LightPolicy:
    """A policy that comes with the product, built in or to be imported."""
    (path,) = (path for path in (*BUILT_IN, *IMPORTABLE) if path.stem == code)
    text = path.read_text(encoding="utf-8")
    return LightPolicy.from_json(json.loads(text))


def day(text: str) -> date:
    """A date, written short."""
    return date.fromisoformat(text)


def milestone(due: str | date | None, actual: str | date | None = None, key: str = "m1") -> MilestoneFacts:
    """A milestone that is due, and perhaps was reached, on these days."""
    due_on = day(due) if isinstance(due, str) else due
    actual_on = day(actual) if isinstance(actual, str) else actual
    return MilestoneFacts(key, "D03", "基础完成", due_on, due_on, None, actual_on)


def days(first: str = "2021-01-01", last: str = "2025-12-31") -> st.SearchStrategy[date]:
    """Days well within the published calendar."""
    return st.dates(day(first), day(last))

"""The fields of a register and what offices write for them; the words themselves are data, in the two files beside.

register_headers.csv: what a column is called, the preferred word first, without spaces, brackets, signs, units and
years. register_words.csv: what stands in cells with a choice.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.intake import columns as shared
from projects.intake.plan_months import MONTH_KEYS, QUARTER_KEYS, SUM_KEYS
from projects.models import Project, ProjectClass

HERE: Final = Path(__file__).parent


class Form(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    LONG = "long"
    CODE = "code"
    MONEY = "money"
    YEARS = "years"
    YEAR = "year"
    CHOICE = "choice"
    ROW = "row"
    """The name, another name or the code of a row of another table."""
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `taken`: whether the import writes it; the others are recognised, so that nothing mistakes them."""

    key: str
    label: Any
    form: Form
    taken: bool = True


def _plan_parts() -> Iterator[Field]:
    """The annual plan by month, cumulative, and by quarter."""
    for month, (single, cumulative) in enumerate(zip(MONTH_KEYS, SUM_KEYS, strict=True), start=1):
        yield Field(single, format_lazy(_("Plan of month {month}"), month=month), Form.MONEY)
        yield Field(cumulative, format_lazy(_("Cumulative plan to month {month}"), month=month), Form.MONEY)
    for quarter, key in enumerate(QUARTER_KEYS, start=1):
        yield Field(key, format_lazy(_("Plan of quarter {quarter}"), quarter=quarter), Form.MONEY)


FIELDS: Final = (
    Field("number", shared.NUMBER.header, Form.IGNORED, taken=False),
    Field("code", shared.CODE.header, Form.CODE),
    Field("national_code", _("National project code"), Form.CODE),
    Field("name", shared.NAME.header, Form.TEXT),
    Field("division", shared.DIVISION.header, Form.ROW),
    Field("project_class", _("Implementation or preparatory"), Form.CHOICE),
    Field("project_type", shared.PROJECT_TYPE.header, Form.CHOICE),
    Field("industry", shared.INDUSTRY.header, Form.ROW),
    Field("nature", shared.NATURE.header, Form.CHOICE),
    Field("carried_over", _("Carried over or new"), Form.CHOICE),
    Field("approval_kind", _("Kind of approval"), Form.CHOICE),
    Field("funding", _("Funding"), Form.CHOICE),
    Field("owner", shared.OWNER.header, Form.ROW),
    Field("content", shared.CONTENT.header, Form.LONG),
    Field("years", shared.YEARS.header, Form.YEARS),
    Field("start_year", _("First year"), Form.YEAR),
    Field("end_year", _("Last year"), Form.YEAR),
    Field("total_investment", shared.TOTAL.header, Form.MONEY),
    Field("approved_estimate", _("Approved estimate"), Form.MONEY),
    Field("plan", shared.PLAN.header, Form.MONEY),
    *_plan_parts(),
    Field("opening", _("Completed before this year"), Form.MONEY),
    Field("completed", shared.COMPLETED.header, Form.MONEY, taken=False),
    Field("month", shared.MONTH.header, Form.MONEY, taken=False),
    Field("since_start", shared.SINCE_START.header, Form.MONEY, taken=False),
    Field("leader", shared.LEADER.header, Form.ROW),
    Field("responsible", shared.RESPONSIBLE.header, Form.ROW),
    Field("lists", shared.LISTS.header, Form.IGNORED, taken=False),
    Field("stage", shared.STAGE.header, Form.IGNORED, taken=False),
    Field("rate", shared.RATE.header, Form.IGNORED, taken=False),
    Field("gap", shared.GAP.header, Form.IGNORED, taken=False),
    Field("restated", shared.RESTATED.header, Form.IGNORED, taken=False),
    Field("physical", shared.PHYSICAL.header, Form.IGNORED, taken=False),
    Field("light", shared.LIGHT.header, Form.IGNORED, taken=False),
    Field("why", shared.WHY.header, Form.IGNORED, taken=False),
    Field("rule", shared.RULE.header, Form.IGNORED, taken=False),
    Field("problem", shared.PROBLEM.header, Form.IGNORED, taken=False),
    Field("note", _("Note"), Form.IGNORED, taken=False),
)
BY_KEY: Final[Mapping[str, Field]] = {field.key: field for field in FIELDS}
MONEY: Final = tuple(field.key for field in FIELDS if field.form is Form.MONEY)
_OWN: Final = {
    "project_type": Project.Type,
    "nature": Project.Nature,
    "approval_kind": Project.Approval,
    "funding": Project.Funding,
    "project_class": ProjectClass,
}


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def headers() -> list[tuple[str, str]]:
    """What columns are called: (field, header as it is compared), preferred words first within a field."""
    return [(row["field"], row["header"]) for row in _table("register_headers.csv")]


@lru_cache(maxsize=1)
def own_headers() -> list[tuple[str, str]]:
    """The headers that our own workbooks have, in both languages: (field, text)."""
    return list(_own())


def _own() -> Iterator[tuple[str, str]]:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for field in FIELDS:
                yield field.key, str(field.label)


@lru_cache(maxsize=1)
def choices() -> dict[str, dict[str, str]]:
    """What may be written for each field with choices, lower case, with the stored value; own names included."""
    found: dict[str, dict[str, str]] = {"carried_over": {}}
    for field, kind in _OWN.items():
        found[field] = {value: value for value in kind.values}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                found[field] |= {str(label).lower(): value for value, label in kind.choices}
    for row in _table("register_words.csv"):
        found[row["field"]].setdefault(row["written"].lower(), row["value"])
    return found

"""The shape of each fixture file: one dataclass a file, its fields the file's columns in order. No logic."""

import datetime
from dataclasses import dataclass

from projects.models import Division, FactMeasure, Programme, Project, ProjectAlias, TargetMeasure

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A row of divisions.csv."""

    code: str
    name_zh: str
    name_en: str
    kind: Division.Kind
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    rank_group: str
    aliases: Names
    successor: str
    source: str


@dataclass(frozen=True, slots=True)
class IndustryRow:
    """A row of industries.csv."""

    code: str
    name_zh: str
    name_en: str
    aliases: Names
    source: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A row of milestone_steps.csv; working days."""

    code: str
    phase: str
    name_zh: str
    name_en: str
    usual_workdays: int | None
    photo: bool
    moves_to_workday: bool
    condition: str
    source: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A row of milestone_template_names.csv."""

    template: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class TemplatePlaceRow:
    """A row of milestone_templates.csv."""

    template: str
    position: int
    step: str


@dataclass(frozen=True, slots=True)
class CalendarYearRow:
    """A row of calendar_years.csv."""

    year: int
    source: str
    published_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class CalendarDayRow:
    """A row of calendar.csv."""

    date: datetime.date
    is_workday: bool
    name: str
    quiet: bool
    source: str


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A row of programmes.csv."""

    code: str
    name_zh: str
    name_en: str
    year: int
    level: Programme.Level
    theme: str
    tracked: bool
    source: str
    source_date: datetime.date | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row of targets.csv; figures as printed, money in yuan beside them."""

    programme: str
    measure: TargetMeasure
    unit: str
    promised: str
    promised_yuan: int | None
    outcome: str
    outcome_yuan: int | None
    rate: str
    qualifier: str
    note: str
    source: str
    section: str
    known_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class PublishedProjectRow:
    """A row of projects.csv; it has no room for a figure."""

    code: str
    name: str
    kind: str
    type: Project.Type
    industry: str
    nature: str
    divisions: Names
    parent: str
    note: str


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A row of aliases.csv."""

    project: str
    alias: str
    kind: ProjectAlias.Kind
    inferred: bool
    note: str
    source: str
    source_date: str


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A row of mentions.csv: a figure with its unit, or a text. Dates are as exact as the source allows."""

    project: str
    measure: FactMeasure
    value: str
    unit: str
    yuan: int | None
    qualifier: str
    text: str
    year: int | None
    year_to: int | None
    event_date: str
    as_written: str
    source: str
    section: str
    source_date: str
    note: str

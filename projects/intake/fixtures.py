"""Reads the fixture folders: CSV and JSON into typed rows, every fault named by file, row and column.

It knows the shape of the files and that references between them hold; what the rows mean is the actions'.
"""

import csv
import datetime
import json
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import Choices
from django.utils.translation import gettext as _

from portfolio.refusals import Refusal
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PolicyError
from projects.intake import fixture_rows as rows

Row = TypeVar("Row")
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything in fixtures/reference."""

    divisions: list[rows.DivisionRow]
    industries: list[rows.IndustryRow]
    steps: list[rows.StepRow]
    templates: list[rows.TemplateRow]
    places: list[rows.TemplatePlaceRow]
    years: list[rows.CalendarYearRow]
    days: list[rows.CalendarDayRow]
    policies: list[LightPolicy]


@dataclass(frozen=True, slots=True)
class Published:
    """Everything in fixtures/heze."""

    programmes: list[rows.ProgrammeRow]
    targets: list[rows.TargetRow]
    projects: list[rows.PublishedProjectRow]
    aliases: list[rows.AliasRow]
    mentions: list[rows.MentionRow]


def read_reference(folder: Path) -> Reference:
    """Read the reference data. Raises Refusal that names every fault."""
    found = Reference(
        divisions=read_rows(folder / "divisions.csv", rows.DivisionRow),
        industries=read_rows(folder / "industries.csv", rows.IndustryRow),
        steps=read_rows(folder / "milestone_steps.csv", rows.StepRow),
        templates=read_rows(folder / "milestone_template_names.csv", rows.TemplateRow),
        places=read_rows(folder / "milestone_templates.csv", rows.TemplatePlaceRow),
        years=read_rows(folder / "calendar_years.csv", rows.CalendarYearRow),
        days=read_rows(folder / "calendar.csv", rows.CalendarDayRow),
        policies=[read_policy(path) for path in sorted((folder / "policies").glob("*.json"))],
    )
    _once("divisions.csv", (row.code for row in found.divisions))
    _once("industries.csv", (row.code for row in found.industries))
    _once("milestone_steps.csv", (row.code for row in found.steps))
    _once("calendar.csv", (row.date.isoformat() for row in found.days))
    _known("divisions.csv", (row.successor for row in found.divisions), (row.code for row in found.divisions))
    _known("milestone_templates.csv", (row.step for row in found.places), (row.code for row in found.steps))
    _known("milestone_templates.csv", (row.template for row in found.places), (row.template for row in found.templates))
    _known("calendar.csv", (str(row.date.year) for row in found.days), (str(row.year) for row in found.years))
    return found


def read_published(folder: Path) -> Published:
    """Read the published facts. Raises Refusal that names every fault."""
    found = Published(
        programmes=read_rows(folder / "programmes.csv", rows.ProgrammeRow),
        targets=read_rows(folder / "targets.csv", rows.TargetRow),
        projects=read_rows(folder / "projects.csv", rows.PublishedProjectRow),
        aliases=read_rows(folder / "aliases.csv", rows.AliasRow),
        mentions=read_rows(folder / "mentions.csv", rows.MentionRow),
    )
    codes = [row.code for row in found.projects]
    _once("projects.csv", codes)
    _once("programmes.csv", (row.code for row in found.programmes))
    _known("targets.csv", (row.programme for row in found.targets), (row.code for row in found.programmes))
    _known("projects.csv", (row.parent for row in found.projects), codes)
    _known("aliases.csv", (row.project for row in found.aliases), codes)
    _known("mentions.csv", (row.project for row in found.mentions), codes)
    return found


def read_policy(path: Path) -> LightPolicy:
    """Read one light policy. Raises Refusal that names every field that is wrong."""
    try:
        return LightPolicy.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = str(error) if isinstance(error, PolicyError) else _("it is no JSON object")
        raise Refusal(_("%(file)s cannot be used: %(why)s.") % {"file": path.name, "why": why}) from error


def read_rows(path: Path, shape: type[Row]) -> list[Row]:
    """Read a CSV file whose header is the shape's fields. Raises Refusal that names every cell that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *body = csv.reader(file)
    except FileNotFoundError as error:
        raise Refusal(_("There is no file %(file)s.") % {"file": path}) from error
    except (OSError, ValueError, csv.Error) as error:
        raise Refusal(_("%(file)s is no readable CSV file in UTF-8.") % {"file": path.name}) from error
    columns = [field.name for field in fields(shape)]  # type: ignore[arg-type]
    if header != columns:
        raise Refusal(
            _("%(file)s: the columns should be %(wanted)s.") % {"file": path.name, "wanted": ", ".join(columns)}
        )
    hints = typing.get_type_hints(shape)
    faults: list[str] = []
    made = []
    for number, cells in enumerate(body, start=2):
        values = _values(cells, columns, hints, faults, f"{path.name} {number}")
        if values is not None:
            made.append(shape(**values))
    _refuse(faults)
    return made


def _values(
    cells: list[str], columns: list[str], hints: dict[str, Any], faults: list[str], place: str
) -> dict[str, Any] | None:
    if len(cells) != len(columns):
        faults.append(_("%(place)s: the row has %(count)s cells.") % {"place": place, "count": len(cells)})
        return None
    values = {}
    for column, cell in zip(columns, cells, strict=True):
        try:
            values[column] = _converter(hints[column])(cell)
        except ValueError:
            faults.append(
                _("%(place)s, %(column)s: “%(cell)s” is not a valid value.")
                % {"place": place, "column": column, "cell": cell}
            )
    return values if len(values) == len(columns) else None


def _converter(hint: Any) -> Callable[[str], Any]:
    if isinstance(hint, types.UnionType):
        inner = _converter(next(kind for kind in typing.get_args(hint) if kind is not types.NoneType))
        return lambda cell: inner(cell) if cell else None
    if hint is bool:
        return lambda cell: bool(("0", "1").index(cell))
    if hint is datetime.date:
        return datetime.date.fromisoformat
    if typing.get_origin(hint) is tuple:
        return lambda cell: tuple(part for part in cell.split("|") if part)
    if hint in (str, int) or issubclass(hint, Choices):
        return typing.cast(Callable[[str], Any], hint)
    raise TypeError(f"no fixture column can be {hint}")


def _once(file: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    twice = [code for code in codes if code in seen or seen.add(code)]  # type: ignore[func-returns-value]
    _refuse([_("%(file)s: %(code)s stands there twice.") % {"file": file, "code": code} for code in twice])


def _known(file: str, used: Iterable[str], codes: Iterable[str]) -> None:
    missing = sorted(set(used) - set(codes) - {""})
    _refuse([_("%(file)s: %(code)s is not known.") % {"file": file, "code": code} for code in missing])


def _refuse(faults: list[str]) -> None:
    if faults:
        more = [_("… and %(count)s more.") % {"count": len(faults) - SHOWN}] if len(faults) > SHOWN else []
        raise Refusal("\n".join([*faults[:SHOWN], *more]))

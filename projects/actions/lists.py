"""Makes a list and keeps what is said of it: names, level, year, source, and the targets that were published for it.

Which projects stand on it, and since when, is entered in projects/actions/programmes.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.loading import bring_up_to_date, withdraw
from projects.actions.record import Batch, apply, created, diff, ledger_batch
from projects.core.codes import CodeError, parse_project_code
from projects.core.money import MoneyError, MoneyUnit, parse_optional_money
from projects.core.periods import YEARS
from projects.intake.values import AMOUNT_SENTENCES
from projects.models import Act, Listing, Origin, Programme, Provenance, Target, TargetMeasure

EDITABLE: Final = frozenset(
    {"name_zh", "name_en", "level", "year", "year_to", "theme", "source", "source_date", "is_tracked"}
)
_FIXED: Final = ("year", "year_to", "level")  # once projects stand on the list
_EXAMPLE: Final = "（示例）"
_UNITS: Final = {unit.symbol: unit for unit in MoneyUnit}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProgramme:
    """A list to make; `is_tracked`: its projects are kept here, and it counts in totals."""

    code: str
    name_zh: str
    level: str
    year: int
    name_en: str = ""
    year_to: int | None = None
    theme: str = ""
    source: str = ""
    source_date: date | None = None
    is_tracked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTarget:
    """A line of what a source promises or reports for a list; figures as printed, in `unit` (个, 亿元, …)."""

    measure: str
    unit: str
    source: str
    promised: str = ""
    outcome: str = ""
    rate: str = ""
    qualifier: str = ""
    known_on: date | None = None


def create_programme(
    *, by: Any, new: NewProgramme, targets: Sequence[PublishedTarget] = (), origin: str = Origin.WEB
) -> Programme:
    """Make a list with its targets. Raises Refusal for a code that is taken or unfit, a name that its year has
    already, years out of order, or a target without figure or source; then nothing is written.
    """
    require(by, Right.MANAGE_LISTS)
    values = {item.name: getattr(new, item.name) for item in fields(NewProgramme)}
    values["code"] = _code(new.code)
    with ledger_batch(by=by, origin=origin, source=new.source) as book:
        if there := Programme.objects.filter(code=values["code"]).first():
            told = {"code": there.code, "list": f"{there.year} {there.name}"}
            raise Refusal(_("The code %(code)s is taken: %(list)s.") % told, field="code")
        _check(values, None)
        values["provenance"] = Provenance.DEMO if _EXAMPLE in values["name_zh"] else Provenance.OFFICIAL
        programme = Programme.objects.create(**values)
        book.add(programme, Act.CREATE, created(values), key=programme.code)
        _set_targets(book, programme, targets)
    return programme


def update_programme(
    *,
    by: Any,
    programme: Programme,
    version: int,
    wanted: Mapping[str, Any],
    targets: Sequence[PublishedTarget],
    origin: str = Origin.WEB,
) -> bool:
    """Change what is said of a list, its targets replaced by `targets`; gives whether anything changed.

    Raises StaleForm, and Refusal for a list that comes with the published files, for a year or level once projects
    stand on it, and as `create_programme` does. Raises TypeError for a field that is not editable.
    """
    require(by, Right.MANAGE_LISTS)
    if unknown := set(wanted) - EDITABLE:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    with ledger_batch(by=by, origin=origin) as book:
        row = Programme.objects.get(pk=programme.pk)
        if row.provenance == Provenance.PUBLISHED:
            raise Refusal(_("This list comes with the published facts and is kept as their sources have it."))
        if row.version != version:
            raise StaleForm(
                _("Somebody changed this list after you opened the page."),
                theirs={name: getattr(row, name) for name in wanted},
                yours=dict(wanted),
            )
        values = {name: getattr(row, name) for name in EDITABLE} | dict(wanted)
        _check(values, row)
        changes = diff(row, {name: values[name] for name in wanted})
        _refuse_fixed(row, changes)
        if changes:
            book.add(row, Act.UPDATE, changes, key=row.code)
        changed = _set_targets(book, row, targets) or bool(changes)
        if changed:
            row.version += 1
            apply(row, changes, "version")
    return changed


def _code(text: str) -> str:
    try:
        return parse_project_code(text)
    except CodeError as error:
        raise Refusal(
            _("Write the code in 3 to 32 letters, digits and hyphens, such as P2025-CITY."), field="code"
        ) from error


def _check(values: dict[str, Any], row: Programme | None) -> None:
    """Trim the words and refuse what cannot be a list; `row` is the list itself where there is one already."""
    for name in ("name_zh", "name_en", "theme", "source"):
        values[name] = values[name].strip()
    if not values["name_zh"]:
        raise Refusal(_("A list needs its Chinese name."), field="name_zh")
    if values["level"] not in Programme.Level.values:
        raise Refusal(_("Choose the level of the list."), field="level")
    if values["year"] not in YEARS:
        told = {"year": values["year"]}
        raise Refusal(_("The year %(year)s cannot be meant. Write four digits, such as 2024.") % told, field="year")
    last = values["year_to"]
    if last is not None and not (values["year"] <= last <= YEARS[-1]):
        raise Refusal(_("The last year lies before the first one."), field="year_to")
    same = Programme.objects.filter(year=values["year"], name_zh=values["name_zh"])
    if other := same.exclude(code=row.code if row else "").first():
        told = {"year": other.year, "code": other.code}
        raise Refusal(_("%(year)s has a list of this name already: %(code)s.") % told, field="name_zh")


def _refuse_fixed(row: Programme, changes: Mapping[str, Any]) -> None:
    """Totals of past months rest on the year of a list and on its being tracked."""
    moved = next((name for name in _FIXED if name in changes), "is_tracked" if "is_tracked" in changes else "")
    if moved and Listing.objects.filter(programme=row).exists():
        raise Refusal(
            _("Projects stand on this list: its years, its level and whether it is tracked stay as they are."),
            field=moved,
        )


def _set_targets(book: Batch, programme: Programme, targets: Sequence[PublishedTarget]) -> bool:
    """Make the targets of a list these; whether anything changed. The change log keeps those that go."""
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for one in targets:
        values = _target(programme, one)
        key = (values["measure"], values["source"])
        if key in wanted:
            told = {"measure": TargetMeasure(one.measure).label}
            raise Refusal(_("“%(measure)s” stands twice with the same source.") % told)
        wanted[key] = values
    existing = {(row.measure, row.source): row for row in Target.objects.filter(programme=programme)}
    gone = [row for key, row in existing.items() if key not in wanted]
    tally = bring_up_to_date(book, Target, existing, wanted, _of_target(programme))
    tally += withdraw(book, gone, [item.name for item in fields(PublishedTarget)], _of_target(programme))
    return bool(tally.created or tally.updated or tally.withdrawn)


def _of_target(programme: Programme) -> Any:
    return lambda row: {"key": f"{programme.code}/{row.measure}"}


def _target(programme: Programme, one: PublishedTarget) -> dict[str, Any]:
    """A target's fields, its money in yuan beside the printed figure."""
    if one.measure not in TargetMeasure.values:
        raise Refusal(_("Choose what each target measures."))
    told = {"measure": TargetMeasure(one.measure).label}
    values = {item.name: getattr(one, item.name) for item in fields(PublishedTarget)}
    values |= {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    if not (values["promised"] or values["outcome"]):
        raise Refusal(_("“%(measure)s”: write what is promised, or how it came out.") % told)
    if not values["unit"]:
        raise Refusal(_("“%(measure)s”: write the unit, such as 个 or 亿元.") % told)
    if not values["source"]:
        raise Refusal(_("“%(measure)s”: say which source publishes it.") % told)
    for name in ("promised", "outcome"):
        values[f"{name}_yuan"] = _yuan(values[name], values["unit"])
    return values | {"measure": str(one.measure), "programme": programme}


def _yuan(text: str, unit: str) -> int | None:
    """A figure in yuan where its unit is one of money."""
    if unit not in _UNITS:
        return None
    try:
        return parse_optional_money(text, _UNITS[unit])
    except MoneyError as error:
        sentence = AMOUNT_SENTENCES.get(error.code, AMOUNT_SENTENCES["not_a_number"])
        raise Refusal(sentence % error.figures) from error

"""Differences as a reader sees them: each field with its name, what stands and what would stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portfolio.web.templatetags.badges import badge
from projects.actions.importers import Importer, Shown
from projects.core.rounding import trimmed
from projects.intake.plan import Difference, Kind, StatedTotal
from projects.intake.register_fields import BY_KEY
from projects.intake.register_values import NEW
from projects.templatetags.figures import MISSING, wan_exact

KINDS: Mapping[str, tuple[Any, str]] = {
    Kind.CREATE: (gettext_lazy("New"), "green"),
    Kind.UPDATE: (gettext_lazy("Changed"), "accent"),
    Kind.UNCHANGED: (gettext_lazy("The same"), "none"),
    Kind.CONFLICT: (gettext_lazy("Conflict"), "yellow"),
    Kind.ERROR: (gettext_lazy("Wrong"), "red"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a difference."""

    label: str
    old: str
    new: str
    cell: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the file."""

    difference: Difference
    badge: Any
    lines: list[Line]
    cell: str


class Showing:
    """Writes the values of one kind of import; names of codes are read once."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._names: dict[str, Mapping[str, Any]] = {}

    def entries(self, rows: Sequence[Difference]) -> list[Entry]:
        """The rows with their fields in words."""
        return [self._entry(row) for row in rows]

    def _entry(self, row: Difference) -> Entry:
        words, tone = KINDS[row.kind]
        lines = [
            Line(self.label(name), self.value(name, old), self.value(name, new), row.cells.get(name, ""))
            for name, (old, new) in row.fields.items()
        ]
        sheet, number = row.where
        return Entry(row, badge(words, tone), lines, f"{sheet}!{number}" if number else sheet)

    def label(self, name: str) -> str:
        """What a field is called."""
        if name == "projects":
            return _("Number of projects")
        shown = self._shown(name)
        return str(shown.label) if shown else name

    def _shown(self, name: str) -> Shown | None:
        """By its name, or by what stands before the last point of it: milestones come as D04.actual_on."""
        return self._importer.fields.get(name) or self._importer.fields.get(name.rpartition(".")[2])

    def value(self, name: str, value: Any) -> str:
        """A value in words; a missing one is a dash."""
        if value is None or value == "":
            return MISSING
        shown = self._shown(name)
        if isinstance(value, str) and value.startswith(NEW):
            return _("%(name)s (new here)") % {"name": value.removeprefix(NEW)}
        write: Callable[[Any], str] = _FORMS.get(shown.form if shown else "text", str)
        if shown and shown.names is not None:
            if name not in self._names:
                self._names[name] = shown.names()
            return str(self._names[name].get(value, value))
        return write(value)

    def total(self, total: StatedTotal) -> tuple[str, str, str, str]:
        """A stated total: what it is of, stated, computed, and the difference where it does not foot."""
        write = str if total.field == "projects" else exactly
        off = ("+" if total.difference > 0 else "−") + write(abs(total.difference)) if total.difference else ""
        return self.total_label(total), write(total.stated), write(total.computed), off

    def total_label(self, total: StatedTotal) -> str:
        """The column that was summed."""
        if total.field in BY_KEY:
            return str(BY_KEY[total.field].label)
        return self.label(total.field)


def exactly(yuan: int) -> str:
    """An amount to its last yuan: 14,367.87万元; 143.6787 million yuan."""
    if not isinstance(yuan, int):
        return str(yuan)
    if (get_language() or "").startswith("zh"):
        return f"{_grouped(wan_exact(yuan))}万元"
    return _("%(amount)s million yuan") % {"amount": trimmed(Fraction(yuan, 1_000_000), 6)}


def _grouped(number: str) -> str:
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _flag(value: Any) -> str:
    return _("Yes") if value else _("No")


_FORMS: Mapping[str, Callable[[Any], str]] = {
    "money": exactly,
    "flag": _flag,
    "months": lambda months: _("%(months)s (10,000 yuan)") % {"months": " / ".join(map(wan_exact, months))},
    "percent": lambda value: f"{value}%",
}

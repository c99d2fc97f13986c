"""What a row says otherwise than the register does, field by field; what is doubtful is said and not taken."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.core.money import magnitude_jump
from projects.intake.register_facts import Facts, Known
from projects.intake.register_names import plain
from projects.intake.register_values import Parsed, Reader
from projects.intake.values import clean_text

Pair = tuple[Any, Any]
OWN_FIELDS: Final = (
    "name", "national_code", "division", "project_type", "industry", "nature", "carried_over", "approval_kind",
    "funding", "owner", "content", "start_year", "end_year", "total_investment", "approved_estimate",
)  # fmt: skip
_TEXTS: Final = frozenset({"name", "content"})
_NOTHING: Final = (None, "")
_OF_A_YEAR: Final = frozenset({"plan", "plan_months", "opening", "leader", "responsible"})


class Comparison:
    """Compares rows with the facts of one year and one list. `reason` stands for all that is doubtful in the file."""

    def __init__(self, facts: Facts, year: int | None, programme: str, reason: str, *, is_office: bool) -> None:
        self.facts, self.year, self.programme, self.reason = facts, year, programme, reason
        self.is_office = is_office

    def fields(self, reader: Reader, one: Parsed, known: Known | None) -> dict[str, tuple[Any, Any]]:
        """{field: (old, new)} of everything that the row says otherwise than the register."""
        found: dict[str, tuple[Any, Any]] = {}
        if known is None:
            said = one.values
            found = {name: (None, said[name]) for name in OWN_FIELDS if name in said and said[name] not in _NOTHING}
        for name in OWN_FIELDS if known is not None else ():
            new = one.values.get(name)
            old = known.values[name] if known else None
            if new is None or new == "" or _same(name, old, new) or self._is_other_name(name, new, known):
                continue
            if not self._is_stale(one, known, name, old, new):
                found[name] = (old if old != "" else None, new)
        if known is not None and found.keys() & {"start_year", "end_year"}:
            _settle_years(found, one, known)
        self._doubt_total(reader, one, found)
        if self.programme or not _OF_A_YEAR.isdisjoint(one.values):
            self._year_fields(reader, one, known, found)
        return found

    def _is_stale(self, one: Parsed, known: Known | None, name: str, old: Any, new: Any) -> bool:
        """Whether the file only repeats what stood when it was made. What both it and somebody else changed since is a
        conflict.
        """
        if known is None or self.facts.drawn_at is None:
            return False
        stood, changed = self.facts.stood(known.code, name, old)
        if changed and _same(name, stood, new):
            return True
        one.is_conflict |= changed
        return False

    def _is_other_name(self, field_name: str, new: Any, known: Known | None) -> bool:
        """A row found by another name of the project is no renaming."""
        return field_name == "name" and known is not None and known.code in self.facts.by_alias.get(plain(new), ())

    def _year_fields(self, reader: Reader, one: Parsed, known: Known | None, found: dict[str, tuple[Any, Any]]) -> None:
        """Plan, opening figure, place on the list, who answers: facts that the city office enters."""
        code = known.code if known else ""
        wanted: dict[str, tuple[Any, Any]] = {}
        if self.year is not None:
            wanted["plan"] = (self.facts.plans.get(code), one.values.get("plan"))
            wanted["plan_months"] = (self.facts.plan_months.get(code), one.values.get("plan_months"))
            wanted["opening"] = (self.facts.openings.get(code), one.values.get("opening"))
        for name in ("leader", "responsible"):
            wanted[name] = (self.facts.answering.get((code, name)), one.values.get(name))
        if self.programme:
            stood = self.facts.listed.get(code) or self.facts.left.get(code, (None, "implementation"))[1]
            kind = one.values.get("project_class") or stood
            wanted["project_class"] = (self.facts.listed.get(code), kind)
        changed = {name: pair for name, pair in wanted.items() if pair[1] is not None and pair[0] != pair[1]}
        if changed.get("opening") == (None, 0):
            del changed["opening"]
        for name, pair in changed.items():
            if not self.is_office:
                message = _("Only the city office changes this; the register keeps what it has.")
                reader.warn(one, name, message)
            elif name == "plan" and self._is_stale(one, known, name, *pair):
                continue
            elif name == "plan_months" and "plan" in changed and "plan" not in found:
                continue  # they are of the amount that was not taken
            elif self._may_change(reader, one, known, name, pair):
                found[name] = pair

    def _may_change(self, reader: Reader, one: Parsed, known: Known | None, name: str, pair: tuple[Any, Any]) -> bool:
        if name == "project_class" and pair[0] is not None:
            message = _("It stands on the list in another class.")
            reader.wrong(one, name, message, _("Enter the change as a list adjustment with its document."))
            return False
        if name in ("plan", "plan_months", "opening") and known is not None and known.is_package:
            message = _("A package has no figures of its own: they are those of its parts.")
            reader.wrong(one, name, message, _("Give the parts' figures in rows of their own."))
            return False
        return name != "plan" or self._is_likely(reader, one, known, pair)

    def _is_likely(self, reader: Reader, one: Parsed, known: Known | None, pair: tuple[int | None, int]) -> bool:
        """A plan in another unit is seen before it is entered."""
        total = one.values.get("total_investment") or (known.values["total_investment"] if known else None)
        if self.reason:
            return True
        if total and pair[1] > total:
            message = _("The annual plan is more than the whole project. Is the unit right?")
            reader.wrong(one, "plan", message, _("Correct the unit, or give a reason for all such rows."))
            return False
        if pair[0] and _is_jump(pair[0], pair[1]):
            self._doubt(reader, one, "plan")
            return False
        return True

    def _doubt_total(self, reader: Reader, one: Parsed, found: Mapping[str, tuple[Any, Any]]) -> None:
        old, new = found.get("total_investment", (None, None))
        if old and new and _is_jump(old, new) and not self.reason:
            self._doubt(reader, one, "total_investment")

    def _doubt(self, reader: Reader, one: Parsed, name: str) -> None:
        message = _(
            "The amount is ten or ten thousand times what the register has, or that fraction. Is the unit right?"
        )
        reader.wrong(one, name, message, _("Correct the unit, or give a reason for all such rows."))


def _is_jump(old: int, new: int) -> bool:
    return magnitude_jump(old, new) is not None


def _same(name: str, old: Any, new: Any) -> bool:
    if old == new:
        return True
    if name in _TEXTS and isinstance(old, str):
        return clean_text(old, lines=name == "content").text == new
    return False


def _settle_years(found: dict[str, tuple[Any, Any]], one: Parsed, known: Known) -> None:
    """A year that stands alone may be the first or the last one: where the register has just one of them, that one."""
    alone = one.values.get("start_year") == one.values.get("end_year")
    had = [year for year in (known.values["start_year"], known.values["end_year"]) if year]
    if alone and one.cells.get("start_year") == one.cells.get("end_year") and had == [one.values["start_year"]]:
        found.pop("start_year", None)
        found.pop("end_year", None)

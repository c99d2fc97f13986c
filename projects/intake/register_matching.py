"""Which project a row means, and whether the person may bring it. Near matches are offered, never taken."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from projects.intake.register_facts import Alike, Facts, Known
from projects.intake.register_names import Names, plain
from projects.intake.register_values import Parsed, Reader

NEW_ROW: Final = "new"
"""The decision that a row is a new project, whatever it resembles."""


class Matching:
    """Finds projects for rows. `scope` is the unit of a person who brings its rows alone; empty for the city office."""

    def __init__(
        self, facts: Facts, names: Names, decisions: Mapping[str, str], scope: str, *, is_office: bool
    ) -> None:
        self.facts, self.names, self.decisions = facts, names, decisions
        self.scope, self.is_office = scope, is_office
        self._alike: Alike | None = None
        self._used: dict[str, dict[str, Parsed]] = {"code": {}, "national_code": {}, "name": {}}

    def match(self, reader: Reader, one: Parsed) -> Known | None:
        """The project that a row means: by national code, own code, name, other name, or as a person decided."""
        values, facts = one.values, self.facts
        if self._is_published(reader, one):
            return None
        decided = str(self.decisions.get(one.key, "")) if self.decisions else ""
        national, own = values.get("national_code") or "", values.get("code") or ""
        named = [
            decided if decided in facts.projects else "",
            facts.by_national.get(national, ""),
            own if own in facts.projects else "",
        ]
        code = named[0] or named[1] or named[2]
        if code and len({*named} - {""}) > 1:
            self._refuse_two(reader, one, named)
        if not code and decided != NEW_ROW:
            code = self._by_name(reader, one)
        known = facts.projects.get(code)
        if known is None:
            return None
        if not known.mine:
            reader.wrong(one, "name", _("This project is not among yours."), _("Take the row out."))
            return known
        other = known.values["national_code"]
        if other and values.get("national_code") not in (None, other):
            facts_said = {"project": known.code, "code": other}
            message = _("The register has the national code %(code)s for %(project)s.") % facts_said
            reader.wrong(one, "national_code", message, _("Correct the code, or the name of the project."))
        return known

    def _by_name(self, reader: Reader, one: Parsed) -> str:
        name = one.values.get("name")
        if not name:
            if not one.is_wrong:
                reader.wrong(one, "name", _("A new project needs a name."), _("Write its name."))
            return ""
        key = plain(name)
        for found in (self.facts.by_name.get(key), self.facts.by_alias.get(key)):
            if found and len(found) == 1:
                return next(iter(found))
            if found:
                reader.wrong(
                    one, "name", _("Several projects are called so."), _("Write the project code."),
                    offers=self._offers(sorted(found)),
                )  # fmt: skip
                return ""
        if one.values.get("code") or self.decisions.get(one.key) == NEW_ROW:
            return ""
        self._alike = self._alike or Alike(self.facts)
        if offers := self._alike.offers(name):
            nearest = self.facts.projects[offers[0]]
            reader.wrong(
                one, "name", _("No project is called so, but one is called nearly so."),
                _("Is it %(code)s %(name)s? Choose it, or say that this is a new project.")
                % {"code": nearest.code, "name": nearest.name},
                offers=self._offers(offers),
            )  # fmt: skip
        return ""

    def _offers(self, codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((code, self.facts.projects[code].name) for code in codes if self.facts.projects[code].mine)

    def _refuse_two(self, reader: Reader, one: Parsed, named: Iterable[str]) -> None:
        """Codes that do not mean the same project."""
        message = _("What tells the project in this row means several: %(projects)s.") % {
            "projects": "、".join(
                f"{code} {self.facts.projects[code].name}" if self.facts.projects[code].mine else code
                for code in dict.fromkeys(filter(None, named))
            )
        }
        key = "national_code" if one.values.get("national_code") in self.facts.by_national else "code"
        reader.wrong(one, key, message, _("Correct the code, or take it out of the row."))

    def check(self, reader: Reader, one: Parsed, known: Known | None) -> None:
        """County staff bring their own county's projects; the city office alone puts new ones on the register.

        No row stands for the project of another row.
        """
        if known is None:
            self._warn_of_published(reader, one)
        key, used = self._first_used(one, known)
        if used is not one:
            where = {"row": used.row.number, "sheet": used.row.sheet}
            if key == "national_code" and (known or one.values.get("code") != used.values.get("code")):
                message = _("This national code stands in row %(row)s of “%(sheet)s” already.")
                reader.wrong(one, key, message % where, _("Correct one of the two codes, or leave one of the rows."))
                return
            message = _("This project stands in row %(row)s of “%(sheet)s” already.")
            reader.wrong(one, "name", message % where, _("Leave one of the two rows."))
            return
        if self.is_office:
            if known is None and not one.values.get("division"):
                warning = _("Nothing says to which county or zone it belongs.")
                reader.warn(one, "division", warning)
            return
        unit = one.values.get("division")
        if unit and unit != self.scope and (known is None or known.values["division"] != unit):
            name = self.names.shown.get(self.scope, self.scope)
            message = _("This row is of another unit; you import rows of %(unit)s.") % {"unit": name}
            reader.wrong(one, "division", message, _("Take the row out."))
        elif known is None:
            message = _("Only the city office puts new projects on the register.")
            reader.wrong(one, "name", message, _("Correct the name or the code, or ask the city office."))

    def _first_used(self, one: Parsed, known: Known | None) -> tuple[str, Parsed]:
        """The row that stands for the same project, and what tells so; the row itself where it is the first."""
        values = one.values
        own = known.code if known else values.get("code")
        name = "" if known else plain(values["name"])
        key, used = "", one
        for field, value in (("code", own), ("national_code", values.get("national_code")), ("name", name)):
            if value and (before := self._used[field].setdefault(value, one)) is not one and used is one:
                key, used = field, before
        return key, used

    def _is_published(self, reader: Reader, one: Parsed) -> bool:
        """Whether the row has a code of what is known from public sources, which stays as its source has it."""
        published = self.facts.published
        for key, known in (("code", published.by_code), ("national_code", published.by_national)):
            if (other := known.get(one.values.get(key) or "")) is not None:
                message = _(
                    "This code belongs to %(code)s %(name)s, known from published sources: no import changes it."
                )
                suggestion = _("Take the code out of the row: the project then stands on the register by itself.")
                reader.wrong(one, key, message % {"code": other[0], "name": other[1]}, suggestion)
                return True
        return False

    def _warn_of_published(self, reader: Reader, one: Parsed) -> None:
        """A new project that is called like a published one: perhaps the same, and yet nothing is mixed."""
        if (same := self.facts.published.by_name.get(plain(one.values["name"]))) is not None:
            message = _(
                "Published sources name a project so too (%(code)s). It stays as it is; this row is a new entry."
            )
            reader.warn(one, "name", message % {"code": same[0]})

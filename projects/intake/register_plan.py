"""A register read into a plan: which projects it puts on the register, which it changes, what is wrong and what is odd.

Reads, compares and writes nothing. A blank cell says nothing: it never clears a fact. Near matches are offered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.web.access import Act, may
from projects.core.codes import project_code
from projects.intake.book import address
from projects.intake.headers import Head, unknown_headers
from projects.intake.plan import Difference, Finding, ImportPlan, Kind
from projects.intake.plan_months import PARTS
from projects.intake.register_compare import Comparison
from projects.intake.register_doubles import doubles
from projects.intake.register_facts import Facts, Known
from projects.intake.register_fields import BY_KEY, choices
from projects.intake.register_matching import Matching
from projects.intake.register_names import Names
from projects.intake.register_rows import Rows, walk
from projects.intake.register_sheets import recognised
from projects.intake.register_totals import stated_totals
from projects.intake.register_values import NEW, Parsed, Reader

_PREFIX: Final = "KP"
_SERIAL: Final = "[0-9]{1,8}"


@dataclass(slots=True)
class Wanted:
    """What an import was asked for. `mapping` overrides the columns; `decisions` say what near matches are."""

    by: Any
    as_of: date
    programme: str = ""
    year: int | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


class Planner:
    """Makes the plan of one file. Everything that rows are compared with was read beforehand."""

    def __init__(self, wanted: Wanted, names: Names, facts: Facts, found: list[Head], year: int | None) -> None:
        self.wanted, self.names, self.facts, self.heads, self.year = wanted, names, facts, found, year
        self.plan = ImportPlan("register")
        self.is_office = may(wanted.by, Act.MANAGE_LISTS)
        scope = "" if self.is_office else str(getattr(wanted.by, "division", ""))
        self.matching = Matching(facts, names, wanted.decisions, scope, is_office=self.is_office)
        self.comparison = Comparison(facts, year, wanted.programme, wanted.reason, is_office=self.is_office)
        self._serial = max(
            (_serial_of(code, self._coded()) for code in [*facts.projects, *facts.published.by_code]), default=0
        )

    def make(self) -> ImportPlan:
        """Read all rows, compare them, and sum up what the file states."""
        for head in self.heads:
            self._drop_other_years(head)
            self.plan.warnings += doubles(head)
        self.plan.columns = recognised(self.heads)
        for reader, parsed in [self._read(head) for head in self.heads]:
            self._check_formulas(reader.rows.head, reader.rows)
            self._note_rows(reader.rows.head, reader.rows)
            for one in parsed:
                self.plan.differences.append(self._difference(reader, one))
            self.plan.errors += reader.errors
            self.plan.warnings += reader.warnings
            self.plan.stated_totals += stated_totals(reader.rows, parsed, reader.amount)
        self._check_whole()
        return self.plan

    def _read(self, head: Head) -> tuple[Reader, list[Parsed]]:
        """The rows of one sheet. Codes that are given out later come after those that the file brings."""
        for key, said in unknown_headers(head, self.wanted.mapping):
            message = _("The sheet has no column “%(said)s”.") % {"said": said}
            self._sheet_error(head, key, message, _("Name the header as it stands there, or the column's letter."))
        rows = walk(head, self._resolve)
        reader = Reader(rows, self.names, self.facts.projects, may_add=self.is_office)
        parsed = [reader.read(row) for row in rows.rows]
        brought = (_serial_of(str(one.values.get("code") or ""), self._coded()) for one in parsed)
        self._serial = max(self._serial, max(brought, default=0))
        return reader, parsed

    # ---- the sheet

    def _drop_other_years(self, head: Head) -> None:
        """A plan of another year, and an opening figure that is not of the year before, are not this year's."""
        for key, off in (("plan", 0), *((part, 0) for part in sorted(PARTS & head.taken.keys())), ("opening", 1)):
            column = head.taken.get(key)
            if column is None or self.year is None or not column.year or column.year == self.year - off:
                continue
            better = next(
                (one for one in head.columns if one.field == key and one.year == self.year - off), None
            )  # the same field for several years
            if better is not None:
                head.taken[key] = better
            else:
                del head.taken[key]
                if key in PARTS:
                    continue  # what is said of the annual plan, or of the sheet's year, says enough
                message = _("“%(header)s” is of another year than %(year)s and is not taken.")
                self._sheet_warning(head, key, message % {"header": column.header, "year": self.year})

    def _resolve(self, label: str) -> dict[str, str]:
        """What the words of a section or a total mean: a unit, a type, a class."""
        if len(codes := self.names.find("division", label)) == 1:
            return {"division": next(iter(codes))}
        for key in ("project_class", "project_type"):
            bare = label.removesuffix("项目")
            if said := choices()[key].get(label) or choices()[key].get(bare):
                return {key: said}
        return {}

    def _check_formulas(self, head: Head, rows: Rows) -> None:
        """A formula without a value would be taken for a blank."""
        columns = {column.column: key for key, column in head.taken.items() if BY_KEY[key].taken}
        numbers = {row.number for row in rows.rows}
        for row, column in sorted(head.sheet.uncalculated):
            if row in numbers and column in columns:
                self.plan.errors.append(
                    Finding(
                        head.sheet.name, row, address(row, column), columns[column],
                        _("The formula of this cell has no value."),
                        _("Open the file in WPS or Excel and save it, or write the value instead."),
                    )
                )  # fmt: skip

    def _note_rows(self, head: Head, rows: Rows) -> None:
        for number, text in rows.skipped[:20]:
            message = _("This row names no project and was passed over: %(text)s") % {"text": text}
            self.plan.warnings.append(Finding(head.sheet.name, number, "", "", message))
        hidden = len({row.number for row in rows.rows} & head.sheet.hidden_rows)
        if hidden:
            message = ngettext(
                "%(count)s row of the sheet is hidden; it was read as the others.",
                "%(count)s rows of the sheet are hidden; they were read as the others.",
                hidden,
            )
            self._sheet_warning(head, "", message % {"count": hidden})
        if head.taken.keys() & {"plan", *PARTS} and self.year is None:
            message = _("Nothing says of which year the annual plan is, so it is not taken.")
            self._sheet_warning(head, "plan", message, _("Choose the year of the register."))

    def _sheet_error(self, head: Head, key: str, message: str, suggestion: str = "") -> None:
        self.plan.errors.append(Finding(head.sheet.name, 0, "", key, message, suggestion))

    def _sheet_warning(self, head: Head, key: str, message: str, suggestion: str = "") -> None:
        self.plan.warnings.append(Finding(head.sheet.name, 0, "", key, message, suggestion))

    # ---- one row

    def _difference(self, reader: Reader, one: Parsed) -> Difference:
        known = self.matching.match(reader, one)
        code = known.code if known else ""
        if not one.is_wrong:
            self.matching.check(reader, one, known)
        if not one.is_wrong and known is None:
            code = one.values.get("code") or self._next_code()
        fields = {} if one.is_wrong else self.comparison.fields(reader, one, known)
        if one.is_wrong:
            return self._said(one, code, Kind.ERROR, {}, known)
        kind = Kind.CREATE if known is None else Kind.UPDATE if fields else Kind.UNCHANGED
        kind = Kind.CONFLICT if one.is_conflict else kind
        return self._said(one, code, kind, fields, known)

    def _said(self, one: Parsed, code: str, kind: Kind, fields: Any, known: Known | None) -> Difference:
        title = str(one.values.get("name") or (known.name if known else "") or one.key)
        cells = {name: one.cells[name] for name in fields if name in one.cells}
        if kind is Kind.CREATE and "name" in one.cells:
            cells["name"] = one.cells["name"]
        where = (one.row.sheet, one.row.number)
        return Difference(one.key, code, title, kind, fields, where, cells, one.marks)

    # ---- the whole

    def _check_whole(self) -> None:
        wrong = {(item.sheet, item.row) for item in self.plan.errors if item.row}
        self.plan.differences = [
            row
            if row.where not in wrong or row.kind is Kind.ERROR
            else Difference(row.key, row.project_code, row.title, Kind.ERROR, {}, row.where, {}, row.note)
            for row in self.plan.differences
        ]
        self.plan.errors.sort(key=lambda item: (item.sheet, item.row))
        if not self.plan.differences and not self.plan.errors:
            sheet = self.heads[0].sheet.name if self.heads else ""
            message = _("Below the header there is no row with a project.")
            self.plan.errors.append(Finding(sheet, 0, "", "", message, _("Is this the right sheet?")))

    def _coded(self) -> str:
        return f"{_PREFIX}{self.year or self.wanted.as_of.year:04d}-"

    def _next_code(self) -> str:
        self._serial += 1
        return project_code(_PREFIX, self.year or self.wanted.as_of.year, self._serial)


def _serial_of(code: str, prefix: str) -> int:
    rest = code.removeprefix(prefix)
    return int(rest) if code.startswith(prefix) and re.fullmatch(_SERIAL, rest) else 0


def is_new(value: Any) -> bool:
    """Whether a value names an organisation or a person that the import will enter."""
    return isinstance(value, str) and value.startswith(NEW)

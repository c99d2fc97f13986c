"""Turns a row's raw cells into values of the register's fields, and collects everything that is wrong with them."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.core.codes import CodeError, CodeWarning, parse_national_code, parse_project_code
from projects.core.money import MoneyUnit, report_form
from projects.intake.book import Value
from projects.intake.plan import Finding
from projects.intake.plan_months import PARTS, months_of
from projects.intake.register_fields import BY_KEY, Form, choices
from projects.intake.register_names import Names, plain
from projects.intake.register_rows import Row, Rows
from projects.intake.values import BadValue, clean_text, parse_amount, parse_year, parse_years, shown

NEW: Final = "new:"
"""Before the name of an organisation or a person that is not known yet and will be."""
_LONGEST: Final = {"name": 300, "owner": 200, "responsible": 200, "leader": 100}
_NATIONAL_LOOK: Final = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")
_OWN_LOOK: Final = re.compile(r"[A-Z]{1,4}\d{1,4}-?\d{1,6}", re.ASCII)
"""A project code as they are mostly made, which needs no cleaning."""
_UNREAD: Final = object()
_SEVERAL: Final = re.compile(r"[、,，;；/\n]|\s{2,}")


@dataclass(slots=True)
class Parsed:
    """One project of the file: values by field, the cell of each, the marks beside its name."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    marks: str = ""
    is_wrong: bool = False
    is_conflict: bool = False

    @property
    def key(self) -> str:
        """The row in the file, as decisions name it."""
        return f"{self.row.sheet}!{self.row.number}"


class Reader:
    """Reads the rows of one sheet; `codes` are those of the projects that there are. Fills `errors` and `warnings`."""

    def __init__(self, rows: Rows, names: Names, codes: Collection[str], *, may_add: bool) -> None:
        self.rows, self.names, self.codes, self.may_add = rows, names, codes, may_add
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self._words = choices()
        self._texts: dict[tuple[str, str], Any] = {}
        self._marks: dict[Value, str] = {}
        self._has_months = not PARTS.isdisjoint(rows.head.taken)
        self._units = {key: column.unit or rows.head.unit for key, column in rows.head.taken.items()}
        self._columns = [
            (key, column.letter, defaultdict[type, dict[Value, Any]](dict))
            for key, column in rows.head.taken.items()
            if BY_KEY[key].taken
        ]

    def read(self, row: Row) -> Parsed:
        """The values of a row; what cannot be taken is noted with its cell and what would be right."""
        parsed = Parsed(row)
        raw, values, cells, number = row.cells, parsed.values, parsed.cells, str(row.number)
        for key, letter, read in self._columns:
            value = raw.get(key)
            if value is None:
                continue
            read_before = read[type(value)]  # what stands in many cells is read once
            said = read_before.get(value, _UNREAD)
            if said is _UNREAD:
                said = read_before[value] = self._said(key, value)
            if said is None:
                continue
            cell = letter + number
            kind = type(said)
            if kind is BadValue:
                parsed.is_wrong = True
                self._note(self.errors, parsed, cell, key, said, value)
            elif kind is tuple:
                for name, part in said:
                    values[name], cells[name] = part, cell
            else:
                values[key], cells[key] = said, cell
        if self._marks:
            parsed.marks = self._marks.get(raw.get("name"), "")
        for key, code in row.said.items():
            values.setdefault(key, code)
        self._check(parsed)
        return parsed

    def _said(self, key: str, value: Value) -> Any:
        """A cell's value, None for a blank, what is wrong with it, or its values by field where they are of others."""
        try:
            said = _READERS[BY_KEY[key].form](self, key, value)
        except BadValue as wrong:
            return wrong
        if said is None or said == "":
            return None
        if key == "years":
            years = (("start_year", said.first), ("end_year", said.last))
            return tuple((name, moment.year) for name, moment in years if moment)
        if key == "code" and _NATIONAL_LOOK.fullmatch(said):
            return (("national_code", said),)
        if key == "nature" and said in ("yes", "no"):
            return (("carried_over", said == "yes"),)
        return said == "yes" if key == "carried_over" else said

    def _check(self, parsed: Parsed) -> None:
        """What one row says must hold together."""
        values = parsed.values
        if not values.get("name") and not (values.get("code") or values.get("national_code")):
            self.wrong(parsed, "name", _("The project has no name."), _("Write its name, or take the row out."))
        first, last = values.get("start_year"), values.get("end_year")
        if first and last and last < first:
            self.wrong(parsed, "end_year", _("The last year lies before the first."), "")
        if code := values.get("national_code"):
            self._doubt_code(parsed, code)
        if self._has_months:
            self._sum_months(parsed)

    def _sum_months(self, parsed: Parsed) -> None:
        """The plan by month, where the row has any part of it; it must sum to what the row states."""
        if (found := months_of(parsed.values)) is None:
            return
        months, wrong = found
        for one in wrong:
            off = abs(one.stated - one.summed)
            told = {"stated": _wan(one.stated), "summed": _wan(one.summed), "difference": _wan(off)}
            message = _("The months sum to %(summed)s, here stands %(stated)s: off by %(difference)s (10,000 yuan).")
            self.wrong(parsed, one.key, message % told, _("Correct the month that is wrong, or this amount."))
        if not wrong:
            first = next(key for key in parsed.cells if key in PARTS)
            parsed.values["plan_months"], parsed.cells["plan_months"] = months, parsed.cells[first]
            parsed.values.setdefault("plan", sum(months))
            parsed.cells.setdefault("plan", parsed.cells[first])

    def _doubt_code(self, parsed: Parsed, code: str) -> None:
        if parse_national_code(code).warning is CodeWarning.CHECK_DIGIT:
            message = _("The check digit of the national code does not fit; perhaps a digit is wrong.")
            self.warn(parsed, "national_code", message)

    def wrong(self, parsed: Parsed, key: str, message: str, suggestion: str, **more: Any) -> None:
        """Note an error of a row; the row is not taken."""
        parsed.is_wrong = True
        self.errors.append(self._finding(parsed, key, message, suggestion, **more))

    def warn(self, parsed: Parsed, key: str, message: str, suggestion: str = "") -> None:
        """Note what is odd and is taken all the same."""
        self.warnings.append(self._finding(parsed, key, message, suggestion))

    def _finding(self, parsed: Parsed, key: str, message: str, suggestion: str, **more: Any) -> Finding:
        cell = parsed.cells.get(key) or self.rows.cell(parsed.row.number, key)
        value = shown(parsed.row.cells.get(key))
        return Finding(parsed.row.sheet, parsed.row.number, cell, key, str(message), str(suggestion), value, **more)

    def _note(self, where: list[Finding], parsed: Parsed, cell: str, key: str, wrong: BadValue, value: Value) -> None:
        where.append(
            Finding(
                parsed.row.sheet, parsed.row.number, cell, key, str(wrong.sentence), str(wrong.suggestion), shown(value)
            )
        )

    # ---- one form after another

    def _text(self, key: str, value: Value) -> Any:
        text = clean_text(value)
        if len(text.text) > _LONGEST["name"]:
            raise BadValue("long", _("The name is too long."), _("At most 300 characters are kept."))
        if text.text and text.marks:
            self._marks[value] = text.marks
        return text.text

    def _long(self, key: str, value: Value) -> Any:
        return clean_text(value, lines=True).text

    def _code(self, key: str, value: Value) -> Any:
        if key == "code" and isinstance(value, str) and _OWN_LOOK.fullmatch(value):
            return value
        text = clean_text(value).text
        if not text or (key == "code" and text in self.codes):
            return text or None
        try:
            return parse_national_code(text).text
        except CodeError:
            if key == "national_code":
                raise BadValue(
                    "code",
                    _("This is no national project code."),
                    _("It has 24 characters, such as 2304-371482-89-01-172462."),
                ) from None
        try:
            return parse_project_code(text)
        except CodeError:
            raise BadValue(
                "code",
                _("A project code has 3 to 32 letters, digits and hyphens."),
                _("Correct it, or take no column for it on the page of columns; then codes are given."),
            ) from None

    def amount(self, key: str, value: Value) -> int | None:
        """Yuan. Raises BadValue for a bare number whose unit nobody says, and for a negative one."""
        unit = self._units.get(key)
        try:
            yuan = parse_amount(value, unit or MoneyUnit.YUAN)
        except BadValue as wrong:
            if wrong.nearest is None:
                raise
            yuan = wrong.nearest
        if unit is None and yuan and not (isinstance(value, str) and re.search("[元万亿]", value)):
            raise BadValue(
                "no_unit",
                _("Nothing says in which unit this amount is."),
                _("Say the unit on the page of columns, or write 万元 into the header."),
            )
        if yuan is not None and yuan < 0:
            raise BadValue("negative", _("The amount is negative."), _("An amount here is zero or more."))
        return yuan

    def _choice(self, key: str, value: Value) -> Any:
        text = clean_text(value).text or ("√" if isinstance(value, str) and "√" in value else "")
        if not text:
            return None
        words = self._words[key]
        said = words.get(text.lower()) or words.get(re.sub(r"(?:类|项目)$", "", text).lower())
        if said is None and key == "nature":
            said = self._words["carried_over"].get(text)
        if said is None:
            raise BadValue(
                "choice",
                _("“%(text)s” is not among what can stand here.") % {"text": shown(value)},
                _("One of: %(words)s") % {"words": self._known_words(key)},
            )
        return said

    def _known_words(self, key: str) -> str:
        first: dict[str, str] = {}
        for word, value in self._words[key].items():
            if word != value and not word.isascii():
                first.setdefault(value, word)
        return "、".join(first.values())

    def _row(self, key: str, value: Value) -> Any:
        text = clean_text(value).text
        if not text:
            return None
        if (key, text) not in self._texts:
            self._texts[key, text] = self._find(key, text)
        found = self._texts[key, text]
        if isinstance(found, BadValue):
            raise found
        return found

    def _find(self, key: str, text: str) -> Any:
        codes = self.names.find(key, text)
        if len(codes) == 1:
            return next(iter(codes))
        if len(codes) > 1:
            listed = "、".join(sorted(codes))
            return BadValue(
                "several",
                _("Several are called “%(text)s”.") % {"text": text[:40]},
                _("Write the code instead: %(codes)s") % {"codes": listed},
            )
        if key in ("owner", "responsible", "leader") and self.may_add and len(text) <= _LONGEST[key]:
            return None if key != "owner" and _SEVERAL.search(text) else NEW + text
        return BadValue(
            "unknown",
            _("“%(text)s” is not known here.") % {"text": text[:40]},
            self._nearest(key, text),
        )

    def _nearest(self, key: str, text: str) -> str:
        known = {plain(name): name for _code, name in self.names.listed(key)}
        if close := get_close_matches(plain(text), known, n=1, cutoff=0.5):
            return _("Is “%(name)s” meant?") % {"name": known[close[0]]}
        if len(known) <= 20:
            return _("One of: %(words)s") % {"words": "、".join(known.values())}
        return _("Correct the name, or ask the city office to enter it.")


_READERS: Final[dict[Form, Callable[[Reader, str, Value], Any]]] = {
    Form.TEXT: Reader._text,
    Form.LONG: Reader._long,
    Form.CODE: Reader._code,
    Form.MONEY: Reader.amount,
    Form.YEAR: lambda _reader, _key, value: parse_year(value),
    Form.YEARS: lambda _reader, _key, value: parse_years(value),
    Form.CHOICE: Reader._choice,
    Form.ROW: Reader._row,
}


def _wan(yuan: int) -> str:
    return report_form(yuan, MoneyUnit.WAN, 4)

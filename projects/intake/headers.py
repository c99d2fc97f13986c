"""Reads the head of a sheet: which rows head the columns, what each column is, in which unit and of which year.

Knows what columns can be called, not what their values may be; decides by the words alone and says how it decided.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from projects.core.money import MoneyUnit
from projects.intake.book import Sheet, address
from projects.intake.plan_months import PARTS, part_of, without_total
from projects.intake.register_fields import BY_KEY, Form, headers, own_headers

_UNIT: Final = re.compile(
    r"[(\[【/,:;、](?:计量|金额|货币)?(?:单位)?:?(?:人民币)?(亿元|万元|元|亿|万)[)\]】]?$|(亿元|万元)$"
)
_UNIT_INSIDE: Final = re.compile(r"[(\[【](?:单位|计量单位)?:?(?:人民币)?(亿元|万元|元|亿|万)[)\]】]")
_UNIT_LINE: Final = re.compile(
    r"(?:计量|金额|投资|货币)?单位[:：]?(?:人民币)?(亿元|万元|元)|unit:?(?:ofmoney)?:?(亿元|万元|元)", re.I
)
_ENGLISH: Final = (
    (re.compile(r"100millionyuan", re.I), "亿元"),
    (re.compile(r"10,?000yuan", re.I), "万元"),
    (re.compile(r"(?<![a-z])yuan(?![a-z])", re.I), "元"),
)
_YEAR: Final = re.compile(r"(20\d\d)(?:年度?)?")
_BRACKETED: Final = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_SIGNS: Final = re.compile(r"[\s()\[\]【】《》“”\"'*★☆●○▲△※#:;,.。、·/\\_—–-]+")
_HEIGHTS: Final = (1, 2, 3)
_DEEPEST: Final = 60
"""A head begins within the first rows of a sheet."""
_LEAST: Final = 2
"""With fewer recognised columns than this, the name among them, a table is no register."""


@dataclass(frozen=True, slots=True)
class Words:
    """A header as it is compared: its forms without signs and years, itself without its unit, and the unit and the year
    that it names.
    """

    forms: tuple[str, ...]
    bare: str
    unit: MoneyUnit | None
    year: int | None


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """One column: its number from 1, the words above it, and what it was taken for ("" for nothing)."""

    column: int
    header: str
    field: str
    unit: MoneyUnit | None = None
    year: int | None = None
    how: str = "header"
    place: int = 0
    """How far down the list of synonyms its word stands."""

    @property
    def letter(self) -> str:
        """The column as people name it."""
        return address(1, self.column)[:-1]


@dataclass(slots=True)
class Head:
    """The head of one sheet: its rows, its columns, the unit that stands above, the year that its title names."""

    sheet: Sheet
    first: int
    last: int
    columns: list[HeadColumn]
    unit: MoneyUnit | None = None
    year: int | None = None
    title: str = ""
    taken: dict[str, HeadColumn] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """How many columns are known; a plan's months and quarters are the plan, however many they are."""
        return len({"plan" if key in PARTS else key for key in self.taken})

    @property
    def parts(self) -> int:
        """How many months and quarters of the annual plan are known."""
        return len(self.taken.keys() & PARTS)

    def fingerprint(self) -> str:
        """The same for the same headers in the same places, whatever year they name."""
        said = [f"{column.letter}:{'|'.join(words(column.header).forms)}" for column in self.columns]
        return sha256("\n".join(said).encode()).hexdigest()


@lru_cache(maxsize=4096)
def words(text: str) -> Words:
    """A header's words as they are compared."""
    plain = _compact(text)
    unit = None
    found = _UNIT_INSIDE.search(plain) or _UNIT.search(plain)
    if found:
        unit = MoneyUnit.from_symbol(next(part for part in found.groups() if part))
        plain = plain[: found.start()] + plain[found.end() :]
    named = _YEAR.search(plain)
    year = int(named.group(1)) if named else None
    forms: list[str] = []
    for variant in (plain, _BRACKETED.sub("", plain)):
        bare = _SIGNS.sub("", variant).lower()
        forms += [bare, _YEAR.sub("年", bare), _YEAR.sub("年度", bare), _YEAR.sub("", bare)]
    return Words(tuple(dict.fromkeys(form for form in forms if form)), plain, unit, year)


def _compact(text: str) -> str:
    """Half-width, without spaces, units of money as Chinese writes them."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    for english, chinese in _ENGLISH:
        plain = english.sub(chinese, plain)
    return plain


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, int]]:
    """Every form of a header with its field; what stands earlier in the list is preferred."""
    found: dict[str, tuple[str, int]] = {}
    for key, header in own_headers():
        for form in words(header).forms:
            found.setdefault(form, (key, 0))
    for place, (key, header) in enumerate(headers(), start=1):
        found.setdefault(header, (key, place))
    return found


def field_of(path: Sequence[str]) -> tuple[str, int]:
    """The field that the words above a column name, and how far down the list its word stands; ("", 0) for none.

    The whole path is tried first, then what stands lowest.
    """
    if part := part_of([words(text).bare for text in path]):
        return part, 0
    path, known = without_total(path), _known()
    for text in ("".join(path), path[-1] if path else ""):
        for form in words(text).forms:
            if form in known:
                return known[form]
    return "", 0


def heads(sheet: Sheet, mapping: Mapping[str, Any] | None = None, *, anything: bool = False) -> Head | None:
    """The head of a sheet, or None where it holds no register. `mapping` overrides what is recognised; `anything`
    takes whatever stands in the row that the mapping names.
    """
    named = (mapping or {}).get("header_row")
    best: Head | None = None
    rows = [int(named)] if named else range(sheet.first_row, min(sheet.last_row, sheet.first_row + _DEEPEST) + 1)
    for row in rows:
        for height in _HEIGHTS:
            first, last = (row - height + 1, row) if named else (row, row + height - 1)
            if first < sheet.first_row or last > sheet.last_row:
                continue
            head = _head(sheet, first, last)
            if best is None or (head.score, head.parts, best.last - best.first) > (
                best.score, best.parts, height - 1,
            ):  # fmt: skip
                best = head
    if best is None:
        return None
    best = _with_surroundings(_with_groups(best))
    if mapping:
        _override(best, mapping)
    enough = {"name", "code", "national_code"} & set(best.taken) and (best.score >= _LEAST or mapping)
    return best if enough or anything else None


def _head(sheet: Sheet, first: int, last: int) -> Head:
    paths = _paths(sheet, first, last)
    columns = []
    for column, path in paths.items():
        texts = [text for text in path if not _is_unit(text)]
        key, place = field_of(texts)
        said = [words(text) for text in path]
        unit = next((one.unit for one in reversed(said) if one.unit), None)
        year = next((one.year for one in reversed(said) if one.year), None)
        columns.append(HeadColumn(column, " ".join(path), key, unit, year, place=place))
    head = Head(sheet, first, last, columns)
    _settle(head)
    return head


def _is_unit(text: str) -> bool:
    return re.fullmatch(r"[(（\[]?(亿元|万元|元|个|%|年|公里)[)）\]]?", text.strip()) is not None


def _settle(head: Head) -> None:
    """Each field is one column: the preferred word wins, then what stands further left."""
    head.taken = {}
    ranked = sorted(head.columns, key=lambda column: (column.place, column.column))
    for column in ranked:
        if column.field and column.field not in head.taken:
            head.taken[column.field] = column


def _paths(sheet: Sheet, first: int, last: int) -> dict[int, list[str]]:
    """The words above each column from top to bottom; merged cells speak for all that they cover."""
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merged:
        if top > last or bottom < first:
            continue
        for row in range(max(top, first), min(bottom, last) + 1):
            for column in range(left, right + 1):
                covered[row, column] = (top, left)
    found: dict[int, list[str]] = {}
    for column in range(sheet.first_column, sheet.last_column + 1):
        path: list[str] = []
        for row in range(first, last + 1):
            value = sheet.value(*covered.get((row, column), (row, column)))
            text = re.sub(r"\s+", "", str(value)) if isinstance(value, str | int) and value != "" else ""
            if text and (not path or path[-1] != text):
                path.append(text)
        if path:
            found[column] = path
    return found


def _with_groups(head: Head) -> Head:
    """Where cells of the head reach upwards, the rows there belong to it: what heads several columns may say a unit."""
    reaching = [top for top, _left, bottom, _right in head.sheet.merged if top < head.first <= bottom]
    first = max([row for row in reaching if head.last - row < len(_HEIGHTS)], default=head.first)
    if first == head.first:
        return head
    taller = _head(head.sheet, first, head.last)
    return taller if (taller.score, taller.parts) >= (head.score, head.parts) else head


def _with_surroundings(head: Head) -> Head:
    """The unit line and the title above the head; a head whose merged cells reach further down ends there."""
    reaching = [area[2] for area in head.sheet.merged if head.first <= area[0] <= head.last < area[2]]
    head.last = max([head.last, *(bottom for bottom in reaching if bottom - head.first < len(_HEIGHTS))])
    for row in range(head.sheet.first_row, head.first):
        for column in range(head.sheet.first_column, head.sheet.last_column + 1):
            value = head.sheet.value(row, column)
            if not isinstance(value, str):
                continue
            plain = _compact(value)
            if unit := _UNIT_LINE.search(plain):
                head.unit = MoneyUnit.from_symbol(unit.group(1) or unit.group(2))
            if head.year is None and (year := _YEAR.search(plain)):
                head.year = int(year.group(1))
            head.title = head.title or value.strip()
    return head


def _override(head: Head, mapping: Mapping[str, Any]) -> None:
    """What a person said of the columns: a field's column by letter or by its words, or none; the units."""
    if unit := MoneyUnit.from_symbol(str(mapping.get("unit") or "")):
        head.unit = unit
        head.columns = [replace(column, unit=None) if column.field else column for column in head.columns]
        _settle(head)
    units = mapping.get("units") or {}
    for key in [key for key in mapping if key in BY_KEY]:
        head.taken.pop(key, None)
        head.columns = [
            replace(column, field="", how="mapping") if column.field == key else column for column in head.columns
        ]
    for key, said in mapping.items():
        place = _column(head, str(said)) if key in BY_KEY and said else None
        if place is None:
            continue
        head.taken = {other: column for other, column in head.taken.items() if column.column != place.column}
        unit = MoneyUnit.from_symbol(str(units.get(key) or "")) or place.unit
        chosen = replace(place, field=key, how="mapping", unit=unit)
        head.columns = [chosen if column.column == place.column else column for column in head.columns]
        head.taken[key] = chosen


def _column(head: Head, said: str) -> HeadColumn | None:
    """The column that a letter or a header names."""
    if re.fullmatch(r"[A-Za-z]{1,3}", said):
        if by_letter := next((column for column in head.columns if column.letter == said.upper()), None):
            return by_letter
    wanted = set(words(said).forms)
    return next((column for column in head.columns if wanted & set(words(column.header).forms)), None)


def unknown_headers(head: Head, mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a mapping names that the sheet does not have: (field, what was said)."""
    return [
        (key, str(said)) for key, said in mapping.items() if key in BY_KEY and said and _column(head, str(said)) is None
    ]


def money_columns(columns: Iterable[HeadColumn]) -> list[HeadColumn]:
    """Those that hold amounts."""
    return [column for column in columns if column.field and BY_KEY[column.field].form is Form.MONEY]

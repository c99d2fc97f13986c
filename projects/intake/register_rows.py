"""Walks the rows below a head: projects, section rows, totals, notes. Knows no values yet, only what kind of row it is.

A section row (“一、交通5项”) speaks of the rows below it; a total (“曹县合计14个”) of those above or below.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from projects.intake.book import Value, address
from projects.intake.headers import Head, field_of
from projects.intake.register_fields import BY_KEY, MONEY, Form

_NUMERALS: Final = "一二三四五六七八九十百零〇"
_ORDINAL: Final = re.compile(rf"^(?:第?[(]?[{_NUMERALS}]+[)]?[、.,:章节部分]*|[(]?\d{{1,3}}[)、.]|[ivxIVX]+[、.])")
_COUNT: Final = re.compile(r"[(]?共?计?(\d{1,6})(?:个|项)(?:项目)?[)]?$")
_TOTAL: Final = re.compile(r"(合计|总计|小计|共计|总数|total)", re.I)
_NOTE: Final = re.compile(r"^(?:注|备注|说明|填报|填表|制表|审核|联系人|负责人|数据来源|note)", re.I)
_WHOLE: Final = frozenset({"", "全市", "全县", "全区", "全部", "总", "项目", "所有项目", "全市项目", "ofprojects"})
_LONGEST_LABEL: Final = 40
_SPREAD: Final = frozenset({Form.ROW, Form.CHOICE, Form.TEXT})
"""Of merged cells only words are true of every row that they cover; an amount over several rows is one amount."""

Resolve = Callable[[str], dict[str, str]]


@dataclass(slots=True)
class Row:
    """One project's row: raw values by field, and what the sections above it say."""

    sheet: str
    number: int
    cells: dict[str, Value]
    said: dict[str, str] = field(default_factory=dict)
    sections: tuple[int, ...] = ()


@dataclass(slots=True)
class Total:
    """A row that states sums: raw amounts by field, a count, and which rows it speaks of.

    `of`: {} all rows of the sheet; {"section": n}; {"division": …} and the like; {"since": row number}.
    """

    number: int
    label: str
    cells: dict[str, Value]
    count: int | None
    of: dict[str, str | int]


@dataclass(slots=True)
class Rows:
    """What stands below one head."""

    head: Head
    rows: list[Row] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Rows with words that are neither: (row, what it says)."""

    def cell(self, row: int, key: str) -> str:
        """The address of a field in a row; "" where the sheet does not have the field."""
        column = self.head.taken.get(key)
        return address(row, column.column) if column else ""


@dataclass(slots=True)
class _Section:
    number: int
    level: int
    label: str
    said: dict[str, str]


def walk(head: Head, resolve: Resolve) -> Rows:
    """Sort the rows below a head. `resolve` says what a section's label means: {field: code}."""
    walker = _Walker(head, resolve)
    for number, values in _below(head):
        walker.take(number, values)
    return walker.found


def _below(head: Head) -> Iterator[tuple[int, tuple[Value, ...]]]:
    sheet = head.sheet
    for number in range(head.last + 1, sheet.last_row + 1):
        yield number, sheet.rows[number - sheet.first_row]


class _Walker:
    def __init__(self, head: Head, resolve: Resolve) -> None:
        self.found = Rows(head)
        self._head, self._resolve = head, resolve
        whole = resolve(_plain(head.sheet.name))
        self._whole = {"division": whole["division"]} if "division" in whole else {}
        self._sections: list[_Section] = []
        self._since = head.last
        self._places = [(key, column.column - head.sheet.first_column) for key, column in head.taken.items()]
        self._spread = _spread(head)

    def take(self, number: int, values: tuple[Value, ...]) -> None:
        filled = [value for value in values if value is not None and value != ""]
        if not filled:
            return
        cells = {key: values[place] for key, place in self._places if values[place] is not None and values[place] != ""}
        label = self._label(cells, values, filled)
        if label and self._is_total(label, cells):
            self._total(number, label, cells)
        elif label and self._is_section(label, cells, filled):
            self._section(number, label, cells)
        elif self._is_noise(cells, filled):
            return
        elif "name" in cells or "code" in cells or "national_code" in cells:
            self._project(number, cells)
        else:
            self.found.skipped.append((number, str(filled[0])[:60]))

    def _label(self, cells: dict[str, Value], values: tuple[Value, ...], filled: Sequence[Value]) -> str:
        """The words of a row that is perhaps no project: its serial and name, or the first words that stand there."""
        if cells.get("owner") or cells.get("content") or cells.get("code") or cells.get("national_code"):
            return ""
        parts = [cells.get("number"), cells.get("name")]
        if not isinstance(parts[1], str):
            parts = [next((value for value in values if isinstance(value, str) and value.strip()), None)]
        texts = [str(part) for part in parts if isinstance(part, str)]
        return _plain("".join(texts)) if texts and len("".join(texts)) <= _LONGEST_LABEL else ""

    def _is_total(self, label: str, cells: dict[str, Value]) -> bool:
        found = _TOTAL.search(label)
        if found is None or isinstance(cells.get("number"), int | float):
            return False
        rest = _COUNT.sub("", label[found.end() :]).strip("()（）:：、")
        return rest in _WHOLE or rest.lstrip("of").strip("0123456789projects") == "" or label.startswith("total")

    def _is_section(self, label: str, cells: dict[str, Value], filled: Sequence[Value]) -> bool:
        if isinstance(cells.get("number"), int | float):
            return False
        words = sum(isinstance(value, str) for key, value in cells.items() if key not in ("number", "name", *MONEY))
        if words or _NOTE.match(label):
            return False
        numbered = _ORDINAL.match(label) is not None and not label[:1].isdigit()
        counted = _COUNT.search(label) is not None
        return numbered or counted or len(filled) == 1

    def _is_noise(self, cells: dict[str, Value], filled: Sequence[Value]) -> bool:
        """Notes below, the head printed again on the next page, the row that numbers the columns."""
        if (
            all(_is_column_number(value) for value in filled)
            and len(filled) > 1
            and not isinstance(cells.get("name"), str)
        ):
            return True
        texts = [value for value in filled if isinstance(value, str)]
        if len(texts) == len(filled) and len(filled) > 1 and all(field_of([_plain(text)])[0] for text in texts[:6]):
            return True
        if len(filled) == 1 and "name" not in cells:
            return True
        return len(filled) <= 2 and bool(texts) and _NOTE.match(_plain(texts[0])) is not None

    def _section(self, number: int, label: str, cells: dict[str, Value]) -> None:
        count = _COUNT.search(label)
        name = _ORDINAL.sub("", _COUNT.sub("", label)).strip("()（）:：、,.")
        meant = self._resolve(name)
        level = 0 if "division" in meant and not _ORDINAL.match(label) else _level(label)
        while self._sections and self._sections[-1].level >= level:
            self._sections.pop()
        self._sections.append(_Section(number, level, name, meant))
        amounts = {key: value for key, value in cells.items() if key in MONEY}
        if count or amounts:
            said = int(count[1]) if count else None
            self.found.totals.append(Total(number, label, amounts, said, {"section": number}))

    def _total(self, number: int, label: str, cells: dict[str, Value]) -> None:
        counted = _COUNT.search(label)
        word = _TOTAL.search(label)
        assert word is not None
        name = _ORDINAL.sub("", label[: word.start()]).strip("()（）:：、,.")
        amounts = {key: value for key, value in cells.items() if key in MONEY}
        of = self._spoken_of(name, word[1])
        count = int(counted[1]) if counted else _whole(label)
        self.found.totals.append(Total(number, label, amounts, count, of))
        self._since = number
        meant = self._resolve(name) if name not in _WHOLE else {}
        if meant and "division" not in self._head.taken:
            self._name_rows(number, name, meant)

    def _spoken_of(self, name: str, word: str) -> dict[str, str | int]:
        if name in _WHOLE:
            if word != "小计":
                return {}
            return {"section": self._sections[-1].number} if self._sections else {"since": self._since}
        if meant := self._resolve(name):
            return dict(meant)
        section = next((one for one in reversed(self._sections) if one.label == name), None)
        return {"section": section.number} if section else {"since": self._since}

    def _name_rows(self, number: int, name: str, meant: dict[str, str]) -> None:
        """Without a column of units, a unit's total names the rows above it, or, when none were named, those below."""
        above = [row for row in self.found.rows if not row.said.get("division") and row.number < number]
        if above and not self._sections:
            for row in above:
                row.said.update(meant)
            return
        self._sections = [_Section(number, 0, name, meant)]

    def _project(self, number: int, cells: dict[str, Value]) -> None:
        for key, place in self._places if self._spread else ():
            if key not in cells and (value := self._spread.get((number, place))) is not None:
                cells[key] = value
        said = dict(self._whole)
        for section in self._sections:
            said |= section.said
        sections = tuple(section.number for section in self._sections)
        self.found.rows.append(Row(self._head.sheet.name, number, cells, said, sections))


def _spread(head: Head) -> dict[tuple[int, int], Value]:
    """What cells that are merged downwards say of the rows that they cover: (row, place in the row) → value."""
    found: dict[tuple[int, int], Value] = {}
    words = {column.column for key, column in head.taken.items() if BY_KEY[key].form in _SPREAD and key != "name"}
    for top, left, bottom, right in head.sheet.merged:
        if left != right or left not in words or top <= head.last:
            continue
        for row in range(top + 1, bottom + 1):
            found[row, left - head.sheet.first_column] = head.sheet.value(top, left)
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _level(label: str) -> int:
    """一、 stands above （一）, and that above 1. ."""
    if label[:1] in _NUMERALS or label[:1] == "第":
        return 1
    return 2 if label[:1] == "(" else 1 if not label[:1].isdigit() else 3


def _whole(label: str) -> int | None:
    """A count somewhere in a total's words: 合计（251个项目）."""
    found = re.search(r"(\d{1,6})(?:个|项|projects)", label)
    return int(found[1]) if found else None


def _is_column_number(value: Value) -> bool:
    return (isinstance(value, int) and 0 < value < 200) or (
        isinstance(value, str) and value.strip() in "甲乙丙丁戊己庚辛"
    )

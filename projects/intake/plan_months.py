"""An annual plan by months, as registers have it: month by month, cumulative (1-3月), or by quarter.

Recognises such columns by their words and makes twelve months of a row's cells. Amounts are yuan; writes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MONTH_KEYS: Final = tuple(f"plan_m{month:02d}" for month in range(1, 13))
SUM_KEYS: Final = tuple(f"plan_c{month:02d}" for month in range(1, 13))
"""The plan from January to the end of a month."""
QUARTER_KEYS: Final = tuple(f"plan_q{quarter}" for quarter in range(1, 5))
PARTS: Final = frozenset({*MONTH_KEYS, *SUM_KEYS, *QUARTER_KEYS})

_NUMERALS: Final = {text: place for place, text in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
}
_MONTH: Final = r"(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|底|末)?"
_TOKENS: Final = (
    ("c", re.compile(rf"0?[1一](?:月份?)?[-—–~至到]{_MONTH}")),
    ("q", re.compile(r"第?([一二三四1-4])季度|[Qq]([1-4])(?!\d)")),
    ("m", re.compile(_MONTH)),
)
_HALF: Final = (("前三季度", 9), ("上半年", 6))
_PLANNED: Final = re.compile("计划|目标|任务")
_REST: Final = re.compile(
    r"20\d\d年度?|计划完成|人民币|亿元|万元|元|年度|本年|当年|今年|分月|月度|各月|按月|分季度?|按季度?|季度|投资|计划|目标|"
    r"任务|分解|安排|其中|累计|额|数|的|单位|[年月()\[\]【】:/,、。.\s-]"
)
_TOTALS: Final = frozenset({"合计", "小计", "总计", "全年", "全年合计", "年度合计", "计划数", "总数", "全年计划"})


def part_of(path: Sequence[str]) -> str:
    """The part of an annual plan that the words above a column name: plan_m03, plan_c06, plan_q1; "" for none."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", "".join(path)))
    if not _PLANNED.search(text):
        return ""
    for words, month in _HALF:
        if words in text and _is_plan(text.replace(words, "", 1)):
            return f"plan_c{month:02d}"
    for kind, token in _TOKENS:
        if (found := token.search(text)) is None:
            continue
        number = _number(next(group for group in found.groups() if group))
        rest = text[: found.start()] + text[found.end() :]
        if not _is_plan(rest):
            return ""
        if kind == "q":
            return f"plan_q{number}"
        return f"plan_{'c' if '累计' in rest else kind}{number:02d}"
    return ""


def without_total(path: Sequence[str]) -> Sequence[str]:
    """The words above the column that sums the months: 年度计划 over 合计 is the annual plan."""
    return path[:-1] if len(path) > 1 and path[-1] in _TOTALS and _PLANNED.search("".join(path[:-1])) else path


def _is_plan(rest: str) -> bool:
    return "完成情况" not in rest and not _REST.sub("", rest)


def _number(text: str) -> int:
    return _NUMERALS[text] if text in _NUMERALS else int(text)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A stated amount that its months do not sum to: the field at whose cell it stands, what is stated, their sum."""

    key: str
    stated: int
    summed: int


def months_of(values: Mapping[str, int]) -> tuple[list[int], list[Mismatch]] | None:
    """Twelve months out of a row's parts and its annual plan (“plan”), and what does not sum; None without parts.

    Months win over quarters and cumulative figures, which are then checked. What a quarter or a stretch between two
    cumulative figures has is spread evenly over its months, the remainder in the last. A blank month is nothing.
    """
    parts = {key: value for key, value in values.items() if key in PARTS}
    if not parts:
        return None
    months = [0] * 12
    sums = {int(key[-2:]): value for key, value in parts.items() if key in SUM_KEYS}
    if sums and not parts.keys() & {*MONTH_KEYS[1:], *QUARTER_KEYS}:
        sums |= {1: parts[MONTH_KEYS[0]]} if MONTH_KEYS[0] in parts else {}
        sums = ({12: values["plan"]} if "plan" in values else {}) | sums
        falling = _falling(sums)
        if falling:
            return months, falling
        done = 0
        for last, cumulative in sorted(sums.items()):
            before = sum(months)
            _spread(months, range(done, last), cumulative - before)
            done = last
    elif parts.keys() & set(MONTH_KEYS):
        months = [parts.get(key, 0) for key in MONTH_KEYS]
    else:
        for quarter, key in enumerate(QUARTER_KEYS):
            _spread(months, range(quarter * 3, quarter * 3 + 3), parts.get(key, 0))
    return months, list(_mismatches(months, values))


def _spread(months: list[int], places: range, amount: int) -> None:
    each = amount // len(places)
    for place in places:
        months[place] = each
    months[places[-1]] += amount - each * len(places)


def _falling(sums: Mapping[int, int]) -> list[Mismatch]:
    """A cumulative figure that is below an earlier one."""
    ranked = sorted(sums.items())
    for (_month, before), (month, now) in pairwise(ranked):
        if now < before:
            return [Mismatch(SUM_KEYS[month - 1], now, before)]
    return []


def _mismatches(months: Sequence[int], values: Mapping[str, int]) -> Iterable[Mismatch]:
    stated = [("plan", range(12))]
    stated += [(key, range(place + 1)) for place, key in enumerate(SUM_KEYS)]
    stated += [(key, range(place * 3, place * 3 + 3)) for place, key in enumerate(QUARTER_KEYS)]
    for key, places in stated:
        summed = sum(months[place] for place in places)
        if key in values and values[key] != summed:
            yield Mismatch(key, values[key], summed)

"""How wide texts are on paper: Chinese characters take two places, others one."""

import math
import re
import unicodedata
from collections.abc import Iterable

_WIDE = frozenset("WFA")
_UNBROKEN = re.compile("[!-~]+")
_CLOSING = "，。、；：！？）】》〉”’％"
_PIECES = re.compile(rf"[!-~]+[{_CLOSING}]*|\s+|[（【《〈“‘]*[^!-~\s][{_CLOSING}]*")
"""What stays together at the end of a line: a word, a character, each with the marks that begin no line."""
_LONG = 400
"""So many characters are no longer laid out piece by piece: the room that is lost at line ends evens out."""


def places(text: str) -> int:
    """The places of the longest line of a text."""
    return max((_line(line) for line in text.split("\n")), default=0)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of `width` places."""
    room = max(width - 1, 1)
    return sum(_wrapped(line, room) for line in text.split("\n"))


def word(text: str) -> int:
    """The places of the longest stretch that no program breaks: a Latin word, a number, a code."""
    return max(map(len, _UNBROKEN.findall(text)), default=0)


def fitted(texts: Iterable[str], *, least: float, most: float) -> float:
    """A column width for these texts, within bounds; longer ones wrap."""
    widest = max((places(text) for text in texts), default=0)
    return float(min(max(widest + 2, least), most))


def stretched(widths: list[float], target: float, growth: float = 1.6) -> list[float]:
    """The widths, grown together towards a sum of `target`, so that a sheet fills its paper; never shrunk."""
    total = sum(widths)
    factor = min(max(target / total, 1.0), growth) if total else 1.0
    return [round(width * factor, 1) for width in widths]


def _wrapped(line: str, room: float) -> int:
    """The lines of one paragraph as programs break it."""
    places = _line(line)
    if places <= room:
        return 1
    if len(line) > _LONG:
        return math.ceil(places / room)
    count, filled = 1, 0
    for piece in _PIECES.findall(line):
        wide = _line(piece)
        if filled + wide <= room:
            filled += wide
        elif wide > room:  # broken anywhere
            rest = filled + wide
            count += math.ceil(rest / room) - 1
            filled = int((rest - 1) % room) + 1
        elif not piece.isspace():
            count, filled = count + 1, wide
    return count


def _line(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in line)

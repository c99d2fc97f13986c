"""Good workbooks, broken by chance: their bytes, their packages, their XML and their values. A seed gives a file.

`mutations(first, count)` is what the fuzz tests read; an import's own test may feed it the same files.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from tests.workbooks import make
from tests.workbooks.case import PASSES
from tests.workbooks.packing import Part, package

assert make.MODULES  # which register the cases
_LARGEST: Final = 60_000
_HOSTILE: Final = (
    b"", b"-1", b"0", b"1e999", b"NaN", b"99999999999999999999", b"2147483648", b"18446744073709551616", b"XFD1048576",
    b"A0", b"ZZZZ1", b"&#0;", b"&#x10FFFF;", b"&lt;", b"\xff\xfe", b"\xed\xa0\x80", "＝１＋１".encode(), b"=1+1",
    b"#DIV/0!", b"1899-12-31", b"9" * 400, "★".encode() * 50, b"true", b"_x000D_", b"-5e-324",
)  # fmt: skip
_TOKENS: Final = re.compile(rb'"[^"<>]*"|>[^<>]+<')
_ELEMENT: Final = re.compile(rb"<[^<>]+>")
Mutation = Callable[[random.Random, bytes], bytes]


def mutations(first: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many files with their names, beginning at a seed; the name says how it was made."""
    for seed in range(first, first + count):
        yield mutation(seed)


def mutation(seed: int) -> tuple[str, bytes]:
    """The file of a seed."""
    return mutation_of(seed, _good())


def mutation_of(seed: int, good: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The file of a seed, made from one of these good ones."""
    chance = random.Random(seed)
    name, data = chance.choice(good)
    made = []
    for _time in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(_PACKAGED if _is_package(data) else _BYTES)
        data = change(chance, data)
        made.append(change.__name__)
    return f"{seed}-{'-'.join(made)}-{name}", data


@cache
def _good() -> list[tuple[str, bytes]]:
    made = [(case.name, case.make()) for case in PASSES if case.name != "million_empty_rows.xlsx"]
    return [(name, data) for name, data in made if len(data) < _LARGEST]


def _is_package(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            return source.testzip() is None and bool(source.namelist())
    except Exception:  # whatever it is, it is no package any more
        return False


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _time in range(chance.choice((1, 2, 8, 64)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwritten(chance: random.Random, data: bytes) -> bytes:
    at, piece = _at(chance, data), chance.choice((b"\xff" * 4, b"\0" * 16, chance.randbytes(8), b"\xff\xff\xff\x7f"))
    return data[:at] + piece + data[at + len(piece) :]


def cut_out(chance: random.Random, data: bytes) -> bytes:
    at = _at(chance, data)
    return data[:at] + data[at + chance.choice((1, 4, 100, 2000)) :]


def cut_off(chance: random.Random, data: bytes) -> bytes:
    return data[: _at(chance, data)]


def doubled(chance: random.Random, data: bytes) -> bytes:
    at, size = _at(chance, data), chance.choice((1, 30, 500))
    return data[: at + size] + data[at:]


def spliced(chance: random.Random, data: bytes) -> bytes:
    other = chance.choice(_good())[1]
    return data[: _at(chance, data)] + other[_at(chance, other) :]


def without_part(chance: random.Random, data: bytes) -> bytes:
    parts = _parts(data)
    parts.pop(chance.randrange(len(parts)))
    return package(parts)


def parts_swapped(chance: random.Random, data: bytes) -> bytes:
    parts = _parts(data)
    one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    first, second = parts[one], parts[other]
    parts[one], parts[other] = Part(first.name, second.content), Part(second.name, first.content)
    return package(parts)


def part_renamed(chance: random.Random, data: bytes) -> bytes:
    parts = _parts(data)
    at = chance.randrange(len(parts))
    name = chance.choice((parts[at].name.upper(), f"/{parts[at].name}", parts[at].name + "x", "../x.xml", "xl\\x.xml"))
    parts[at] = Part(name, parts[at].content, chance.random() < 0.5)
    return package(parts)


def part_damaged(chance: random.Random, data: bytes) -> bytes:
    return _in_a_part(chance, data, chance.choice((flipped, cut_out, cut_off, doubled, overwritten)))


def token_replaced(chance: random.Random, data: bytes) -> bytes:
    """A value or an attribute becomes a hostile one."""

    def replaced(chance: random.Random, text: bytes) -> bytes:
        tokens = list(_TOKENS.finditer(text))
        if not tokens:
            return text
        for token in sorted(
            chance.sample(tokens, min(len(tokens), chance.choice((1, 1, 3)))), key=lambda one: -one.start()
        ):
            inside = chance.choice(_HOSTILE)
            text = text[: token.start() + 1] + inside + text[token.end() - 1 :]
        return text

    return _in_a_part(chance, data, replaced)


def element_moved(chance: random.Random, data: bytes) -> bytes:
    """An element's tag is dropped, doubled, or put elsewhere."""

    def moved(chance: random.Random, text: bytes) -> bytes:
        elements = list(_ELEMENT.finditer(text))
        if len(elements) < 2:
            return text
        one, other = chance.choice(elements), chance.choice(elements)
        kept = text[: one.start()] + text[one.end() :] if chance.random() < 0.5 else text
        at = min(other.start(), len(kept))
        return kept[:at] + one[0] + kept[at:] if chance.random() < 0.7 else kept

    return _in_a_part(chance, data, moved)


def tokens_swapped(chance: random.Random, data: bytes) -> bytes:
    """Two values or attributes change places: still well-formed."""

    def swapped(chance: random.Random, text: bytes) -> bytes:
        tokens = list(_TOKENS.finditer(text))
        if len(tokens) < 2:
            return text
        one, other = sorted(chance.sample(tokens, 2), key=lambda token: token.start())
        return b"".join(
            (
                text[: one.start() + 1], other[0][1:-1], text[one.end() - 1 : other.start() + 1], one[0][1:-1],
                text[other.end() - 1 :],
            )
        )  # fmt: skip

    return _in_a_part(chance, data, swapped)


_BYTES: Final[tuple[Mutation, ...]] = (flipped, overwritten, cut_out, cut_off, doubled, spliced)
_PACKAGED: Final[tuple[Mutation, ...]] = (
    *_BYTES, without_part, parts_swapped, part_renamed, part_damaged, part_damaged,
    token_replaced, token_replaced, token_replaced, element_moved, element_moved, tokens_swapped, tokens_swapped,
)  # fmt: skip


def _in_a_part(chance: random.Random, data: bytes, change: Mutation) -> bytes:
    parts = _parts(data)
    cells = [at for at, part in enumerate(parts) if "sheet" in part.name or part.name == "content.xml"]
    at = chance.choice(cells) if cells and chance.random() < 0.6 else chance.randrange(len(parts))
    parts[at] = Part(parts[at].name, change(chance, parts[at].content), chance.random() < 0.3)
    return package(parts)


def _parts(data: bytes) -> list[Part]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return [Part(entry.filename, source.read(entry)) for entry in source.infolist()]


def _at(chance: random.Random, data: bytes) -> int:
    return chance.randrange(len(data)) if data else 0

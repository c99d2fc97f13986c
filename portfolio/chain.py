"""Hash chains in plain Python: a leaf hash of a row's own payload, and a chain hash over the one before.

The leaf alone proves a row, so short inclusion proofs can be built later. Version 1 is SHA-256 over canonical JSON.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring as text_as_json
from typing import Any

VERSION = 1
GENESIS = "0" * 64
__all__ = [
    "GENESIS", "VERSION", "Link", "Verdict", "canonical_json", "chain_hash", "leaf_hash", "leaves", "text_as_json",
    "walk",
]  # fmt: skip
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: Any) -> str:
    """The one way to write a value: sorted keys, no spaces, real characters."""
    return _ENCODER.encode(value)


def leaf_hash(payload: Mapping[str, Any], version: int = VERSION) -> str:
    """The hash of a row's own payload (everything but the hashes), hex.

    Raises ValueError for a hash version that this code does not know.
    """
    if version != VERSION:
        raise ValueError(f"unknown hash version {version}")
    return hashlib.sha256(b"leaf\x00" + _canonical_texts(payload).encode()).hexdigest()


def _canonical_texts(payload: Mapping[str, Any]) -> str:
    """The canonical JSON of a payload; where all of it is text, as in a log, in half the time."""
    try:
        return "{" + ",".join([head + text_as_json(payload[name]) for name, head in _heads(tuple(payload))]) + "}"
    except TypeError:
        return canonical_json(payload)


@lru_cache(maxsize=64)
def _heads(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, f"{text_as_json(name)}:") for name in sorted(names)]


def leaves(common: Mapping[str, str], names: Sequence[str]) -> Callable[[Sequence[str]], str]:
    """The leaf hashes of payloads of texts that have some in common, such as those of a batch, in half the time.

    What is given takes the other texts of a payload, in the order of `names`; it gives what `leaf_hash` would.
    """
    places = {name: place for place, name in enumerate(names)}
    parts: list[tuple[str, int]] = []
    before = "{"
    for name, head in _heads((*common, *names)):
        before += head
        if name in places:
            parts.append((before, places[name]))
            before = ","
        else:
            before += text_as_json(common[name]) + ","
    after = before.removesuffix(",") + "}"

    def leaf(texts: Sequence[str]) -> str:
        said = "".join([head + text_as_json(texts[place]) for head, place in parts]) + after
        return hashlib.sha256(b"leaf\x00" + said.encode()).hexdigest()

    return leaf


def chain_hash(previous: str, seq: int, leaf: str) -> str:
    """The hash of a row at its place: over the hash before it, its position and its leaf, hex."""
    return hashlib.sha256(f"node\x00{previous}\x00{seq}\x00{leaf}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One row as the verifier sees it."""

    seq: int
    payload: Mapping[str, Any]
    version: int
    previous: str
    leaf: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What walking a chain found: how many rows hold, the head, and the first row that does not (seq, why)."""

    rows: int
    head_seq: int
    head_hash: str
    broken_seq: int | None = None
    broken_why: str = ""


def walk(links: Iterable[Link], expected_head: tuple[int, str] | None = None) -> Verdict:
    """Walk rows in order of seq and stop at the first that was altered, inserted or follows a removed one.

    With `expected_head` (seq, hash) kept elsewhere, also a chain that was cut, grown over or rewritten is exposed:
    the first seq that differs from the kept head or is missing. Rows appended after the kept head are no fault.
    """
    before, previous, count = "", GENESIS, 0
    for link in links:
        why = _fault(link, count + 1, previous)
        if why and count and link.previous == before:
            # This row hangs on the one before the last: the last one was pushed in between them.
            return Verdict(count - 1, count - 1, before, count, "inserted")
        if why:
            return Verdict(count, count, previous, min(link.seq, count + 1), why)
        before, count, previous = previous, count + 1, link.hash
        if expected_head and count == expected_head[0] and link.hash != expected_head[1]:
            return Verdict(count, count, previous, count, "differs from the head that was kept")
    if expected_head and count < expected_head[0]:
        return Verdict(count, count, previous, count + 1, "missing: the head that was kept is further on")
    return Verdict(count, count, previous)


def _fault(link: Link, expected: int, previous: str) -> str:
    if link.seq != expected:
        return "missing" if link.seq > expected else "inserted"
    if link.version != VERSION:
        return "unknown hash version"
    if link.previous != previous:
        return "does not follow the row before it"
    if link.leaf != leaf_hash(link.payload, link.version):
        return "its content was altered"
    if link.hash != chain_hash(previous, link.seq, link.leaf):
        return "its hash was altered"
    return ""

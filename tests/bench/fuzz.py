"""So many workbooks broken by chance: each is read or refused with a sentence, and none hurts the process that asks.

As many again are uploaded as registers and as returns: what was shown is written whole, or nothing is.
"""

import time
from collections import Counter
from collections.abc import Iterator

from projects.intake.reader import Unreadable, read_workbooks
from tests.bench.harness import Figure
from tests.workbooks.imported import outcomes, world
from tests.workbooks.mutate import mutation

FIRST = 1_000_000
BROKEN, MADE = "broken workbooks read or refused", "the same files made, and not read"
UPLOADED = "broken workbooks uploaded, planned, committed"
BATCH = 500


def measure(size: int, rounds: int) -> list[Figure]:
    """Read so many mutations, and upload so many. Raises AssertionError with the name of a file that did harm."""
    making = reading = 0.0
    found: Counter[str] = Counter()
    for seeds in _batches(size * rounds):
        began = time.perf_counter()
        files = [mutation(seed) for seed in seeds]
        making += time.perf_counter() - began
        began = time.perf_counter()
        for one in read_workbooks(files):
            code = one.code if isinstance(one, Unreadable) else "read"
            assert code not in {"crashed", "slow"}, one.name
            assert not isinstance(one, Unreadable) or len(str(one)) > 20, one.name
            found[code] += 1
        reading += time.perf_counter() - began
    began = time.perf_counter()
    uploaded = _uploaded(size * rounds)
    uploading = time.perf_counter() - began
    return [_figure(BROKEN, reading, making, rounds, found), _figure(UPLOADED, uploading, making, rounds, uploaded)]


def _uploaded(count: int) -> Counter[str]:
    """What became of the files, half of them registers and half returns."""
    found: Counter[str] = Counter()
    for case in world():
        for seeds in _batches(count // 2):
            for outcome, times in outcomes(case, seeds).items():
                found[f"{case.kind}, {outcome}"] += times
    return found


def _batches(count: int) -> Iterator[range]:
    for first in range(FIRST, FIRST + count, BATCH):
        yield range(first, min(first + BATCH, FIRST + count))


def _figure(what: str, ours: float, theirs: float, rounds: int, found: Counter[str]) -> Figure:
    return Figure(
        what=what,
        seconds=round(ours / rounds, 3),
        yardstick=MADE,
        yardstick_seconds=round(theirs / rounds, 3),
        ratio=round(ours / theirs, 3),
        rounds=rounds,
        more={"outcomes": dict(found.most_common())},
    )

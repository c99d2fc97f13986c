"""So many workbooks broken by chance: each is read or refused with a sentence, and none hurts the process that asks."""

import time
from collections import Counter

from projects.intake.reader import Unreadable, read_workbooks
from tests.bench.harness import Figure
from tests.workbooks.mutate import mutation

FIRST = 1_000_000
BROKEN, MADE = "broken workbooks read or refused", "the same files made, and not read"


def measure(size: int, rounds: int) -> list[Figure]:
    """Read so many mutations. Raises AssertionError with the name of a file that did not end as it must."""
    making = reading = 0.0
    outcomes: Counter[str] = Counter()
    batch = 500
    for first in range(FIRST, FIRST + size * rounds, batch):
        began = time.perf_counter()
        files = [mutation(seed) for seed in range(first, min(first + batch, FIRST + size * rounds))]
        making += time.perf_counter() - began
        began = time.perf_counter()
        for found in read_workbooks(files):
            code = found.code if isinstance(found, Unreadable) else "read"
            assert code not in {"crashed", "slow"}, found.name
            assert not isinstance(found, Unreadable) or len(str(found)) > 20, found.name
            outcomes[code] += 1
        reading += time.perf_counter() - began
    return [
        Figure(
            what=BROKEN,
            seconds=round(reading / rounds, 3),
            yardstick=MADE,
            yardstick_seconds=round(making / rounds, 3),
            ratio=round(reading / making, 3),
            rounds=rounds,
            more={"outcomes": dict(outcomes.most_common())},
        )
    ]

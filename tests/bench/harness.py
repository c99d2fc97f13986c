"""How a benchmark is measured and what it says: rounds in turn, medians, and each figure as a ratio to its yardstick.

A machine is never alone, so seconds mean little; what is compared is measured side by side in the same round.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

Work = Callable[[], object]
TURN = 0.3
"""Seconds that one work has before the next has its turn."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing beside its yardstick. Seconds are medians of the rounds.

    `ratio` is the median of the rounds' own ratios; `limit` is the largest that is allowed, None where it is only told.
    `more` holds what else is worth knowing, such as statements counted.
    """

    what: str
    seconds: float
    yardstick: str
    yardstick_seconds: float
    ratio: float
    rounds: int
    limit: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def within(self) -> bool | None:
        """Whether it keeps its limit; None where it has none."""
        return None if self.limit is None else self.ratio <= self.limit

    def as_json(self) -> dict[str, Any]:
        """As it is written to the file."""
        return {**asdict(self), "within": self.within}


class Rounds:
    """Seconds by name, one for each round; made a round at a time."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure the block as this round's time of that name; garbage of what came before is not counted."""
        gc.collect()
        began = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - began)

    def add(self, name: str, seconds: float) -> None:
        """Note a time that was measured elsewhere."""
        self.seconds.setdefault(name, []).append(seconds)

    def run(self, works: Sequence[tuple[str, Work]], rounds: int) -> "Rounds":
        """Each work in turn, so many rounds. A short one is done again and again in its turn, and the turn divided.

        Otherwise a work that ends before the machine looks at another process would seem to have it for itself.
        """
        times = {name: _times_in(TURN, work) for name, work in works}
        for _round in range(rounds):
            for name, work in works:
                gc.collect()
                self.add(name, _seconds(work, times[name]))
        return self

    def figure(self, what: str, yardstick: str, limit: float | None = None, **more: Any) -> Figure:
        """What was measured under a name, beside what was measured under the other in the same rounds."""
        ours, theirs = self.seconds[what], self.seconds[yardstick]
        return Figure(
            what=what,
            seconds=_rounded(median(ours)),
            yardstick=yardstick,
            yardstick_seconds=_rounded(median(theirs)),
            ratio=_rounded(median(one / other for one, other in zip(ours, theirs, strict=True))),
            rounds=len(ours),
            limit=limit,
            more=more,
        )


def _times_in(turn: float, work: Work) -> int:
    """How often a work fits into a turn, at least once; what it loads or compiles the first time is no part of it."""
    work()
    return max(1, round(turn / _seconds(work, 1)))


def _seconds(work: Work, times: int) -> float:
    began = time.perf_counter()
    for _time in range(times):
        work()
    return (time.perf_counter() - began) / times


def _rounded(value: float) -> float:
    """Four digits that mean something."""
    return float(f"{value:.4g}")

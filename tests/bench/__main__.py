"""`python -m tests.bench [name …]`: measures, prints a table, writes var/bench.json; 1 when a limit is exceeded.

Also 1 when a benchmark did not come to an end, as when what it asserts does not hold; the others are measured all the
same. Each runs in a process and on a database of its own; the product's own database is never touched. PostgreSQL is
measured where a server is on the machine, or on the one that BENCH_DATABASE_URL names.
"""

import argparse
import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from portfolio import env
from portfolio.version import VERSION
from tests.bench import databases

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "django", "psycopg", "django-tables2", "django-filter", "openpyxl", "python-calamine", "django-import-export",
)  # fmt: skip
Database = Callable[[], contextlib.AbstractContextManager[str]]
ENGINES: dict[str, Database] = {"sqlite": databases.sqlite, "postgresql": databases.postgresql}


class Broken(Exception):
    """A benchmark did not come to its end; what is wrong with it was printed by its own process."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module beside this one with `measure(size, rounds)`: on which databases, for how many projects."""

    name: str
    engines: tuple[str, ...]
    sizes: tuple[int, ...]
    rounds: int


REGISTRY = {
    one.name: one
    for one in (
        Benchmark("sweep", ("sqlite", "postgresql"), (251, 10_000, 100_000), 5),
        Benchmark("register", ("sqlite", "postgresql"), (251,), 15),
        Benchmark("workbook", ("sqlite",), (251,), 5),
        Benchmark("mail", ("sqlite", "postgresql"), (1_000,), 5),
        Benchmark("imports", ("sqlite", "postgresql"), (10_000,), 1),
        Benchmark("reading", ("sqlite",), (251,), 3),
        Benchmark("returns", ("sqlite",), (251,), 3),
        Benchmark("upload_memory", ("sqlite",), (20,), 1),
        Benchmark("fuzz", ("sqlite",), (10_000,), 1),
    )
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is named, or everything."""
    options = _options(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # databases are put away however this ends
    results: list[dict[str, Any]] = []
    skipped: list[str] = []
    broken: list[str] = []
    try:
        for benchmark in (REGISTRY[name] for name in options.names or REGISTRY):
            for engine in benchmark.engines:
                if options.engine not in (None, engine):
                    continue
                try:
                    results.extend(_measure(benchmark, engine, options, skipped))  # a size at a time, kept as it comes
                except Broken as reason:
                    broken.append(f"{benchmark.name} on {engine}: {reason}")
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    _write(options.out, results, skipped, broken)
    print(f"\nWritten to {options.out}")
    exceeded = [figure for figure in results if figure["within"] is False]
    for figure in exceeded:
        print(f"Exceeded: {_title(figure)}: {figure['ratio']} × {figure['yardstick']}, limit {figure['limit']}")
    for one in broken:
        print(f"Broken: {one}")
    return 1 if exceeded or broken else 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *REGISTRY], metavar="name", help=", ".join(REGISTRY))
    parser.add_argument("--engine", choices=ENGINES, help="only on this database")
    parser.add_argument("--size", type=int, action="append", help="only for so many; may be given again")
    parser.add_argument("--rounds", type=int, help="rounds instead of each benchmark's own")
    parser.add_argument("--out", type=Path, default=env.folder() / "bench.json")
    return parser.parse_args(argv)


def _measure(
    benchmark: Benchmark, engine: str, options: argparse.Namespace, skipped: list[str]
) -> Iterator[dict[str, Any]]:
    for size in options.size or benchmark.sizes:
        try:
            with ENGINES[engine]() as url:
                found = _in_its_own_process(benchmark.name, size, options.rounds or benchmark.rounds, url)
        except databases.NoServer as reason:
            skipped.append(f"{benchmark.name} on {engine}: {reason}")
            print(f"\n{skipped[-1]}")
            return
        about = {name: found[name] for name in ("database", "peak_memory_mb")}
        figures = [{"benchmark": benchmark.name, "engine": engine, "size": size, **one} for one in found["figures"]]
        _print(figures, about)
        yield from ({**one, **about} for one in figures)


def _in_its_own_process(name: str, size: int, rounds: int, url: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="portfolio-bench-") as folder:
        file = Path(folder) / "figures.json"
        surroundings = {key: value for key, value in os.environ.items() if key not in ("VAR_DIR", "REDIS_URL")}
        command = [sys.executable, "-m", "tests.bench.run", name, str(size), str(rounds), str(file)]
        if subprocess.run(command, cwd=ROOT, env={**surroundings, "DATABASE_URL": url}, check=False).returncode:
            raise Broken(f"{size:,} did not come to an end; what is wrong stands above.")
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found


def _print(figures: Sequence[dict[str, Any]], about: dict[str, Any]) -> None:
    first = figures[0]
    print(f"\n{first['benchmark']}, {first['size']:,}, {about['database']} (peak {about['peak_memory_mb']} MB)")
    for figure in figures:
        limit = "" if figure["limit"] is None else f"  limit {figure['limit']:g}" + ("" if figure["within"] else "  ✗")
        print(
            f"  {figure['what']:<42} {_time(figure['seconds'])}  = {figure['ratio']:>8.3g} × {figure['yardstick']} "
            f"({_time(figure['yardstick_seconds']).strip()}){limit}"
        )


def _time(seconds: float) -> str:
    return f"{seconds:8.2f} s " if seconds >= 1 else f"{seconds * 1000:8.2f} ms"


def _title(figure: dict[str, Any]) -> str:
    return f"{figure['benchmark']}, {figure['size']:,}, {figure['engine']}, {figure['what']}"


def _write(file: Path, figures: Sequence[dict[str, Any]], skipped: Sequence[str], broken: Sequence[str]) -> None:
    document = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "product": VERSION,
        "machine": _machine(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "skipped": list(skipped),
        "broken": list(broken),
        "figures": list(figures),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _machine() -> dict[str, Any]:
    """What the figures were measured on, and how busy it was."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30, 1),
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    sys.exit(main())

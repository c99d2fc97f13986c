"""Every failure that peers report has its tests here, and each of them is one that is run."""

import subprocess
import sys

from tests.architecture import sources
from tests.architecture.peers import FAILURES


def test_all_twenty_six_are_there() -> None:
    assert list(FAILURES) == [f"F{number}" for number in range(1, 27)]


def test_each_is_tested() -> None:
    assert not [code for code, failure in FAILURES.items() if not failure.tests]


def test_no_test_is_named_twice_for_one_failure() -> None:
    assert not [code for code, failure in FAILURES.items() if len(set(failure.tests)) < len(failure.tests)]


def test_each_test_that_is_named_is_collected() -> None:
    named = sorted({f"tests/{test}" for failure in FAILURES.values() for test in failure.tests})

    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "--no-header", "-p", "no:cacheprovider", *named],
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
    )

    assert found.returncode == 0, "\n".join(line for line in found.stderr.splitlines() if "not found" in line)
    collected = {line.partition("[")[0] for line in found.stdout.splitlines() if "::" in line}
    assert collected == set(named)

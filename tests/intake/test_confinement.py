"""The child can use processor and memory up to its limits, and nothing else; however it ends, its parent goes on."""

import os
import time
from collections.abc import Callable

import psutil
import pytest

from projects.intake import reader
from projects.intake.limits import LIMITS, MB, Limits
from projects.intake.reader import Book, Unreadable, read_workbook, read_workbooks
from tests.workbooks.registers import plain

BEGIN = (
    "import sys; sys.path += sys.argv[1:3]; import json, os, resource, socket, time; "
    "from projects.intake import child; from projects.intake.limits import Limits; "
    "limits = Limits(**json.loads(sys.argv[-1])); child.confine(limits); child._set_watch(limits); "
)
Child = Callable[[str], None]


@pytest.fixture
def behaves(monkeypatch: pytest.MonkeyPatch) -> Child:
    """Puts a child of our own in place: the statements run where it would read the file."""

    def behave(statements: str) -> None:
        monkeypatch.setattr(reader, "_START", BEGIN + "\n" + statements)

    return behave


def refused(limits: Limits = LIMITS, data: bytes = b"PK\x03\x04") -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_workbook(data, "a.xlsx", limits=limits)
    return caught.value


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname')",
        "open('/tmp/written', 'w')",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "os.pipe()",
        "os.dup(1)",
        "os.open('/dev/null', os.O_RDONLY)",
        "os.memfd_create('x')",
        "import sqlite3; sqlite3.connect('/tmp/base.sqlite3').execute('create table a (b)')",
    ],
)
def test_it_can_open_nothing(behaves: Child, attempt: str) -> None:
    behaves(
        f"try:\n    {attempt}\nexcept Exception as error:\n    said = type(error).__name__\n"
        "else:\n    said = 'opened'\n"
        "child.Frames(sys.stdout.buffer, limits).write({'refused': 'damaged', 'figures': {'said': said}})\n"
        "sys.stdout.buffer.flush()"
    )

    assert refused().figures["said"] in {"OSError", "error", "ImportError", "OperationalError"}


def test_it_has_no_environment_and_no_settings(behaves: Child) -> None:
    behaves(
        "said = sorted(set(os.environ) - {'LC_CTYPE'}) + [name for name in sys.modules if name.startswith('django')]\n"
        "child.Frames(sys.stdout.buffer, limits).write({'refused': 'damaged', 'figures': {'said': str(said)}})\n"
        "sys.stdout.buffer.flush()"
    )

    assert refused().figures["said"] == "[]"


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        ("while True: pass", "slow"),
        ("time.sleep(60)", "slow"),
        ("sys.stdin.buffer.read(3); time.sleep(60)", "slow"),
        ("os.abort()", "memory"),
        ("os.kill(os.getpid(), 9)", "memory"),
        ("os.kill(os.getpid(), 11)", "crashed"),
        ("os._exit(3)", "crashed"),
        ("b'x' * 10**12", "crashed"),
        ("os.write(1, b'nonsense' * 100); os._exit(0)", "crashed"),
        ("os.write(1, (5).to_bytes(8, 'big') + b'[1,2]'); os._exit(0)", "crashed"),
        ("os.write(1, (16).to_bytes(8, 'big') + b'{\"rows\":[[1],[]]}'[:16]); os._exit(0)", "crashed"),
        ("os.write(1, (2**40).to_bytes(8, 'big')); os._exit(0)", "crashed"),
        ("while True: child.Frames(sys.stdout.buffer, limits).write({'sheet': 1})", "slow"),
    ],
)
def test_however_it_ends_the_file_is_refused_with_a_sentence(behaves: Child, statements: str, code: str) -> None:
    behaves(statements)
    began = time.monotonic()

    told = refused(Limits(seconds=1, processor=1))

    assert told.code == code
    assert len(str(told)) > 20
    assert time.monotonic() - began < 10


def test_a_child_that_dies_is_replaced_for_the_next_file() -> None:
    limits = Limits(memory=LIMITS.memory, seconds=30)
    long = b"PK\x03\x04" + os.urandom(1000)

    found = list(read_workbooks([("a.xlsx", plain()), ("b.xlsx", long), ("c.xlsx", plain())], limits=limits))

    assert [type(one) for one in found] == [Book, Unreadable, Book]


def test_no_process_is_left_behind(behaves: Child) -> None:
    behaves("while True: pass")
    before = {child.pid for child in psutil.Process().children()}  # another test's server may live beside

    refused(Limits(seconds=1, processor=1))

    assert {child.pid for child in psutil.Process().children()} <= before


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.et"])
def test_a_file_above_its_size_is_refused_before_a_child_is_asked(behaves: Child, name: str) -> None:
    behaves("os._exit(3)")

    told = refused(data=b"PK" + bytes(20 * MB)) if name == "a.xlsx" else refused(data=bytes(20 * MB + 1))

    assert (told.code, told.figures) == (
        "too_large",
        {"size": 20 * MB + (2 if name == "a.xlsx" else 1), "limit": 20 * MB},
    )


@pytest.mark.parametrize(
    ("part", "limits"),
    [
        ("cells", Limits(cells=5)),
        ("long", Limits(text=50)),
        ("unpacked", Limits(unpacked=900)),
        ("parts", Limits(parts=3)),
    ],
)
def test_each_limit_is_one_of_the_sentences(part: str, limits: Limits) -> None:
    with pytest.raises(Unreadable) as caught:
        read_workbook(plain(), "a.xlsx", limits=limits)

    assert caught.value.code == part

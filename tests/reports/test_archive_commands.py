"""The archive's commands: what was altered is found, a file of one's own archives nothing, a full disk is a refusal."""

import json
import os
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from reports.actions import store
from reports.models import ArchivedWorkbook
from tests.reports.filing import build, files, full_disk

pytestmark = pytest.mark.django_db


# ---- checking


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda path: path.unlink(), "无法读取"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "大小"),
        (lambda path: path.write_bytes(b"x" + path.read_bytes()[1:]), "sha256"),
    ],
)
def test_verify_archive_names_the_file_that_is_not_what_was_archived(harm, fault, office, day, settings):
    whole, harmed = build(office, "register"), build(office, "summary")
    harm(Path(settings.ARCHIVE_ROOT) / harmed.path)
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as exit_:
        call_command("verify_archive", stdout=out, stderr=err)

    assert exit_.value.code == 1
    assert harmed.path in err.getvalue() and fault in err.getvalue()
    assert whole.path not in err.getvalue()
    assert json.loads(out.getvalue())["workbooks"] == 2


def test_verify_archive_is_content_with_a_whole_archive(office, day):
    build(office)
    out = StringIO()

    call_command("verify_archive", stdout=out)

    assert json.loads(out.getvalue()) == {"workbooks": 1, "faults": []}


# ---- the command


def command(*arguments):
    out = StringIO()
    call_command("build_workbook", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_archives_and_prints_rows_totals_and_marks(portfolio, day):
    said = command("summary", "--period", "2023-12")

    row = ArchivedWorkbook.objects.get()
    assert (said["sha256"], said["rows"]["register"], said["as_of"]) == (row.sha256, 7, "2024-01-08")
    assert said["control_totals"]["programmes"][0]["completed_yuan"] == 241_800_000


def test_the_command_with_a_file_archives_nothing_and_makes_the_same_bytes(office, day, tmp_path, settings):
    row = build(office)

    said = command("summary", "--period", "2023-12", "--out", str(tmp_path / "汇总.xlsx"))

    assert said["sha256"] == row.sha256 == store.measure(tmp_path / "汇总.xlsx")[1]
    assert ArchivedWorkbook.objects.count() == 1
    assert files(settings.ARCHIVE_ROOT) == [Path(row.path).name]


def test_the_command_takes_a_moment_of_knowledge(portfolio, day, tmp_path):
    before = command("summary", "--period", "2023-12", "--as-known", "2024-01-09T12:00", "--out", str(tmp_path / "a"))
    after = command("summary", "--period", "2023-12", "--as-known", "2024-01-10T12:00", "--out", str(tmp_path / "b"))

    grown = (
        after["control_totals"]["distinct"]["completed_yuan"] - before["control_totals"]["distinct"]["completed_yuan"]
    )
    assert grown == 3_000_000


def test_a_full_disk_is_a_refusal_of_the_command_too(portfolio, day, tmp_path, capsys):
    with full_disk(), pytest.raises(SystemExit) as exit_:
        call_command("build_workbook", "summary", "--period", "2023-12", "--out", str(tmp_path / "a.xlsx"))

    assert exit_.value.code == 1
    assert "磁盘已满" in capsys.readouterr().err
    assert not [*tmp_path.glob("*.xlsx"), *tmp_path.glob(".*")]


def test_a_full_device_is_told_and_stays_a_device(portfolio, day, capsys):
    device = Path("/dev/full")
    assert device.is_char_device()

    with pytest.raises(SystemExit):
        call_command("build_workbook", "summary", "--period", "2023-12", "--out", str(device))

    assert "磁盘已满" in capsys.readouterr().err
    assert device.is_char_device()


def test_a_workbook_can_be_poured_into_a_pipe(tmp_path):
    pipe, taken = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: taken.append(pipe.read_bytes()))
    reader.start()

    stored = store.put(pipe, lambda file: file.write(b"x" * 100_000))
    reader.join()

    assert (stored.size, taken[0]) == (100_000, b"x" * 100_000)
    assert pipe.is_fifo()

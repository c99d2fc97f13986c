"""The archive: all or nothing, the same bytes again, each taking recorded."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from portfolio import clock
from portfolio.models import AccessEvent, User
from portfolio.refusals import Forbidden, OutOfScope, Refusal
from projects.core.periods import Period
from reports.actions import archive, store
from reports.models import ArchivedWorkbook, DownloadEvent
from tests import factories as make
from tests.reports import small
from tests.reports.filing import ask, build, files, full_disk, take

pytestmark = pytest.mark.django_db

State = ArchivedWorkbook.State


# ---- asking


def test_asking_queues_a_row_and_passes_it_on_once_it_is_committed(
    office, day, monkeypatch, django_capture_on_commit_callbacks
):
    passed = []
    monkeypatch.setattr(archive, "_enqueue", [lambda number: passed.append(number) or True])

    with django_capture_on_commit_callbacks(execute=True):
        row = ask(office)
        assert not passed

    assert (row.state, passed, row.passed_on) == (State.QUEUED, [row.pk], True)
    assert (row.period, row.as_of, row.requested_by) == ("2023-12", small.LOCK.date(), "office")


def test_without_a_worker_the_row_stays_queued_and_says_so(
    office, day, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(archive, "_enqueue", [lambda number: None])

    with django_capture_on_commit_callbacks(execute=True):
        row = ask(office)

    assert (row.state, row.passed_on) == (State.QUEUED, False)
    assert archive.rescue() == [row.pk]


def test_asking_again_for_the_same_facts_gives_the_same_row(office, day):
    first = build(office)

    assert ask(office).pk == first.pk
    assert ask(office, language="en").pk != first.pk


def test_other_facts_are_another_row(office, day):
    locked, before = ask(office), ask(office, as_known=small.BEFORE_LOCK)

    assert locked.as_known > before.as_known
    assert locked.pk != before.pk


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kind": "nothing"}, "没有名为“nothing”的报表"),
        ({"as_known": small.AFTER + timedelta(days=1)}, "尚无该时点的数据"),
        ({"period": Period(2024, 2)}, "尚未开始"),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_sentence(facts, why, office, day):
    with pytest.raises(Refusal) as refusal:
        ask(office, **facts)

    assert why in str(refusal.value)
    assert not ArchivedWorkbook.objects.exists()


def test_a_county_asks_for_its_own_projects_only(portfolio, day):
    row = ask(make.UserFactory(county_staff=True))

    assert row.scope == "division/371721"


def test_the_change_log_is_not_for_everybody(portfolio, day):
    with pytest.raises(Forbidden):
        ask(make.UserFactory(leader=True), "changes")


# ---- building


def test_a_built_workbook_is_there_whole_with_its_marks(office, day, settings):
    row = build(office)

    path = Path(settings.ARCHIVE_ROOT) / row.path
    assert row.state == State.READY
    assert store.measure(path) == (row.size, row.sha256)
    assert row.rows["register"] == 7
    assert row.control_totals["distinct"]["projects"] == 7
    assert row.file_name == "重点项目调度汇总（截至2023年12月底）.xlsx"
    assert files(settings.ARCHIVE_ROOT) == [path.name]


def test_building_again_gives_the_same_bytes(office, day, settings):
    row = build(office)
    path = Path(settings.ARCHIVE_ROOT) / row.path
    path.unlink()
    ArchivedWorkbook.objects.filter(pk=row.pk).update(state=State.QUEUED)

    again = archive.build(archive_id=row.pk)

    assert (again.sha256, again.content_sha256) == (row.sha256, row.content_sha256)


def test_what_is_ready_is_not_built_again(office, day, monkeypatch):
    row = build(office)
    monkeypatch.setattr(archive, "make", None)

    assert archive.build(archive_id=row.pk).sha256 == row.sha256


def test_a_full_disk_fails_the_workbook_with_a_sentence_and_leaves_nothing_behind(office, day, settings):
    row = ask(office)

    with full_disk():
        failed = archive.build(archive_id=row.pk)

    assert failed.state == State.FAILED
    assert failed.error == "磁盘已满，报表未写出，已有数据不受影响。请清理空间后重试。"
    assert files(settings.ARCHIVE_ROOT) == []
    assert archive.verify() == (0, [])


def test_after_room_was_made_the_same_row_is_built(office, day, django_capture_on_commit_callbacks):
    row = ask(office)
    with full_disk():
        archive.build(archive_id=row.pk)

    with django_capture_on_commit_callbacks(execute=True):
        again = ask(office)

    assert (again.pk, again.state) == (row.pk, State.QUEUED)
    assert archive.build(archive_id=row.pk).state == State.READY


def test_a_device_without_room_is_a_full_disk_too(tmp_path):
    def write(file):
        with open("/dev/full", "r+b", buffering=0) as device:
            device.write(b"x")

    with pytest.raises(OSError) as fault:
        store.put(tmp_path / "a.xlsx", write)

    assert fault.value.errno == errno.ENOSPC and errno.ENOSPC in archive.FULL
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(office, day, settings, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the archive should be")
    settings.ARCHIVE_ROOT = blocked

    failed = build(office)

    assert failed.state == State.FAILED
    assert failed.error.startswith("报表无法写出：")


def test_a_fault_fails_the_row_with_a_sentence_and_is_not_hidden(office, day, monkeypatch):
    row = ask(office)

    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(archive, "make", broken)
    with pytest.raises(ZeroDivisionError):
        archive.build(archive_id=row.pk)

    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "原因已写入日志" in row.error


def test_what_lost_its_worker_is_queued_again_and_what_is_being_built_is_not(office, day):
    lost, busy, waiting = (ask(office, kind) for kind in ("summary", "register", "milestones"))
    for row, minutes in ((lost, 17), (busy, 1)):
        began = clock.wall_now() - timedelta(minutes=minutes)
        ArchivedWorkbook.objects.filter(pk=row.pk).update(state=State.BUILDING, started_at=began)

    assert archive.rescue() == [lost.pk, waiting.pk]
    assert ArchivedWorkbook.objects.get(pk=busy.pk).state == State.BUILDING


def test_half_written_files_of_the_dead_are_cleared_after_an_hour(settings):
    folder = Path(settings.ARCHIVE_ROOT) / "2023-12"
    folder.mkdir()
    old, new = folder / ".a.xlsx.1.part", folder / ".b.xlsx.2.part"
    old.touch()
    new.touch()
    past = (clock.wall_now() - timedelta(hours=2)).timestamp()
    os.utime(old, (past, past))

    assert store.sweep_parts() == 1
    assert files(folder) == [new.name]


# ---- giving out


def test_a_download_gives_the_archived_bytes_and_is_recorded_in_both_logs(office, day):
    row = build(office)

    _row, file = take(office, row)
    with file:
        content = file.read()

    assert len(content) == row.size
    event = DownloadEvent.objects.get()
    assert (event.workbook_id, event.account, event.sha256) == (row.pk, "office", row.sha256)
    seen = AccessEvent.objects.latest("seq")
    assert (seen.kind, seen.account, seen.detail) == (AccessEvent.Kind.DOWNLOAD, "office", row.sha256)


@pytest.mark.parametrize("state", [State.QUEUED, State.BUILDING, State.FAILED])
def test_what_is_not_ready_cannot_be_taken(state, office, day):
    row = ask(office)
    ArchivedWorkbook.objects.filter(pk=row.pk).update(state=state)

    with pytest.raises(OutOfScope):
        take(office, row)
    assert not DownloadEvent.objects.exists()


def test_a_county_cannot_take_what_covers_more_than_itself(office, day):
    row = build(office)

    with pytest.raises(OutOfScope):
        take(make.UserFactory(county_staff=True), row)


def test_a_county_takes_what_its_colleague_built(portfolio, day):
    row = build(make.UserFactory(county_staff=True))

    _row, file = take(make.UserFactory(county_reviewer=True), row)
    file.close()

    assert DownloadEvent.objects.count() == 1


def test_another_county_cannot_take_it(portfolio, day):
    row = build(make.UserFactory(county_staff=True))

    with pytest.raises(OutOfScope):
        take(make.UserFactory(county_staff=True, division="371722"), row)


def test_altered_bytes_are_not_given_out(office, day, settings):
    row = build(office)
    path = Path(settings.ARCHIVE_ROOT) / row.path
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(Refusal, match="不予下载"):
        take(office, row)
    assert not DownloadEvent.objects.exists()


def test_the_product_itself_asks_for_the_whole_city(portfolio, day):
    assert ask(User.system()).scope == ""

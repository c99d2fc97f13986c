"""What the night checks by itself: the chain of the change log, and a summary that could not be built."""

import pytest

from portfolio.models import JobRun, User
from projects.actions.record import ledger_batch
from projects.models import Act, LedgerHead
from reports import tasks
from reports.actions import archive
from reports.models import ArchivedWorkbook
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_the_chain_is_walked_once_a_day_and_its_head_kept():
    with ledger_batch(by=User.system()) as book:
        book.add("project", Act.UPDATE, {"name": ("旧", "新")}, key="T23-0001")

    tasks.verify_ledger("2024-01-12")
    tasks.verify_ledger("2024-01-12")

    run = JobRun.objects.get(job="verify_ledger")
    assert (run.state, run.attempts) == ("done", 1)
    assert run.result == {"rows": 1, "head": str(LedgerHead.objects.get())}


def test_a_chain_that_does_not_hold_is_a_failed_job_that_says_where():
    LedgerHead.objects.filter(id=1).update(seq=3)

    with pytest.raises(RuntimeError):
        tasks.verify_ledger("2024-01-12")

    run = JobRun.objects.get(job="verify_ledger")
    assert run.state == "failed"
    assert "broken at 1" in run.error


def test_a_summary_that_could_not_be_built_is_built_again(monkeypatch):
    make.ReportingPeriodFactory(locked=True)

    def full(*, archive_id):
        row = ArchivedWorkbook.objects.get(pk=archive_id)
        row.state, row.error = ArchivedWorkbook.State.FAILED, "磁盘已满"
        row.save(update_fields=["state", "error"])
        return row

    monkeypatch.setattr(archive, "build", full)  # what a full disk leaves behind

    with pytest.raises(RuntimeError, match="磁盘已满"):
        tasks.build_monthly_summary("2023-12")

    assert JobRun.objects.get(job="build_monthly_summary").state == "failed"

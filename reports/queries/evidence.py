"""What an auditor looks at first: the change log's head and its last check, the archive and its downloads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from portfolio.models import JobRun, Role
from projects.models import LedgerHead
from reports.models import ArchivedWorkbook, DownloadEvent

CHECK = "verify_ledger"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`verified` is the last recorded check of the chain, None where none was scheduled; `until` when access ends."""

    head: LedgerHead | None
    verified: JobRun | None
    workbooks: int
    last_workbook: ArchivedWorkbook | None
    downloads: int
    until: date | None


def evidence(user: Any) -> Evidence | None:
    """For the audit bureau only; four statements."""
    if user.role != Role.AUDITOR:
        return None
    ready = ArchivedWorkbook.objects.filter(state=ArchivedWorkbook.State.READY)
    return Evidence(
        head=LedgerHead.objects.first(),
        verified=JobRun.objects.filter(job=CHECK).order_by("-started_at").first(),
        workbooks=ready.count(),
        last_workbook=ready.order_by("-built_at", "-pk").first(),
        downloads=DownloadEvent.objects.aggregate(count=Count("pk"))["count"],
        until=user.access_until,
    )

"""build_workbook: build one workbook, into the archive or into a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from portfolio.commands import ProductCommand
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.management.arguments import moment, period
from reports.actions import archive
from reports.models import ArchivedWorkbook
from reports.workbooks import kinds


class Command(ProductCommand):
    """Prints rows by sheet, control totals, sha256 and the digest of the content, and what it covers.

    Without a period: the last ended month, and for the change log everything. Without a moment: that of the month's
    lock, else now.
    """

    help = "Build a workbook into the archive, or with --out into a file (then nothing is archived)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="KIND", choices=[kind.id for kind in kinds()])
        parser.add_argument("--period", metavar="YYYY-MM", type=period)
        parser.add_argument("--as-known", metavar="ISO-TIME", type=moment, help="default for a locked month: its lock")
        parser.add_argument("--out", metavar="FILE", type=Path)
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")

    def answer(self, **options: Any) -> dict[str, Any]:
        asked = {"by": User.system(), "kind": options["kind"]}
        facts = {"period": options["period"], "as_known": options["as_known"]}
        if options["out"]:
            wanted = archive.frame_for(**asked, **facts)
            stored = archive.write_copy(**asked, wanted=wanted, language=options["language"], target=options["out"])
            made = stored.outcome
            return {
                "file": str(options["out"]),
                "period": str(wanted.period) if wanted.by_month else None,
                "as_of": wanted.as_of,
                "ledger_head": wanted.head,
                "rows": made.rows,
                "control_totals": made.control_totals,
                "size": stored.size,
                "sha256": stored.sha256,
                "content_sha256": made.content_sha256,
            }
        row = archive.request_workbook(**asked, **facts, language=options["language"])
        return said(archive.build(archive_id=row.pk))


def said(row: ArchivedWorkbook) -> dict[str, Any]:
    """An archived workbook as JSON. Raises Refusal for one that failed."""
    if row.state != ArchivedWorkbook.State.READY:
        raise Refusal(row.error)
    return {
        "id": row.pk,
        "file": row.path,
        "period": row.period or None,
        "as_of": row.as_of,
        "ledger_head": row.ledger_head,
        "rows": row.rows,
        "control_totals": row.control_totals,
        "size": row.size,
        "sha256": row.sha256,
        "content_sha256": row.content_sha256,
    }

"""Takes a correction of what an import's columns are, reads the file anew, and remembers it for that office."""

from collections.abc import Mapping
from typing import Any

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import fetch
from projects.actions import uploads
from projects.actions.importers import find
from projects.actions.imports import DECIDED, plan_batch
from projects.intake.book import Book
from projects.intake.plan import ImportPlan
from projects.intake.reader import read_workbook
from projects.intake.register import fingerprints
from projects.intake.register_sheets import find_heads
from projects.models import ColumnMemory, ImportBatch
from projects.queries.imports import batches_of, scope_of


def book_of(batch: ImportBatch) -> Book:
    """The kept file, read. Raises Unreadable, Refusal."""
    return read_workbook(uploads.give(batch.sha256), batch.file_name)


def correct_columns(*, by: Any, batch: ImportBatch, mapping: Mapping[str, Any], remember: bool) -> ImportPlan:
    """Plan an import with these columns; the next file of the office with the same headers is read so by itself.

    Raises OutOfScope, Forbidden, Refusal where it was decided already.
    """
    importer = find(batch.kind)
    row = fetch(batches_of(by), by, importer.act, pk=batch.pk)
    if row.state != ImportBatch.State.PLANNED:
        raise Refusal(DECIDED)
    plan = plan_batch(by=by, batch=row, options={**row.options, "mapping": dict(mapping)})
    if remember:
        book = book_of(row)
        places = {"sheet", "header_row"} if find_heads(book, {}) else {"sheet"}  # the rows above may differ next time
        kept = {name: value for name, value in mapping.items() if name not in places}
        for headers in fingerprints(book)[:1]:
            ColumnMemory.objects.update_or_create(
                kind=row.kind,
                scope=scope_of(by),
                headers=headers,
                defaults={"mapping": kept, "kept_by": by.username, "kept_at": clock.now()},
            )
    return plan

"""Builds workbooks into the archive, gives them out, and checks them: all or nothing, and every taking is recorded.

Building reads facts and writes a file; it may be done twice or by two at once, because the same facts give the same
bytes. A row is ready only when its file is in place.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio import clock
from portfolio.models import AccessEvent
from portfolio.refusals import Refusal
from portfolio.web.access import Act, fetch, may, require
from portfolio.web.events import record_access
from projects.core.periods import Period
from projects.models import LedgerHead
from reports.actions.store import FULL, Stored, measure, put, root, store, sweep_parts
from reports.models import ArchivedWorkbook, DownloadEvent
from reports.queries.archive import archived, ready, unfinished
from reports.queries.frames import Frame, frame, resolve, scope_name, scope_of
from reports.workbooks import Workbook, find, kinds
from reports.workbooks.making import Made, make

State = ArchivedWorkbook.State
LIFE: Final = timedelta(minutes=16)
"""A building that began longer ago was ended by its task's time limit, or its worker is gone."""

_log = logging.getLogger(__name__)
_enqueue: list[Callable[[int], object]] = []


def enqueue_with(callback: Callable[[int], object]) -> None:
    """Call this with a workbook's id once it is asked for; it answers None when it could not pass it on."""
    _enqueue[:] = [callback]


# ---- asking for one


def kinds_seen(user: Any) -> list[type[Workbook]]:
    """The kinds whose content a person may see."""
    return [kind for kind in kinds() if kind.act and may(user, kind.act)]


def kinds_for(user: Any) -> list[type[Workbook]]:
    """The kinds that a person may build."""
    return kinds_seen(user) if may(user, Act.BUILD_WORKBOOK) else []


def visible(user: Any) -> QuerySet[ArchivedWorkbook]:
    """The archived workbooks that a person may see."""
    return archived(user, [kind.id for kind in kinds_seen(user)])


def sheets_of(row: ArchivedWorkbook) -> list[tuple[Any, int]]:
    """The sheets of an archived workbook with their rows."""
    titles = {sheet.key: sheet.title for sheet in find(row.kind).sheets}
    return [(titles.get(key, key), count) for key, count in row.rows.items()]


def frame_for(*, by: Any, kind: str, period: Period | None, as_known: datetime | None = None) -> Frame:
    """What a workbook asked for now would cover; a person's own scope. Raises Forbidden, Refusal."""
    wanted = find(kind)
    require(by, Act.BUILD_WORKBOOK)
    require(by, wanted.act or Act.BUILD_WORKBOOK)
    if period is None and wanted.by_month:
        period = Period.last_ended(clock.today())
    if as_known is not None and as_known > clock.now():
        raise Refusal(gettext_lazy("Nothing is known yet of a moment in the future."), field="as_known")
    position, as_of = resolve(period, as_known, clock.today())
    return frame(period, position, as_of, scope_of(by))


def request_workbook(
    *, by: Any, kind: str, period: Period | None, as_known: datetime | None = None, language: str = "zh-hans"
) -> ArchivedWorkbook:
    """Ask for a workbook; it is built by a worker. One that was asked for already, of the same facts, is given back,
    and one that failed is queued again. Raises Forbidden, Refusal.
    """
    wanted = frame_for(by=by, kind=kind, period=period, as_known=as_known)
    facts = {
        "kind": kind,
        "period": str(wanted.period) if wanted.by_month else "",
        "as_of": wanted.as_of,
        "as_known": wanted.position,
        "language": language,
        "scope": wanted.scope,
    }
    with transaction.atomic():
        LedgerHead.objects.select_for_update().get(id=1)  # who asks for the same at once waits, and finds this one
        row = ArchivedWorkbook.objects.filter(**facts).order_by("id").first()
        if row is None:
            row = ArchivedWorkbook.objects.create(
                **facts,
                title=_title(find(kind), wanted, language),
                ledger_head=wanted.head,
                requested_by=by.username,
                requested_at=clock.now(),
            )
        _queue(row)
    return row


def request_again(*, by: Any, workbook: ArchivedWorkbook) -> ArchivedWorkbook:
    """Queue a workbook that failed once more; another is left as it is. Raises OutOfScope, Forbidden."""
    fetch(visible(by), by, Act.BUILD_WORKBOOK, pk=workbook.pk)
    with transaction.atomic():
        _queue(workbook)
    return workbook


def _queue(row: ArchivedWorkbook) -> None:
    if row.state == State.FAILED:
        row.state, row.error = State.QUEUED, ""
        row.save(update_fields=["state", "error"])
    if row.state == State.QUEUED:
        transaction.on_commit(partial(_pass_on, row))


def _pass_on(row: ArchivedWorkbook) -> None:
    row.passed_on = pass_on(row.pk)


def pass_on(archive_id: int) -> bool:
    """Hand a queued workbook to a worker; false when none can be reached, and the scheduled run will find it."""
    return any(callback(archive_id) is not None for callback in _enqueue)


def _title(kind: type[Workbook], covered: Frame, language: str) -> str:
    with translation.override(language):
        return kind.titled(covered)


# ---- building it


def build(*, archive_id: int) -> ArchivedWorkbook:
    """Build a workbook that was asked for; one that is ready is left alone. The row says what came of it.

    A refusal, a full disk or a fault leaves it failed with a sentence and no file; a fault goes on upwards.
    """
    row = ArchivedWorkbook.objects.get(pk=archive_id)
    if row.state == State.READY:
        return row
    row.state, row.started_at, row.error = State.BUILDING, clock.wall_now(), ""
    row.save(update_fields=["state", "started_at", "error"])
    try:
        stored = _make(row)
    except Refusal as refusal:
        with translation.override(row.language):
            return _failed(row, str(refusal))
    except OSError as fault:
        _log.warning("Workbook %s could not be written: %s", row.pk, fault)
        return _failed(row, _why(fault, row.language))
    except Exception:
        with translation.override(row.language):
            _failed(row, _("The workbook could not be built. The fault is in the log; ask the administrator."))
        raise
    return _ready(row, stored)


def _make(row: ArchivedWorkbook) -> Stored[Made]:
    period = Period.parse(row.period) if row.period else None
    covered = frame(period, row.as_known, row.as_of, row.scope)
    return store(_path(row), lambda file: make(find(row.kind), covered, row.language, file))


def _path(row: ArchivedWorkbook) -> str:
    return f"{row.period or row.as_of}/{row.kind}-{row.pk:06d}.xlsx"


def _ready(row: ArchivedWorkbook, stored: Stored[Made]) -> ArchivedWorkbook:
    made = stored.outcome
    row.state, row.built_at, row.error = State.READY, clock.now(), ""
    row.path, row.size, row.sha256 = _path(row), stored.size, stored.sha256
    row.file_name, row.title = _file_name(row, made.title), made.title
    row.content_sha256, row.rows, row.control_totals = made.content_sha256, made.rows, made.control_totals
    row.save(
        update_fields=[
            "state", "built_at", "error", "path", "size", "sha256", "file_name", "title", "content_sha256", "rows",
            "control_totals",
        ]
    )  # fmt: skip
    return row


def _failed(row: ArchivedWorkbook, sentence: str) -> ArchivedWorkbook:
    row.state, row.error = State.FAILED, sentence
    row.save(update_fields=["state", "error"])
    return row


def _file_name(row: ArchivedWorkbook, title: str) -> str:
    with translation.override(row.language):
        unit = scope_name(row.scope)
    name = "_".join(part for part in (title, unit) if part)
    return "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in name)[:190] + ".xlsx"


def _why(fault: OSError, language: str) -> str:
    with translation.override(language):
        if fault.errno in FULL:
            return _(
                "The disk is full, so the workbook was not written and nothing was lost. Make room, then try again."
            )
        return _("The workbook could not be written: %(why)s.") % {"why": fault.strerror or fault}


def rescue() -> list[int]:
    """The workbooks that wait for a worker or lost theirs, queued again; also clears what was left half written."""
    sweep_parts()
    rows = unfinished(clock.wall_now() - LIFE)
    ids = list(rows.values_list("pk", flat=True))
    rows.filter(state=State.BUILDING).update(state=State.QUEUED)
    return ids


def write_copy(*, by: Any, kind: str, wanted: Frame, language: str, target: Path) -> Stored[Made]:
    """Write a workbook to a file of one's own and archive nothing. Raises Refusal for a full disk, too."""
    require(by, Act.BUILD_WORKBOOK)

    def write(file: IO[bytes]) -> Made:
        return make(find(kind), wanted, language, file)

    try:
        return put(target, write)
    except OSError as fault:
        raise Refusal(_why(fault, translation.get_language() or language)) from fault


# ---- giving it out


def download(*, by: Any, archive_id: int, request: HttpRequest) -> tuple[ArchivedWorkbook, IO[bytes]]:
    """Give out the archived bytes and record who took them, in both logs; the file is open at its beginning.

    Raises OutOfScope, Forbidden, and Refusal when the bytes are not those that were archived.
    """
    row = fetch(visible(by), by, Act.DOWNLOAD_WORKBOOK, pk=archive_id, state=State.READY)
    path = root() / row.path
    if fault := _fault(row):
        _log.error("Archived workbook %s: %s", row.pk, fault)
        raise Refusal(
            gettext_lazy("The archived file is missing or was altered, so it is not given out. Tell the administrator.")
        )
    with transaction.atomic():
        DownloadEvent.objects.create(
            workbook=row, account=by.username, name=by.display_name, at=clock.now(), sha256=row.sha256
        )
        record_access(
            AccessEvent.Kind.DOWNLOAD, request=request, subject=f"archive/{row.pk} {row.file_name}", detail=row.sha256
        )
    return row, path.open("rb")


# ---- checking it


def verify() -> tuple[int, list[tuple[str, str]]]:
    """Work every archived file's sha256 out again; gives how many there are, and what is wrong with which file."""
    rows = list(ready())
    return len(rows), [(row.path, fault) for row in rows if (fault := _fault(row))]


def _fault(row: ArchivedWorkbook) -> str:
    try:
        size, sha256 = measure(root() / row.path)
    except OSError as fault:
        return _("cannot be read: %(why)s") % {"why": fault.strerror or fault}
    if size != row.size:
        return _("has %(size)s bytes, not %(wanted)s") % {"size": size, "wanted": row.size}
    return "" if sha256 == row.sha256 else _("its sha256 is %(sha256)s, not the recorded one") % {"sha256": sha256}

"""Takes files in: kept, read into a plan, shown, then committed exactly as shown, once, or dropped.

A commit reads the file anew: what somebody changed in between is seen, and nothing but what was shown is written.
"""

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio import clock
from portfolio.refusals import Refusal, StaleForm
from portfolio.web.access import fetch, require
from projects.actions import uploads
from projects.actions.calm import many_rows
from projects.actions.importers import Importer, Options, find
from projects.actions.record import Imported, imported
from projects.intake.plan import Difference, ImportPlan
from projects.intake.unreadable import Unreadable
from projects.models import ImportBatch, LedgerHead, Origin
from projects.queries.imports import batches_of, scope_of

State = ImportBatch.State
_log = logging.getLogger(__name__)


class AlreadyCommitted(Refusal):
    """The very same file was committed before; `batch` is that import."""

    def __init__(self, sentence: Any, batch: ImportBatch) -> None:
        super().__init__(sentence)
        self.batch = batch


class PlanChanged(Refusal):
    """Facts changed since the difference was shown, so nothing was written; the new difference is kept to be shown."""


def receive(*, by: Any, kind: str, name: str, data: bytes, options: Options | None = None) -> ImportBatch:
    """Take a file in and keep its bytes. The same file that still waits for a decision is the same import again.

    Raises Forbidden; AlreadyCommitted; Refusal for an unknown kind, an empty file or a full disk.
    """
    importer = find(kind)
    require(by, importer.act)
    wanted = dict(options or {})
    if not data:
        raise Refusal(Unreadable("empty", name=name).sentence, field="file")
    sha256 = uploads.keep(data)
    same = ImportBatch.objects.filter(kind=kind, sha256=sha256, scope=scope_of(by))
    if before := same.filter(state=State.COMMITTED, target=importer.target(wanted)).defer("plan").first():
        raise AlreadyCommitted(_already(before), before)
    waiting = same.filter(state=State.PLANNED, uploaded_by=by.username, target=importer.target(wanted)).first()
    if waiting is not None:
        waiting.options, waiting.file_name = wanted, name[:255]
        waiting.save(update_fields=["options", "file_name"])
        return waiting
    return ImportBatch.objects.create(
        kind=kind,
        file_name=name[:255],
        size=len(data),
        sha256=sha256,
        uploaded_by=by.username,
        uploaded_at=clock.now(),
        scope=scope_of(by),
        target=importer.target(wanted),
        options=wanted,
    )


def _already(batch: ImportBatch) -> str:
    return _("This very file was committed on %(day)s by %(who)s, as import %(number)s: nothing to change.") % {
        "day": batch.decided_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if batch.decided_at else "",
        "who": batch.decided_by,
        "number": batch.pk,
    }


@many_rows()
def plan_batch(*, by: Any, batch: ImportBatch, options: Options | None = None) -> ImportPlan:
    """Read a kept file and keep the plan with it, to be shown. `options` replace those it was received with.

    Raises OutOfScope, Forbidden; Refusal where it was decided already; Unreadable, and then the import is refused.
    """
    importer = find(batch.kind)
    row = fetch(batches_of(by), by, importer.act, pk=batch.pk)
    if row.state != State.PLANNED:
        raise Refusal(DECIDED)
    wanted = dict(row.options if options is None else options)
    try:
        plan = _read(importer, row, by, wanted)
    except Unreadable as refusal:
        _decide(row, by, State.REFUSED, {"sentence": str(refusal)})
        raise
    row.options, row.target = wanted, importer.target(wanted)
    _keep(row, plan)
    batch.options, batch.target, batch.plan = row.options, row.target, row.plan
    return plan


def _keep(row: ImportBatch, plan: ImportPlan) -> None:
    row.plan = plan.to_json()
    ImportBatch.objects.filter(pk=row.pk, state=State.PLANNED).update(
        options=row.options, target=row.target, plan=row.plan
    )


DECIDED = gettext_lazy("This import was decided already.")


def _read(importer: Importer, batch: ImportBatch, by: Any, options: Options) -> ImportPlan:
    basis = _basis(by)
    plan = importer.read(data=uploads.give(batch.sha256), name=batch.file_name, by=by, options=options)
    plan.about["basis"] = basis
    return plan


def _basis(by: Any) -> list[Any]:
    """What a plan was made from: with the same change log, day and person it is the same plan."""
    return [LedgerHead.objects.values_list("seq", flat=True).get(id=1), clock.today().isoformat(), by.username]


@many_rows()
def commit_batch(*, by: Any, batch: ImportBatch, whole: bool = True, shown: str = "") -> ImportPlan:
    """Write exactly what was shown, in one transaction, once; gives what was written.

    `whole`: all or nothing; otherwise the rows that are right. `shown` is the digest of the plan that the person saw.
    Raises Refusal for errors in a whole commit, for nothing to write, and where it was decided already; PlanChanged
    where the facts changed meanwhile: then nothing is written and the new plan is kept.
    """
    importer = find(batch.kind)
    row = fetch(batches_of(by), by, importer.act, pk=batch.pk)
    if row.state != State.PLANNED:
        raise Refusal(DECIDED)
    if before := _committed_before(row):
        raise AlreadyCommitted(_already(before), before)
    plan = ImportPlan.from_json(row.plan)
    if shown and shown != plan.digest():
        raise _changed(row, plan)
    _check(plan, whole)
    return _commit(importer, row, by, plan)


def _commit(importer: Importer, row: ImportBatch, by: Any, plan: ImportPlan) -> ImportPlan:
    try:
        changed = _under_lock(importer, row, by, plan)
    except StaleForm:  # a draft changed, of which the change log knows nothing
        changed = _read(importer, row, by, row.options)
    except (IntegrityError, DataError) as fault:
        raise _not_taken(row, fault) from fault
    if changed is not None:
        raise _changed(row, changed)
    return plan


def _under_lock(importer: Importer, row: ImportBatch, by: Any, plan: ImportPlan) -> ImportPlan | None:
    """Write the plan, or give the one that it has become. Raises StaleForm, and then nothing is written."""
    newer = None if plan.about.get("basis") == _basis(by) else _read(importer, row, by, row.options)
    with transaction.atomic():
        LedgerHead.objects.select_for_update().get(id=1)
        if (newer or plan).about.get("basis") != _basis(by):  # somebody was quicker to the lock
            newer = _read(importer, row, by, row.options)
        if newer is not None and newer.digest() != plan.digest():
            return newer
        _write(importer, row, by, plan)
    return None


def _not_taken(row: ImportBatch, fault: DatabaseError) -> Refusal:
    """What neither reading nor the actions foresaw; the log names the rule that was broken, and nothing of the file."""
    about = getattr(fault.__cause__, "diag", None)
    rule = getattr(about, "constraint_name", None) or getattr(fault.__cause__, "sqlite_errorname", "")
    _log.error("Import %s was not taken by the database: %s %s", row.pk, type(fault).__name__, rule)
    return Refusal(
        _(
            "The database did not take one of these rows, so nothing was written. Tell the administrator the number of"
            " this import (%(number)s); meanwhile import the file in parts."
        )
        % {"number": row.pk}
    )


def _committed_before(row: ImportBatch) -> ImportBatch | None:
    same = ImportBatch.objects.filter(kind=row.kind, sha256=row.sha256, target=row.target, state=State.COMMITTED)
    return same.exclude(pk=row.pk).defer("plan").first()


def _changed(row: ImportBatch, plan: ImportPlan) -> PlanChanged:
    _keep(row, plan)
    return PlanChanged(
        _("Somebody changed these facts after the difference was shown. Nothing was written; below is what it is now.")
    )


def _check(plan: ImportPlan, whole: bool) -> None:
    if not plan.changes:
        raise Refusal(_("There is nothing to change: the register says what the file says."))
    if whole and not plan.is_clean:
        raise Refusal(
            _("Some rows are wrong, so nothing was written. Correct them, or commit only the rows that are right.")
        )


def _write(importer: Importer, row: ImportBatch, by: Any, plan: ImportPlan) -> None:
    """Inside the transaction that holds the head: the row is still undecided, its changes, and what became of it."""
    fresh = ImportBatch.objects.select_for_update().defer("plan").get(pk=row.pk)
    if fresh.state != State.PLANNED:
        raise Refusal(DECIDED)
    rows = {item.project_code: item for item in plan.changes if item.project_code}
    rows |= {item.key: item for item in plan.changes}
    place = Imported(
        batch=f"import-{row.pk}", file=row.file_name, origin=Origin.EXCEL, cells=partial(_cells, importer, rows)
    )
    with imported(place):
        importer.write(plan=plan, by=by, batch=fresh)
    fresh.committed_position = LedgerHead.objects.values_list("seq", flat=True).get(id=1)
    state = State.COMMITTED if plan.is_clean else State.PARTLY
    _decide(fresh, by, state, {**plan.counts(), "written": len(plan.changes)})


def _cells(
    importer: Importer, rows: dict[str, Difference], kind: str, key: str, project: str, fields: Iterable[str]
) -> str:
    """Sheet and cells of a change: those of the row with its key, else of its project's row."""
    row = rows.get(key) or rows.get(project)
    if row is None:
        return ""
    return row.source_of(importer.speaks.get(kind, tuple(fields))) or row.source


@many_rows()
def import_file(
    *, by: Any, kind: str, name: str, data: bytes, options: Options, commit: bool
) -> tuple[ImportPlan, ImportBatch | None]:
    """For commands: the plan of a file and, once it was committed, its import. Without `commit` nothing is kept.

    With errors or without a change nothing is committed. Raises what reading and committing raise.
    """
    importer = find(kind)
    require(by, importer.act)
    basis = _basis(by)
    plan = importer.read(data=data, name=name, by=by, options=options)
    if not commit or not plan.is_clean or not plan.changes:
        return plan, None
    batch = receive(by=by, kind=kind, name=name, data=data, options=options)
    plan.about["basis"] = basis
    _keep(batch, plan)
    return _commit(importer, batch, by, plan), ImportBatch.objects.defer("plan").get(pk=batch.pk)


def drop_batch(*, by: Any, batch: ImportBatch) -> None:
    """Decide against an import; the file is kept, and may be sent in again. Raises OutOfScope, Forbidden, Refusal."""
    row = fetch(batches_of(by), by, find(batch.kind).act, pk=batch.pk)
    if row.state != State.PLANNED:
        raise Refusal(DECIDED)
    _decide(row, by, State.DROPPED, ImportPlan.from_json(row.plan).counts() if row.plan else {})


def _decide(row: ImportBatch, by: Any, state: str, outcome: dict[str, Any]) -> None:
    row.state, row.decided_by, row.decided_at = state, by.username, clock.now()
    row.outcome = outcome
    row.save(update_fields=["state", "decided_by", "decided_at", "outcome", "committed_position"])

"""The change log's only writer: one batch, one lock on the head, any number of chained rows.

A batch is opened first in an action, so writers follow one another and what was checked stays true until it is
written. Every fact's version takes the position (seq) that its own change row will have.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import models, transaction

from portfolio import clock
from portfolio.chain import VERSION, canonical_json, chain_hash, leaves, text_as_json
from projects.actions.bulk import add_lists
from projects.actions.touched import announce
from projects.models import Act, Change, LedgerHead, Origin
from projects.models.ledger import PAYLOAD

CHUNK = 500
_COMMON: Final = ("at", "business_date", "actor", "actor_name", "origin", "batch")
_SAID: Final = tuple(name for name in PAYLOAD if name not in _COMMON)
"""What a change says of its own; the rest of its payload is the same in its whole batch."""
_COLUMNS: Final = ("seq", *_COMMON, *_SAID, "hash_version", "previous", "leaf", "hash")


@dataclass(frozen=True, slots=True)
class Imported:
    """Where the changes inside come from: the import's batch, the file, and which cells said what.

    `cells(kind of row, its key, project code, fields)` gives sheet and cells, or nothing where the file does not say.
    """

    batch: str
    file: str
    origin: str
    cells: Callable[[str, str, str, Iterable[str]], str]


_imported: ContextVar[Imported | None] = ContextVar("imported", default=None)


@contextmanager
def imported(place: Imported) -> Iterator[None]:
    """Everything that actions write inside is of one batch and names the cells that it came from."""
    token = _imported.set(place)
    try:
        yield
    finally:
        _imported.reset(token)


class Batch:
    """Changes of one action by one person; written together when the batch closes."""

    def __init__(self, head: LedgerHead, *, by: Any, origin: str, reason: str, source: str, batch: str) -> None:
        self._head = head
        self._reason = reason
        self._source = source
        self._imported = _imported.get()
        # Never earlier than the row before it, so that "as known at" a moment is a prefix of the chain.
        self._at = max(clock.now().isoformat(timespec="milliseconds"), head.at)
        self._common = (self._at, clock.today().isoformat(), by.username, by.display_name, origin, batch)
        self._leaf = leaves(dict(zip(_COMMON, self._common, strict=True)), _SAID)
        self._rows: list[tuple[Any, ...]] = []
        self.projects: set[int] = set()

    @property
    def position(self) -> int:
        """The position of the last row so far; what the batch's facts are known from."""
        return self._head.seq

    def add(
        self,
        row: models.Model | str,
        act: Act,
        changes: Mapping[str, tuple[Any, Any] | list[Any]],
        **detail: Any,
    ) -> int:
        """Note one change and give the position it will have.

        `row` is the row or its kind; `changes` is {field: (old, new)}. `detail`: key (natural key), project (the
        project or its code), reason, source — the last two override the batch's.
        """
        project = detail.get("project")
        if isinstance(project, models.Model):
            self.projects.add(project.pk)
        code = getattr(project, "code", project) or ""
        key = str(detail.get("key") or getattr(row, "code", "") or code)
        kind = row if isinstance(row, str) else row._meta.model_name or ""
        reason = detail.get("reason") or self._reason
        source = detail.get("source") or self._cells(kind, key, code, changes) or self._source
        said = (kind, key, code, str(act), changes_as_json(changes), reason, source)
        head = self._head
        head.seq += 1
        previous, leaf = head.hash, self._leaf(said)
        head.hash = chain_hash(previous, head.seq, leaf)
        self._rows.append((head.seq, *self._common, *said, VERSION, previous, leaf, head.hash))
        return head.seq

    def _cells(self, kind: str, key: str, code: str, fields: Iterable[str]) -> str:
        """File, sheet and cells that a change came from, if it came from a file."""
        if self._imported is None:
            return ""
        file, cells = self._imported.file[:100], self._imported.cells(kind, key, code, fields)
        return (f"{file} · {cells}" if file and cells else file or cells)[:300]

    def __len__(self) -> int:
        return len(self._rows)

    def write(self) -> None:
        """Put the rows and the head into the database; called once, when the batch closes."""
        if not self._rows:
            return
        add_lists(Change, _COLUMNS, self._rows)
        LedgerHead.objects.filter(id=1).update(seq=self._head.seq, hash=self._head.hash, at=self._at)


@contextmanager
def ledger_batch(
    *, by: Any, origin: str = Origin.WEB, reason: str = "", source: str = "", batch: str = ""
) -> Iterator[Batch]:
    """Open a transaction, lock the head, and write what was added when the block ends without an error."""
    if place := _imported.get():
        origin, batch = place.origin, place.batch
    with transaction.atomic():
        head = LedgerHead.objects.select_for_update().get(id=1)
        book = Batch(
            head, by=by, origin=str(origin), reason=reason[:500], source=source[:300], batch=batch or uuid.uuid4().hex
        )
        yield book
        book.write()
        announce(frozenset(book.projects))


def changes_as_json(changes: Mapping[str, tuple[Any, Any] | list[Any]]) -> str:
    """Changes as canonical JSON, {field: [old, new]}; written by hand, which ten thousand rows feel."""
    said = [
        f"{text_as_json(name)}:[{'null' if old is None else _value(old)},{_value(new)}]"
        for name, (old, new) in sorted(changes.items())
    ]
    return "{" + ",".join(said) + "}"


def _value(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return text_as_json(value)
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    return "null" if value is None else canonical_json(plain(value))


def plain(value: Any) -> Any:
    """A value as canonical JSON has it: dates ISO, choices their value, rows their natural key."""
    if value is None or type(value) is str or type(value) is int:
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return getattr(value, "code", None) or str(value)
    if isinstance(value, bool | int) or value is None:
        return int(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(value, dict | list):
        return value
    return str(value)


def diff(row: models.Model, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What would change: {field: (old, new)} for the fields whose value differs. An unknown field is an error."""
    known = {field.name for field in row._meta.get_fields()}
    if unknown := set(wanted) - known:
        raise TypeError(f"{type(row).__name__} has no field {', '.join(sorted(unknown))}")
    return {field: (getattr(row, field), value) for field, value in wanted.items() if getattr(row, field) != value}


def apply(row: models.Model, changes: Mapping[str, tuple[Any, Any]], *more: str) -> None:
    """Set the new values and save only those fields (and `more`)."""
    for field, (_old, new) in changes.items():
        setattr(row, field, new)
    row.save(update_fields=[*changes, *more])


def created(fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The changes of a new row: every value that is not empty, from nothing."""
    return {field: (None, value) for field, value in fields.items() if value or value not in (None, "", [], {})}

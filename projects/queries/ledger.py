"""Reads the change log: walks its chain, and tells whether it still is what was kept elsewhere."""

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Right

from portfolio.chain import GENESIS, Link, Verdict, chain_hash, leaf_hash, walk
from projects.models import Change, LedgerHead
from projects.queries.restated import after_lock


def head() -> str:
    """The head as people write it down: SEQ:HASH."""
    return str(LedgerHead.objects.get(id=1))


def told(rows: QuerySet[Change]) -> QuerySet[Change]:
    """The rows with what telling them takes: `after_lock`, whether a return's month was locked by then."""
    month = Right(OuterRef("key"), len("2024-01"))
    return rows.annotate(after_lock=after_lock(month, OuterRef("seq")))


def links() -> Iterator[Link]:
    """Every row as the verifier sees it, in order of position."""
    for row in Change.objects.order_by("seq").iterator(chunk_size=2000):
        yield Link(row.seq, row.payload(), row.hash_version, row.previous, row.leaf, row.hash)


def holds(row: Change) -> bool:
    """Whether one row agrees with its own hashes and with the row before it; the whole chain is `verify`'s."""
    before = Change.objects.filter(seq=row.seq - 1).values_list("hash", flat=True).first() if row.seq > 1 else GENESIS
    try:
        leaf = leaf_hash(row.payload(), row.hash_version)
    except ValueError:
        return False
    return (row.previous, row.leaf, row.hash) == (before, leaf, chain_hash(row.previous, row.seq, leaf))


def verify(expected: tuple[int, str] | None = None) -> Verdict:
    """Walk the whole chain. Without a head from elsewhere the database's own head row must agree at least, so a row
    that was removed from the end or appended around the product's writer is exposed too.
    """
    verdict = walk(links(), expected)
    if verdict.broken_seq is not None:
        return verdict
    own = LedgerHead.objects.get(id=1)
    if verdict.head_seq != own.seq or (own.seq and verdict.head_hash != own.hash):
        at = min(verdict.head_seq, own.seq) + (verdict.head_seq != own.seq)
        why = "missing" if verdict.head_seq < own.seq else "appended around the product"
        return Verdict(verdict.rows, verdict.head_seq, verdict.head_hash, at, why)
    return verdict

"""The access log's only writer: who signed in, was refused, saw or took what; chained like the change log."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from portfolio import clock
from portfolio.chain import VERSION, Link, Verdict, chain_hash, leaf_hash, walk
from portfolio.models import AccessEvent, AccessHead


def record_access(
    kind: str, *, request: HttpRequest | None = None, by: Any = None, subject: str = "", detail: str = ""
) -> None:
    """Note one event, in a transaction of its own or the one that is open. `kind` is of AccessEvent.Kind.

    `by` is the account concerned where it is not the one that is signed in: somebody signing in, a command's actor.
    """
    who = by if by is not None else getattr(request, "user", None)
    with transaction.atomic():
        head = AccessHead.objects.select_for_update().get(id=1)
        event = AccessEvent(
            seq=head.seq + 1,
            at=clock.wall_now().astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds"),
            kind=str(kind),
            account=getattr(who, "username", ""),
            name=getattr(who, "display_name", ""),
            address=address_of(request) if request is not None else "",
            subject=subject[:300],
            detail=detail,
            hash_version=VERSION,
            previous=head.hash,
        )
        event.leaf = leaf_hash(event.payload())
        event.hash = chain_hash(head.hash, event.seq, event.leaf)
        event.save(force_insert=True)
        AccessHead.objects.filter(id=1).update(seq=event.seq, hash=event.hash)


def address_of(request: HttpRequest) -> str:
    """The network address that a request came from; behind a web server of one's own, the one which that server saw."""
    if settings.BEHIND_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if seen:
            return str(seen)[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def verify_access(expected: tuple[int, str] | None = None) -> Verdict:
    """Walk the access log's chain; it must end where its own head row says, and pass through a head kept elsewhere."""
    rows = AccessEvent.objects.order_by("seq").iterator(chunk_size=2000)
    links = (Link(row.seq, row.payload(), row.hash_version, row.previous, row.leaf, row.hash) for row in rows)
    verdict = walk(links, expected)
    own = AccessHead.objects.get(id=1)
    if verdict.broken_seq is not None or (verdict.head_seq, verdict.head_hash) == (own.seq, own.hash):
        return verdict
    at = min(verdict.head_seq, own.seq) + (verdict.head_seq != own.seq)
    why = "missing" if verdict.head_seq < own.seq else "appended around the product"
    return Verdict(verdict.rows, verdict.head_seq, verdict.head_hash, at, why)

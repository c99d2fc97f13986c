"""The outbox's writers before and after delivery: queue once for each key, overtake, send again, withhold, thin.

Delivery itself is in delivery.py. Waits are in real time; when a message was queued is in business time.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act, require
from projects.actions.record import ledger_batch
from projects.models import Act as ChangeAct
from projects.models import Origin
from reports.core.routing import is_allowed
from reports.models import MailPicture, OutboxMessage
from reports.queries.recipients import known_address

State = OutboxMessage.State

ON_ITS_WAY: Final = (State.QUEUED, State.SENDING)

KEPT_AT_LEAST: Final = timedelta(days=183)
"""Texts are kept half a year whatever MAIL_KEEP_DAYS says: 网络安全法 §21 asks it of logs."""

THINNED_AT_ONCE: Final = 500


def enqueue(messages: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    """Add rendered messages; a key that is there already is left as it is. Returns those that were added."""
    rows, token = list(messages), uuid.uuid4().hex
    for row in rows:
        row.claim = token  # marks whose insert won; a claim writes over it
        row.queued_at, row.next_attempt_at = clock.now(), clock.wall_now()
    with transaction.atomic():
        _keep_pictures(rows)
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
        keys = [row.dedupe_key for row in rows]
        return list(OutboxMessage.objects.filter(dedupe_key__in=keys, claim=token).order_by("pk"))


def drawn(content: bytes) -> MailPicture | None:
    """A picture to be kept with the message that shows it; None for none."""
    return MailPicture(sha256=sha256(content).hexdigest(), content=content) if content else None


def _keep_pictures(rows: Sequence[OutboxMessage]) -> None:
    """Write the pictures that are not kept yet, each once, whatever the number of messages that show it."""
    pictures = [row.picture for row in rows if row.picture is not None]
    fresh = {picture.sha256: picture for picture in pictures if picture.pk is None}
    if not fresh:
        return
    MailPicture.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    kept = {one.sha256: one for one in MailPicture.objects.filter(sha256__in=fresh).defer("content")}
    for row in rows:
        if row.picture is not None and row.picture.sha256 in kept:
            row.picture = kept[row.picture.sha256]


def enqueue_instead(message: OutboxMessage, earlier: Collection[int]) -> list[OutboxMessage] | None:
    """Add a message that tells what earlier ones, by number, were still to tell; those will not go any more.

    None, and nothing is written, when one of them has left the queue meanwhile: then its news is not to be told again.
    """
    words = _("It could not leave in time; what it told is in the mail of %(day)s.")
    with transaction.atomic():
        waiting = OutboxMessage.objects.filter(pk__in=earlier, state=State.QUEUED)
        taken = waiting.update(
            state=State.WITHHELD,
            overtaken_by=message.dedupe_key,
            next_attempt_at=None,
            withheld_reason=words % {"day": message.business_date.isoformat()},
        )
        if taken == len(earlier):
            return enqueue([message])
        transaction.set_rollback(True)
    return None


def address_checked(message: OutboxMessage) -> OutboxMessage:
    """A new message, withheld with the reason where it may not go: no address, a domain outside MAIL_DOMAINS."""
    message.withheld_reason = withholding_reason(message.to_address)
    message.state = State.WITHHELD if message.withheld_reason else State.QUEUED
    return message


def withholding_reason(address: str) -> str:
    """Why nothing may be sent to an address; "" when it may."""
    if not address:
        return _("No e-mail address is recorded for this person.")
    if not is_allowed(address, settings.MAIL_DOMAINS):
        return _("The address lies outside the domains to which mail may go (MAIL_DOMAINS).")
    return ""


def resend(*, by: Any, message: OutboxMessage, reason: str, origin: str = Origin.WEB) -> None:
    """Queue a message again under its own Message-ID, to the address that is recorded for the person now.

    Raises Refusal while it waits or is being sent, without a reason, where mail may still not go, or once a later mail
    has told its news or its text is gone.
    """
    if message.overtaken_by:
        raise Refusal(_("A later mail has told what this one said; it is not sent any more."))
    if message.thinned_on:
        raise Refusal(_("The text of this mail was removed with age; there is nothing left to send."))
    address = known_address(message.person) or message.to_address
    if why := withholding_reason(address):
        raise Refusal(why)
    wanted = {"state": State.QUEUED, "to_address": address, "attempts": 0, "sent_at": None, "withheld_reason": ""}
    _handle(by, message, wanted | {"next_attempt_at": clock.wall_now()}, reason, origin)


def withhold(*, by: Any, message: OutboxMessage, reason: str, origin: str = Origin.WEB) -> None:
    """Keep a message that waits or failed from going out. Raises Refusal once it is on its way, or without a reason."""
    _handle(by, message, {"state": State.WITHHELD, "withheld_reason": reason.strip()[:300]}, reason, origin)


FROM: Final = {
    State.QUEUED: (State.SENT, State.FAILED, State.WITHHELD),
    State.WITHHELD: (State.QUEUED, State.FAILED),
}
"""The states out of which a person may bring a message into these."""


def _handle(by: Any, message: OutboxMessage, wanted: dict[str, Any], reason: str, origin: str) -> None:
    """Change a message for a person, if it still stands as the person saw it; the reason goes into the change log."""
    require(by, Act.MANAGE_OUTBOX)
    if not reason.strip():
        raise Refusal(_("Say why, so that the change log can tell."), field="reason")
    if message.state not in FROM[wanted["state"]]:
        raise Refusal(_("This cannot be done to a message in the state “%s”.") % message.get_state_display())
    changes = {name: (getattr(message, name), new) for name, new in wanted.items() if name != "next_attempt_at"}
    with ledger_batch(by=by, origin=origin, reason=reason.strip()) as book:
        same = OutboxMessage.objects.filter(pk=message.pk, state=message.state)
        if not same.update(**wanted):
            raise Refusal(_("The message has changed meanwhile. Look at it again."))
        differing = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        book.add(message, ChangeAct.UPDATE, differing, key=message.dedupe_key)
    message.refresh_from_db()


def thin(*, by: Any, on: date) -> int:
    """Take the text out of mail older than MAIL_KEEP_DAYS; who got what when, the key and a SHA-256 stay for good.

    The answer is how many were thinned. What waits is left alone.
    """
    require(by, Act.MANAGE_OUTBOX)
    if not settings.MAIL_KEEP_DAYS:
        return 0
    before = on - max(timedelta(days=settings.MAIL_KEEP_DAYS), KEPT_AT_LEAST)
    old = OutboxMessage.objects.filter(business_date__lt=before, thinned_on=None).exclude(state__in=ON_ITS_WAY)
    thinned = 0
    while rows := list(old.only("pk", "text", "html").order_by("pk")[:THINNED_AT_ONCE]):
        for row in rows:
            row.content_sha256 = sha256(f"{row.text}\0{row.html}".encode()).hexdigest()
            row.text, row.html, row.picture, row.thinned_on = "", "", None, on
        OutboxMessage.objects.bulk_update(rows, ["content_sha256", "text", "html", "picture", "thinned_on"])
        thinned += len(rows)
    MailPicture.objects.filter(messages=None).delete()
    return thinned

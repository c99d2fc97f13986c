"""The outbox's only writers: queue once for each key, claim, hand over, mark, and what the office does to a message.

A message is marked after the server took it, so a kill loses nothing: decisions/0003-mail-at-least-once.md.
Claims, attempts and waits are in real time; when a message was queued and sent is in business time.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from reports.core.retries import wait_after
from reports.core.routing import is_allowed
from reports.mail.letters import Unsendable, letter_of
from reports.mail.transport import Deferred, Refused, Transport, Unreachable, open_transport
from reports.models import OutboxMessage
from reports.queries.recipients import known_address

State = OutboxMessage.State

BATCH: Final = 50
LIMIT: Final = 2000
RUN: Final = timedelta(minutes=4)
"""No batch is begun, and no letter, when a run is older than this; its task is ended at five minutes."""

STUCK_AFTER: Final = timedelta(minutes=10)
"""A message claimed longer ago than this has lost its worker: twice the life of a run."""

AWAY: Final = timedelta(minutes=1)
"""The wait for a server that cannot be reached."""

PATIENCE: Final = 3
"""Attempts that a copy which is refused for now may hold the letter back."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of a run. `waiting` went back untried, because nobody took mail; `error` says why."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    withheld: int = 0
    waiting: int = 0
    error: str = ""

    def as_json(self) -> dict[str, int | str]:
        """For the command and the record of the run."""
        counts = {name: getattr(self, name) for name in ("sent", "retried", "failed", "withheld", "waiting")}
        return counts | ({"error": self.error} if self.error else {})


def enqueue(messages: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    """Add rendered messages; a key that is there already is left as it is. Returns those that were added."""
    rows, token = list(messages), uuid.uuid4().hex
    for row in rows:
        row.claim = token  # marks whose insert won; a claim writes over it
        row.queued_at, row.next_attempt_at = clock.now(), clock.wall_now()
    with transaction.atomic():
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
        keys = [row.dedupe_key for row in rows]
        return list(OutboxMessage.objects.filter(dedupe_key__in=keys, claim=token).order_by("pk"))


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


def due(now: datetime, on: date | None = None) -> Any:
    """Messages whose turn has come, of one business date or of all; the one that waits longest first."""
    rows = OutboxMessage.objects.filter(next_attempt_at__lte=now, state=State.QUEUED)
    return (rows if on is None else rows.filter(business_date=on)).order_by("next_attempt_at", "pk")


def deliver(*, by: Any, on: date | None = None, limit: int = LIMIT, dry_run: bool = False) -> Delivery:
    """Send what is due (of one business date or all), batch by batch over one connection each.

    With `dry_run` it only counts, as `waiting`.
    """
    require(by, Act.MANAGE_OUTBOX)
    started = clock.wall_now()
    if dry_run:
        return Delivery(waiting=min(due(started, on).count(), limit))
    tally: Counter[str] = Counter()
    error = ""
    while not error and tally.total() < limit and clock.wall_now() - started < RUN:
        batch = _claim(min(BATCH, limit - tally.total()), on)
        if not batch:
            break
        error = _send(batch, tally, until=started + RUN)
    return Delivery(**tally, error=error)


def _claim(size: int, on: date | None) -> list[OutboxMessage]:
    """Take up to `size` due messages for this process alone: the update finds only those that nobody else took."""
    now, token = clock.wall_now(), uuid.uuid4().hex
    ids = list(due(now, on).values_list("pk", flat=True)[:size])
    if not ids:
        return []
    OutboxMessage.objects.filter(pk__in=ids, state=State.QUEUED).update(
        state=State.SENDING, claim=token, claimed_at=now
    )
    mine = OutboxMessage.objects.filter(claim=token, state=State.SENDING)
    return list(mine.select_related("attachment").order_by("pk"))


def _send(batch: Sequence[OutboxMessage], tally: Counter[str], until: datetime) -> str:
    """Hand a claimed batch over; the answer is why it could not be ("" when it was)."""
    rest = list(batch)
    try:
        with open_transport() as transport:
            while rest and clock.wall_now() < until:
                tally[_attempt(transport, rest[0])] += 1
                rest.pop(0)
    except Unreachable as reason:
        _give_back(rest, AWAY, str(reason))
        tally["waiting"] += len(rest)
        _log.warning("Mail cannot be handed over, %s messages wait: %s", len(rest), reason)
        return str(reason)
    _give_back(rest, timedelta(0), "")
    return ""


def _attempt(transport: Transport, message: OutboxMessage) -> str:
    """Try one message and mark what came of it, named as in Delivery. Raises Unreachable, which is no attempt."""
    if reason := withholding_reason(message.to_address):
        _mark(message, state=State.WITHHELD, withheld_reason=reason)
        return "withheld"
    attempts = message.attempts + 1
    try:
        remark = transport.send(letter_of(message), without_copies=attempts > PATIENCE)
    except Unreachable:
        raise
    except (Refused, Unsendable) as reason:
        _mark(message, state=State.FAILED, attempts=attempts, last_error=str(reason))
        _log.error("Mail %s was refused for good: %s", message.dedupe_key, reason)
        return "failed"
    except Deferred as reason:
        return _try_later(message, attempts, str(reason))
    except Exception as reason:  # one letter that cannot be made must not stop the others
        _log.exception("Mail %s could not be sent.", message.dedupe_key)
        return _try_later(message, attempts, f"{type(reason).__name__}: {reason}")
    # From the server's yes to this line a kill leaves the row as being sent, and a second copy will follow.
    _mark(message, state=State.SENT, attempts=attempts, sent_at=clock.now(), last_error=remark)
    return "sent"


def _try_later(message: OutboxMessage, attempts: int, error: str) -> str:
    wait = wait_after(attempts)
    if wait is None:
        _mark(message, state=State.FAILED, attempts=attempts, last_error=error)
        _log.error("Mail %s was given up after %s attempts: %s", message.dedupe_key, attempts, error)
        return "failed"
    again = clock.wall_now() + wait
    _mark(message, state=State.QUEUED, attempts=attempts, last_error=error, next_attempt_at=again)
    return "retried"


def _mark(message: OutboxMessage, **fields: Any) -> bool:
    """Write what came of a claimed message, if the claim is still this process's own."""
    mine = OutboxMessage.objects.filter(pk=message.pk, state=State.SENDING, claim=message.claim)
    values = {"next_attempt_at": None, **fields, "claim": "", "claimed_at": None}
    marked = mine.update(**values) == 1
    if not marked:
        _log.error("Mail %s was taken back while it was being sent; a second copy may follow.", message.dedupe_key)
    return marked


def _give_back(messages: Sequence[OutboxMessage], wait: timedelta, error: str) -> None:
    """Return claimed messages that were not tried."""
    if messages:
        mine = OutboxMessage.objects.filter(
            pk__in=[message.pk for message in messages], state=State.SENDING, claim=messages[0].claim
        )
        words = {"last_error": error} if error else {}
        mine.update(state=State.QUEUED, claim="", claimed_at=None, next_attempt_at=clock.wall_now() + wait, **words)


def rescue(*, by: Any, stuck_after: timedelta = STUCK_AFTER) -> int:
    """Take back messages whose worker was lost; it counts as an attempt, or a letter could kill workers for ever."""
    require(by, Act.MANAGE_OUTBOX)
    lost = OutboxMessage.objects.filter(state=State.SENDING, claimed_at__lt=clock.wall_now() - stuck_after)
    rescued = 0
    for message in lost.only("pk", "claim", "attempts", "dedupe_key"):
        words = _("The worker that was sending it was lost; whether the mail arrived is not known.")
        _try_later(message, message.attempts + 1, words)
        rescued += 1
    return rescued


def resend(*, by: Any, message: OutboxMessage, reason: str, origin: str = Origin.WEB) -> None:
    """Queue a message again under its own Message-ID, to the address that is recorded for the person now.

    Raises Refusal while it waits or is being sent, without a reason, or where mail may still not go.
    """
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

"""Delivery: claims what is due, hands each letter over, marks it before the next is begun; takes back what got stuck.

A letter is marked after the server took it, so a kill loses nothing: decisions/0003-mail-at-least-once.md.
Claims, attempts, waits and rates are in real time; when a letter was sent is in business time.
"""

import logging
import uuid
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import BooleanField, prefetch_related_objects
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import override

from portfolio import clock
from portfolio.models import JobRun
from portfolio.web.access import Act, require
from reports.actions.jobs import ALLOWANCE
from reports.actions.marking import Mark, told_if_lost
from reports.actions.outbox import withholding_reason
from reports.core.retries import wait_after
from reports.mail.letters import Unsendable, letter_of
from reports.mail.transport import Deferred, Refused, Transport, Unreachable, open_transport
from reports.mail.words import day_words
from reports.models import OutboxMessage

State = OutboxMessage.State

BATCH: Final = 100
LIMIT: Final = 2000
RUN: Final = timedelta(minutes=4)
"""No batch is begun, and no letter, when a run is older than this; its task is ended at five minutes."""

STUCK_AFTER: Final = timedelta(minutes=10)
"""A message claimed longer ago than this has lost its worker: twice the life of a run."""

AWAY: Final = timedelta(minutes=1)
"""The wait for a server that cannot be reached."""

PATIENCE: Final = 3
"""Attempts that a copy which is refused for now may hold the letter back."""

CARRIED: Final = (
    "dedupe_key", "business_date", "number", "person", "to_name", "to_address", "copies", "subject", "language",
    "text", "html", "picture", "attachment", "message_id", "state", "attempts", "claim",
)  # fmt: skip
"""What delivery needs of a message."""

WAITING: Final = RawSQL("state = 'queued'", (), output_field=BooleanField())
"""Written out, so that SQLite sees that the index of what waits will do; it does not look into parameters."""

STILL_WAITING: Final = RawSQL("state || '' = 'queued'", (), output_field=BooleanField())
"""Of messages known by number: so that PostgreSQL does not go through all that waits for the sake of a hundred."""

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


def due(now: datetime, on: date | None = None) -> Any:
    """Messages whose turn has come, of one business date or of all; the one that waits longest first."""
    rows = OutboxMessage.objects.filter(WAITING, next_attempt_at__lte=now)
    return (rows if on is None else rows.filter(business_date=on)).order_by("next_attempt_at", "pk")


def deliver(*, by: Any, on: date | None = None, limit: int = LIMIT, dry_run: bool = False) -> Delivery:
    """Send what is due (of one business date or all), claimed batch by batch, over one connection.

    With `dry_run` it only counts, as `waiting`.
    """
    require(by, Act.MANAGE_OUTBOX)
    started = clock.wall_now()
    if dry_run:
        return Delivery(waiting=min(due(started, on).count(), limit))
    tally: Counter[str] = Counter()
    error = ""
    try:
        with open_transport() as transport:
            for batch in _batches(limit, on, until=started + RUN):
                _send(transport, batch, tally, until=started + RUN)
    except Unreachable as reason:
        error = str(reason)
        _log.warning("Mail cannot be handed over, %s messages wait: %s", tally["waiting"], error)
    return Delivery(**tally, error=error)


def _batches(limit: int, on: date | None, until: datetime) -> Iterator[list[OutboxMessage]]:
    """Claim what is due, batch by batch; at the end look once more, for what has become due meanwhile."""
    taken, before = 0, -1
    while before < taken < limit:
        before = taken
        ids = list(due(clock.wall_now(), on).values_list("pk", flat=True)[: limit - taken])
        for start in range(0, len(ids), BATCH):
            some, now = ids[start : start + BATCH], clock.wall_now()
            allowed = _allowed(len(some), now) if now < until else 0
            if allowed and (batch := _claim(some[:allowed], now)):
                taken += len(batch)
                yield batch
            if allowed < len(some):
                return


def _claim(ids: Sequence[int], now: datetime) -> list[OutboxMessage]:
    """Take these messages for this process alone: the update finds only those that nobody else took."""
    token, today = uuid.uuid4().hex, clock.today()
    these = OutboxMessage.objects.filter(pk__in=ids)
    these.filter(STILL_WAITING, next_attempt_at__lte=now).update(state=State.SENDING, claim=token, claimed_at=now)
    batch = list(these.filter(claim=token).only(*CARRIED).order_by("pk"))
    for along in ("attachment", "picture"):
        prefetch_related_objects([message for message in batch if getattr(message, f"{along}_id")], along)
    for message in batch:
        if message.business_date < today:
            _mark_late(message)
    return batch


def _allowed(wanted: int, now: datetime) -> int:
    """How many of so many letters may go in this minute, whoever sends them: MAIL_RATE, 0 for as many as one likes."""
    if not settings.MAIL_RATE or not wanted:
        return wanted
    minute = now.astimezone(clock.SHANGHAI).isoformat(timespec="minutes")
    fresh = {"started_at": now, "finished_at": now, "state": JobRun.State.DONE, "result": {"letters": 0}}
    with transaction.atomic():
        JobRun.objects.get_or_create(job=ALLOWANCE, slot=minute, defaults=fresh)
        run = JobRun.objects.select_for_update().get(job=ALLOWANCE, slot=minute)
        allowed = max(0, min(wanted, settings.MAIL_RATE - run.result["letters"]))
        run.result["letters"] += allowed
        run.save(update_fields=["result"])
    return allowed


def _mark_late(message: OutboxMessage) -> None:
    """Say in the subject that its day is over: its reader shall not take it for today's."""
    with override(message.language):
        mark = _("[Delayed, of %(day)s] ") % {"day": day_words(message.business_date)}
    if not message.subject.startswith(mark):
        message.subject = f"{mark}{message.subject}"[:300]
        OutboxMessage.objects.filter(pk=message.pk, claim=message.claim).update(subject=message.subject)


def _send(transport: Transport, batch: Sequence[OutboxMessage], tally: Counter[str], until: datetime) -> None:
    """Hand a claimed batch over; what was not tried goes back. Raises Unreachable."""
    rest, mark = deque(batch), Mark(patience=RUN)
    try:
        try:
            while rest and clock.wall_now() < until:
                tally[_attempt(transport, rest[0], mark)] += 1
                rest.popleft()
        finally:
            mark.settle()
    except Unreachable as reason:
        _give_back(rest, AWAY, str(reason))
        tally["waiting"] += len(rest)
        raise
    _give_back(rest, timedelta(0), "")


def _attempt(transport: Transport, message: OutboxMessage, mark: Mark) -> str:
    """Try one message and mark what came of it, named as in Delivery. Raises Unreachable, which is no attempt.

    A letter that was taken is marked while the server thinks about the next one's envelope, and always before anything
    of the next one's content leaves, and before anything else is written: so one letter at most is in doubt.
    """
    if why := withholding_reason(message.to_address):
        mark.settle()
        _mark(message, state=State.WITHHELD, withheld_reason=why)
        return "withheld"
    attempts = message.attempts + 1
    try:
        remark = transport.send(letter_of(message), without_copies=attempts > PATIENCE, before=mark)
    except (Unreachable, DatabaseError):
        raise  # not this letter's fault
    except Exception as reason:  # one letter that cannot be made must not stop the others
        mark.settle()
        return _not_taken(message, attempts, reason)
    # From the server's yes until this is settled a kill leaves the row as being sent, and a second copy will follow.
    mark.owe(message, attempts, remark)
    return "sent"


def _not_taken(message: OutboxMessage, attempts: int, reason: Exception) -> str:
    """Mark a letter that could not be handed over: it failed, or is tried later."""
    if isinstance(reason, Refused | Unsendable):
        _mark(message, state=State.FAILED, attempts=attempts, last_error=str(reason))
        _log.error("Mail %s was refused for good: %s", message.dedupe_key, reason)
        return "failed"
    if isinstance(reason, Deferred):
        return _try_later(message, attempts, str(reason))
    _log.error("Mail %s could not be sent.", message.dedupe_key, exc_info=reason)
    return _try_later(message, attempts, f"{type(reason).__name__}: {reason}")


def _try_later(message: OutboxMessage, attempts: int, error: str) -> str:
    wait = wait_after(attempts)
    if wait is None:
        _mark(message, state=State.FAILED, attempts=attempts, last_error=error)
        _log.error("Mail %s was given up after %s attempts: %s", message.dedupe_key, attempts, error)
        return "failed"
    again = clock.wall_now() + wait
    _mark(message, state=State.QUEUED, attempts=attempts, last_error=error, next_attempt_at=again)
    return "retried"


def _mark(message: OutboxMessage, **fields: Any) -> None:
    """Write what else came of a claimed message, if the claim is still this process's own."""
    mine = OutboxMessage.objects.filter(pk=message.pk, state=State.SENDING, claim=message.claim)
    values = {"next_attempt_at": None, **fields, "claim": "", "claimed_at": None}
    told_if_lost(message, mine.update(**values) == 1)


def _give_back(messages: Collection[OutboxMessage], wait: timedelta, error: str) -> None:
    """Return claimed messages that were not tried."""
    if messages:
        mine = OutboxMessage.objects.filter(
            pk__in=[message.pk for message in messages], state=State.SENDING, claim=next(iter(messages)).claim
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

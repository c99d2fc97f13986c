"""Queues reminders of returns: two by the rules, then a list to the county, and whenever the office asks for one.

One mail for each person and day, never on rest days or quiet days, and nobody who owes nothing is written to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portfolio.models import Role, User
from portfolio.refusals import Refusal
from portfolio.web.access import Act, require
from portfolio.web.stand_ins import deputies_of
from projects.actions.record import ledger_batch
from projects.core.calendar import WorkCalendar
from projects.core.cycle import Stage
from projects.core.periods import Period
from projects.models import Act as ChangeAct
from projects.models import LedgerHead, Origin, ReportingPeriod
from projects.queries.cycle import rule_of
from reports.actions.outbox import address_checked, enqueue
from reports.actions.sending import sending_day
from reports.core.routing import Occasion, domain_of, is_allowed, message_id, reminder_key
from reports.mail.reminder import Ground, Reminder, reminder
from reports.models import OutboxMessage
from reports.queries.owing import Reader, open_months, owing, unreached
from reports.queries.recipients import ACCOUNT_MARK

Stages = Mapping[str, Stage | None]


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of a day: the stage of each month, mails queued and withheld, firms of which nobody could be told."""

    on: date
    occasion: Occasion
    stages: Mapping[str, str] = field(default_factory=dict)
    queued: int = 0
    withheld: int = 0
    keys: tuple[str, ...] = ()
    unreached: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the command and the record of the run."""
        return {
            "on": self.on.isoformat(),
            "occasion": str(self.occasion),
            "stages": dict(self.stages),
            "queued": self.queued,
            "withheld": self.withheld,
            "keys": list(self.keys),
            "unreached": {period: list(firms) for period, firms in self.unreached.items()},
        }


def send_reminders(*, by: Any, on: date, dry_run: bool = False) -> Reminded:
    """Queue what is due on a day by the rules in force; again, it queues nothing twice.

    With `dry_run` everything is made and nothing written. Raises Refusal where the calendar of the year is missing.
    """
    require(by, Act.MANAGE_OUTBOX)
    day, calendar = sending_day(on)
    if not day.sends:
        return Reminded(on, day)
    rows = open_months(on)
    found = {row.period: rule_of(Period.parse(row.period)).stage(row.due_on, on, calendar) for row in rows}
    stages: dict[str, Stage | None] = {period: stage for period, stage in found.items() if stage is not None}
    return _remind(on, day, calendar, [row for row in rows if row.period in stages], stages, dry_run)


def remind_now(*, by: Any, period: Period, on: date) -> Reminded:
    """Remind everybody who owes a return of an open month, today, because the office asks for it.

    Raises Refusal on days on which nothing is sent, for a month that is not open or has not begun, where nobody owes
    anything, and where everybody concerned was reminded today.
    """
    require(by, Act.MANAGE_OUTBOX)
    day, calendar = sending_day(on)
    if not day.sends:
        raise Refusal(_("Today is a rest day or a quiet day; nothing is sent."))
    rows = [row for row in open_months(on) if row.period == str(period)]
    if not rows:
        raise Refusal(_("The month %(period)s is not open, so nobody is asked for it.") % {"period": period})
    with ledger_batch(by=by, origin=Origin.WEB) as book:  # who chased whom is a person's act, so it is in the log
        done = _remind(on, day, calendar, rows, {str(period): None}, dry_run=False)
        if not done.queued and not done.withheld:
            raise Refusal(_("Nobody is left to remind: all have reported, or were reminded today."))
        book.add("reportingperiod", ChangeAct.UPDATE, {"reminded": (None, len(done.keys))}, key=str(period))
    return done


def _remind(
    on: date, day: Occasion, calendar: WorkCalendar, rows: list[ReportingPeriod], stages: Stages, dry_run: bool
) -> Reminded:
    readers = owing(rows)
    deputies = deputies_of([one.user.pk for one in readers], on)
    ground = Ground(on, calendar, contact(), str(LedgerHead.objects.get(id=1)))
    made = [
        address_checked(_message(one, own, ground, deputies.get(one.user.pk)))
        for one in readers
        if (own := _stages_of(one, stages))
    ]
    added = made if dry_run else enqueue(made)
    withheld = sum(row.state == OutboxMessage.State.WITHHELD for row in added)
    return Reminded(
        on, day, {period: str(stage or "asked") for period, stage in stages.items()}, len(added) - withheld, withheld,
        tuple(row.dedupe_key for row in added), unreached(rows, readers),
    )  # fmt: skip


def _stages_of(reader: Reader, stages: Stages) -> dict[str, Stage | None]:
    """The months that this person is told of: the list after the reminders goes to counties, with what is missing."""
    return {
        period: stage
        for period, stage in stages.items()
        if period in reader.months
        and (stage is not Stage.COUNTY_LIST or (reader.is_county and reader.months[period].missing))
    }


def _message(reader: Reader, stages: dict[str, Stage | None], ground: Ground, deputy: User | None) -> OutboxMessage:
    user = reader.user
    person = user.person or f"{ACCOUNT_MARK}{user.pk}"
    copies: tuple[tuple[str, str], ...] = ()
    if deputy is not None and deputy.email and deputy.email != user.email:
        copies = ((deputy.display_name, deputy.email),)
    allowed = tuple(copy for copy in copies if is_allowed(copy[1], settings.MAIL_DOMAINS))
    number = f"{ground.on:%Y%m%d}-R{user.pk}"
    rendered = reminder(Reminder(reader, number, stages, allowed), ground)
    key = reminder_key(person, ground.on)
    return OutboxMessage(
        dedupe_key=key,
        kind=OutboxMessage.Kind.REMINDER,
        business_date=ground.on,
        number=number,
        person=person,
        to_name=user.display_name,
        to_address=user.email,
        copies=[list(copy) for copy in allowed],
        subject=rendered.subject[:300],
        language=user.language,
        text=rendered.text,
        html=rendered.html,
        ledger_head=ground.ledger_head,
        message_id=message_id(key, domain_of(settings.DEFAULT_FROM_EMAIL.rstrip(">"))),
    )


def contact() -> str:
    """Whom a reader asks: as set, or the first account of the city office that has an address."""
    if settings.MAIL_CONTACT:
        return str(settings.MAIL_CONTACT)
    office = User.objects.filter(role=Role.CITY_OFFICE, is_active=True).exclude(email="").order_by("pk").first()
    return f"{office.display_name} {office.email}" if office else ""

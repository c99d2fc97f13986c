"""Queues the digests of a day: whom, with what news since their last one, rendered and stored before anything is sent.

Made from events, never from states; told once, because each row keeps how far its reader has been told.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portfolio.models import Role, User
from portfolio.refusals import Refusal
from portfolio.web.access import Act, require
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.periods import Period
from projects.core.policies import LightPolicy
from projects.core.schedule import gap_points
from projects.core.summary import Totals, total
from projects.models import LedgerHead, Project, Provenance
from projects.queries import figures
from projects.queries.policies import every_policy, policy_in_force
from projects.queries.workdays import missing_years
from reports.actions.outbox import address_checked, drawn, enqueue, enqueue_instead
from reports.actions.sending import sending_day
from reports.core.routing import (
    News,
    Occasion,
    Told,
    digest_key,
    domain_of,
    is_allowed,
    is_due,
    is_untold,
    message_id,
    news,
)
from reports.mail.compose import Basis, Case, leader_digest
from reports.mail.items import Desk
from reports.mail.office import ListFigures, OfficeCase, UnitLights, office_digest
from reports.mail.overview import Overview, overview, overview_sections
from reports.mail.page import Rendered, Section
from reports.models import Alert, OutboxMessage, Subscription
from reports.queries import digests, exempted, recipients
from reports.queries.city import LIGHTS, City
from reports.queries.digests import Happened
from reports.queries.list_lines import CurveMonth, curve_of
from reports.queries.recipients import Recipient
from reports.queries.subscriptions import keys_with

Kind, State = OutboxMessage.Kind, OutboxMessage.State

_log = logging.getLogger(__name__)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Queued:
    """What came of a day: how many mails were queued and withheld, or why the day has none."""

    on: date
    occasion: Occasion
    queued: int = 0
    withheld: int = 0
    keys: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For the command and the record of the run."""
        return {
            "on": self.on.isoformat(),
            "occasion": str(self.occasion),
            "queued": self.queued,
            "withheld": self.withheld,
            "keys": list(self.keys),
        }


def queue_digests(*, by: Any, on: date, dry_run: bool = False) -> Queued:
    """Queue the digests of a day; nothing on rest days and quiet days, and nobody twice.

    With `dry_run` everything is made and nothing written. Raises Refusal where the calendar of the year is missing or
    no policy is in force, since silence would look like a quiet day; and after queuing the others, where somebody's
    digest could not be written.
    """
    require(by, Act.MANAGE_OUTBOX)
    day, calendar = sending_day(on)
    if not day.sends:
        return Queued(on, day)
    morning = _Morning(on, day, calendar)
    rows, unwritten = _queue(morning, dry_run=dry_run)
    if unwritten:
        people = {"people": ", ".join(unwritten)}
        raise Refusal(_("The digests of %(people)s could not be written; the fault is in the log.") % people)
    withheld = sum(row.state == OutboxMessage.State.WITHHELD for row in rows)
    return Queued(on, day, len(rows) - withheld, withheld, tuple(row.dedupe_key for row in rows))


def _queue(morning: "_Morning", *, dry_run: bool) -> tuple[list[OutboxMessage], list[str]]:
    """Write and queue the mails of a morning: what was queued, and whose mail could not be written.

    A mail takes the place of those that still wait to tell its reader. Where such a one leaves in that very moment, the
    mail is written again without its news.
    """
    messages = [address_checked(one) for one in morning.messages()]
    if dry_run:
        return messages, morning.unwritten
    late = {one.person for one in messages if one.person in morning.waiting and one.state == State.QUEUED}
    rows = enqueue(one for one in messages if one.person not in late)
    left = []
    for message in (one for one in messages if one.person in late):
        queued = enqueue_instead(message, morning.waiting[message.person])
        rows += queued or []
        left += [message.person] if queued is None else []
    if not left:
        return rows, morning.unwritten
    again = _Morning(morning.on, morning.day, morning.calendar, only=frozenset(left))
    more, unwritten = _queue(again, dry_run=False)
    return rows + more, morning.unwritten + unwritten


class _Morning:
    """Everything that the mails of one day share, read once; of all who are written to, or `only` of some."""

    def __init__(self, on: date, day: Occasion, calendar: WorkCalendar, only: frozenset[str] | None = None) -> None:
        self.on, self.day, self.calendar = on, day, calendar
        self.through = digests.head_event()
        self.policy = policy_in_force(on)
        self.period = self.policy.judged_period(on)
        self.position = figures.default_position(self.period)
        weekly = day is Occasion.WEEKLY
        self.overseers = keys_with(Subscription.Topic.ALL_LISTS, wanted=True) if weekly else frozenset()
        everybody = [*recipients.leaders(on), *recipients.office(), *recipients.overseers(self.overseers)]
        people = {
            one.key: one for one in reversed(everybody)
        }  # who is several gets the first's mail, and the rest in it
        self.people = [one for one in everybody if people[one.key] is one and (only is None or one.key in only)]
        keys = [one.key for one in self.people]
        self.waiting = digests.waiting(keys, on)
        self.no_overview = keys_with(Subscription.Topic.OVERVIEW, wanted=False) - self.overseers if weekly else set()
        besides = [number for some in self.waiting.values() for number in some]
        told, untold = digests.told_so_far(keys, besides), digests.untold_since(keys, besides)
        self.told = {key: told.get(key) or self._first(untold.get(key, on)) for key in keys}
        self.events = digests.happened(self.told.values(), on, self.through)
        self.standing = digests.standing(on)
        self.unwritten: list[str] = []
        self.demo = set(Project.objects.filter(provenance=Provenance.DEMO).values_list("pk", flat=True))

    def messages(self) -> "list[OutboxMessage]":
        """The mails that are due, leaders first: who is both gets the leader's, since there is one key for a day."""
        made = []
        for one in self.people:
            told = self.told[one.key]
            if told.on >= self.on:
                continue  # a mail of this day or a later one has gone; what it told must not come again
            its_news = news(event.step for event in self.events if self._is_for(one, event, told))
            day = Occasion.DAILY if one.key in self.no_overview else self.day
            if not is_due(day, news=bool(its_news)):
                continue
            try:
                made.append(self._message(one, its_news))
            except Exception:  # one person's bad row must not silence the others
                _log.exception("The digest of %s for %s could not be written.", one.key, self.on)
                self.unwritten.append(one.key)
        return made

    def _first(self, day: date) -> Told:
        """For somebody's first digest, of a day: what happened since the working day before."""
        try:
            before = self.calendar.add_workdays(day, -1)
        except CalendarYearMissing:
            before = day - _DAY
        return Told(before - _DAY, self.through)

    @staticmethod
    def _is_for(one: Recipient, event: Happened, told: Told) -> bool:
        mine = event.project in one.projects if one.is_leader else True
        return mine and is_untold(event.step.event, event.on, told)

    def _message(self, one: Recipient, its_news: Sequence[News]) -> OutboxMessage:
        rendered = self._rendered(one, its_news)
        key = digest_key(one.key, self.on)
        office = one.is_office and not one.is_leader
        kind = Kind.OFFICE if office else Kind.OVERVIEW if self.day is Occasion.WEEKLY else Kind.DIGEST
        return OutboxMessage(
            dedupe_key=key,
            kind=kind,
            business_date=self.on,
            number=self._number(one),
            person=one.key,
            to_name=one.name,
            to_address=one.address,
            copies=[list(copy) for copy in one.copies if is_allowed(copy[1], settings.MAIL_DOMAINS)],
            subject=rendered.subject[:300],
            language=one.language,
            text=rendered.text,
            html=rendered.html,
            picture=drawn(rendered.picture),
            ledger_head=self.basis.ledger_head,
            told_through=self.through,
            message_id=message_id(key, domain_of(settings.DEFAULT_FROM_EMAIL.rstrip(">"))),
        )

    def _rendered(self, one: Recipient, its_news: Sequence[News]) -> Rendered:
        if one.is_leader:
            return self._leader(one, its_news)
        if one.is_office:
            return self._office(one, its_news)
        return overview(one, self._number(one), self.overview, self.basis, self.desk)

    def _number(self, one: Recipient) -> str:
        short = one.key if len(one.key) <= 20 and one.key.replace("-", "").isalnum() else f"P{one.row}"
        return f"{self.on:%Y%m%d}-{short}"

    @cached_property
    def basis(self) -> Basis:
        """What every mail of the day rests on."""
        return Basis(
            on=self.on,
            occasion=self.day,
            period=self.period,
            is_final=self.position is not None,
            policy=_policy_labels(self.policy),
            contact=_contact(),
            ledger_head=str(LedgerHead.objects.get(id=1)),
        )

    @cached_property
    def alerts(self) -> Mapping[int, Alert]:
        """The alerts that the events speak of."""
        return digests.alerts({event.step.alert for event in self.events})

    @cached_property
    def desk(self) -> Desk:
        """What surrounds the projects that any mail of the day speaks of."""
        projects = {alert.project_id for alert in (*self.standing, *self.alerts.values())}
        last = digests.endings([event.step.event for event in self.events if not event.step.after])
        before = exempted.before(digests.open_on(self.on))
        return Desk(self.on, self.calendar, digests.around(projects, self.on), last, every_policy(), before)

    @cached_property
    def rows(self) -> dict[int, figures.Row]:
        """The figures of every project that a leader answers for."""
        led = {project for one in self.people for project in one.projects}
        return figures.figures(self.period, self.position, sorted(led))

    @cached_property
    def lights(self) -> dict[int, str]:
        """Every project's light."""
        return digests.lights()

    @cached_property
    def soon(self) -> dict[int, int]:
        """Notices of milestones that fall due, by project."""
        return digests.due_soon(self.on, self.rows.keys())

    def _leader(self, one: Recipient, its_news: Sequence[News]) -> Rendered:
        own = total(self.rows[project].counted() for project in sorted(one.projects))
        reported = sum(self.rows[project].completed is not None for project in one.projects)
        case = Case(
            recipient=one,
            number=self._number(one),
            news=its_news,
            alerts=self.alerts,
            standing=[alert for alert in self.standing if alert.project_id in one.projects],
            lights={project: self.lights.get(project, "not_judged") for project in one.projects},
            totals=own,
            reported=reported,
            gap=_gap(own, self.policy, self.period) if reported else None,
            due_soon=sum(self.soon.get(project, 0) for project in one.projects),
            is_demo=bool(self.demo & one.projects),
            trend=self._trend({project: self.rows[project] for project in one.projects}),
            overview=self._overview_for(one),
        )
        return leader_digest(case, self.basis, self.desk)

    def _trend(self, rows: Mapping[int, figures.Row]) -> list[CurveMonth]:
        """The year of some projects by month: once a week, since it changes once a month."""
        if self.day is not Occasion.WEEKLY:
            return []
        return curve_of(self.period, rows, self.by_month)

    @cached_property
    def by_month(self) -> dict[int, dict[int, int]]:
        """What was completed by the end of each month of the year, by project."""
        return figures.by_month(self.period.year, self.position)

    @cached_property
    def city(self) -> City:
        """All lists together."""
        return City(self.on, self.period, self.position, self.lights)

    def _office(self, one: Recipient, its_news: Sequence[News]) -> Rendered:
        city = self.city
        with override(one.language):
            lists = [ListFigures(each.name, city.totals(each.code)) for each in city.programmes]
            units = [_unit_lights(unit.name, city, projects) for unit, projects in city.units]
            units += [_unit_lights(_("Whole city"), city, city.listed)] if units else []
        case = OfficeCase(
            recipient=one,
            number=self._number(one),
            lists=lists,
            distinct=city.totals(),
            units=units,
            news=its_news,
            alerts=self.alerts,
            standing=self.standing,
            failed=OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED).count(),
            missing_years=missing_years(self.on),
            is_demo=bool(self.demo),
            trend=city.curve if self.day is Occasion.WEEKLY else [],
            overview=self._overview_for(one),
        )
        return office_digest(case, self.basis, self.desk)

    @cached_property
    def overview(self) -> Overview:
        """What those are told who oversee all lists."""
        codes = [None, *(one.code for one in self.city.programmes)]
        gaps = {code or "": _gap(self.city.totals(code), self.policy, self.period) for code in codes}
        return Overview(self.city, gaps, self.standing, bool(self.demo))

    def _overview_for(self, one: Recipient) -> tuple[Section, ...]:
        if one.key not in self.overseers:
            return ()
        with override(one.language):
            return overview_sections(self.overview, self.desk)


def _unit_lights(name: str, city: City, projects: Collection[int]) -> UnitLights:
    found = Counter(city.lights.get(project, "not_judged") for project in projects)
    return UnitLights(name, *(found[light] for light in LIGHTS))


def _gap(totals: Totals, policy: LightPolicy, period: Period) -> Fraction | None:
    """Points of the whole against pace; None without a plan."""
    if totals.plan_yuan <= 0:
        return None
    return gap_points(totals.completed_yuan, totals.plan_yuan, policy.list_pace(period))


def _policy_labels(policy: LightPolicy) -> tuple[str, str]:
    return policy.label, f"{policy.name_en or policy.name} v{policy.version}"


def _contact() -> str:
    """Whom a reader asks: as set, or the first account of the city office that has an address."""
    if settings.MAIL_CONTACT:
        return settings.MAIL_CONTACT
    office = User.objects.filter(role=Role.CITY_OFFICE, is_active=True).exclude(email="").order_by("pk").first()
    return f"{office.display_name} {office.email}" if office else ""

"""Opens and locks months when their rules say so, and adopts the rules; what cannot be done is said, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.cycle import lock_period, open_period
from projects.actions.record import apply, ledger_batch
from projects.core.calendar import CalendarYearMissing
from projects.core.cycle import CycleRule
from projects.core.periods import Period
from projects.core.policy_rules import PolicyError
from projects.models import Act, Origin, ReportingPeriod, ReportingRule
from projects.queries.cycle import month_of, months, to_open
from projects.queries.owed import not_accepted
from projects.queries.workcalendar import load_calendar

OFFICE = "office"
"""The code of every rule set that an office adopts; its editions are numbered."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What came of a day: months opened and locked, and those that are held with the reason."""

    on: date
    opened: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the command and the record of the run."""
        facts = {"on": self.on.isoformat(), "opened": list(self.opened), "locked": list(self.locked)}
        return facts | {"held": dict(self.held)}


def turn_months(*, by: Any, on: date, dry_run: bool = False, origin: str = Origin.TASK) -> Turned:
    """Open the months that have begun by their rules, lock those whose day has come; again, it changes nothing.

    A month whose calendar is missing is not opened; one on whose returns somebody still has to decide is not locked.
    """
    require(by, Right.LOCK_PERIOD)
    calendar = load_calendar()
    opened, locked, held = [], [], {}
    for opening in to_open(on, calendar):
        if opening.why:
            held[str(opening.period)] = str(opening.why)
            break
        if not dry_run:
            open_period(by=by, period=opening.period, origin=origin)
        opened.append(str(opening.period))
    for month in reversed(months(calendar)):
        if not month.is_open or month.locks_on is None or month.locks_on > on:
            continue
        if month.waiting:
            told = {"count": month.waiting}
            held[month.row.period] = str(_("%(count)s returns wait for a decision; not locked.") % told)
            continue
        lock_period(by=by, period=Period.parse(month.row.period), dry_run=dry_run, origin=origin)
        locked.append(month.row.period)
    return Turned(on, tuple(opened), tuple(locked), held)


def lock_month(*, by: Any, period: Period, version: int, origin: str = Origin.WEB) -> dict[str, Any]:
    """Lock a month from the page that showed `version` of it. Raises StaleForm where it changed meanwhile, Refusal."""
    require(by, Right.LOCK_PERIOD)
    month = month_of(period, load_calendar())
    if month is not None and month.row.version != version:
        raise StaleForm(_("Somebody changed this month after you opened the page."), theirs={}, yours={})
    return lock_period(by=by, period=period, origin=origin)


def move_deadline(
    *, by: Any, period: Period, version: int, due_on: date, reason: str, origin: str = Origin.WEB
) -> ReportingPeriod:
    """Give an open month another deadline; reminders, duties, alerts and the lock by schedule count from it.

    Raises Refusal for a month that was not opened or is locked, a day that is past or a rest day, the same day or no
    reason; StaleForm where the month changed since `version`.
    """
    require(by, Right.LOCK_PERIOD)
    if not reason.strip():
        raise Refusal(_("Say why the deadline moves."), field="reason")
    with ledger_batch(by=by, origin=origin, reason=reason.strip()) as book:
        row = ReportingPeriod.objects.filter(period=str(period)).first()
        if row is None:
            raise Refusal(_("The month %(period)s was not opened for reporting.") % {"period": period})
        if row.is_locked:
            raise Refusal(_("The month %(period)s is locked already.") % {"period": period})
        if row.version != version:
            raise StaleForm(
                _("Somebody changed this month after you opened the page."),
                theirs={"due_on": row.due_on},
                yours={"due_on": due_on},
            )
        _check_deadline(row, due_on)
        changes = {"due_on": (row.due_on, due_on)}
        book.add("reportingperiod", Act.UPDATE, changes, key=str(period))
        book.projects.update(not_accepted(period).values_list("pk", flat=True))
        row.version += 1
        apply(row, changes, "version")
    return row


def _check_deadline(row: ReportingPeriod, due_on: date) -> None:
    told = {"day": due_on.isoformat(), "year": due_on.year}
    if due_on == row.due_on:
        raise Refusal(_("This is the deadline already."), field="due_on")
    if due_on < max(clock.today(), row.opens_on):
        raise Refusal(_("A deadline cannot be moved to a day that is past."), field="due_on")
    try:
        works = load_calendar().is_workday(due_on)
    except CalendarYearMissing as missing:
        raise Refusal(_("The working days of %(year)s are not loaded.") % told, field="due_on") from missing
    if not works:
        raise Refusal(_("%(day)s is a rest day; choose a working day.") % told, field="due_on")


def adopt_rules(
    *, by: Any, rule: CycleRule, version: int, reason: str = "", origin: str = Origin.WEB
) -> ReportingRule | None:
    """Adopt a rule set for the months from its first one on; those that were opened keep their days.

    `version` is the number of editions that the form was drawn with. None where it is what is in force already. Raises
    Refusal for a beginning that lies in months already opened, and StaleForm.
    """
    require(by, Right.MANAGE_REFERENCE)
    with ledger_batch(by=by, origin=origin, reason=reason) as book:
        editions = editions_so_far()
        if version != editions:
            raise StaleForm(_("Somebody changed the rules after you opened the page."), theirs={}, yours={})
        _check_beginning(rule)
        edition = replace(rule, code=OFFICE, version=editions + 1)
        before = ReportingRule.objects.known().filter(effective_from=rule.effective_from).first()
        old = before.definition if before else None
        if old and _same(old, edition):
            return None
        definition = edition.to_json()
        changes = {
            name: ((old or {}).get(name), value) for name, value in definition.items() if (old or {}).get(name) != value
        }
        seq = book.add("reportingrule", Act.ADOPT, changes, key=f"{OFFICE}/{edition.version}")
        if before:
            ReportingRule.objects.filter(pk=before.pk).update(known_to=seq)
        return ReportingRule.objects.create(
            code=OFFICE, edition=edition.version, name_zh=edition.name, name_en=edition.name_en,
            effective_from=edition.effective_from, definition=definition, source=edition.source, is_local=True,
            known_from=seq,
        )  # fmt: skip


def editions_so_far() -> int:
    """How many rule sets the office has adopted, those that were replaced included."""
    return ReportingRule.objects.filter(code=OFFICE).count()


def rule_from(wanted: Mapping[str, Any]) -> CycleRule:
    """A rule set out of typed values. Raises Refusal at the field that is wrong."""
    try:
        return CycleRule.from_json(wanted)
    except PolicyError as error:
        field, problem = error.problems[0]
        raise Refusal(_("%(field)s: %(problem)s.") % {"field": field, "problem": problem}, field=field) from error


def _check_beginning(rule: CycleRule) -> None:
    last = ReportingPeriod.objects.order_by("-period").values_list("period", flat=True).first()
    if last and rule.effective_from <= Period.parse(last).last_day:
        told = {"last": last, "first": str(Period.parse(last).next())}
        raise Refusal(
            _("The months up to %(last)s are opened and keep their days; begin with %(first)s or later.") % told,
            field="effective_from",
        )


def _same(old: Mapping[str, Any], edition: CycleRule) -> bool:
    return CycleRule.from_json(old) == replace(edition, version=int(old["version"]))

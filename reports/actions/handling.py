"""What people do to open alerts, one or many at once: acknowledge, assign, put off, take up again.

Each is in the change log; the alerts' own log holds what sweeps do. A batch is done whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import OutOfScope, Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import may, require
from projects.actions.record import apply, diff, ledger_batch
from projects.core.calendar import CalendarYearMissing
from projects.core.handling import latest_snooze
from projects.models import Act, Origin
from projects.queries.policies import handling_in_force
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar
from reports.models import Alert
from reports.queries.alerts import alerts_for

LONGEST: Final = 300
"""Characters of a note or a reason."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as the person saw it: its number and its version."""

    alert: int
    version: int


def acknowledge_alerts(*, by: Any, seen: Sequence[Seen], note: str = "", origin: str = Origin.WEB) -> int:
    """Note that a person has seen the alerts; gives how many that changes. Raises what `_change` does."""
    words = _words(note, "note")

    def wanted(alert: Alert) -> dict[str, Any]:
        if (alert.acknowledged_by, alert.acknowledged_note) == (by.username, words):
            return {}
        return {"acknowledged_by": by.username, "acknowledged_note": words, "acknowledged_at": clock.now()}

    return _change(by, Right.ACKNOWLEDGE_ALERT, seen, wanted, origin)


def assign_alerts(*, by: Any, seen: Sequence[Seen], to: str, origin: str = Origin.WEB) -> int:
    """Put the alerts into somebody's hands, by username; "" takes them out again. Raises what `_change` does.

    Also Refusal (field `to`) for an account that does not see one of the projects or may do nothing about it.
    """
    person = User.objects.filter(username=to, is_active=True).first() if to else None
    if to and (person is None or not may(person, Right.ACKNOWLEDGE_ALERT)):
        raise Refusal(_("Nobody of that name can take an alert in hand."), field="to")
    if person is not None:
        alerts = Alert.objects.filter(pk__in=[one.alert for one in seen])
        unseen = alerts.exclude(project__in=visible_to(person)).select_related("project").first()
        if unseen is not None:
            told = {"name": person.display_name or person.username, "project": unseen.project.name}
            raise Refusal(_("%(name)s does not see the project %(project)s.") % told, field="to")
    return _change(by, Right.ASSIGN_ALERT, seen, lambda _alert: {"assigned_to": to}, origin)


def snooze_alerts(*, by: Any, seen: Sequence[Seen], until: date, reason: str, origin: str = Origin.WEB) -> int:
    """Put the alerts off until a day: till then they are not handed up, and mails only count them.

    Raises what `_change` does, and Refusal for a day that is not to come or beyond the policy's limit (field `until`),
    or without a reason (field `reason`).
    """
    today, words = clock.today(), _words(reason, "reason")
    if not words:
        raise Refusal(_("Say why it can wait."), field="reason")
    if until <= today:
        raise Refusal(_("Choose a day to come (today is %(today)s).") % {"today": today}, field="until")
    try:
        latest = latest_snooze(handling_in_force(today), load_calendar(), today)
    except CalendarYearMissing as missing:
        told = {"year": missing.year}
        raise Refusal(_("The working-day calendar of %(year)s is not loaded.") % told, field="until") from missing
    if until > latest:
        raise Refusal(_("An alert can be put off until %(day)s at the latest.") % {"day": latest}, field="until")
    wanted = {"snoozed_until": until, "snooze_reason": words}
    return _change(by, Right.ASSIGN_ALERT, seen, lambda _alert: wanted, origin)


def wake_alerts(*, by: Any, seen: Sequence[Seen], origin: str = Origin.WEB) -> int:
    """Take up again what was put off. Raises what `_change` does."""
    wanted = {"snoozed_until": None, "snooze_reason": ""}
    return _change(by, Right.ASSIGN_ALERT, seen, lambda _alert: wanted, origin)


def _words(text: str, field: str) -> str:
    words = text.strip()
    if len(words) > LONGEST:
        raise Refusal(_("At most %(count)s characters.") % {"count": LONGEST}, field=field)
    return words


_UNTOLD: Final = frozenset({"acknowledged_at"})
"""The change log has its own time."""


def _change(
    by: Any, right: Right, seen: Sequence[Seen], wanted: Callable[[Alert], Mapping[str, Any]], origin: str
) -> int:
    """Write what is wanted of each alert; gives how many it changes.

    Raises Forbidden, OutOfScope for one that is not the person's to see, StaleForm for one that changed since it was
    seen, and Refusal for one that is cleared; then nothing is written.
    """
    require(by, right)
    if not seen:
        raise Refusal(_("Choose at least one alert."))
    versions = {one.alert: one.version for one in seen}
    changed = 0
    with ledger_batch(by=by, origin=origin) as book:
        alerts = list(alerts_for(by).filter(pk__in=versions).select_related("project").order_by("pk"))
        if len(alerts) < len(versions):
            raise OutOfScope(_("There is nothing here, or it is not yours to see."))
        for alert in alerts:
            values = dict(wanted(alert))
            _check(alert, versions[alert.pk], values)
            changes = diff(alert, values)
            if not set(changes) - _UNTOLD:
                continue
            apply(alert, changes | {"version": (alert.version, alert.version + 1)})
            told = {name: values for name, values in changes.items() if name not in _UNTOLD}
            key = f"{alert.rule} {alert.subject} #{alert.pk}"
            book.add("alert", Act.UPDATE, told, key=key, project=alert.project.code)
            changed += 1
    return changed


def _check(alert: Alert, version: int, wanted: Mapping[str, Any]) -> None:
    if alert.cleared_on is not None:
        told = {"project": alert.project.name, "day": alert.cleared_on}
        raise Refusal(_("The alert of %(project)s was cleared on %(day)s.") % told)
    if alert.version != version:
        sentence = _("An alert of %(project)s changed after you opened the page.") % {"project": alert.project.name}
        theirs = {"level": alert.get_level_display(), "note": alert.acknowledged_note}
        raise StaleForm(sentence, theirs=theirs, yours={"note": wanted.get("acknowledged_note", theirs["note"])})

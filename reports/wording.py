"""The one place where an alert becomes a sentence: what is wrong today, made from the figures that the alert keeps."""

from datetime import date

from django.utils.translation import gettext as _

from projects.core.calendar import WorkCalendar
from projects.core.reasons import Reason, decode
from projects.wording import reason_sentence
from reports.core.rules import Kept, rule_of
from reports.models import Alert


def alert_reason(alert: Alert, *, as_of: date, calendar: WorkCalendar) -> Reason:
    """The whole reason of an alert on a day, from the figures that it keeps."""
    figures = {name: decode(figure) for name, figure in alert.figures.items()}
    step = alert.milestone.step if alert.milestone else None
    kept = Kept(figures, step.code if step else "", step.name_zh if step else "")
    return rule_of(alert.rule).recall(kept, calendar, as_of)


def alert_sentence(alert: Alert, *, as_of: date, calendar: WorkCalendar) -> str:
    """What is wrong, in one sentence without a full stop; the same words as the project's light."""
    return reason_sentence(alert_reason(alert, as_of=as_of, calendar=calendar), as_of=as_of, calendar=calendar)


def policy_words(alert: Alert, name: str) -> str:
    """By which policy and edition an alert was judged."""
    return _("%(policy)s, edition %(edition)s") % {"policy": name, "edition": alert.policy_edition}

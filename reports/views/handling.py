"""/alerts/handle/<act>/ – one thing done to the alerts that were chosen, with the words that go with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portfolio import clock
from portfolio.refusals import OutOfScope, Refusal, StaleForm
from portfolio.web.access import Act, require
from portfolio.web.doors import opened_by
from portfolio.web.forms import Form
from portfolio.web.responses import refuse_in_form, saved
from projects.core.calendar import CalendarYearMissing
from projects.core.handling import latest_snooze
from projects.queries.policies import handling_in_force
from projects.queries.workcalendar import load_calendar
from reports.actions import handling
from reports.actions.handling import Seen
from reports.forms.handling import AssignForm, SeeForm, SnoozeForm, WakeForm
from reports.models import Alert
from reports.queries.alerts import alerts_for, assignable, listed
from reports.tables.alerts import alert_url, level_badge
from reports.wording import alert_sentence

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Handling:
    """One thing to do: its title, its button, whose right it is, its form and what writes it."""

    title: Any
    button: Any
    right: Act
    form: Callable[..., Form]
    write: Callable[..., int]


def _assign_form(user: Any, **kwargs: Any) -> Form:
    return AssignForm(people=assignable(user), **kwargs)


def _snooze_form(user: Any, **kwargs: Any) -> Form:
    today = clock.today()
    try:
        latest = latest_snooze(handling_in_force(today), load_calendar(), today)
    except CalendarYearMissing:
        latest = None
    return SnoozeForm(latest=latest, **kwargs)


ACTS: Final = {
    "see": Handling(
        _("Acknowledge alerts"), _("Acknowledge"), Act.ACKNOWLEDGE_ALERT, lambda user, **kwargs: SeeForm(**kwargs),
        lambda by, seen, data: handling.acknowledge_alerts(by=by, seen=seen, note=data["note"]),
    ),
    "assign": Handling(
        _("Assign alerts"), _("Assign"), Act.ASSIGN_ALERT, _assign_form,
        lambda by, seen, data: handling.assign_alerts(by=by, seen=seen, to=data["to"]),
    ),
    "snooze": Handling(
        _("Put alerts off"), _("Put off"), Act.ASSIGN_ALERT, _snooze_form,
        lambda by, seen, data: handling.snooze_alerts(
            by=by, seen=seen, until=data["until"], reason=data["reason"]
        ),
    ),
    "wake": Handling(
        _("Take alerts up again"), _("Take up again"), Act.ASSIGN_ALERT, lambda user, **kwargs: WakeForm(**kwargs),
        lambda by, seen, data: handling.wake_alerts(by=by, seen=seen),
    ),
}  # fmt: skip


@opened_by(Act.ACKNOWLEDGE_ALERT)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """From the list's buttons to the page of what is to be done; back to the list when nothing was chosen."""
    chosen = request.GET.getlist("chosen")
    if not chosen or request.GET.get("do") not in ACTS:
        return HttpResponseRedirect(reverse("alerts"))
    address = reverse("alert_handle", args=[request.GET["do"]])
    return HttpResponseRedirect(f"{address}?{urlencode({'chosen': chosen}, doseq=True)}")


@opened_by(Act.ACKNOWLEDGE_ALERT)
@require_http_methods(["GET", "HEAD", "POST"])
def handle_alerts(request: HttpRequest, do: str) -> HttpResponse:
    """The chosen alerts with the form; POST does it, and gives back what was typed where it is refused."""
    if do not in ACTS:
        raise Http404
    what, user = ACTS[do], request.user
    sent = (request.POST if request.method == "POST" else request.GET).getlist("chosen")
    seen = _seen(sent)
    alerts = _alerts(user, seen)
    require(user, what.right)
    if request.method != "POST":
        return _page(request, what, what.form(user), alerts, sent)
    form = what.form(user, data=request.POST)
    if form.is_valid():
        try:
            count = what.write(user, seen, form.cleaned_data)
        except StaleForm as stale:
            form.add_error(None, stale.sentence)  # both are shown: the list below is as the alerts stand now
            sent = [f"{alert.pk}:{alert.version}" for alert in alerts]
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        else:
            return saved(request, _done(count), _back(alerts))
    return _page(request, what, form, alerts, sent)


def _seen(sent: list[str]) -> list[Seen]:
    """Numbers and versions, as the boxes of the list say them. Raises OutOfScope for anything else."""
    try:
        pairs = [tuple(map(int, one.split(":"))) for one in dict.fromkeys(sent)]
        return [Seen(alert, version) for alert, version in pairs[:MOST]]
    except ValueError as error:
        raise OutOfScope(_("There is nothing here, or it is not yours to see.")) from error


def _alerts(user: Any, seen: list[Seen]) -> list[Alert]:
    """The chosen ones, gravest first. Raises OutOfScope where one is not the person's to see."""
    rows: Any = listed(alerts_for(user), clock.today()).filter(pk__in=[one.alert for one in seen])
    alerts = list(rows.order_by("severity", "weight", "raised_on", "pk"))
    if not alerts or len(alerts) < len(seen):
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    return alerts


def _done(count: int) -> str:
    if not count:
        return str(_("Nothing to change."))
    return ngettext("%(count)s alert changed.", "%(count)s alerts changed.", count) % {"count": count}


def _back(alerts: list[Alert]) -> str:
    return alert_url(alerts[0]) if len(alerts) == 1 else reverse("alerts")


def _page(request: HttpRequest, what: Handling, form: Form, alerts: list[Alert], sent: list[str]) -> HttpResponse:
    as_of, calendar = clock.today(), load_calendar()
    lines = [
        {
            "alert": alert,
            "url": alert_url(alert),
            "badge": level_badge(alert.level),
            "sentence": alert_sentence(alert, as_of=as_of, calendar=calendar),
        }
        for alert in alerts
    ]
    context = {"what": what, "form": form, "lines": lines, "sent": sent, "back": _back(alerts)}
    return render(request, "reports/alerts/handle.html", context, status=200)

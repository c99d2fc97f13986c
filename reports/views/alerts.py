"""/alerts/ – what is wrong, why, since when and by which policy; one alert with its history; a project's panel."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from portfolio.web.access import Act, fetch, may, require
from portfolio.web.doors import opened_by
from portfolio.web.responses import refuse_in_form, saved
from portfolio.web.screens import ListScreen
from projects.core.calendar import CalendarYearMissing, WorkCalendar
from projects.core.cutoffs import milestone_cutoffs
from projects.queries.exemptions import exempt_on, exempt_reason, waiting_within
from projects.queries.policies import every_policy, policy_in_force
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar
from projects.wording import reason_sentence
from reports.actions.handling import Seen, acknowledge_alerts
from reports.core.routing import News, Turn
from reports.core.rules import INDICATORS, Ending
from reports.filters.alerts import AlertFilter
from reports.forms.alerts import AcknowledgeForm
from reports.mail.items import Desk, cleared_item
from reports.models import Alert, AlertEvent
from reports.queries import alerts as queries
from reports.queries.digests import Around, around
from reports.queries.exempted import before
from reports.tables.alerts import AlertTable, alert_url, level_badge
from reports.wording import (
    RUNGS,
    alert_sentence,
    before_words,
    handed_words,
    judging_words,
    policy_words,
    rule_title,
    standing_words,
    unable_sentence,
)

SHOWN_IN_PANEL = 8


@opened_by(Act.VIEW_ALERTS)
class Alerts(ListScreen):
    """The alerts of the projects that the reader may see; open ones unless others are asked for."""

    template_name = "reports/alerts/list.html"
    table_class = AlertTable
    filterset_class = AlertFilter
    http_method_names = ["get", "head", "options"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.as_of = clock.today()
        self.calendar = load_calendar()

    def get_queryset(self) -> "QuerySet[Alert]":
        require(self.request.user, Act.VIEW_ALERTS)
        return queries.listed(queries.alerts_for(self.request.user), self.as_of)

    def get_filter_kwargs(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "choices": queries.choices(self.as_of)}

    def get_table_kwargs(self) -> dict[str, Any]:
        picks = may(self.request.user, Act.ACKNOWLEDGE_ALERT)
        return {"as_of": self.as_of, "calendar": self.calendar, "policies": queries.policy_names(), "picks": picks}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = queries.open_by_level(queries.alerts_for(self.request.user))
        context["counts"] = [(level, level_badge(level), count) for level, count in counts]
        context["may_acknowledge"] = may(self.request.user, Act.ACKNOWLEDGE_ALERT)
        context["may_assign"] = may(self.request.user, Act.ASSIGN_ALERT)
        context["unable"] = _unable(self.as_of, self.calendar)
        return context


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of an alert as its history tells it."""

    event: AlertEvent
    badge: Any
    sentence: str
    again: bool = False

    @property
    def what(self) -> str:
        """What kind of event it was; what an exemption ended was not cleared, and is nothing new when it is raised."""
        if self.again:
            return str(_("Again after an exemption"))
        exempt = self.event.kind == AlertEvent.Kind.CLEARED and self.event.reason_code == Ending.EXEMPTED
        return str(_("Now exempt")) if exempt else self.event.get_kind_display()


@opened_by(Act.VIEW_ALERTS)
@require_safe
def alert_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what is wrong, since when, whose turn it is, what became of it, who has seen it."""
    alert = _fetch(request, pk, Act.VIEW_ALERTS)
    form = AcknowledgeForm(initial={"note": alert.acknowledged_note, "version": alert.version})
    return _page(request, alert, form)


@opened_by(Act.ACKNOWLEDGE_ALERT)
@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person has seen it, and the words that go with it."""
    alert = _fetch(request, pk, Act.ACKNOWLEDGE_ALERT)
    form = AcknowledgeForm(request.POST)
    if form.is_valid():
        version, note = form.cleaned_data["version"] or 0, form.cleaned_data["note"]
        try:
            acknowledge_alerts(by=request.user, seen=[Seen(alert.pk, version)], note=note)
        except Refusal as refusal:
            refuse_in_form(form, refusal, version=alert.version)
        else:
            return saved(request, _("Acknowledged."), alert_url(alert))
    form.is_closed = alert.cleared_on is not None
    return _page(request, alert, form)


@opened_by(Act.VIEW_ALERTS)
@require_safe
def panel(request: HttpRequest, project: str) -> HttpResponse:
    """A fragment for the project's page: its open alerts and those of its parts."""
    user: Any = request.user
    row = fetch(visible_to(user), user, Act.VIEW_ALERTS, code=project)
    as_of, calendar = clock.today(), load_calendar()
    found = list(queries.of_project(queries.listed(queries.alerts_for(user), as_of), row.code)[: SHOWN_IN_PANEL + 1])
    known = around([alert.project_id for alert in found], as_of) if found else {}
    earlier = before(Alert.objects.filter(pk__in=[alert.pk for alert in found]))
    lines = [
        {
            "alert": alert,
            "url": alert_url(alert),
            "badge": level_badge(alert.level),
            "sentence": alert_sentence(alert, as_of=as_of, calendar=calendar),
            "stands": standing_words(alert.raised_on, as_of, calendar),
            "turn": _turn(alert, known[alert.project_id]),
            "before": before_words(earlier[alert.pk]) if alert.pk in earlier else "",
        }
        for alert in found[:SHOWN_IN_PANEL]
    ]
    context = {"lines": lines, "project": row, "more": len(found) > SHOWN_IN_PANEL}
    return render(request, "reports/alerts/panel.html", context)


def _fetch(request: HttpRequest, pk: int, act: Act) -> Alert:
    user: Any = request.user
    return fetch(queries.listed(queries.alerts_for(user), clock.today()), user, act, pk=pk)


def _page(request: HttpRequest, alert: Alert, form: AcknowledgeForm) -> HttpResponse:
    as_of, calendar = clock.today(), load_calendar()
    known = around([alert.project_id], as_of)[alert.project_id]
    until = alert.cleared_on or as_of
    earlier = before(Alert.objects.filter(pk=alert.pk)).get(alert.pk)
    context = {
        "alert": alert,
        "form": form,
        "badge": level_badge(alert.level),
        "rule": rule_title(alert.rule),
        "sentence": alert_sentence(alert, as_of=as_of, calendar=calendar),
        "stands": standing_words(alert.raised_on, until, calendar),
        "at_level": standing_words(alert.level_since, until, calendar),
        "judged_by": judging_words(alert, every_policy()) or policy_words(alert, queries.policy_names()),
        "turn": _turn(alert, known),
        "before": before_words(earlier) if earlier else "",
        "history": [
            _happening(event, alert, calendar, again=earlier is not None) for event in alert.events.order_by("-pk")
        ],
        "seen_by": User.objects.filter(username=alert.acknowledged_by).first() if alert.acknowledged_by else None,
        "may_acknowledge": may(request.user, Act.ACKNOWLEDGE_ALERT) and alert.cleared_on is None,
        "may_assign": may(request.user, Act.ASSIGN_ALERT) and alert.cleared_on is None,
        "may_instruct": may(request.user, Act.GIVE_INSTRUCTION) and alert.cleared_on is None,
        "assigned_to": _name(alert.assigned_to),
        **_exemption(request.user, alert, as_of, calendar),
        "put_off": alert.snoozed_until is not None and alert.snoozed_until >= as_of,
        "rung": RUNGS[alert.escalation] if alert.escalation else "",
    }
    return render(request, "reports/alerts/alert.html", context)


def _exemption(user: Any, alert: Alert, as_of: date, calendar: WorkCalendar) -> dict[str, Any]:
    """Whether the project is exempt from the alert's rule today, and why; what waits; and where one asks for it."""
    indicator = INDICATORS.get(alert.rule)
    if indicator is None:
        return {}
    held = exempt_on(alert.project, indicator, as_of)
    asked = None if held else waiting_within(alert.project, [indicator], date.min, date.max)
    asks = alert.cleared_on is None and not held and not asked and may(user, Act.ASK_EXEMPTION)
    return {
        "exempt": reason_sentence(exempt_reason(held), as_of=as_of, calendar=calendar) if held else "",
        "exemption": held.request_id if held else asked.pk if asked else None,
        "asked": asked,
        "ask_exemption": f"{reverse('exemption_new', args=[alert.project.code])}?indicator={indicator}" if asks else "",
    }


def _name(username: str) -> str:
    person = User.objects.filter(username=username).first() if username else None
    return (person.display_name or username) if person else username


def _turn(alert: Alert, known: Around) -> str:
    """Whose turn it is, by name."""
    return " · ".join(known.holders(alert.project.owner.name if alert.project.owner else ""))


def _happening(event: AlertEvent, alert: Alert, calendar: WorkCalendar, *, again: bool) -> Happening:
    """What an event said on its day: what was wrong, or what ended it. `again`: the alert is raised once more."""
    if event.kind == AlertEvent.Kind.CLEARED:
        desk = Desk(event.on, calendar, {}, {event.pk: event})
        news = News(alert.pk, Turn.CLEARED, event.old_level, "", event.pk)
        return Happening(event, "", cleared_item(alert, desk, news).sentence)
    if event.kind == AlertEvent.Kind.HANDED_UP:
        return Happening(event, "", handed_words(event.figures["rung"]))
    then = Alert(rule=alert.rule, project=alert.project, milestone=alert.milestone, figures=event.figures)
    sentence = alert_sentence(then, as_of=event.on, calendar=calendar)
    again = again and event.kind == AlertEvent.Kind.RAISED
    return Happening(event, level_badge(event.new_level), sentence, again)


def _unable(as_of: date, calendar: WorkCalendar) -> str:
    """Why milestones cannot be judged today, where the calendar is missing; nothing where all is well."""
    try:
        policy = policy_in_force(as_of)
        if policy.milestones is not None and milestone_cutoffs(policy, calendar, as_of).soon_until is None:
            return unable_sentence(max(calendar.years) + 1)
    except CalendarYearMissing as missing:
        return unable_sentence(missing.year)
    except Refusal as refusal:
        return str(refusal)
    return ""

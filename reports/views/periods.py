"""/periods/ – the months: open or locked, who has not reported, the lock, the rules by which they come and go."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import refuse_in_form, refuse_with_message, saved
from projects.actions import months as actions
from projects.actions.cycle import open_period
from projects.core.periods import Period, PeriodError
from projects.forms.deadline import DeadlineForm
from projects.forms.rules import RulesForm
from projects.models import ReportingPeriod
from projects.queries import cycle as queries
from projects.queries.figures import totals
from projects.queries.restated import restatements
from projects.queries.workcalendar import load_calendar
from projects.templatetags.figures import day
from reports.actions.reminders import remind_now
from reports.queries.unreported import unreported

AHEAD = 12
"""Months whose days the rules page works out."""


@opened_by(Act.LOCK_PERIOD)
@require_http_methods(["GET", "HEAD", "POST"])
def months_page(request: HttpRequest) -> HttpResponse:
    """The months with their counts; POST opens one that should be open."""
    calendar, today = load_calendar(), clock.today()
    if request.method == "POST":
        try:
            row = open_period(by=request.user, period=_period(request.POST.get("period", "")))
        except Refusal as refusal:
            return refuse_with_message(request, refusal, reverse("periods"))
        return saved(request, _("The month %(period)s is open.") % {"period": row.period}, reverse("periods"))
    rule = queries.rule_of(Period.of(today))
    context = {
        "section": "returns/",
        "months": queries.months(calendar),
        "to_open": queries.to_open(today, calendar),
        "rule": rule,
        "today": today,
    }
    return render(request, "reports/periods/list.html", context)


@opened_by(Act.LOCK_PERIOD)
@require_http_methods(["GET", "HEAD", "POST"])
def month_page(request: HttpRequest, period: str) -> HttpResponse:
    """One month: who has not reported, what a lock would do, what was restated since; POST locks or reminds."""
    asked, calendar = _period(period), load_calendar()
    month = queries.month_of(asked, calendar)
    if month is None:
        raise OutOfScope(_("This month was not opened."))
    if request.method == "POST" and request.POST.get("do") == "move":
        return _move(request, asked, month)
    if request.method == "POST":
        return _do(request, asked)
    return _month(request, asked, month)


def _month(
    request: HttpRequest, asked: Period, month: queries.MonthState, form: DeadlineForm | None = None
) -> HttpResponse:
    today = clock.today()
    context = {
        "section": "returns/",
        "month": month,
        "period": asked,
        "units": unreported(asked) if month.is_open else [],
        "rule": queries.rule_of(asked),
        "may_lock": today > asked.last_day,
        "restated": restatements(asked, None, only=True),
        "may_read_log": may(request.user, Act.VIEW_LEDGER),
        "then": None if month.is_open else totals(asked, month.row.locked_position),
        "now": None if month.is_open else totals(asked),
        "today": today,
        "locker": _name(month.row.locked_by),
        "form": form or DeadlineForm(initial={"version": month.row.version, "due_on": month.row.due_on}),
        "moves": queries.moves(asked),
    }
    return render(request, "reports/periods/month.html", context)


def _move(request: HttpRequest, period: Period, month: queries.MonthState) -> HttpResponse:
    """Another deadline, or the page again with what is wrong."""
    form = DeadlineForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            row = actions.move_deadline(
                by=request.user, period=period, version=said["version"] or 0, due_on=said["due_on"],
                reason=said["reason"],
            )  # fmt: skip
        except Refusal as refusal:
            refuse_in_form(form, refusal, version=ReportingPeriod.objects.get(period=str(period)).version)
        else:
            told = _("The deadline is %(day)s now; reminders follow it.") % {"day": day(row.due_on)}
            return saved(request, told, reverse("period", args=[str(period)]))
    return _month(request, period, month, form)


def _name(username: str) -> str:
    """Whose account it is; the account itself where it is no more."""
    return User.objects.filter(username=username).values_list("display_name", flat=True).first() or username


def _do(request: HttpRequest, period: Period) -> HttpResponse:
    back = reverse("period", args=[str(period)])
    user: Any = request.user
    try:
        if request.POST.get("do") == "remind":
            queued = remind_now(by=user, period=period, on=clock.today())
            told = ngettext("%(count)s mail is queued.", "%(count)s mails are queued.", queued.queued)
            return saved(request, told % {"count": queued.queued}, back)
        if not request.POST.get("sure"):
            raise Refusal(_("Tick the box first: a lock cannot be undone."))
        version = sent_number(request.POST.get("version"))
        locked = actions.lock_month(by=user, period=period, version=version)
    except Refusal as refusal:
        return refuse_with_message(request, refusal, back)
    sentence = _("%(period)s is locked: the figures of %(projects)s projects are final.") % locked
    return saved(request, sentence, back)


@opened_by(Act.MANAGE_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest) -> HttpResponse:
    """The rules in force and the days that they give; POST shows or adopts others."""
    present = queries.rule_of(Period.of(clock.today()))
    editions = actions.editions_so_far()
    form = RulesForm(request.POST if request.method == "POST" else None, rule=present, first=_first(), version=editions)
    shown, drafted = present, False
    if request.method == "POST" and form.is_valid():
        try:
            rule = actions.rule_from(form.definition())
            if request.POST.get("do") == "adopt":
                return _adopt(request, form, rule)
            shown, drafted = rule, True
        except Refusal as refusal:
            form.refuse_field(refusal)
            refuse_in_form(form, refusal, version=actions.editions_so_far())
    context = {
        "section": "returns/",
        "form": form,
        "rule": present,
        "rules": queries.office_rules(),
        "days": list(_days(shown)),
        "drafted": drafted,
    }
    return render(request, "reports/periods/rules.html", context)


def _adopt(request: HttpRequest, form: RulesForm, rule: Any) -> HttpResponse:
    row = actions.adopt_rules(
        by=request.user, rule=rule, version=form.cleaned_data["version"] or 0, reason=form.cleaned_data["reason"]
    )
    sentence = _("The rules are adopted.") if row else _("These rules are in force already.")
    return saved(request, sentence, reverse("period_rules"))


def _first() -> Period:
    """The first month that new rules can govern."""
    openings = queries.months(load_calendar(), shown=1)
    return Period.parse(openings[0].row.period).next() if openings else Period.of(clock.today())


def _days(rule: Any) -> Any:
    """The months ahead with their days, or why they have none."""
    calendar, period = load_calendar(), _first()
    for _month in range(AHEAD):
        period = period.reported(merge_jan_feb=rule.merge_jan_feb)
        try:
            yield period, queries.days_of(period, calendar, rule), ""
        except Refusal as refusal:
            yield period, None, refusal.sentence
        period = period.next()


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodError:
        raise OutOfScope(_("That is not a month.")) from None

"""/calendar/ – the working days that everything counts by: years, exceptions, quiet days, and next year's notice."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import refuse_in_form, refuse_with_message, saved
from projects.actions.workdays import difference, load_year, set_quiet
from projects.forms.workdays import NoticeForm, QuietForm
from projects.intake.holidays import Notice, read_notice
from projects.models import CalendarDay
from projects.queries.workdays import missing_years, years


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """The years that are loaded, and one of them day by day."""
    return _page(request, QuietForm())


@opened_by(Act.MANAGE_REFERENCE)
@require_http_methods(["GET", "POST"])
def calendar_notice(request: HttpRequest) -> HttpResponse:
    """A notice is read and shown as a difference; with “commit” exactly that text is loaded."""
    if request.method == "GET":
        wanted = missing_years(clock.today())
        form = NoticeForm(initial={"year": wanted[-1] if wanted else clock.today().year + 1})
        return render(request, "projects/calendar_notice.html", {"form": form})
    form = NoticeForm(request.POST, request.FILES)
    read: dict[str, Any] = {}
    if form.is_valid():
        text = form.cleaned_data["text"]  # kept: an error at its field takes it out of the form
        notice = read_notice(text, form.cleaned_data["year"])
        read = {"notice": notice, "text": text, "lines": [] if notice.findings else difference(notice)}
        if "commit" in request.POST:
            try:
                _load(request, form, notice)
            except Refusal as refusal:
                refuse_in_form(form, refusal)
            else:
                told = _("The working days of %(year)s are loaded.") % {"year": notice.year}
                return saved(request, told, f"{reverse('calendar')}?year={notice.year}")
    return render(request, "projects/calendar_notice.html", {"form": form, **read})


@opened_by(Act.MANAGE_REFERENCE)
@require_POST
def calendar_quiet(request: HttpRequest) -> HttpResponse:
    """Make a working day quiet, or take that back."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    day, quiet = form.cleaned_data["day"], "loud" not in request.POST
    try:
        set_quiet(by=request.user, day=day, quiet=quiet, name=form.cleaned_data["name"])
    except Refusal as refusal:
        if not quiet:
            return refuse_with_message(request, refusal, reverse("calendar"))
        refuse_in_form(form, refusal)
        return _page(request, form)
    told = _("Nothing is sent on %(day)s.") if quiet else _("%(day)s is an ordinary working day again.")
    return saved(request, told % {"day": day.isoformat()}, f"{reverse('calendar')}?year={day.year}")


def _load(request: HttpRequest, form: NoticeForm, notice: Notice) -> None:
    about = {name: form.cleaned_data[name] for name in ("source", "published_on")}
    load_year(by=request.user, notice=notice, **about)


def _page(request: HttpRequest, form: QuietForm) -> HttpResponse:
    loaded = years()
    today = clock.today()
    shown = _year(request.GET.get("year", ""), [year.year for year in loaded], today)
    days = CalendarDay.objects.filter(day__year=shown)
    context = {
        "years": loaded,
        "shown": shown,
        "days": [day for day in days if not (day.is_workday and day.day.weekday() < 5)],  # Monday to Friday: quiet
        "quiet": [day for day in days if day.quiet],
        "missing": missing_years(today),
        "form": form,
        "may_manage": may(request.user, Act.MANAGE_REFERENCE),
    }
    return render(request, "projects/calendar.html", context)


def _year(text: str, loaded: list[int], today: date) -> int:
    """The year that is asked for, if it is loaded; else this one, else the latest."""
    if (asked := sent_number(text)) in loaded:
        return asked
    return today.year if today.year in loaded or not loaded else max(loaded)

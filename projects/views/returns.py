"""/returns/ – what this reader owes for a month, and what waits on their desk."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portfolio import clock
from portfolio.models import Role
from portfolio.refusals import Refusal
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import refuse_with_message, saved
from portfolio.web.screens import ListScreen
from projects.actions import returns as actions
from projects.core.calendar import CalendarYearMissing
from projects.core.periods import Period
from projects.filters.returns import STATES, ReturnsFilter
from projects.models import Project, ReportingPeriod, ReturnState
from projects.queries import owed
from projects.queries.register import choices
from projects.queries.scope import visible_to, without_scope
from projects.queries.workcalendar import load_calendar
from projects.tables.returns import ReturnsTable
from projects.templatetags.figures import month


def _until(due_on: date) -> dict[str, Any]:
    """How today stands to the deadline: overdue, due today, or so many working days left, today not counted.

    Where no calendar tells how many, `uncounted` is the year that is missing.
    """
    today = clock.today()
    if today >= due_on:
        return {"overdue": today > due_on, "due_today": today == due_on}
    try:
        return {"days_left": load_calendar().workdays_between(today, due_on)}
    except CalendarYearMissing as missing:
        return {"uncounted": missing.year}


@opened_by(Act.ENTER_RETURN, Act.REVIEW_RETURN, Act.ACCEPT_RETURN)
class Returns(ListScreen):
    """The list of a month; POST passes the chosen returns on together."""

    http_method_names = ["get", "head", "options", "post"]
    template_name = "projects/returns.html"
    table_class = ReturnsTable
    filterset_class = ReturnsFilter

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.cycles = list(ReportingPeriod.objects.order_by("-period")[:24])
        self.cycle = self._chosen()
        return super().dispatch(request, *args, **kwargs)

    def _chosen(self) -> ReportingPeriod | None:
        asked = self.request.GET.get("period", "")
        by_period = {cycle.period: cycle for cycle in self.cycles}
        open_ones = [cycle for cycle in self.cycles if cycle.is_open]
        return by_period.get(asked) or (open_ones[-1] if open_ones else next(iter(self.cycles), None))

    @property
    def period(self) -> Period:
        """The month shown; before the first one is opened, the month that ended last."""
        return Period.parse(self.cycle.period) if self.cycle else Period.last_ended(clock.today())

    def get_queryset(self) -> QuerySet[Project]:
        if self.cycle is None:
            return owed.reporting(Project.objects.none(), self.period)
        return owed.reporting(visible_to(self.request.user), self.period)

    def get_rows(self, rows: QuerySet[Project]) -> QuerySet[Any, Any]:
        return owed.owed_rows(rows, self.period)

    def get_filter_kwargs(self) -> dict[str, Any]:
        whole_city = getattr(self.request.user, "role", "") == Role.CITY_OFFICE
        periods = [(cycle.period, f"{month(cycle.period)} {cycle.get_state_display()}") for cycle in self.cycles]
        return {"periods": periods, "divisions": choices().divisions if whole_city else []}

    def get_table_kwargs(self) -> dict[str, Any]:
        waiting = (state for state, number in self.waiting if number)
        return {"period": str(self.period), "picks": frozenset(waiting)}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many of this person's returns stand where, whatever the filter shows."""
        return owed.count_by_state(self.get_queryset())

    @property
    def waiting(self) -> list[tuple[str, int]]:
        """How many returns wait on this person's desk, by state."""
        return [(state, self.counts.get(state, 0)) for state in self._desk_states()]

    def _desk_states(self) -> list[str]:
        """States in which a return waits for this person."""
        if self.cycle is None or not self.cycle.is_open:
            return []
        waits = ((Act.REVIEW_RETURN, ReturnState.SUBMITTED), (Act.ACCEPT_RETURN, ReturnState.REVIEWED))
        return [state for act, state in waits if may(self.request.user, act)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = self.counts
        context["cycle"] = self.cycle
        context["no_scope"] = "" if any(counts.values()) else without_scope(self.request.user)
        context["may_type"] = self.cycle is not None and may(self.request.user, Act.ENTER_RETURN)
        context["counts"] = [(state, words, counts.get(state, 0)) for state, words in STATES]
        context["owed"] = sum(counts.get(state, 0) for state in owed.OWED)
        context["waiting"] = [(state, number) for state, number in self.waiting if number]
        if self.cycle is not None and self.cycle.is_open:
            context |= _until(self.cycle.due_on)
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Review or accept what was ticked: all of it, or nothing and the reason."""
        back = f"{reverse('returns')}?{request.GET.urlencode()}"
        seen = self._ticked(request.POST.getlist("key"))
        try:
            if not seen:
                raise Refusal(_("Tick the returns first."))
            if request.POST.get("do") == "accept":
                actions.accept_returns(by=request.user, keys=list(seen), seen=seen)
            else:
                actions.review_returns(by=request.user, keys=list(seen), seen=seen)
        except Refusal as refusal:
            return refuse_with_message(request, refusal, back)
        sentence = ngettext("%(count)s return passed on.", "%(count)s returns passed on.", len(seen))
        return saved(request, sentence % {"count": len(seen)}, back)

    def _ticked(self, boxes: list[str]) -> dict[actions.Key, int]:
        """The returns that were ticked, with the version of each that the list showed; 0 where it showed none."""
        period = self.cycle.period if self.cycle else ""
        parts = [box.partition(":") for box in boxes]
        return {(code, period): sent_number(sent) for code, _colon, sent in parts}

"""The filter bar of the forecast: as made when, of what, list, unit, official light, text."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from projects.models import LightChoice, LockedFigure, Project, ProjectClass
from projects.queries import register
from projects.queries.hindsight import Locked
from projects.queries.register import Choices
from projects.queries.scope import in_division
from projects.wording import say_period

PLAN, MILESTONE = "plan", "milestone"
KINDS = ((PLAN, _("Annual plan expected to be missed")), (MILESTONE, _("Next milestone expected to be late")))


class ForecastFilter(FilterSet):
    """`month` is a locked month as whose forecasts are shown, `kind` what of them; both are the page's to follow."""

    month = ChoiceFilter(label=_("Forecast made"), empty_label=_("Now"), method="as_it_is")
    kind = ChoiceFilter(label=_("Forecast"), choices=KINDS, method="as_it_is")
    programme = ChoiceFilter(label=_("List"), method="on_list")
    division = ChoiceFilter(label=_("County or zone"), method="in_division")
    light = ChoiceFilter(label=_("Official light"), choices=LightChoice.choices, method="with_light")
    q = TextFilter(label=_("Name, code or project unit"), method="mentioning")

    def __init__(self, data: QueryDict, *args: Any, as_of: date, choices: Choices, months: list[Locked], **kw: Any):
        super().__init__(data, *args, **kw)
        self.locked = {str(one.period): one for one in months}
        self.as_of = self.made.period.last_day if self.made else as_of
        self.filters["month"].extra["choices"] = [
            (str(one.period), _("%(month)s, at its lock") % {"month": say_period(one.period)})
            for one in reversed(months)
        ]
        self.filters["programme"].extra["choices"] = choices.programmes
        self.filters["division"].extra["choices"] = choices.divisions

    @property
    def made(self) -> Locked | None:
        """The month at whose lock the forecasts asked for were made; None for now."""
        return self.locked.get(self.data.get("month", ""))

    def as_it_is(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Leaves the projects as they are."""
        return rows

    def on_list(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Members of a list on the day, of class implementation."""
        return rows.filter(register.member_of(value, ProjectClass.IMPLEMENTATION, self.as_of))

    def in_division(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Projects of the unit, and those in which it holds a share."""
        return rows.filter(in_division(value))

    def with_light(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By official light: today's, or that of the month's lock."""
        if self.made is None:
            judged = rows.filter(standing__light=value)
            none = rows.exclude(standing__light__in=register.SEVERITY)
        else:
            kept = LockedFigure.objects.filter(period__period=str(self.made.period))
            judged = rows.filter(pk__in=kept.filter(light=value).values("project"))
            none = rows.exclude(pk__in=kept.filter(light__in=register.SEVERITY).values("project"))
        return none if value == LightChoice.NOT_JUDGED else judged

    def mentioning(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By text."""
        return rows.filter(register.mentions(value.strip())) if value.strip() else rows

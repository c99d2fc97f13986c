"""The filter bar of the alerts: open ones unless others are asked for; by level, rule, unit, leader and text."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from projects.models import Project
from projects.queries.register import answering
from projects.queries.scope import in_division
from reports.models import Alert
from reports.queries.alerts import SEVERITY, Choices
from reports.queries.exempted import exempted
from reports.wording import RULE_TITLES

CLEARED, EXEMPT, EVERY = "cleared", "exempt", "all"


class AlertFilter(FilterSet):
    """Filters narrow each other."""

    state = ChoiceFilter(
        label=_("State"),
        choices=[(CLEARED, _("Cleared")), (EXEMPT, _("Ended by an exemption")), (EVERY, _("Open and cleared"))],
        empty_label=_("Still open"),
        method="as_it_is",
    )
    level = ChoiceFilter(label=_("Level"), choices=[(level.value, level.label) for level in SEVERITY])
    rule = ChoiceFilter(label=_("Rule"), choices=list(RULE_TITLES.items()))
    division = ChoiceFilter(label=_("County or zone"), method="in_division")
    leader = ChoiceFilter(label=_("Responsible city leader"), method="led_by")
    q = TextFilter(label=_("Project name or code"), method="mentioning")

    class Meta:
        model = Alert
        fields: list[str] = []

    def __init__(self, *args: Any, as_of: date, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        self.filters["division"].extra["choices"] = choices.divisions
        self.filters["leader"].extra["choices"] = choices.leaders

    def filter_queryset(self, queryset: "QuerySet[Alert]") -> "QuerySet[Alert]":
        """Open alerts, cleared ones, those of them that an exemption ended, or all; then every other filter."""
        state = self.form.cleaned_data.get("state")
        if state != EVERY:
            queryset = queryset.filter(cleared_on__isnull=state not in (CLEARED, EXEMPT))
        if state == EXEMPT:
            queryset = queryset.filter(pk__in=exempted().values("alert"))
        return super().filter_queryset(queryset)

    def as_it_is(self, rows: "QuerySet[Alert]", name: str, value: str) -> "QuerySet[Alert]":
        """The state was seen to already: leaving it out means something, too."""
        return rows

    def in_division(self, rows: "QuerySet[Alert]", name: str, value: str) -> "QuerySet[Alert]":
        """Of the unit's projects, and of those in which it holds a share."""
        return rows.filter(project__in=Project.objects.filter(in_division(value)))

    def led_by(self, rows: "QuerySet[Alert]", name: str, value: str) -> "QuerySet[Alert]":
        """Of the projects for which a city leader answers on the day."""
        return rows.filter(project__in=Project.objects.filter(answering(value, self.as_of)))

    def mentioning(self, rows: "QuerySet[Alert]", name: str, value: str) -> "QuerySet[Alert]":
        """By project: code, or part of the name; a package's code finds its parts."""
        text = value.strip()
        codes = Q(project__code__icontains=text) | Q(project__parent__code__iexact=text)
        return rows.filter(codes | Q(project__name__icontains=text)) if text else rows

"""The filter bar of exemptions: how they stand, on what, where, text."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from projects.models import ExemptionRequest, IndicatorChoice
from projects.queries.exemptions import STANDS, standing


class ExemptionFilter(FilterSet):
    """Everything unless something is asked for."""

    state = ChoiceFilter(label=_("State"), choices=list(STANDS.items()), method="standing_so")
    indicator = ChoiceFilter(label=_("Indicator"), choices=IndicatorChoice.choices, method="about")
    q = TextFilter(label=_("Project name or code"), method="mentioning")

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def standing_so(self, rows: QuerySet[ExemptionRequest], name: str, value: str) -> QuerySet[ExemptionRequest]:
        """As it stands today."""
        return rows.filter(standing(value, self.as_of))

    def about(self, rows: QuerySet[ExemptionRequest], name: str, value: str) -> QuerySet[ExemptionRequest]:
        """No indicator's name is part of another's."""
        return rows.filter(indicators__contains=value)

    def mentioning(self, rows: QuerySet[ExemptionRequest], name: str, value: str) -> QuerySet[ExemptionRequest]:
        """By project: code, or part of the name."""
        text = value.strip()
        return rows.filter(Q(project__code__icontains=text) | Q(project__name__icontains=text)) if text else rows

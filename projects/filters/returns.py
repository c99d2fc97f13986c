"""The filter bar of the returns of a month: month, state, unit, text."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from projects.models import Project, ReturnState
from projects.queries.owed import MISSING
from projects.queries.register import mentions
from projects.queries.scope import in_division

STATES = [(MISSING, _("Not begun")), *ReturnState.choices]


class ReturnsFilter(FilterSet):
    """The month is always one; it is the open one unless another is asked for."""

    period = ChoiceFilter(label=_("Month"), method="as_it_is", empty_label=None)
    state = ChoiceFilter(label=_("State"), field_name="state", choices=STATES)
    division = ChoiceFilter(label=_("County or zone"), method="of_division")
    q = TextFilter(label=_("Name, code or project unit"), method="mentioning")

    def __init__(
        self, *args: Any, periods: Sequence[tuple[str, str]], divisions: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = list(periods)
        if divisions:
            self.filters["division"].extra["choices"] = list(divisions)
        else:
            del self.filters["division"]

    def as_it_is(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """The month chose the rows already."""
        return rows

    def of_division(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By unit, shares included."""
        return rows.filter(in_division(value))

    def mentioning(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By text."""
        return rows.filter(mentions(value.strip())) if value.strip() else rows

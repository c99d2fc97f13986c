"""The filter bar of the change log: kind of row, act, who, project, days, text."""

from typing import Any

import django_filters as stock
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from portfolio.web.forms import date_input
from projects.models import Act, Change

KINDS = (
    "project", "milestone", "monthlyreturn", "planrevision", "listing", "assignment", "projectshare", "openingfigure",
    "reportingperiod", "policy", "alert",
)  # fmt: skip


def kinds() -> list[tuple[str, Any]]:
    """The kinds of rows that people look for, in words."""
    names = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    return [(kind, capfirst(names[kind])) for kind in KINDS if kind in names]


def acts() -> list[tuple[str, Any]]:
    """The acts in words; of corrections, only each row tells on which side of its month's lock it was."""
    return [(act.value, _("Corrected") if act == Act.CORRECT else act.label) for act in Act]


class LedgerFilter(FilterSet):
    """Days are business dates, both included; text looks into row, values, reason and source."""

    kind = ChoiceFilter(label=_("Kind of row"), field_name="model")
    act = ChoiceFilter(label=_("Act"), field_name="act", choices=acts)
    who = stock.CharFilter(label=_("By whom"), method="by_whom", max_length=64)
    project = stock.CharFilter(label=_("Project code"), field_name="project", max_length=40)
    since = stock.DateFilter(label=_("From day"), method="from_day", widget=date_input())
    until = stock.DateFilter(label=_("To day"), method="to_day", widget=date_input())
    q = TextFilter(label=_("Text in row, values, reason or source"), method="mentioning")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = kinds()

    def by_whom(self, rows: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        """By account or name."""
        return rows.filter(Q(actor=value.strip()) | Q(actor_name__icontains=value.strip()))

    def from_day(self, rows: QuerySet[Change], name: str, value: Any) -> QuerySet[Change]:
        """Business dates are kept as ISO text, which sorts as dates do."""
        return rows.filter(business_date__gte=value.isoformat())

    def to_day(self, rows: QuerySet[Change], name: str, value: Any) -> QuerySet[Change]:
        """Up to a day, included."""
        return rows.filter(business_date__lte=value.isoformat())

    def mentioning(self, rows: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        """By text."""
        text = value.strip()
        return rows.filter(
            Q(key__icontains=text) | Q(changes__icontains=text) | Q(reason__icontains=text) | Q(source__icontains=text)
        )

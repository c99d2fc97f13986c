"""The filter bar of the outbox."""

from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from portfolio.web.forms import date_input
from reports.models import OutboxMessage


class OutboxFilter(FilterSet):
    """By state, kind, day, person and text."""

    state = ChoiceFilter(label=_("State"), choices=OutboxMessage.State.choices)
    kind = ChoiceFilter(label=_("Kind"), choices=OutboxMessage.Kind.choices)
    on = DateFilter(label=_("Day"), field_name="business_date", widget=date_input())
    person = ChoiceFilter(label=_("Recipient"), choices=[])
    q = TextFilter(label=_("Search"), method="search", placeholder=_("Recipient, subject or mail number"))

    class Meta:
        model = OutboxMessage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Those can be chosen whose mail the reader may see."""
        super().__init__(*args, **kwargs)
        people = self.queryset.exclude(person="").order_by("person").values_list("person").annotate(Max("to_name"))
        self.filters["person"].extra["choices"] = list(people)

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In recipient, address, subject and number."""
        text = value.strip()
        found = Q(to_name__icontains=text) | Q(to_address__icontains=text)
        return rows.filter(found | Q(subject__icontains=text) | Q(number__icontains=text))

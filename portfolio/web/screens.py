"""A list screen: a filter bar over a table. Subclasses name the queryset, the table and the filter."""

from typing import Any

from django.db.models import QuerySet
from django.views.generic import TemplateView
from django_tables2 import RequestConfig

from portfolio.web.filters import FilterSet
from portfolio.web.tables import Table


class ListScreen(TemplateView):
    """GET only. The template gets `filter` and `table`; the address holds filter, order (`sort`) and `page`."""

    table_class: type[Table]
    filterset_class: type[FilterSet] | None = None

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that this person may see, before filtering."""
        raise NotImplementedError

    def get_rows(self, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
        """What the table prints of each row: joined names, annotations. Asked after filtering, never counted."""
        return rows

    def get_filter_kwargs(self) -> dict[str, Any]:
        """More arguments for the filter set, such as choices that one query has read."""
        return {}

    def get_table_kwargs(self) -> dict[str, Any]:
        """More arguments for the table, such as columns to leave out."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = self.get_queryset()
        if self.filterset_class is not None:
            bar = self.filterset_class(
                self.request.GET, queryset=rows, request=self.request, **self.get_filter_kwargs()
            )
            rows = bar.qs if bar.is_valid() else rows.none()
            context["filter"] = bar
        table = self.table_class(self.get_rows(rows), count_of=rows, **self.get_table_kwargs())
        RequestConfig(self.request, paginate={"per_page": table._meta.per_page}).configure(table)
        context["table"] = table
        context["sort"] = self.request.GET.get(table.prefixed_order_by_field, "")
        return context

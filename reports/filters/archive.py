"""The filter bar of the archive."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from reports.models import ArchivedWorkbook


class ArchiveFilter(FilterSet):
    """By kind, state, month and checksum; `kinds` are the (id, title) pairs that the reader may see."""

    kind = ChoiceFilter(label=_("Kind"))
    state = ChoiceFilter(label=_("State"), choices=ArchivedWorkbook.State.choices)
    period = TextFilter(label=_("Month"), lookup_expr="startswith", placeholder="2023-12")
    sha256 = TextFilter(label="sha256", lookup_expr="istartswith", placeholder=_("The first characters will do"))

    class Meta:
        model = ArchivedWorkbook
        fields: list[str] = []

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = kinds

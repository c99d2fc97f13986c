"""/access/ – the access log: who signed in, was refused, saw or took what; and whether its chain holds."""

import json
from datetime import date, timedelta
from typing import Any

import django_filters as stock
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portfolio.models import AccessEvent, AccessHead
from portfolio.web.access import Act
from portfolio.web.access_table import AccessTable, verdict
from portfolio.web.doors import opened_by
from portfolio.web.events import record_access, verify_access
from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from portfolio.web.forms import date_input
from portfolio.web.screens import ListScreen


class AccessFilter(FilterSet):
    """Days are those of Asia/Shanghai, both included."""

    kind = ChoiceFilter(label=_("Event"), field_name="kind", choices=AccessEvent.Kind.choices)
    who = stock.CharFilter(label=_("By whom"), method="by_whom", max_length=64)
    since = stock.DateFilter(label=_("From day"), method="from_day", widget=date_input())
    until = stock.DateFilter(label=_("To day"), method="to_day", widget=date_input())
    q = TextFilter(label=_("Text in what, detail or address"), method="mentioning")

    def by_whom(self, rows: QuerySet[AccessEvent], name: str, value: str) -> QuerySet[AccessEvent]:
        """By account or name."""
        return rows.filter(Q(account=value.strip()) | Q(name__icontains=value.strip()))

    def from_day(self, rows: QuerySet[AccessEvent], name: str, value: date) -> QuerySet[AccessEvent]:
        """Moments are kept as ISO text of one time zone, which sorts as they do."""
        return rows.filter(at__gte=value.isoformat())

    def to_day(self, rows: QuerySet[AccessEvent], name: str, value: date) -> QuerySet[AccessEvent]:
        """Up to a day, included."""
        return rows.filter(at__lt=(value + timedelta(days=1)).isoformat()) if value < date.max else rows

    def mentioning(self, rows: QuerySet[AccessEvent], name: str, value: str) -> QuerySet[AccessEvent]:
        """By text."""
        text = value.strip()
        return rows.filter(Q(subject__icontains=text) | Q(detail__icontains=text) | Q(address__icontains=text))


@opened_by(Act.VIEW_ACCESS_LOG)
class AccessLog(ListScreen):
    """GET shows the log and what the last walk found; POST walks the whole chain, which is an event of its own."""

    http_method_names = ["get", "head", "options", "post"]
    template_name = "portfolio/access_log.html"
    table_class = AccessTable
    filterset_class = AccessFilter

    def get_queryset(self) -> QuerySet[AccessEvent]:
        return AccessEvent.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = AccessEvent.objects.filter(kind=AccessEvent.Kind.VERIFIED).last()
        walk = (last, verdict(last), json.loads(last.detail)["broken"] is None) if last else None
        return super().get_context_data(head=AccessHead.objects.get(id=1), walk=walk, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Verify: the first broken row by its number, or how many hold."""
        found = verify_access()
        detail = {"rows": found.rows, "head": f"{found.head_seq}:{found.head_hash}", "broken": found.broken_seq}
        record_access(AccessEvent.Kind.VERIFIED, request=request, detail=json.dumps(detail, sort_keys=True))
        if found.broken_seq is None:
            messages.success(request, _("The chain holds: %(rows)s rows.") % {"rows": found.rows})
        else:
            messages.error(request, _("The chain is broken at row %(seq)s.") % {"seq": found.broken_seq})
        return HttpResponseRedirect(reverse("access_log"))

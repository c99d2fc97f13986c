"""/ledger/ – the change log: every change of facts, its chain's head, and what proves that nothing was altered."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from portfolio.web.screens import ListScreen
from projects.filters.ledger import LedgerFilter
from projects.models import Change, LedgerHead
from projects.queries import ledger
from projects.queries.names import names_of_codes
from projects.tables.ledger import LedgerTable


@opened_by(Act.VIEW_LEDGER)
class ChangeLog(ListScreen):
    """Reading needs the right to; POST walks the whole chain and tells what it found."""

    http_method_names = ["get", "head", "options", "post"]
    template_name = "projects/ledger.html"
    table_class = LedgerTable
    filterset_class = LedgerFilter

    def get_queryset(self) -> QuerySet[Change]:
        return ledger.told(Change.objects.all())

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"names": names_of_codes()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["head"] = LedgerHead.objects.get(id=1)
        context["command"] = f"manage.py verify_ledger --head {_('SEQ:HASH')}"
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Verify: the first broken row by its number, or how many hold."""
        verdict = ledger.verify()
        if verdict.broken_seq is None:
            messages.success(
                request,
                _("The chain holds: %(rows)s rows, head %(head)s.")
                % {"rows": verdict.rows, "head": f"{verdict.head_seq}:{verdict.head_hash}"},
            )
        else:
            messages.error(request, _("The chain is broken at row %(seq)s.") % {"seq": verdict.broken_seq})
        return HttpResponseRedirect(reverse("ledger"))

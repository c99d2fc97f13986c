"""/ledger/<position>/ – one change by itself: who, when, why, from which file, what stood before, and its own proof.

Workbooks and mails name positions of the change log; this is where a position leads.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio.web.access import Act, fetch
from portfolio.web.doors import opened_by
from projects.models import Change, Project
from projects.queries.ledger import holds, told
from projects.queries.names import names_of_codes
from projects.telling import tell


@opened_by(Act.VIEW_LEDGER)
@require_safe
def change_page(request: HttpRequest, seq: int) -> HttpResponse:
    """The row as it was written, and whether it and its place still agree with their hashes."""
    row = fetch(told(Change.objects.all()), request.user, Act.VIEW_LEDGER, seq=seq)
    context = {
        "section": "ledger/",
        "row": row,
        "story": tell(row, names_of_codes()),
        "project": Project.objects.filter(code=row.project).first() if row.project else None,
        "together": Change.objects.filter(batch=row.batch).count() - 1,
        "holds": holds(row),
        "next": Change.objects.filter(seq=seq + 1).exists(),
    }
    return render(request, "projects/change.html", context)

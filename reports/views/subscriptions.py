"""/subscriptions/ – which mails the reader wants beyond those that are due."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from portfolio.web.responses import saved
from reports.actions.subscriptions import DEFAULTS, subscribe
from reports.forms.subscriptions import SubscriptionForm
from reports.queries.subscriptions import wishes


@opened_by(Act.SUBSCRIBE)
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """The reader's own boxes."""
    user: Any = request.user
    form = SubscriptionForm(request.POST or None, initial=DEFAULTS | wishes(user))
    if request.method == "POST" and form.is_valid():
        changed = subscribe(by=user, wanted={topic: form.cleaned_data[topic] for topic in DEFAULTS})
        return saved(request, _("Saved.") if changed else _("Nothing to change."), reverse("subscriptions"))
    return render(request, "reports/subscriptions.html", {"form": form})

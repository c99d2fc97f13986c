"""/outbox/ – what was sent to whom, word for word, how it went, and the office's hand on it."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from portfolio.models import AccessEvent
from portfolio.refusals import Refusal
from portfolio.web.access import Act, fetch, may, require
from portfolio.web.doors import opened_by
from portfolio.web.events import record_access
from portfolio.web.responses import refuse_in_form, saved
from portfolio.web.screens import ListScreen
from reports.actions import outbox
from reports.faults import retold
from reports.filters.outbox import OutboxFilter
from reports.forms.outbox import HandleForm
from reports.mail.page import CONTENT_ID
from reports.models import OutboxMessage
from reports.queries.outbox import counts_by_state, last_days, messages_for, robot_runs, troubles
from reports.tables.outbox import OutboxTable, message_url, state_badge

LETTER_POLICY = {
    "default-src": [NONE],
    "img-src": ["data:"],  # its one picture, put into its place
    "style-src": [UNSAFE_INLINE],  # mail carries its style in itself; nothing else of it runs or loads
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "sandbox": [""],
}

# Any: these decorators are typed for views without arguments.
own_frames: Any = csp_update({"frame-src": [SELF]})
letter_only: Any = csp(LETTER_POLICY)


@opened_by(Act.VIEW_OUTBOX)
@method_decorator(never_cache, name="dispatch")
class Outbox(ListScreen):
    """The messages that the reader may see: the office and auditors all, leaders and liaison officers their own."""

    template_name = "reports/outbox/list.html"
    table_class = OutboxTable
    filterset_class = OutboxFilter

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        require(self.request.user, Act.VIEW_OUTBOX)
        return messages_for(self.request.user).defer("text", "html")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if may(self.request.user, Act.MANAGE_OUTBOX):
            counts = counts_by_state()
            context["counts"] = [(state, state.label, counts[state]) for state in OutboxMessage.State]
            context["days"] = last_days()
            context["robots"] = (
                [replace(one, words=retold(one.words)) for one in robot_runs()] if settings.WEBHOOKS else []
            )
            context["troubles"] = [replace(one, words=retold(one.words)) for one in troubles()]
        return context


@opened_by(Act.VIEW_OUTBOX)
@never_cache
@own_frames
@require_safe
def message_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: headers, text, and its HTML in a frame of its own; that it was read is recorded."""
    message = _fetch(request, pk)
    _record(request, message)
    return _page(request, message, HandleForm(message=message))


@opened_by(Act.VIEW_OUTBOX)
@never_cache
@xframe_options_sameorigin
@letter_only
@require_safe
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML as it went out, under a policy that lets nothing run, load, submit or break out of its frame."""
    message = _fetch(request, pk)
    if request.headers.get("Sec-Fetch-Dest") != "iframe":  # in its frame the page has recorded it already
        _record(request, message)
    return HttpResponse(_with_picture(message))


def _with_picture(message: OutboxMessage) -> str:
    """The HTML with its picture within, since a browser does not see the parts of a mail."""
    if message.picture is None:
        return message.html
    shown = b64encode(bytes(message.picture.content)).decode()
    return message.html.replace(f'src="cid:{CONTENT_ID}"', f'src="data:image/png;base64,{shown}"')


@opened_by(Act.VIEW_OUTBOX)
@never_cache
@own_frames
@require_http_methods(["POST"])
def handle_message(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Send again or withhold, with a reason."""
    message = _fetch(request, pk, Act.MANAGE_OUTBOX)
    form = HandleForm(request.POST, message=message)
    if form.is_valid():
        action, sentence = _ACTS[act]
        try:
            action(by=request.user, message=message, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refuse_in_form(form, refusal)
        else:
            return saved(request, sentence, message_url(message))
    return _page(request, message, form)


_ACTS = {
    "resend": (outbox.resend, _("Queued again. It goes out within a minute.")),
    "withhold": (outbox.withhold, _("Withheld. It will not be sent.")),
}


_OFFERED = {"may_resend": OutboxMessage.State.QUEUED, "may_withhold": OutboxMessage.State.WITHHELD}


def _fetch(request: HttpRequest, pk: int, act: Act = Act.VIEW_OUTBOX) -> OutboxMessage:
    """A message of the reader's own; 403 for roles that have no outbox at all, 404 for other people's mail."""
    user: Any = request.user
    require(user, Act.VIEW_OUTBOX)
    return fetch(messages_for(user).select_related("attachment", "picture"), user, act, pk=pk)


def _record(request: HttpRequest, message: OutboxMessage) -> None:
    detail = f"{message.number} {message.to_name}".strip()
    record_access(AccessEvent.Kind.READ_MAIL, request=request, subject=message.dedupe_key, detail=detail)


def _page(request: HttpRequest, message: OutboxMessage, form: HandleForm) -> HttpResponse:
    may_handle = may(request.user, Act.MANAGE_OUTBOX)
    offered = {name: may_handle and message.state in outbox.FROM[wanted] for name, wanted in _OFFERED.items()}
    offered["may_resend"] = offered["may_resend"] and not (message.overtaken_by or message.thinned_on)
    form.is_closed = form.is_bound and not any(offered.values())
    context = {
        "message": message,
        "state": state_badge(message),
        "withheld": retold(message.withheld_reason),
        "trouble": retold(message.last_error),
        "form": form,
        **offered,
    }
    return render(request, "reports/outbox/message.html", context)

"""How a refusal reaches the person: at its field, as a message, or as a 403, 404 or 409 page; never as a 500."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from portfolio.refusals import Forbidden, NeedsReason, OutOfScope, Refusal, StaleForm
from portfolio.web.forms import Form


def refuse_in_form(form: Form, refusal: Refusal, *, version: int | None = None) -> None:
    """Put the refusal where it belongs in a bound form that is drawn again.

    `version` is the row's present version: a stale form sent again with it replaces, knowingly, what others wrote.
    Forbidden and OutOfScope are pages, not form errors: they go on upwards.
    """
    if isinstance(refusal, Forbidden | OutOfScope):
        raise refusal
    if isinstance(refusal, NeedsReason):
        form.ask_reason(refusal.sentence)
        return
    if isinstance(refusal, StaleForm):
        form.show_both(refusal.theirs, refusal.yours, version)
    field = refusal.field if refusal.field in form.fields and not form.fields[refusal.field].widget.is_hidden else None
    form.add_error(field, refusal.sentence)


def refuse_with_message(request: HttpRequest, refusal: Refusal, address: str) -> HttpResponse:
    """For a button without a form: say why, and go back to where the person was."""
    if isinstance(refusal, Forbidden | OutOfScope):
        raise refusal
    messages.error(request, refusal.sentence)
    return HttpResponseRedirect(address)


@requires_csrf_token
def page_of(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal that no view has dealt with: 404 out of scope, 403 forbidden, else 409 and its sentence."""
    if isinstance(refusal, OutOfScope):
        # The sentence might tell that the thing exists; the page says what it says of any address.
        return render(request, "404.html", status=404)
    if isinstance(refusal, Forbidden):
        return render(request, "403.html", {"sentence": refusal.sentence}, status=403)
    return render(request, "409.html", {"sentence": refusal.sentence}, status=409)


class RefusalMiddleware:
    """Turns a refusal that leaves a view into its page, and so that it is never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """No address holds U+0000, and PostgreSQL would fail at being asked for it; in a question it is passed over."""
        if "%00" in (asked := request.META.get("QUERY_STRING", "")):
            request.GET = QueryDict(asked.replace("%00", ""))
        return page_of(request, OutOfScope("")) if "\x00" in request.path else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_of(request, exception) if isinstance(exception, Refusal) else None


def saved(request: HttpRequest, sentence: Any, address: str) -> HttpResponse:
    """After a write: the sentence of what was done, and a redirect, so that reloading does not write again."""
    messages.success(request, sentence)
    return HttpResponseRedirect(address)

"""Doors: every view names the acts that open it, and a view that names none opens for nobody.

Only whether a person may come in is asked here; what they may do with a row is `access.fetch`'s to say, inside.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import AccessEvent, User
from portfolio.refusals import Forbidden
from portfolio.web.access import FORBIDDEN, Act, has_access, may
from portfolio.web.attempts import OUTSIDE_DATES
from portfolio.web.events import record_access
from portfolio.web.responses import page_of

View = TypeVar("View", bound=Callable[..., Any])

_log = logging.getLogger(__name__)


def opened_by(*acts: Act) -> Callable[[View], View]:
    """Declare the acts any one of which opens a view: a function, or a class of views.

    Without an act the door is open to everybody who is signed in, even before they have chosen their own password.
    """

    def declare(view: View) -> View:
        view.opened_by = acts  # type: ignore[attr-defined]
        return view

    return declare


def acts_of(view: Callable[..., Any]) -> tuple[Act, ...] | None:
    """The acts that open a view as the resolver gives it; None where it names none."""
    if hasattr(view, "admin_site") or hasattr(view, "model_admin"):
        return (Act.ENTER_ADMIN,)
    declared: tuple[Act, ...] | None = getattr(view, "opened_by", None)
    return declared if declared is not None else getattr(getattr(view, "view_class", None), "opened_by", None)


def is_open(view: Callable[..., Any]) -> bool:
    """Whether a view is there for people who have not signed in."""
    return not getattr(view, "login_required", True)


class DoorMiddleware(LoginRequiredMiddleware):
    """Sign-in first; then an account within its dates; then one's own password; then a right that opens the view."""

    def get_login_url(self, view_func: Callable[..., Any]) -> str:
        """One sign-in page for the whole product, the admin site included."""
        return resolve_url("login")

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: Any
    ) -> HttpResponseBase | None:
        if is_open(view_func):
            return None
        request.came_in = True  # type: ignore[attr-defined]
        user: Any = request.user
        if not user.is_authenticated:
            return self.handle_no_permission(request, view_func)
        if not has_access(user):
            return turn_away(request, user)
        acts = acts_of(view_func)
        if user.must_change_password and acts != ():
            return redirect("password_change")
        if acts is None:
            _log.error("%s names no act that opens it, so it opens for nobody", view_func)
            return page_of(request, Forbidden(FORBIDDEN))
        if acts and not any(may(user, act) for act in acts):
            return page_of(request, Forbidden(FORBIDDEN))
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What was refused goes into the access log; what was shown is kept by no browser and no proxy."""
        if not getattr(request, "came_in", False):
            return response
        if response.status_code == 403 and request.user.is_authenticated:
            record_access(AccessEvent.Kind.FORBIDDEN, request=request, subject=f"{request.method} {request.path}")
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


def turn_away(request: HttpRequest, user: User) -> HttpResponse:
    """End the session of an account whose access has ended or not begun, and say so."""
    record_access(
        AccessEvent.Kind.SIGN_OUT, request=request, subject=f"{request.method} {request.path}", detail=OUTSIDE_DATES
    )
    logout(request)
    return render(request, "portfolio/turned_away.html", {"sentence": outside_dates(user)}, status=403)


def outside_dates(user: User) -> Any:
    """Why an account may not come in today, in a sentence."""
    if user.access_from is not None and clock.today() < user.access_from:
        return _("Your access begins on %(day)s.") % {"day": user.access_from.isoformat()}
    if user.access_until is not None and clock.today() > user.access_until:
        return _("Your access ended on %(day)s.") % {"day": user.access_until.isoformat()}
    return _("This account is closed.")

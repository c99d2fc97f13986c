"""Attempts to sign in: under which name they are counted and told. What was typed is never kept: it may be a password.

django-axes counts the failures and locks out; the access log is told what came of each attempt.
"""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portfolio.models import AccessEvent, User
from portfolio.web.events import record_access

WRONG_PASSWORD, UNKNOWN_NAME, CLOSED, OUTSIDE_DATES = "wrong_password", "unknown_name", "closed", "outside_dates"
_EMPTY = frozenset({"required"})


def record_refusal(request: HttpRequest, form: Any) -> None:
    """Tell the access log why somebody was not let in; a form that was sent half empty is no attempt."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    if codes <= _EMPTY:
        return
    account = _account(form.cleaned_data.get("username", ""))
    locked = getattr(request, "axes_locked_out", False)
    kind = AccessEvent.Kind.LOCKED_OUT if locked else AccessEvent.Kind.REFUSED
    record_access(kind, request=request, by=account, detail=_why(account, codes))


def _why(account: User | None, codes: set[str]) -> str:
    if account is None:
        return UNKNOWN_NAME
    if not account.is_active:
        return CLOSED
    return OUTSIDE_DATES if OUTSIDE_DATES in codes else WRONG_PASSWORD


def counted_name(request: HttpRequest, credentials: Any = None) -> str:
    """The name under which axes counts: an account's own, else a fingerprint of what was typed."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    if _account(typed) is not None:
        return str(typed)
    key = settings.SECRET_KEY.encode()
    return "?" + hmac.new(key, str(typed).encode(), hashlib.sha256).hexdigest()[:16]


def _account(name: str) -> User | None:
    return User.objects.filter(username=name).first() if name else None

"""Signing in and out, choosing a language, changing one's password; each told to the access log.

What an account may do is decided in access.py.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from portfolio import clock
from portfolio.models import AccessEvent, User
from portfolio.web import attempts, navigation
from portfolio.web.access import has_access
from portfolio.web.doors import opened_by, outside_dates
from portfolio.web.events import record_access
from portfolio.web.forms import Errors, Renderer, dress

ASKED = ["get", "head", "post", "options"]  # Django's form views would take a PUT for a POST


class _Dressed(forms.Form):
    """Draws one of Django's own forms with the shell's templates and classes."""

    default_renderer = Renderer()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_class", Errors)
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


class SignInForm(_Dressed, AuthenticationForm):
    """User name and password; says no more than that the pair is wrong."""

    error_messages = {
        "invalid_login": _("The user name or the password is wrong. Mind capital letters."),
        "inactive": _("This account is closed."),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Only after the right password: an account outside its dates is told so."""
        super().confirm_login_allowed(user)
        if not has_access(user):
            raise forms.ValidationError(outside_dates(user), code=attempts.OUTSIDE_DATES)


class NewPasswordForm(_Dressed, PasswordChangeForm):
    """The old password and twice the new one."""


class SignIn(auth.LoginView):
    """The sign-in page; afterwards the person's language, and their own password if somebody else has set it."""

    http_method_names = ASKED
    template_name = "portfolio/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        record_access(AccessEvent.Kind.SIGN_IN, request=self.request)
        if user.language in dict(settings.LANGUAGES):
            remember_language(response, user.language)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        attempts.record_refusal(self.request, form)
        return super().form_invalid(form)

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        return navigation.home(user if isinstance(user, User) else None)

    def get_success_url(self) -> str:
        user = self.request.user
        if isinstance(user, User) and user.must_change_password:
            return reverse("password_change")
        return super().get_success_url()


@opened_by()
class SignOut(auth.LogoutView):
    """Ends the session."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        record_access(AccessEvent.Kind.SIGN_OUT, request=request)
        return super().post(request, *args, **kwargs)


@opened_by()
class PasswordChange(auth.PasswordChangeView):
    """A person's own password; the moment of the change is kept."""

    http_method_names = ASKED
    template_name = "portfolio/password_change.html"
    form_class = NewPasswordForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(must_change=isinstance(user, User) and user.must_change_password, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = form.user
        user.must_change_password = False
        user.password_changed_at = clock.wall_now()
        user.save(update_fields=["must_change_password", "password_changed_at"])
        record_access(AccessEvent.Kind.PASSWORD, request=self.request)
        messages.success(self.request, _("The new password is in force."))
        return response

    def get_success_url(self) -> str:
        user = self.request.user
        return navigation.home(user if isinstance(user, User) else None)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Django's language switch, open before sign-in too; the account remembers it, so that mails come in it."""
    response = set_language(request)
    code = request.POST.get("language", "")
    user = request.user
    if (
        isinstance(user, User)
        and has_access(user)
        and code in dict(settings.LANGUAGES)
        and check_for_language(code)
        and user.language != code
    ):
        user.language = code
        user.save(update_fields=["language"])
    return response


def remember_language(response: HttpResponse, code: str) -> None:
    """The cookie that Django's language middleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )

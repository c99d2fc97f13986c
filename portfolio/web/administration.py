"""The administration site: accounts and lock-outs are managed here, facts are shown and never written."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import get_script_prefix, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from portfolio.web.access import Act, may
from portfolio.web.accounts import SignOut

DROPPED = {"view_on_site"}  # rows have no pages of their own under that scheme


class Site(admin.AdminSite):
    """Signing in and out and changing the password happen at the product's own addresses."""

    site_title = site_header = _("Administration · key-project tracker")
    index_title = _("Administration")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """All but Django's groups, which its own application brings along: rights go by role here."""
        models = model_or_iterable if isinstance(model_or_iterable, tuple | list) else [model_or_iterable]
        super().register([model for model in models if model is not Group], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Act.ENTER_ADMIN)

    def get_urls(self) -> list[Any]:
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") not in DROPPED]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"site_url": get_script_prefix()}

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One sign-in page, which locks out and is told to the access log."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), resolve_url("login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return SignOut.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("password_change")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("password_change")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows to those whom `act` lets see them; nobody adds, changes or removes one here."""

    act = Act.VIEW_PROJECTS
    actions: Any = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Act.ENTER_ADMIN) and may(request.user, self.act)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

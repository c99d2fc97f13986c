"""The administration site's pages of the shell: accounts, lock-outs of sign-in, runs of scheduled jobs.

Every change of an account is an event of the access log, in the same transaction.
"""

from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portfolio.models import AccessEvent, JobRun, User
from portfolio.refusals import OutOfScope, Refusal
from portfolio.web import account_changes
from portfolio.web.access import Act, may
from portfolio.web.account_form import AccountForm
from portfolio.web.administration import ReadOnlyAdmin
from portfolio.web.events import record_access

OWN = ("role", "is_active", "access_from", "access_until")  # what nobody sets on their own account
SEEN = ("must_change_password", "password_changed_at", "last_login", "created_at")


@admin.register(User)
class AccountAdmin(admin.ModelAdmin):
    """Accounts are made, changed and closed, never removed: the logs name them."""

    form = AccountForm
    list_display = ("username", "display_name", "role", "scope", "is_active", "access_until", "last_login")
    list_filter = ("role", "is_active", "is_demo")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    actions = None
    change_form_template = "portfolio/admin/account.html"
    fieldsets = (
        (None, {"fields": ("username", "display_name", "email", "language")}),
        (_("Role and scope"), {"fields": ("role", "division", "organisation", "person")}),
        (_("Access"), {"fields": ("is_active", "access_from", "access_until", *SEEN)}),
    )

    @admin.display(description=_("Scope"))
    def scope(self, account: User) -> str:
        """The code that bounds what the account sees."""
        return account.division or account.organisation or account.person or "—"

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is not None:
            return self.fieldsets
        *before, (title, shown) = self.fieldsets
        return [*before, (title, {"fields": [name for name in shown["fields"] if name not in SEEN]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return SEEN
        return (*SEEN, "username", *(OWN if obj.pk == request.user.pk else ()))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Act.MANAGE_ACCOUNTS)

    has_add_permission = has_module_permission = has_view_permission

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Act.MANAGE_ACCOUNTS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        account_changes.save(
            obj, [name for name in form.changed_data if name != "seen"], by=request.user, request=request
        )

    def get_urls(self) -> list[Any]:
        view: Any = require_POST(self.admin_site.admin_view(self.one_time_password))
        view.model_admin = self
        return [path("<int:pk>/password/", view, name="portfolio_user_one_time"), *super().get_urls()]

    def one_time_password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a random password and show it this once; whoever signs in with it must choose their own."""
        account = User.objects.filter(pk=pk).first()
        if account is None or not may(request.user, Act.MANAGE_ACCOUNTS):
            raise OutOfScope(_("There is nothing here, or it is not yours to see."))
        if account.pk == request.user.pk:
            raise Refusal(_("Change your own password at its own page."))
        password = account_changes.give_password(account, by=request.user, request=request)
        reset(username=account.username)
        back = reverse("admin:portfolio_user_change", args=[pk])
        return render(
            request, "portfolio/one_time_password.html", {"account": account, "given": password, "back": back}
        )


@admin.register(AccessAttempt)
class LockOutAdmin(ReadOnlyAdmin):
    """Failed sign-ins as they are counted; removing a row lifts its lock-out."""

    act = Act.MANAGE_SECURITY
    actions = ()
    list_display = fields = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent")
    ordering = ("-attempt_time",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def delete_model(self, request: HttpRequest, obj: AccessAttempt) -> None:
        subject, detail = obj.username or "", f"{obj.failures_since_start} · {obj.ip_address}"
        super().delete_model(request, obj)
        record_access(AccessEvent.Kind.UNLOCKED, request=request, subject=subject, detail=detail)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        for attempt in queryset:
            self.delete_model(request, attempt)


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """What the scheduler ran, and how it went."""

    list_display = ("job", "slot", "state", "attempts", "started_at", "finished_at")
    list_filter = ("job", "state")

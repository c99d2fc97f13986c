"""Makes the first account of an office's own installation: the administrator of accounts."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from portfolio import env
from portfolio.models import Role, User
from portfolio.web import account_changes

NAME = "admin"


class Command(BaseCommand):
    """Does nothing when there is an administrator already."""

    help = "makes the first account administrator; the password is asked for, or taken from ADMIN_PASSWORD"

    def handle(self, *args: Any, **options: Any) -> None:
        existing = User.objects.filter(role=Role.ACCOUNT_ADMIN, is_active=True).first()
        if existing is None:
            existing = User(username=NAME, display_name="账号管理员", role=Role.ACCOUNT_ADMIN)
            password = env.text("ADMIN_PASSWORD") or self._ask()
            self._validate(password, existing)
            with transaction.atomic():
                account_changes.save(existing, ["username", "display_name", "role"], by=User.system())
                existing.set_password(password)
                existing.save(update_fields=["password"])
        self.stdout.write(f"Sign in as {existing.username}, the administrator of accounts")

    def _ask(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("The first administrator needs a password: set ADMIN_PASSWORD for this start.")
        first = getpass.getpass(f"Password for the first administrator ({NAME}), at least 10 characters: ")
        if getpass.getpass("Once more: ") != first:
            raise CommandError("The two passwords differ; start again.")
        return first

    def _validate(self, password: str, account: User) -> None:
        try:
            with translation.override("en"):
                validate_password(password, account)
        except ValidationError as reasons:
            raise CommandError(f"ADMIN_PASSWORD will not do. {' '.join(reasons.messages)}") from None

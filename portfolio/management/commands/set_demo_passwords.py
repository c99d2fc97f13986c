"""Gives every demonstration account the password of DEMO_PASSWORD, and lists the accounts."""

import textwrap
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portfolio.models import User


class Command(BaseCommand):
    """Set-up's step; also for an administrator who wants the old password back after a presentation."""

    help = "gives every demonstration account the password of DEMO_PASSWORD and lists the accounts"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is an office's own installation: it has no demonstration accounts.")
        accounts = User.objects.filter(is_demo=True, is_active=True).order_by("pk")
        for account in accounts:
            account.set_password(settings.DEMO_PASSWORD)
            account.save(update_fields=["password"])
        self.stdout.write(f"Demonstration accounts, password {settings.DEMO_PASSWORD}")
        first = {account.role: account for account in reversed(accounts)}
        for account in sorted(first.values(), key=lambda account: account.pk):
            self.stdout.write(f"  {account.username:<16} {account.display_name}")
        rest = ", ".join(account.username for account in accounts if account not in first.values())
        if rest:
            self.stdout.write(textwrap.fill(f"and like these: {rest}", 78, initial_indent="  ", subsequent_indent="  "))

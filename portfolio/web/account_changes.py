"""Changes of accounts, each with its event in the access log: facts about people's access, not about projects."""

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from portfolio import clock
from portfolio.chain import canonical_json
from portfolio.models import AccessEvent, User
from portfolio.web.events import record_access

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that a reader takes for another
GROUPS, LENGTH = 4, 4


@transaction.atomic
def save(account: User, fields: Iterable[str], *, by: Any, request: HttpRequest | None = None) -> None:
    """Write a new account, or the changed fields of one; nothing is written or told where nothing changed.

    A new account has no password until one is given.
    """
    before = User.objects.filter(pk=account.pk).first() if account.pk else None
    if before is None:
        account.set_unusable_password()
        account.save()
    changes = {name: [plain(getattr(before, name, None)), plain(getattr(account, name))] for name in fields}
    changes = {name: values for name, values in changes.items() if values[0] != values[1]}
    if before is not None and changes:
        account.save(update_fields=list(changes))
    if changes:
        tell(account, changes, by=by, request=request)


@transaction.atomic
def give_password(account: User, *, by: Any, request: HttpRequest | None = None) -> str:
    """Set a random password that has to be changed at the next sign-in, and give it back; it is kept nowhere."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))
    account.set_password(password)
    account.must_change_password = True
    account.password_changed_at = clock.wall_now()
    account.save(update_fields=["password", "must_change_password", "password_changed_at"])
    tell(account, {"password": [None, "one-time"]}, by=by, request=request)
    return password


def tell(account: User, changes: dict[str, list[Any]], *, by: Any, request: HttpRequest | None) -> None:
    """The event: whose account, and {field: [old, new]}; never a password."""
    record_access(
        AccessEvent.Kind.ACCOUNT, request=request, by=by, subject=account.username, detail=canonical_json(changes)
    )


def plain(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if isinstance(value, date) else value

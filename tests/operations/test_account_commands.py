"""The two set-up commands for accounts: the demonstration's passwords, and an office's first administrator."""

import io

import pytest
from django.core.management import CommandError, call_command

from portfolio.models import AccessEvent, Role, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def said_by(command: str) -> str:
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_every_demonstration_account_gets_the_password_and_is_listed(settings: object) -> None:
    settings.DEMO, settings.DEMO_PASSWORD = True, "a demonstration"
    shown = UserFactory(username="office", is_demo=True)
    likewise = UserFactory(username="office2", is_demo=True)
    other = UserFactory(username="someone")

    said = said_by("set_demo_passwords")

    shown.refresh_from_db()
    other.refresh_from_db()
    assert shown.check_password("a demonstration") and not other.check_password("a demonstration")
    assert said.splitlines() == [
        "Demonstration accounts, password a demonstration",
        f"  office           {shown.display_name}",
        "  and like these: office2",
    ]
    assert likewise.role == shown.role


def test_an_office_has_no_demonstration_accounts(settings: object) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demonstration accounts"):
        call_command("set_demo_passwords")


def test_the_first_administrator_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "plum-orchard-4711")
    said = said_by("create_administrator")
    monkeypatch.setenv("ADMIN_PASSWORD", "another-one-entirely")
    assert said_by("create_administrator") == said

    account = User.objects.get(role=Role.ACCOUNT_ADMIN)
    assert account.username == "admin" and account.check_password("plum-orchard-4711")
    assert list(AccessEvent.objects.values_list("kind", "subject")) == [(AccessEvent.Kind.ACCOUNT, "admin")]


def test_a_weak_first_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "12345678")
    with pytest.raises(CommandError, match="at least 10 characters"):
        call_command("create_administrator")
    assert not User.objects.exists()


def test_without_a_terminal_the_password_has_to_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="set ADMIN_PASSWORD"):
        call_command("create_administrator")

"""The system checks: each fault is found, and a sound installation is not complained about."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from portfolio import checks, clock
from projects.checks import calendar_is_loaded
from tests.factories import CalendarYearFactory


def ids(messages: list[object]) -> list[str]:
    return [message.id for message in messages]


def test_a_set_date_in_an_office_is_an_error(settings: object) -> None:
    settings.DEMO, settings.BUSINESS_DATE = False, date(2024, 1, 12)
    assert ids(checks.no_set_date_in_an_office()) == ["portfolio.E001"]


@pytest.mark.parametrize(("demo", "day"), [(True, date(2024, 1, 12)), (False, None)])
def test_a_date_in_a_demonstration_or_none_in_an_office_is_right(
    settings: object, demo: bool, day: date | None
) -> None:
    settings.DEMO, settings.BUSINESS_DATE = demo, day
    assert checks.no_set_date_in_an_office() == []


def test_a_secret_that_others_can_read_is_an_error(settings: object, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    (tmp_path / "secret_key").write_text("secret")
    (tmp_path / "secret_key").chmod(0o640)
    assert ids(checks.secrets_are_private()) == ["portfolio.E002"]
    (tmp_path / "secret_key").chmod(0o600)
    assert checks.secrets_are_private() == []


def test_the_bundled_redis_is_a_warning(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    settings.REDIS_URL = "unix:///somewhere"
    assert ids(checks.redis_gets_security_fixes()) == ["portfolio.W003"]
    settings.REDIS_URL = "redis://elsewhere:6379/0"
    assert checks.redis_gets_security_fixes() == []


def test_the_system_s_redis_is_right(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    settings.REDIS_URL = ""
    assert checks.redis_gets_security_fixes() == []


def test_no_tls_is_a_warning(settings: object) -> None:
    settings.TLS = False
    assert ids(checks.sign_in_is_encrypted()) == ["portfolio.W004"]
    settings.TLS = True
    assert checks.sign_in_is_encrypted() == []


def test_an_office_s_mail_in_files_is_a_warning(settings: object) -> None:
    settings.DEMO, settings.MAIL = False, {"folder": "mail"}
    assert ids(checks.mail_leaves_the_machine()) == ["portfolio.W005"]
    settings.MAIL = {"host": "mail.example"}
    assert checks.mail_leaves_the_machine() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "warned"),
    [(date(2026, 10, 31), []), (date(2026, 11, 1), ["2027"]), (date(2027, 1, 1), ["2027"]), (date(2025, 12, 31), [])],
)
def test_a_year_without_calendar_is_told_from_november_on(today: date, warned: list[str]) -> None:
    for year in (2025, 2026):
        CalendarYearFactory(year=year)
    with clock.set_to(today):
        found = calendar_is_loaded(databases=["default"])
    assert [message.msg.split()[4] for message in found] == warned


@pytest.mark.django_db
def test_before_the_reference_data_nothing_is_told() -> None:
    assert calendar_is_loaded(databases=["default"]) == []


def test_without_being_asked_for_the_database_it_is_left_alone() -> None:
    assert calendar_is_loaded() == []

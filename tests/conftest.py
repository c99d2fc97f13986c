"""What every test shares: folders of its own, Chinese first, and a reason for each skip."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from tests import flushing

NO_SKIPS = os.environ.get("CI_NO_SKIPS") == "1"


flushing.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with its reason, what this machine cannot run."""
    missing = {
        "browser": None if shutil.which("chromium") else "Chromium is not on this machine (apt: chromium)",
        "libreoffice": None
        if shutil.which("soffice")
        else "LibreOffice is not on this machine (apt: libreoffice-calc)",
        "postgres": None if _on_postgres() else "DATABASE_URL does not name a PostgreSQL server",
        "sqlite": "says something about SQLite alone" if _on_postgres() else None,
        "redis": None if _redis_server() else "no Redis: REDIS_URL is unset and there is no redis-server here",
    }
    for item in items:
        for marker, reason in missing.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where everything is installed (CI_NO_SKIPS=1), a skip is a failure."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and nothing may be: {report.longrepr}"


def _on_postgres() -> bool:
    return django_settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def _redis_server() -> object:
    from portfolio.processes import redis_server

    return django_settings.REDIS_URL or redis_server()


@pytest.fixture(autouse=True)
def _own_surroundings(settings: object, tmp_path: Path) -> Iterator[None]:
    """Each test has its own archive and mail folders and starts in the product's first language."""
    settings.ARCHIVE_ROOT = tmp_path / "archive"
    settings.ARCHIVE_ROOT.mkdir()
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.MAIL = {**django_settings.MAIL, "folder": settings.EMAIL_FILE_PATH}
    with translation.override(django_settings.LANGUAGE_CODE):
        yield

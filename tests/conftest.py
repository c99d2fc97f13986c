"""What every test shares: folders of its own, Chinese first, and a reason for each skip."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import factory
import hypothesis
import pytest
import pytest_django
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import translation

from portfolio import clock
from portfolio.processes import redis_command, redis_server
from portfolio.web import health
from projects import wording
from tests import factories, flushing
from tests.reports import watch
from tests.world import TODAY, World

NO_SKIPS = os.environ.get("CI_NO_SKIPS") == "1"

flushing.install()
# A machine that is busy with other things is no fault of a property. Where a change is to be accepted (CI_NO_SKIPS=1)
# the same code is told the same; elsewhere each run tries other examples, and PORTFOLIO_EXAMPLES asks for more of them.
hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=NO_SKIPS, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this very hook, and after that nobody asks again
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with its reason, what this machine cannot run.

    Where nothing may be skipped, the tests of the other database are left to the run on that database.
    """
    other = "sqlite" if _on_postgres() else "postgres"
    if NO_SKIPS:
        left = [item for item in items if item.get_closest_marker(other)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    for item in items:
        if item.get_closest_marker("redis"):
            item.add_marker(pytest.mark.xdist_group("processes"))  # one after the other, or they starve each other
    for marker, reason in {other: f"says something about {other}, and this is another", **_missing()}.items():
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def _missing() -> dict[str, str]:
    tools = {
        "browser": (shutil.which("chromium"), "Chromium is not on this machine (apt: chromium)"),
        "libreoffice": (shutil.which("soffice"), "LibreOffice is not on this machine (apt: libreoffice-calc)"),
        "redis": (redis_server(), "no redis-server is on this machine (apt: redis-server)"),
    }
    return {marker: reason for marker, (found, reason) in tools.items() if not found}


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


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis: that of REDIS_URL, or one on a socket of its own for this run."""
    if django_settings.TEST_REDIS_URL:
        yield django_settings.TEST_REDIS_URL
        return
    with tempfile.TemporaryDirectory(prefix="portfolio-test-redis-", dir="/tmp") as short:  # a socket's path is short
        socket = Path(short) / "redis"
        command = redis_command(redis_server() or "", socket, tmp_path_factory.mktemp("redis"))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not socket.exists() and process.poll() is None:
            time.sleep(0.02)
        yield f"unix://{socket}"
        process.terminate()
        process.wait()


FACTORIES = [made for made in vars(factories).values() if isinstance(made, type) and issubclass(made, factory.Factory)]


def _count_from(number: int) -> None:
    """The next of everything that the factories count has this number, whatever ran before."""
    for made in FACTORIES:
        made.reset_sequence(number, force=True)


@pytest.fixture(scope="module", autouse=True)
def _numbers_of_a_module() -> None:
    """What a module shares is numbered alike in each order of the tests."""
    _count_from(0)


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[World]:
    """One city for a whole module; what is done in it is undone after each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.set_to(TODAY):
            city = World()
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def world(city: World, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The city on its day, with its files, before anybody asked after its health."""
    monkeypatch.setattr(health, "_last", {})
    city.put_files()
    with clock.set_to(TODAY):
        yield city


@pytest.fixture
def watched_friday(db: None) -> Iterator[None]:
    """What alerts stand on, on the Friday on which they are watched."""
    watch.begin()
    with clock.set_to(watch.FRIDAY):
        yield


@pytest.fixture(autouse=True)
def _own_surroundings(settings: object, tmp_path: Path) -> Iterator[None]:
    """Each test has its own folders and numbers, knows no step's name and starts in the first language."""
    _count_from(5_000)  # beyond what the module shares
    wording.english_steps.cache_clear()
    settings.ARCHIVE_ROOT = tmp_path / "archive"
    settings.ARCHIVE_ROOT.mkdir()
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.MAIL = {**django_settings.MAIL, "folder": settings.EMAIL_FILE_PATH}
    with translation.override(django_settings.LANGUAGE_CODE):
        yield

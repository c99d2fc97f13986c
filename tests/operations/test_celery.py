"""The task queue's settings: the schedule names tasks that exist, and publishing never fails the publisher."""

from copy import copy
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from celery import shared_task
from django.conf import settings

from portfolio.celery import SCHEDULE, app, broker_url


@shared_task(name="tests.nothing")
def nothing() -> None:
    """Does nothing."""


@pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE)
def test_every_entry_names_a_task_that_exists(entry: dict[str, object]) -> None:
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks


@pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE)
def test_a_message_that_nobody_took_expires_before_the_next(entry: dict[str, object]) -> None:
    noon = datetime(2024, 1, 12, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    schedule = copy(entry["schedule"])
    schedule.nowfun = lambda: noon
    assert 0 < entry["options"]["expires"] <= schedule.remaining_estimate(noon).total_seconds()


def test_the_schedule_is_in_the_time_of_the_office() -> None:
    assert str(app.timezone) == settings.TIME_ZONE == "Asia/Shanghai"


def test_no_task_may_run_as_long_as_the_broker_waits_for_its_end() -> None:
    assert app.conf.task_time_limit * 3 < app.conf.broker_transport_options["visibility_timeout"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [("", "memory://"), ("unix:///run/r", "redis+socket:///run/r"), ("redis://h:6379/0", "redis://h:6379/0")],
)
def test_a_redis_url_is_spelt_as_celery_spells_it(url: str, expected: str) -> None:
    assert broker_url(url) == expected


def test_publishing_without_a_broker_raises_nothing_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with app.connection_for_write(f"redis+socket://{tmp_path}/gone") as broken:
        assert nothing.apply_async(connection=broken) is None
    assert "tests.nothing was not queued" in caplog.text

"""Scheduled jobs: a few lines around an action each. Arguments are ids and dates; what came of a run is in JobRun.

A task takes its slot first, so that two schedulers, a redelivered message or a frozen business date run it once. What
was missed is caught up by `rescue`, which looks every five minutes. Each has a management command of the same verb.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from celery import current_app, shared_task
from django.conf import settings

from portfolio import clock
from portfolio.models import User
from projects.actions.months import turn_months as turn_months_of
from projects.core.periods import Period
from projects.queries.figures import default_position
from projects.queries.ledger import verify
from reports.actions import archive, delivery, jobs, outbox
from reports.actions.alerts import sweep_night
from reports.actions.digests import queue_digests as queue_digests_of
from reports.actions.reminders import send_reminders as send_reminders_of
from reports.actions.robots import tell_robots as tell_robots_of
from reports.actions.urgent import queue_urgent as queue_urgent_of

DAILY: Final = ("reports.turn_months", "reports.sweep_alerts", "reports.queue_digests", "reports.send_reminders")
"""Jobs with a slot a day, in the order in which they are caught up."""

MAILS: Final = ("reports.queue_digests", "reports.send_reminders")

SHORT: Final[dict[str, Any]] = {"soft_time_limit": 285, "time_limit": 300}
"""Seconds for jobs that come again in minutes: longer than a run of deliveries, shorter than a rescue waits."""

LATEST_MAIL: Final = time(20, 0)
"""A digest that was missed is not caught up at night; the next one tells its news."""


@shared_task(name="reports.sweep_alerts")
def sweep_alerts(on: str | None = None) -> None:
    """The nightly sweep of a business day; today's if none is named."""
    _sweep(_day(on))


@shared_task(name="reports.turn_months")
def turn_months(on: str | None = None) -> None:
    """Open and lock months by the reporting rules."""
    day = _day(on)
    jobs.run_once("turn_months", day.isoformat(), lambda: turn_months_of(by=User.system(), on=day).as_json())


@shared_task(name="reports.send_reminders")
def send_reminders(on: str | None = None) -> None:
    """The reminders of a day; which months are open is settled first."""
    day = _day(on)
    turn_months(day.isoformat())
    jobs.run_once("send_reminders", day.isoformat(), lambda: send_reminders_of(by=User.system(), on=day).as_json())


@shared_task(name="reports.queue_digests")
def queue_digests(on: str | None = None) -> None:
    """The digests of a day, after its sweep: mail must not tell of yesterday's alerts only."""
    day = _day(on)
    _sweep(day)
    if jobs.is_done("sweep_alerts", day.isoformat()):
        jobs.run_once("queue_digests", day.isoformat(), lambda: queue_digests_of(by=User.system(), on=day).as_json())


@shared_task(name="reports.queue_urgent", **SHORT)
def queue_urgent() -> None:
    """The immediate mails of today, every ten minutes of the working day."""
    day = clock.today()
    jobs.run_once("queue_urgent", _minute(), lambda: queue_urgent_of(by=User.system(), on=day).as_json())


@shared_task(name="reports.tell_robots", **SHORT)
def tell_robots() -> None:
    """Chat rooms that were not told yet today, once the day's digests are queued; every ten minutes, for retries."""
    day = clock.today()
    if settings.WEBHOOKS and jobs.is_done("queue_digests", day.isoformat()):
        tell_robots_of(by=User.system(), on=day)


@shared_task(name="reports.deliver_mail", **SHORT)
def deliver_mail() -> None:
    """Whatever is due in the outbox, once a minute."""
    jobs.run_once("deliver_mail", _minute(), lambda: delivery.deliver(by=User.system()).as_json())


@shared_task(name="reports.build_monthly_summary")
def build_monthly_summary(period: str | None = None) -> None:
    """The summary of the last ended month, once that month is locked; asked every day until then."""
    month = Period.parse(period) if period else Period.last_ended(clock.today())
    if _is_locked(month):
        jobs.run_once("build_monthly_summary", str(month), lambda: _summary(month))


@shared_task(name="reports.verify_ledger")
def verify_ledger(on: str | None = None) -> None:
    """The nightly walk along the change log's chain, in real days; a chain that does not hold is a failed job."""
    day = date.fromisoformat(on) if on else clock.wall_now().astimezone(clock.SHANGHAI).date()
    jobs.run_once("verify_ledger", day.isoformat(), _walk)


@shared_task(name="reports.thin_outbox")
def thin_outbox(on: str | None = None) -> None:
    """Old mail loses its text, never its record."""
    day = _day(on)
    jobs.run_once("thin_outbox", day.isoformat(), lambda: {"thinned": outbox.thin(by=User.system(), on=day)})


@shared_task(name="reports.build_workbook")
def build_workbook(archive_id: int) -> None:
    """A workbook that somebody asked for; the row in the archive is its slot."""
    archive.build(archive_id=archive_id)


@shared_task(name="reports.rescue", **SHORT)
def rescue() -> None:
    """Take back what lost its worker, pass on workbooks that wait, start the day's jobs that were missed."""
    jobs.run_once("rescue", _minute(), _rescue)


def _sweep(day: date) -> None:
    jobs.run_once("sweep_alerts", day.isoformat(), lambda: sweep_night(by=User.system(), as_of=day).as_json())


def _summary(month: Period) -> Mapping[str, Any]:
    row = archive.request_workbook(by=User.system(), kind="summary", period=month)
    built = archive.build(archive_id=row.pk)
    if built.state == built.State.FAILED:
        raise RuntimeError(built.error)  # so that the slot is taken up again
    return {"archive": built.pk, "state": built.state, "sha256": built.sha256}


def _walk() -> Mapping[str, Any]:
    verdict = verify()
    if verdict.broken_seq is not None:
        raise RuntimeError(f"The change log is broken at {verdict.broken_seq}: {verdict.broken_why}")
    return {"rows": verdict.rows, "head": f"{verdict.head_seq}:{verdict.head_hash}"}


def _rescue() -> Mapping[str, Any]:
    mail, workbooks = delivery.rescue(by=User.system()), archive.rescue()
    for number in workbooks:
        archive.pass_on(number)
    started = missed(clock.now())
    for name in started:
        current_app.tasks[name].delay()
    return {"mail": mail, "workbooks": workbooks, "started": started, "pruned": jobs.prune()}


def missed(now: datetime) -> list[str]:
    """The daily jobs whose time has passed at a business moment and whose slot is still to be had."""
    today = now.date().isoformat()
    found = [
        name for name in DAILY if now.time() >= _time_of(name) and jobs.is_open(name.removeprefix("reports."), today)
    ]
    if now.time() >= LATEST_MAIL and not clock.is_moved():
        found = [name for name in found if name not in MAILS]
    month = Period.last_ended(now.date())
    if _is_locked(month) and jobs.is_open("build_monthly_summary", str(month)):
        found.append("reports.build_monthly_summary")
    return found


def _time_of(task: str) -> time:
    """When the schedule starts a daily job, with five minutes' grace for the scheduler itself."""
    entries = current_app.conf.beat_schedule.values()
    schedule: Any = next(entry["schedule"] for entry in entries if entry["task"] == task)
    start = datetime.combine(date.min, time(min(schedule.hour), min(schedule.minute)))
    return (start + timedelta(minutes=5)).time()


def _is_locked(month: Period) -> bool:
    return default_position(month) is not None


def _day(on: str | None) -> date:
    return date.fromisoformat(on) if on else clock.today()


def _minute() -> str:
    """The slot of a job that runs every few minutes, in real time."""
    return clock.wall_now().astimezone(clock.SHANGHAI).isoformat(timespec="minutes")


def _pass_on(archive_id: int) -> object:
    """Give a workbook to a worker; None where there is no broker, so that the scheduled run finds it."""
    return build_workbook.delay(archive_id) if settings.REDIS_URL else None


archive.enqueue_with(_pass_on)

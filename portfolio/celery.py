"""The task queue: its settings and the schedule as one table. What a task does is in the applications' tasks.py."""

import logging
import os
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import beat_init, worker_init
from django.conf import settings
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
logger = logging.getLogger(__name__)

MINUTE, HOUR = 60, 3600  # seconds

# What runs when (Asia/Shanghai). A message that nobody took within `expires` seconds is dropped: the next one does the
# same work, because every task takes a slot of its own in JobRun and catches up the slots that were missed.
SCHEDULE: dict[str, dict[str, Any]] = {
    "open and lock months by their rules": {
        "task": "reports.turn_months",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 5 * HOUR},
    },
    "sweep alerts each night": {
        "task": "reports.sweep_alerts",
        "schedule": crontab(hour=2, minute=10),
        "options": {"expires": 5 * HOUR},
    },
    "build the ended month's summary": {  # daily, so that a month whose first night was missed is built the next
        "task": "reports.build_monthly_summary",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 5 * HOUR},
    },
    "walk the change log's chain": {
        "task": "reports.verify_ledger",
        "schedule": crontab(hour=4, minute=0),
        "options": {"expires": 5 * HOUR},
    },
    "take the text out of old mail": {
        "task": "reports.thin_outbox",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 5 * HOUR},
    },
    "queue digests": {  # daily: whether it is a working day is in the calendar, not in a crontab
        "task": "reports.queue_digests",
        "schedule": crontab(hour=8, minute=30),
        "options": {"expires": 5 * HOUR},
    },
    "remind of returns": {  # daily as well: which day is a working day before the deadline is in the calendar
        "task": "reports.send_reminders",
        "schedule": crontab(hour=8, minute=40),
        "options": {"expires": 5 * HOUR},
    },
    "mail new red lights at once": {  # after the morning's digests, for those who asked for it
        "task": "reports.queue_urgent",
        "schedule": crontab(hour="9-17", minute="*/10"),
        "options": {"expires": 10 * MINUTE},
    },
    "tell chat rooms how things stand": {  # none, unless WEBHOOKS names some
        "task": "reports.tell_robots",
        "schedule": crontab(hour="8-17", minute="*/10"),
        "options": {"expires": 10 * MINUTE},
    },
    "deliver mail": {
        "task": "reports.deliver_mail",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    "rescue what got stuck": {
        "task": "reports.rescue",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 5 * MINUTE},
    },
    "show that scheduler and worker live": {
        "task": "portfolio.heartbeat",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
}


class PatientTask(Task):
    """A task whose publishing never fails its caller.

    The facts are already saved when a task is published; with the broker away, the scheduled run does the same work
    later, so the person at the form must not see an error.
    """

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().apply_async(*args, **kwargs)
        except OperationalError as reason:
            logger.warning("%s was not queued, the next scheduled run will do it: %s", self.name, reason)
            return None


def broker_url(url: str) -> str:
    """Celery's spelling of a Redis URL. Without one, messages stay in the memory of the process that sent them."""
    if not url:
        return "memory://"
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


app = Celery("portfolio", task_cls=PatientTask)
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker waits for its broker for as long as it takes
    broker_transport_options={
        "visibility_timeout": HOUR,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "pf:",
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1, "interval_max": 0.2},
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,  # what came of a run stands in JobRun
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=900,
    task_soft_time_limit=840,  # always well below visibility_timeout, or a long task is started again and again
    task_default_queue="alerts",
    task_routes={
        "reports.build_*": {"queue": "reports"},
        "projects.import_*": {"queue": "imports"},
    },
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=200,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    timezone=settings.TIME_ZONE,
    enable_utc=True,
    beat_schedule=SCHEDULE,
    beat_max_loop_interval=30,
)
app.set_default()
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def _refuse_without_broker(**_: Any) -> None:
    # In the memory of another process no message would ever arrive, and nothing would say so.
    if not settings.REDIS_URL:
        raise SystemExit("REDIS_URL is not set and nothing is serving here; start with make run, or set REDIS_URL.")


@beat_init.connect
def _beat_at_once(**_: Any) -> None:
    app.tasks["portfolio.heartbeat"].apply_async(
        expires=MINUTE
    )  # or health would have to wait for the first full minute

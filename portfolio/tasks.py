"""The heartbeat: the scheduler sends it, a worker writes it down, and so its age tells that both live."""

from celery import shared_task

from portfolio import clock
from portfolio.models import JobRun

HEARTBEAT = "heartbeat"


@shared_task(name="portfolio.heartbeat")
def heartbeat() -> None:
    """Write down that a message of the scheduler arrived now; one row, because its history is of no use."""
    now = clock.wall_now()
    JobRun.objects.update_or_create(
        job=HEARTBEAT,
        slot="latest",
        defaults={"started_at": now, "finished_at": now, "state": JobRun.State.DONE},
    )

"""rescue: takes back mail whose worker was lost, and removes old records of runs; for offices that run from cron."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from portfolio.models import User
from reports.actions import jobs, outbox


class Command(BaseCommand):
    """Prints JSON: rescued, pruned."""

    help = "Take back mail that got stuck and remove old records of runs."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps({"rescued": outbox.rescue(by=User.system()), "pruned": jobs.prune()}))

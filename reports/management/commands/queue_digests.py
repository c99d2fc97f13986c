"""queue_digests: writes the digests of a day into the outbox; deliver_mail sends them."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from reports.actions.digests import queue_digests


class Command(BaseCommand):
    """Nothing on rest days; nobody twice a day. Prints JSON: queued, withheld, occasion, keys."""

    help = "Queue the digests of a day for leaders and the project office."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="business date; today if left out"
        )
        parser.add_argument("--dry-run", action="store_true", help="make the mails and write nothing")

    def handle(self, *args: Any, on: date | None, dry_run: bool, **options: Any) -> None:
        try:
            report = queue_digests(by=User.system(), on=on or clock.today(), dry_run=dry_run)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(report.as_json()))

"""deliver_mail: sends what is due in the outbox, to files or to SMTP as EMAIL_URL says."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portfolio.models import User
from reports.actions.outbox import deliver


class Command(BaseCommand):
    """Prints JSON: sent, retried, failed, withheld, waiting. Exits 1 when there was nobody to hand mail to."""

    help = "Send the mail that is due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="only mail of that business date"
        )
        parser.add_argument("--dry-run", action="store_true", help="count what is due and send nothing")

    def handle(self, *args: Any, on: date | None, dry_run: bool, **options: Any) -> None:
        report = deliver(by=User.system(), on=on, dry_run=dry_run)
        self.stdout.write(json.dumps(report.as_json()))
        if report.error:
            told = {"count": report.waiting, "reason": report.error}
            raise CommandError(_("Mail cannot be handed over; %(count)s messages wait: %(reason)s") % told)

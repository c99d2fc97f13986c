"""deliver_mail: sends what is due in the outbox, to files or to SMTP as EMAIL_URL says."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.delivery import deliver


class Command(ProductCommand):
    """Prints sent, retried, failed, withheld, waiting. Exits 1 when there was nobody to hand mail to."""

    help = "Send the mail that is due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="only mail of that business date")
        parser.add_argument("--dry-run", action="store_true", help="count what is due and send nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        report = deliver(by=User.system(), on=options["on"], dry_run=options["dry_run"])
        if report.error:
            told = {"count": report.waiting, "reason": report.error}
            self.stderr.write(_("Mail cannot be handed over; %(count)s messages wait: %(reason)s") % told)
            self.failed = True
        return report.as_json()

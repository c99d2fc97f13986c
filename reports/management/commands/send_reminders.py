"""send_reminders: writes the day's reminders of returns into the outbox; deliver_mail sends them."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.reminders import send_reminders


class Command(ProductCommand):
    """Nothing on rest days; nobody twice a day. Prints on, occasion, stages, queued, withheld, keys, unreached."""

    help = "Queue the reminders that are due on a day, and the list to the counties."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")
        parser.add_argument("--dry-run", action="store_true", help="make the mails and write nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        return send_reminders(by=User.system(), on=options["on"] or clock.today(), dry_run=options["dry_run"]).as_json()

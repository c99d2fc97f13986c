"""queue_urgent: writes the immediate mails of a day into the outbox, for those who asked for them."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.urgent import queue_urgent


class Command(ProductCommand):
    """Nothing on rest days; nobody twice a day. Prints on, queued and the keys."""

    help = "Queue today's mails about new red lights for those who asked for them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")
        parser.add_argument("--dry-run", action="store_true", help="make the mails and write nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        return queue_urgent(by=User.system(), on=options["on"] or clock.today(), dry_run=options["dry_run"]).as_json()

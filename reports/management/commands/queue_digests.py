"""queue_digests: writes the digests of a day into the outbox; deliver_mail sends them."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.digests import queue_digests


class Command(ProductCommand):
    """Nothing on rest days; nobody twice a day. Prints on, occasion, queued, withheld and the keys."""

    help = "Queue the digests of a day for leaders and the project office."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")
        parser.add_argument("--dry-run", action="store_true", help="make the mails and write nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        return queue_digests(by=User.system(), on=options["on"] or clock.today(), dry_run=options["dry_run"]).as_json()

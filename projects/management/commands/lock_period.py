"""lock_period: close a month."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.actions.cycle import lock_period
from projects.management.arguments import period
from projects.models import Origin


class Command(ProductCommand):
    """Prints the period, how many projects count, how many have no accepted return, and the ledger's position."""

    help = "Close a month: its figures are final from here on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM", type=period)
        parser.add_argument("--dry-run", action="store_true", help="say what would be locked, and lock nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        return lock_period(
            by=User.system(), period=options["period"], dry_run=options["dry_run"], origin=Origin.COMMAND
        )

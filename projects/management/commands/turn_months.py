"""turn_months: open and lock what is to be opened and locked by the reporting rules."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.actions.months import turn_months
from projects.management.arguments import day
from projects.models import Origin


class Command(ProductCommand):
    """Prints the months opened and locked, and those that are held with the reason."""

    help = "Open the months that have begun by their rules, and lock those whose day has come."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        on = options["on"] or clock.today()
        turned = turn_months(by=User.system(), on=on, dry_run=options["dry_run"], origin=Origin.COMMAND)
        return turned.as_json()

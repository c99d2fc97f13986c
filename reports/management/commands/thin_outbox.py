"""thin_outbox: takes the text out of mail older than MAIL_KEEP_DAYS; who got what, when, and the key stay."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.outbox import thin


class Command(ProductCommand):
    """The scheduled job does this each night. Prints how many messages were thinned."""

    help = "Take the text out of old mail, keep its record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")

    def answer(self, **options: Any) -> dict[str, Any]:
        return {"thinned": thin(by=User.system(), on=options["on"] or clock.today())}

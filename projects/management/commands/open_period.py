"""open_period: open a month for reporting."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.actions.cycle import open_period
from projects.management.arguments import period
from projects.models import Origin


class Command(ProductCommand):
    """Prints the period, its state, when it opened, when its returns are due, and by which rule."""

    help = "Open a month for reporting; opening it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM", type=period)

    def answer(self, **options: Any) -> dict[str, Any]:
        row = open_period(by=User.system(), period=options["period"], origin=Origin.COMMAND)
        days = {"opens_on": row.opens_on.isoformat(), "due_on": row.due_on.isoformat()}
        return {"period": row.period, "state": row.state} | days | {"rule": row.rule}

"""tell_robots: tells the chat rooms of WEBHOOKS how many alerts there are; nothing where none is named."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.robots import tell_robots


class Command(ProductCommand):
    """Nothing on rest days; no room twice a day. Prints on, told and failed."""

    help = "Tell the chat rooms of WEBHOOKS how many alerts there are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")

    def answer(self, **options: Any) -> dict[str, Any]:
        return tell_robots(by=User.system(), on=options["on"] or clock.today()).as_json()

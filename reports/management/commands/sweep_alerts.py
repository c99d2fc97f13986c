"""sweep_alerts: raise, worsen, ease and clear the alerts of a day."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from portfolio import clock
from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.management.arguments import day
from reports.actions.alerts import SweepResult, sweep_night


class Command(ProductCommand):
    """Prints raised, worsened, eased, cleared, open; a second run for the same day changes nothing.

    A rule that lacks a calendar year is named on stderr and makes the exit status 1, though the others have run.
    """

    help = "Compare what should have an alert with what has one, and make the difference good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="business date; today if left out")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        result = sweep_night(by=User.system(), as_of=options["on"] or clock.today(), dry_run=options["dry_run"])
        self._complain(result)
        return result.as_json()

    def _complain(self, result: SweepResult) -> None:
        for rule, year in result.unable.items():
            self.failed = True
            told = {"rule": rule, "year": year}
            self.stderr.write(_("%(rule)s could not run: the working-day calendar of %(year)s is not loaded.") % told)

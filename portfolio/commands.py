"""What every management command here does alike: JSON on stdout, a refusal on stderr with exit 1."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from portfolio.refusals import Refusal


def no_database(reason: Exception) -> str:
    """The sentence of a command that cannot read or write its database; what it had not committed is not there."""
    return _("The database cannot be used, so this was not done: %(why)s") % {"why": str(reason).strip()}


class ProductCommand(BaseCommand):
    """Runs `answer(**options)` and prints what it returns as JSON; a Refusal becomes one sentence and exit 1.

    A command whose answer is bad news (an altered ledger) sets `self.failed` and still prints it.
    """

    requires_system_checks: list[str] = []
    failed = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Subclasses add theirs."""

    def answer(self, **options: Any) -> Any:
        """What the command has to say: anything JSON can hold, or None for nothing."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = self.answer(**options)
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)
        if said is not None:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2, default=str))
        if self.failed:
            sys.exit(1)

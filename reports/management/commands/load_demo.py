"""load_demo: the demonstration accounts and portfolio, its year replayed day by day, nightly sweeps included."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from portfolio.commands import ProductCommand
from portfolio.models import User
from projects.actions.demo import load_demo
from projects.intake.demo_files import read_demo
from reports.actions.alerts import sweep


class Command(ProductCommand):
    """Prints whether it was there already, how many projects, and how many days and nights were replayed."""

    help = "Load the demonstration accounts and portfolio; refuses on a database that holds official projects."

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.BASE_DIR / "fixtures" / "demo"
        parser.add_argument("--from", dest="folder", type=Path, default=default, help="folder of the files")

    def answer(self, **options: Any) -> dict[str, Any]:
        loaded = load_demo(files=read_demo(options["folder"]), each_night=_sweep)
        if loaded.already:
            return {"already": True, "note": _("The demonstration portfolio is loaded already; nothing was changed.")}
        return asdict(loaded)


def _sweep(day: date) -> None:
    sweep(by=User.system(), as_of=day)

"""load_reference: brings units, chains, the milestone catalogue, calendars and policies up to the files."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions.founding import founding_day
from projects.actions.reference import load_reference
from projects.intake.fixtures import read_reference


class Command(BaseCommand):
    """Idempotent; prints JSON: rows created, updated, withdrawn and unchanged by kind."""

    help = "Load the reference data: units, industry chains, milestone catalogue, working-day calendars, policies."

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.BASE_DIR / "fixtures" / "reference"
        parser.add_argument("--from", dest="folder", type=Path, default=default, help="folder of the files")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with founding_day():
                tallies = load_reference(by=User.system(), reference=read_reference(folder))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps({kind: asdict(tally) for kind, tally in tallies.items()}))

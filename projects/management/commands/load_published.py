"""load_published: brings the published programmes, targets and projects up to the files of fixtures/heze."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions.founding import founding_day
from projects.actions.published import load_published
from projects.intake.fixtures import read_published


class Command(BaseCommand):
    """Idempotent; prints JSON: rows created, updated, withdrawn and unchanged by kind."""

    help = "Load what public sources say: programmes with their targets, and named projects with their facts."

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.BASE_DIR / "fixtures" / "heze"
        parser.add_argument("--from", dest="folder", type=Path, default=default, help="folder of the files")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with founding_day():
                tallies = load_published(by=User.system(), published=read_published(folder))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps({kind: asdict(tally) for kind, tally in tallies.items()}))

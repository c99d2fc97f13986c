"""import_register: read a project register, print what it would change, and write it with --commit."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from portfolio.commands import ProductCommand
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions.imports import import_file
from projects.management.arguments import day


class Command(ProductCommand):
    """Prints the plan: counts, errors, columns, stated totals, differences. A plan with errors exits with 1."""

    help = "Read a project register; without --commit nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--programme", metavar="CODE", default="", help="the list that its projects stand on")
        parser.add_argument("--year", metavar="YYYY", type=int, help="the year of its annual plans")
        parser.add_argument("--mapping", metavar="FILE", type=Path, help="JSON that overrides the recognition")
        parser.add_argument("--effective-on", metavar="DAY", type=day, help="from when a new list and its plans hold")
        parser.add_argument("--document", metavar="TEXT", default="", help="the document that issued the list")
        parser.add_argument("--reason", metavar="TEXT", default="", help="why doubtful amounts are right")
        parser.add_argument("--commit", action="store_true", help="write exactly what would be printed without it")

    def answer(self, **options: Any) -> dict[str, Any]:
        path: Path = options["file"]
        mapping = _mapping(options["mapping"]) if options["mapping"] else {}
        wanted = {
            "programme": options["programme"],
            "year": options["year"],
            "mapping": mapping,
            "decisions": mapping.pop("decisions", {}),
            "effective_on": options["effective_on"].isoformat() if options["effective_on"] else "",
            "document": options["document"],
            "reason": options["reason"],
        }
        plan, batch = import_file(
            by=User.system(),
            kind="register",
            name=path.name,
            data=_bytes(path),
            options={key: value for key, value in wanted.items() if value},
            commit=options["commit"],
        )
        self.failed = not plan.is_clean
        return {**plan.to_json(), "committed": batch is not None, "import": batch.pk if batch else None}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Refusal(
            _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": fault.strerror or fault}
        ) from fault


def _mapping(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(_bytes(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise Refusal(_("The mapping %(file)s is no JSON: %(why)s.") % {"file": path, "why": fault}) from fault
    if not isinstance(said, dict):
        raise Refusal(_("The mapping %(file)s has to be an object of field and header.") % {"file": path})
    return said

"""import_returns: read a month's return workbooks, print what they would change, and write it with --commit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from portfolio.commands import ProductCommand
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions.imports import import_file
from projects.actions.return_import import KIND, plans, read_before
from projects.intake.plan import ImportPlan, Kind
from projects.intake.return_files import files_of


class Command(ProductCommand):
    """Prints counts, errors, columns and the differences of each file. One that is wrong exits with 1.

    Several files are one decision: all of them are written, or none.
    """

    help = "Read return workbooks (a file, a folder, a zip); without --commit nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE|FOLDER", type=Path)
        parser.add_argument("--commit", action="store_true", help="write exactly what would be printed without it")

    def answer(self, **options: Any) -> dict[str, Any]:
        files, by = files_of(options["file"]), User.system()
        with read_before(files) as found:
            made = _plans(found, by)
            names = [name for name, _data in files]
            _once(names, made)
            self.failed = not all(isinstance(one, ImportPlan) and one.is_clean for one in made)
            batches: list[int | None] = [None] * len(files)
            if options["commit"] and not self.failed:
                batches = _commit(files, made, by)
        return _said(names, made, batches)


def _plans(found: Sequence[Any], by: Any) -> list[ImportPlan | Refusal]:
    """Each file's plan, or why it is refused; a constant number of statements."""
    taken = iter(plans([one for one in found if not isinstance(one, Refusal)], by=by, options={}))
    return [one if isinstance(one, Refusal) else next(taken) for one in found]


def _once(names: Sequence[str], made: list[ImportPlan | Refusal]) -> None:
    """A row that two files would write differently or twice is wrong in the second."""
    seen: dict[str, str] = {}
    for at, (name, plan) in enumerate(zip(names, made, strict=True)):
        if isinstance(plan, Refusal):
            continue
        if twice := next((row for row in plan.changes if row.key in seen), None):
            facts = {"row": twice.title, "file": seen[twice.key]}
            made[at] = Refusal(_("%(row)s stands in %(file)s as well. Send one of the two files.") % facts)
        else:
            seen |= {row.key: name for row in plan.changes}


def _commit(files: Sequence[tuple[str, bytes]], made: Sequence[Any], by: Any) -> list[int | None]:
    """All files that change something, in one transaction."""
    batches: list[int | None] = []
    with transaction.atomic():
        for (name, data), plan in zip(files, made, strict=True):
            batch = None
            if plan.changes:
                _plan, batch = import_file(by=by, kind=KIND, name=Path(name).name, data=data, options={}, commit=True)
            batches.append(batch.pk if batch else None)
    return batches


def _said(names: Sequence[str], made: Sequence[ImportPlan | Refusal], batches: Sequence[int | None]) -> dict[str, Any]:
    """Sums over all files, then each file."""
    whole: dict[str, Any] = dict.fromkeys(map(str, Kind), 0)
    whole |= {"errors": [], "warnings": [], "columns": [], "stated_totals": [], "differences": [], "files": []}
    for name, plan, batch in zip(names, made, batches, strict=True):
        if isinstance(plan, Refusal):
            whole["errors"].append({"file": name, "sheet": "", "cell": "", "message": str(plan)})
            whole["files"].append({"file": name, "refused": str(plan)})
            continue
        said = plan.to_json()
        for kind in Kind:
            whole[kind] += said[kind]
        for part in ("errors", "warnings", "columns", "differences"):
            whole[part] += [{"file": name, **item} for item in said[part]]
        whole["files"].append({"file": name, **plan.counts(), "import": batch})
    return whole | {"committed": any(batch is not None for batch in batches)}

"""verify_ledger: walk the change log's hash chain."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from portfolio.commands import ProductCommand
from projects.queries.ledger import verify


class Command(ProductCommand):
    """Prints rows and head; exit 1 and the first broken row when the chain does not hold."""

    help = "Walk the change log's hash chain; --head checks it against a head that was kept elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", metavar="SEQ:HASH", help="a head from a mail or a workbook")

    def answer(self, **options: Any) -> dict[str, Any]:
        verdict = verify(_head(options["head"]) if options["head"] else None)
        said: dict[str, Any] = {"rows": verdict.rows, "head": f"{verdict.head_seq}:{verdict.head_hash}"}
        if verdict.broken_seq is not None:
            self.failed = True
            said |= {"broken": verdict.broken_seq, "why": verdict.broken_why}
        return said


def _head(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 19) or len(digest) != 64:
        raise CommandError("--head wants SEQ:HASH, as printed in a mail or a workbook.", returncode=2)
    return int(seq), digest.lower()

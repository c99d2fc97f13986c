"""verify_access: walk the access log's hash chain."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from portfolio.commands import ProductCommand
from portfolio.web.events import verify_access


class Command(ProductCommand):
    """Prints rows and head; exit 1 and the first broken row when the chain does not hold."""

    help = "Walk the hash chain of the access log, which is apart from the change log's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", metavar="SEQ:HASH", help="a head that was kept elsewhere")

    def answer(self, **options: Any) -> dict[str, Any]:
        found = verify_access(_head(options["head"]) if options["head"] else None)
        said: dict[str, Any] = {"rows": found.rows, "head": f"{found.head_seq}:{found.head_hash}"}
        if found.broken_seq is not None:
            self.failed = True
            said |= {"broken": found.broken_seq, "why": found.broken_why}
        return said


def _head(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 19) or len(digest) != 64:
        raise CommandError("--head wants SEQ:HASH, as printed on the page of the access log.", returncode=2)
    return int(seq), digest.lower()

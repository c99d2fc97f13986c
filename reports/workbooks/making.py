"""Makes a workbook of a kind for a frame, in one language, into an open file. The same facts give the same bytes."""

from dataclasses import dataclass
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _

from portfolio.clock import SHANGHAI
from portfolio.sheets.book import Book, Properties
from reports.queries.frames import Frame
from reports.workbooks import words
from reports.workbooks.registry import Making, Workbook


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of a workbook that was made."""

    title: str
    rows: dict[str, int]
    control_totals: dict[str, Any]
    content_sha256: str


def make(kind: type[Workbook], frame: Frame, language: str, out: IO[bytes]) -> Made:
    """Read the facts, draw the sheets, write the file. Raises Refusal, OSError."""
    with translation.override(language):
        return draw(kind, frame, kind.read(frame), language, out)


def draw(kind: type[Workbook], frame: Frame, data: Any, language: str, out: IO[bytes]) -> Made:
    """Draw the sheets of facts that were read, in the active language, and write the file. Raises OSError."""
    title = kind.titled(frame)
    author = _("Key-project tracker")
    with Book(Properties(title, language, frame.moment, SHANGHAI, author, words.footer(), words.mark(data))) as book:
        making = Making(kind, book, frame, data)
        for spec in sorted(kind.sheets, key=lambda sheet: sheet.stage):
            spec.draw(making, spec)
        for spec in kind.sheets:
            if spec.finish:
                spec.finish(making)
        book.order([str(spec.title) for spec in kind.sheets])
        content = book.save(out)
    rows = {spec.key: making.rows[spec.key] for spec in kind.sheets if spec.key in making.rows}
    return Made(title, rows, kind.control_totals(data), content)

"""The shape of a mail: finished words in their places, drawn once as HTML and once as plain text by templates.

Both forms are drawn from the same page, so they say the same.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string

BLANK_LINES = re.compile(r"\n{3,}")
CONTENT_ID: Final = "trend"
"""By which the HTML shows the one picture that a mail may have."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The bar beside an item, and ink and ground of its word: written into the mail, since mail has no style sheet."""

    bar: str
    ink: str
    ground: str


PALETTE: Final = {
    "red": Colours("#c22f27", "#9c1f18", "#fbeceb"),
    "yellow": Colours("#e3a008", "#7a4f00", "#fdf4db"),
    "done": Colours("#2c8a4b", "#1c6335", "#e8f4ec"),
    "exempt": Colours("#7d8794", "#4a5561", "#eef1f4"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what it says; strong where it asks the reader for something."""

    label: str
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One matter: its light (red, yellow, done or exempt) with its word, the project and its place, what is said."""

    light: str
    word: str
    title: str
    place: str
    sentence: str
    lines: tuple[Line, ...] = ()

    @property
    def colours(self) -> Colours:
        """The colours of its light."""
        return PALETTE[self.light]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table: the first column names, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def named_rows(self) -> list[str]:
        """Each row with the name of every figure, for plain text, where columns do not stand under each other."""
        names = self.header[1:]
        return [f"{row[0]}  " + "  ".join(map(" ".join, zip(names, row[1:], strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part: `lead` and `grid` before the items, `rest` after them; `count` is of all matters there are."""

    title: str
    items: tuple[Item, ...] = ()
    lead: str = ""
    rest: str = ""
    count: int = 0
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture under its title; `words` say the same: in its place where none is shown, and in plain text."""

    title: str
    words: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A whole mail in its reader's language. `mark` says that what it tells is invented; "" where it is not."""

    subject: str
    heading: str
    dateline: str
    greeting: str
    mark: str
    summary_title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[Line, ...]
    ending: str
    grid: Grid | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the outbox stores: the words as they go out, and the picture that the HTML shows, b"" for none."""

    subject: str
    text: str
    html: str
    picture: bytes = b""


def render(page: Page, kind: str) -> Rendered:
    """Draw both forms with the templates of a kind of mail, in the language that is active."""
    context = {"page": page, "shown_by": CONTENT_ID}
    text = render_to_string(f"reports/mail/{kind}.txt", context)
    html = render_to_string(f"reports/mail/{kind}.html", context)
    shown = page.picture.content if page.picture else b""
    return Rendered(page.subject, BLANK_LINES.sub("\n\n", text).strip() + "\n", html.strip() + "\n", shown)

"""Reads a template as a browser would see its fixed parts: tags with their attributes, and the text between them."""

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

from tests.architecture import sources

FILLED_IN = "\x00"  # stands where a template writes a value; \x00 is in no source
CODE = {"code", "kbd", "samp"}  # what is typed is the same in every language


@dataclass(frozen=True)
class Tag:
    """An element's start, at its line."""

    name: str
    attributes: dict[str, str]
    where: str


class Reader(HTMLParser):
    """Collects tags and texts; what template tags and variables write is a placeholder."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.tags: list[Tag] = []
        self.texts: list[tuple[str, str]] = []
        self.in_code = 0
        self.feed(fixed_parts(sources.text(path)))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, self._where()))
        self.in_code += tag in CODE

    def handle_endtag(self, tag: str) -> None:
        self.in_code -= tag in CODE

    def handle_data(self, data: str) -> None:
        if not self.in_code:
            self.texts.append((data, self._where()))

    def _where(self) -> str:
        return f"{self.path}:{self.getpos()[0]}"


def fixed_parts(source: str) -> str:
    """The template without its tags, line numbers kept.

    What blocktranslate holds is the translator's, and a block named …_class holds names of classes.
    """
    parts, ends = [], ""
    for token in Lexer(source).tokenize():
        words = token.contents.split() if token.token_type == TokenType.BLOCK else []
        lines = "\n" * token.contents.count("\n")
        if words and words[0] == ends:
            ends = ""
        if token.token_type == TokenType.TEXT and not ends:
            parts.append(token.contents)
        elif token.token_type == TokenType.VAR:
            parts.append(FILLED_IN)
        else:
            parts.append(lines)
        if words and (words[0] in {"blocktranslate", "blocktrans"} or _holds_classes(words)):
            ends = f"end{words[0]}"
    return "".join(parts)


def _holds_classes(words: list[str]) -> bool:
    return words[0] == "block" and words[1].endswith("_class")

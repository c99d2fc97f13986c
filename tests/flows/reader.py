"""Reads a page as a person does: its words, as far as they are the product's own, and every way that leads on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.db import models

WAYS = {"a": ("href",), "form": ("action",), "iframe": ("src",)}
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm")
SILENT = {"script", "style", "code", "pre", "textarea"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CHINESE = re.compile(r"[\u3007\u4e00-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")


@dataclass
class Page(HTMLParser):
    """`words`: every text that a person may read or hear; `ways`: (method, address).

    `hidden`: what the form of an address sends unseen, its first button included.
    """

    address: str
    words: list[str] = field(default_factory=list)
    ways: set[tuple[str, str]] = field(default_factory=set)
    hidden: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self._form: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        # What is marked as of another language, such as the names of the languages themselves, is meant so.
        foreign = "lang" in given and tag != "html"
        silent = bool(self._open and self._open[-1][1]) or tag in SILENT or foreign
        if tag not in VOID:
            self._open.append((tag, silent))
        if not silent:
            self.words += [given[name] for name in SPOKEN if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.words.append(given.get("value", ""))
        for name in WAYS.get(tag, ()):
            method = given.get("method", "get").lower() if tag == "form" else "get"
            target = self._way(method, given.get(name, "" if tag == "form" else "#"))
            if tag == "form":
                self._form = self.hidden.setdefault(target, {})
        if given.get("type") == "hidden" or (tag == "button" and "do" not in self._form):
            self._form.setdefault(given.get("name", ""), given.get("value", ""))
        if "hx-get" in given:
            self._way("get", given["hx-get"])

    def _way(self, method: str, target: str) -> str:
        parts = urlsplit(urljoin(self.address, target))
        address = parts._replace(fragment="").geturl()
        if not parts.netloc and not parts.path.startswith("/static/") and not target.startswith("#"):
            self.ways.add((method, address))
        return address

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.words.append(data.strip())


def read(address: str, html: str) -> Page:
    """The page under an address."""
    page = Page(address)
    page.feed(html)
    page.close()
    return page


def said_by_people() -> "re.Pattern[str]":
    """Whatever stands in the database: names, titles, notes. It is said as it was typed, in any language."""
    texts: set[str] = set()
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.CharField | models.TextField | models.JSONField):
                for value in model._base_manager.values_list(column.attname, flat=True).distinct():
                    texts.update(_texts(value))
    long = sorted((text for text in texts if len(text) > 1), key=len, reverse=True)
    return re.compile("|".join(re.escape(text) for text in long))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (part.strip() for part in (value, *value.split("\n")))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)

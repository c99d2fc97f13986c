"""Finds every string that is to be translated, in plain Python, where gettext itself is not on the machine."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture import sources

SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
LITERAL = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
IN_TEMPLATE = re.compile(
    rf"\b(gettext|_)\({LITERAL}\)|\b(ngettext)\({LITERAL},\s*{LITERAL}"
    rf"|\b(pgettext)\({LITERAL},\s*{LITERAL}\)|\b(npgettext)\({LITERAL},\s*{LITERAL},\s*{LITERAL}"
)


@dataclass(frozen=True)
class Message:
    """One string to translate, where it was found."""

    text: str
    plural: str | None
    context: str | None
    where: str

    @property
    def key(self) -> tuple[str | None, str]:
        """How a catalogue finds it."""
        return self.context, self.text


def every_message() -> list[Message]:
    """All of the product, in the order of files."""
    found = [message for path in sources.product_modules() for message in in_module(path)]
    return found + [message for path in sources.templates() for message in in_template(path)]


def in_module(path: Path) -> Iterator[Message]:
    """The calls of the gettext family in a Python file; a call that no tool can read is an AssertionError."""
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.Call) and (name := _called(node)) in SINGLE | PLURAL | CONTEXT | CONTEXT_PLURAL:
            where = f"{path}:{node.lineno}"
            count = {1: SINGLE, 2: PLURAL | CONTEXT, 3: CONTEXT_PLURAL}
            wanted = next(number for number, names in count.items() if name in names)
            strings = [_constant(argument, where) for argument in node.args[:wanted]]
            yield _message(name, strings, where)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) and node.func.attr != "_" else ""


def _constant(node: ast.expr, where: str) -> str:
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), f"{where}: only a literal can be translated"
    return node.value


def in_template(path: Path) -> Iterator[Message]:
    """The translate and blocktranslate tags and _("…") of a template."""
    source = templatize(sources.text(path), origin=str(path))
    for match in IN_TEMPLATE.finditer(source):
        name, *literals = [part for part in match.groups() if part is not None]
        yield _message(name, [ast.literal_eval(literal) for literal in literals], str(path))


def _message(name: str, strings: list[str], where: str) -> Message:
    context = strings.pop(0) if name in CONTEXT | CONTEXT_PLURAL else None
    return Message(strings[0], strings[1] if len(strings) > 1 else None, context, where)

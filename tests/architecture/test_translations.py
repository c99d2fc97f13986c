"""Every string is translated, and nothing is translated that no longer exists."""

import re
from collections import Counter

import polib
import pytest

from tests.architecture import sources
from tests.architecture.messages import Message, every_message, in_template

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*(?::[^}]*)?\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z][a-z]{2,}")


def catalogues() -> dict[str, polib.POFile]:
    return {
        application: polib.pofile(str(path))
        for application in sources.APPLICATIONS
        if (path := sources.ROOT / application / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").is_file()
    }


def entries() -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for file in catalogues().values() for entry in file}


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def is_translated(entry: polib.POEntry) -> bool:
    return not entry.fuzzy and not entry.obsolete and all(translations(entry))


def test_every_string_has_a_translation() -> None:
    known = entries()
    missing = [
        f"{message.where}: {message.text!r}"
        for message in every_message()
        if message.key not in known or not is_translated(known[message.key])
    ]
    assert not missing, "\n".join(missing)


def test_every_plural_is_translated_as_a_plural() -> None:
    known = entries()
    wrong = [
        f"{message.where}: {message.text!r}"
        for message in every_message()
        if message.key in known and (known[message.key].msgid_plural or None) != message.plural
    ]
    assert not wrong, "\n".join(wrong)


def test_no_translation_is_of_a_string_that_is_gone() -> None:
    wanted = {message.key for message in every_message()}
    stale = [
        f"{application}: {entry.msgid!r}"
        for application, file in catalogues().items()
        for entry in file
        if (entry.msgctxt, entry.msgid) not in wanted
    ]
    assert not stale, "\n".join(stale)


def test_no_string_has_two_translations() -> None:
    texts: dict[tuple[str | None, str], set[tuple[str, ...]]] = {}
    for file in catalogues().values():
        for entry in file:
            texts.setdefault((entry.msgctxt, entry.msgid), set()).add(tuple(translations(entry)))
    assert not {key: found for key, found in texts.items() if len(found) > 1}


def test_placeholders_survive_translation() -> None:
    wrong = [
        f"{entry.msgid!r} → {translation!r}"
        for entry in entries().values()
        for translation in translations(entry)
        if Counter(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)) != Counter(PLACEHOLDER.findall(translation))
    ]
    assert not wrong, "\n".join(wrong)


def test_translations_are_chinese() -> None:
    wrong = [
        entry.msgid
        for entry in entries().values()
        if WORD.search(PLACEHOLDER.sub("", entry.msgid))
        and not any(CHINESE.search(text) for text in translations(entry))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% load i18n %}{% translate 'one' %}", [("one", None, None)]),
        ("{% load i18n %}{% translate 'May' context 'month' %}", [("May", None, "month")]),
        (
            "{% load i18n %}{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            [("%(n)s day", "%(n)s days", None)],
        ),
        (
            "{% load i18n %}{{ _('two')|upper }} {% include 'x' with a=_(\"it's\") %}",
            [("two", None, None), ("it's", None, None)],
        ),
    ],
)
def test_strings_of_templates_are_found(
    source: str, expected: list[tuple[str, str | None, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "text", lambda path: source)

    found: list[Message] = list(in_template(sources.ROOT))

    assert [(message.text, message.plural, message.context) for message in found] == expected

"""What the pages may not hold: inline script or style, anything remote, and words that no catalogue can translate."""

import re
from pathlib import Path

import pytest

from tests.architecture import markup, sources
from tests.architecture.markup import FILLED_IN, Reader

PAGES = [path for path in sources.templates() if path.suffix == ".html" and not sources.is_mail(path)]
MAILS = [path for path in sources.templates() if sources.is_mail(path)]
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title", "label", "summary"}
WORDS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
BILINGUAL = {"500.html"}  # drawn where nothing is known any more, the reader's language included
NAMES = re.compile("简体中文|English|中文|sha256|SHA-256|Message-ID|Excel")  # written the same in either language


def readers() -> list[Reader]:
    return [Reader(path) for path in PAGES]


def test_there_are_pages() -> None:
    assert PAGES


def test_no_page_has_inline_script_or_style() -> None:
    wrong = [
        f"{tag.where}: <{tag.name}> {name}"
        for reader in readers()
        for tag in reader.tags
        for name in [*tag.attributes, "<element>"]
        if name == "style"
        or name.startswith("on")
        or name.startswith("hx-on")
        or (name == "<element>" and (tag.name == "style" or (tag.name == "script" and "src" not in tag.attributes)))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_page_loads_anything_from_elsewhere() -> None:
    wrong = [
        f"{tag.where}: <{tag.name} {name}={value!r}>"
        for reader in readers()
        for tag in reader.tags
        for name, value in tag.attributes.items()
        if name in {"src", "srcset", "action", "formaction", "data", "poster"}
        or (name == "href" and tag.name == "link")
        if re.match(r"\s*([a-z]+:)?//|\s*(javascript|data):", value)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_word_of_a_page_can_be_translated() -> None:
    wrong = [
        f"{where}: {text.strip()!r}"
        for reader in readers()
        if reader.path.name not in BILINGUAL
        for text, where in [*reader.texts, *_spoken(reader)]
        if WORDS.search(NAMES.sub("", text.replace(FILLED_IN, " ")))
    ]
    assert not wrong, "\n".join(wrong)


def _spoken(reader: Reader) -> list[tuple[str, str]]:
    return [(value, tag.where) for tag in reader.tags for name, value in tag.attributes.items() if name in SPOKEN]


def test_every_word_of_a_mail_can_be_translated() -> None:
    wrong = [
        f"{where}: {text.strip()!r}"
        for path in MAILS
        if path.suffix == ".html"
        for reader in [Reader(path)]
        for text, where in [*reader.texts, *_spoken(reader)]
        if WORDS.search(text.replace(FILLED_IN, " ")) and not _is_style(text)
    ]
    assert not wrong, "\n".join(wrong)


def _is_style(text: str) -> bool:
    return text.lstrip().startswith(("@media", "body", ":root"))


def test_every_mail_is_written_as_html_and_as_text() -> None:
    names = {path.with_suffix("") for path in MAILS if not path.name.startswith("_")}
    lonely = [str(name) for name in names if not {name.with_suffix(".html"), name.with_suffix(".txt")} <= set(MAILS)]
    assert not lonely


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>{% translate 'x' %}</p>", []),
        ("<p>{{ name }} 万元</p>", ["\x00 万元"]),
        ("{% blocktranslate %}free words{% endblocktranslate %}<b>bound</b>", ["bound"]),
    ],
)
def test_fixed_words_of_a_template_are_seen(source: str, seen: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "text", lambda path: source)

    reader = markup.Reader(Path("page.html"))

    assert [text for text, _ in reader.texts if text.strip()] == seen

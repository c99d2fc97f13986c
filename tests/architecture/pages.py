"""What every response has to carry, and what no page may hold, however it was rendered."""

from collections.abc import Iterator
from html.parser import HTMLParser

from django.http import HttpResponse

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# The one page that is somebody else's HTML: shown in a frame of ours, where nothing of it runs, loads or submits.
LETTER = {
    "default-src": "'none'",
    "img-src": "data:",  # its one picture comes with it
    "style-src": "'unsafe-inline'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "sandbox": "",
}
URLS = {"src", "href", "action", "formaction", "data", "poster"}


def header_faults(response: HttpResponse, *, letter: bool = False) -> Iterator[str]:
    """What is missing or loose in the headers. `letter`: a mail's preview, whose errors are pages of our own."""
    preview = letter and response.status_code in {200, 405}
    wanted = dict(HEADERS, **({"X-Frame-Options": "SAMEORIGIN"} if preview else {}))
    yield from (f"{name} is {response.get(name)}" for name, value in wanted.items() if response.get(name) != value)
    found = policy_of(response)
    strict = LETTER if preview else STRICT
    for name in sorted(found.keys() | strict.keys()):
        framing = name == "frame-src" and found[name] == "'self'"  # the page around the preview
        if found.get(name) != strict.get(name) and not framing:
            yield f"Content-Security-Policy: {name} {found.get(name)}"


def policy_of(response: HttpResponse) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    parts = (part.strip().partition(" ") for part in response.get("Content-Security-Policy", "").split(";"))
    return {name: rest for name, _, rest in parts if name}


def markup_faults(html: str) -> Iterator[str]:
    """Inline scripts, styles and handlers, and whatever a page would load from elsewhere."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.faults


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.faults.append(f"line {line}: inline <{tag}>")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"line {line}: <{tag} {name}={value!r}>")
            scheme = value.strip().lower()
            if name in URLS and scheme.startswith(("javascript:", "http:", "https:", "//", "data:")):
                self.faults.append(f"line {line}: <{tag} {name}={value!r}>")

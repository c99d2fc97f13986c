"""The bytes of a mail, written out: headers as RFC 5322 and RFC 2047 have them, every body in base64 with CRLF lines.

The library's writer parses each header again and takes a dozen times as long; that it reads these bytes as they were
meant is the test. Raises ValueError for what no server takes.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from email.headerregistry import Address
from email.utils import encode_rfc2231
from typing import Final

LINE: Final = 76
"""Octets of a line: of base64, and of a header that holds encoded words (RFC 2045 §6.8, RFC 2047 §2)."""

CRLF: Final = b"\r\n"
WORD: Final = len("=?utf-8?b??=")
BREAKS: Final = re.compile(r"[\r\n\0]")
PLAIN: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
ATOMS: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+"
MAILBOX: Final = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII | re.IGNORECASE)


def header(name: str, text: str) -> bytes:
    """A header of free text: folded at its spaces where it is plain, as encoded words where it is not."""
    if PLAIN.fullmatch(text) and "=?" not in text:
        return b"%b: %b\r\n" % (name.encode(), _folded(text, len(name) + 2))
    return b"%b: %b\r\n" % (name.encode(), _words(_checked(text), len(name) + 2))


def mailboxes(name: str, people: Iterable[tuple[str, str]]) -> bytes:
    """A header of mailboxes, one to a line: pairs of display name and address."""
    lines = [_mailbox(*one) for one in people]
    return b"%b: %b\r\n" % (name.encode(), b",\r\n ".join(lines))


def text_part(subtype: str, text: str) -> bytes:
    """A body of text in UTF-8, its lines ended as RFC 2046 §4.1.1 asks."""
    content = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    if not content.endswith(CRLF):
        content += CRLF
    return b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n%b' % (
        subtype.encode(),
        in_base64(content),
    )


def file_part(kind: str, content: bytes, *, name: str = "", content_id: str = "") -> bytes:
    """A file that goes along under its name, or a picture that the HTML shows by its Content-ID. To be made once."""
    said = b"Content-Disposition: inline\r\nContent-ID: <%b>\r\n" % content_id.encode() if content_id else b""
    if name:
        shown = encode_rfc2231(_checked(name), "utf-8").encode()
        said = b"Content-Disposition: attachment;\r\n filename*=%b\r\n" % shown
    head = b"Content-Type: %b\r\nContent-Transfer-Encoding: base64\r\n%b\r\n" % (kind.encode(), said)
    return head + in_base64(content)


def multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Parts as one. No line of base64 and no header begins with the “--=_” of such a boundary."""
    line = b"--=_%b_%b" % (boundary.encode(), kind.encode())
    head = b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n\r\n' % (kind.encode(), line[2:])
    return b"".join((head, *(b"%b\r\n%b" % (line, part) for part in parts), line, b"--\r\n"))


def in_base64(content: bytes) -> bytes:
    """Lines of 76 octets, the last one ended too."""
    coded = b64encode(content)
    return CRLF.join([coded[at : at + LINE] for at in range(0, len(coded), LINE)]) + CRLF


def address(text: str) -> bytes:
    """An address as it stands in headers and commands."""
    spec = text if MAILBOX.fullmatch(text) else Address(addr_spec=_checked(text)).addr_spec
    return spec.encode("ascii")  # few servers take SMTPUTF8; refusing here names the address at once


def _checked(text: str) -> str:
    if BREAKS.search(text):
        raise ValueError("a header holds a line break or a null character")
    return text


def _folded(text: str, used: int) -> bytes:
    """Plain text, broken before a word that would go beyond the line."""
    lines, room = [""], LINE - used
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
            room = LINE - 1
        lines[-1] += f" {word}" if lines[-1] else word
    return "\r\n ".join(lines).encode()


def _words(text: str, used: int) -> bytes:
    """Text as encoded words of whole characters, each on a line of its own; `used` octets of the first are taken."""
    content = text.encode()
    words: list[bytes] = []
    start = 0
    while start < len(content) or not words:
        room = (LINE - WORD - max(used, 1)) // 4 * 3
        end = min(start + room, len(content))
        while end < len(content) and content[end] & 0xC0 == 0x80:  # not in the middle of a character
            end -= 1
        words.append(b"=?utf-8?b?%b?=" % b64encode(content[start:end]))
        start, used = end, 1
    return b"\r\n ".join(words)


def _mailbox(name: str, where_to: str) -> bytes:
    where = address(where_to)
    if not name:
        return where
    if len(name) < LINE // 2 and PLAIN.fullmatch(name) and "=?" not in name:
        quoted = name if ATOMS.fullmatch(name) else '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
        return b"%b <%b>" % (quoted.encode(), where)
    return b"%b\r\n <%b>" % (_words(_checked(name), len("From: ")), where)

"""An outbox row as the bytes that leave: MIME with plain text and HTML, addresses, and headers that name the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from reports.core.routing import is_allowed
from reports.mail import mime
from reports.mail.page import CONTENT_ID
from reports.models import OutboxMessage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unsendable(Exception):
    """The letter cannot be written as a mail at all; no later attempt will do better."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: `to` and `copies` are (name, address); `message_id` is the key's own.

    `attachments` and `pictures` are parts as mime.file_part makes them, so that what goes to many is made once.
    """

    sender: str
    to: tuple[str, str]
    copies: tuple[tuple[str, str], ...]
    subject: str
    text: str
    html: str
    message_id: str
    number: str = ""
    language: str = "zh-hans"
    attachments: Sequence[bytes] = ()
    pictures: Sequence[bytes] = ()

    @property
    def sender_address(self) -> str:
        """The bare address of the sender, for the envelope."""
        return _parsed(self.sender)[1]

    def to_bytes(self, at: datetime) -> bytes:
        """The mail with CRLF lines and seven-bit parts. `at` is the real moment: servers distrust any other Date.

        Raises Unsendable, for a line break in a name or an address that no server takes.
        """
        try:
            return self._head(at) + self._body()
        except (ValueError, MessageError, UnicodeError) as reason:
            raise Unsendable(str(reason)) from reason

    def _head(self, at: datetime) -> bytes:
        lines = [
            mime.header("Subject", self.subject),
            mime.mailboxes("To", [self.to]),
            mime.mailboxes("Cc", self.copies) if self.copies else b"",
            _date(at.replace(microsecond=0)),
            mime.header("Message-ID", self.message_id),
            mime.header("X-Mail-Number", self.number) if self.number else b"",
            _constant_headers(self.sender, self.language),
        ]
        return b"".join(lines)

    def _body(self) -> bytes:
        boundary = sha256(self.message_id.encode()).hexdigest()[:24]
        html = mime.text_part("html", self.html)
        if self.pictures:
            html = mime.multipart("related", boundary, [html, *self.pictures])
        both = mime.multipart("alternative", boundary, [mime.text_part("plain", self.text), html])
        return mime.multipart("mixed", boundary, [both, *self.attachments]) if self.attachments else both


@lru_cache(maxsize=1)  # it names the second, and a second sees many letters off
def _date(at: datetime) -> bytes:
    return b"Date: %b\r\n" % format_datetime(at).encode()


@lru_cache(maxsize=4)
def _constant_headers(sender: str, language: str) -> bytes:
    lines = [
        mime.mailboxes("From", [_parsed(sender)]),
        b"Auto-Submitted: auto-generated\r\n",  # RFC 3834: no vacation notices in answer
        b"X-Auto-Response-Suppress: All\r\n",  # the same for Exchange
        mime.header("Content-Language", "zh-CN" if language.startswith("zh") else language),
        b"MIME-Version: 1.0\r\n",
    ]
    return b"".join(lines)


_parsed = lru_cache(maxsize=1)(parseaddr)  # one office, one sender


def letter_of(message: OutboxMessage) -> Letter:
    """The letter that a row describes, with the archived bytes of its workbook. Raises Unsendable without them."""
    return Letter(
        sender=settings.DEFAULT_FROM_EMAIL,
        to=(message.to_name, message.to_address),
        copies=tuple((name, copy) for name, copy in message.copies if is_allowed(copy, settings.MAIL_DOMAINS)),
        subject=message.subject,
        text=message.text,
        html=message.html,
        message_id=message.message_id,
        number=message.number,
        language=message.language,
        attachments=_attached(message),
        pictures=_shown(message),
    )


def _shown(message: OutboxMessage) -> tuple[bytes, ...]:
    picture = message.picture
    return () if picture is None else (_picture(picture.sha256, bytes(picture.content)),)


@lru_cache(maxsize=32)  # what many are shown is encoded once for a batch
def _picture(digest: str, content: bytes) -> bytes:
    if sha256(content).hexdigest() != digest:
        raise Unsendable("The picture is not the one that was drawn.")
    return mime.file_part("image/png", content, content_id=CONTENT_ID)


def _attached(message: OutboxMessage) -> tuple[bytes, ...]:
    workbook = message.attachment
    return () if workbook is None else (_part(workbook.file_name, workbook.path, workbook.sha256),)


@lru_cache(maxsize=2)  # a batch carries the same workbook to many
def _part(name: str, path: str, digest: str) -> bytes:
    try:
        content = Path(settings.ARCHIVE_ROOT, path).read_bytes()
    except OSError as reason:
        raise Unsendable(f"{name}: {reason}") from reason
    if sha256(content).hexdigest() != digest:
        raise Unsendable(f"{name}: the archived bytes are not those that were recorded.")
    return mime.file_part(XLSX, content, name=name)

"""An outbox row as the bytes that leave: MIME with plain text and HTML, addresses, and headers that name the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from reports.core.routing import is_allowed
from reports.models import OutboxMessage

XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unsendable(Exception):
    """The letter cannot be written as a mail at all; no later attempt will do better."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A workbook that goes along."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: `to` and `copies` are (name, address); `message_id` is the key's own."""

    sender: str
    to: tuple[str, str]
    copies: tuple[tuple[str, str], ...]
    subject: str
    text: str
    html: str
    message_id: str
    number: str = ""
    language: str = "zh-hans"
    attachments: Sequence[Attachment] = ()

    @property
    def sender_address(self) -> str:
        """The bare address of the sender, for the envelope."""
        return parseaddr(self.sender)[1]

    def to_bytes(self, at: datetime) -> bytes:
        """The mail with CRLF lines and seven-bit parts. `at` is the real moment: servers distrust any other Date.

        Raises Unsendable, for a line break in a name or an address that no server takes.
        """
        try:
            return self._message(at).as_bytes()
        except (ValueError, MessageError, UnicodeError) as reason:
            raise Unsendable(str(reason)) from reason

    def _message(self, at: datetime) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = self.subject
        mail["From"] = _address(*parseaddr(self.sender))
        mail["To"] = _address(*self.to)
        if self.copies:
            mail["Cc"] = tuple(_address(*copy) for copy in self.copies)
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = self.message_id
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notices in answer
        mail["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
        mail["Content-Language"] = "zh-CN" if self.language.startswith("zh") else self.language
        if self.number:
            mail["X-Mail-Number"] = self.number
        mail.set_content(self.text, subtype="plain", charset="utf-8", cte="base64")
        mail.add_alternative(self.html, subtype="html", charset="utf-8", cte="base64")
        for one in self.attachments:
            mail.add_attachment(one.content, maintype="application", subtype=XLSX, filename=one.name)
        return mail


def _address(name: str, address: str) -> Address:
    address.encode("ascii")  # few servers take SMTPUTF8; refusing here names the address at once
    return Address(display_name=name, addr_spec=address)


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
    )


def _attached(message: OutboxMessage) -> tuple[Attachment, ...]:
    workbook = message.attachment
    if workbook is None:
        return ()
    try:
        content = Path(settings.ARCHIVE_ROOT, workbook.path).read_bytes()
    except OSError as reason:
        raise Unsendable(f"{workbook.file_name}: {reason}") from reason
    if sha256(content).hexdigest() != workbook.sha256:
        raise Unsendable(f"{workbook.file_name}: the archived bytes are not those that were recorded.")
    return (Attachment(workbook.file_name, content),)

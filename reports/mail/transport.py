"""The ways by which a letter leaves: a file for each, or SMTP over one connection. They tell how it went, no more.

Unreachable: nobody to talk to, the letter was not tried. Deferred: refused for now. Refused: refused for good.
"""

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.errors import MessageError
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, Protocol, Self

from django.conf import settings
from django.core.mail import DNS_NAME

from portfolio import clock
from reports.mail import mime
from reports.mail.letters import Letter, Unsendable

CLOSING = 421  # RFC 5321 §3.8: the server closes the connection after this reply
GO_ON = 354
PERMANENT = range(500, 600)
LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)


class Before(Protocol):
    """What has to be certain before a letter's content leaves; once it is, both do nothing."""

    def begin(self) -> None:
        """Have somebody else start on it, while the letter is made."""
        ...

    def settle(self) -> None:
        """Come back when it is certain."""
        ...


class _Nothing:
    def begin(self) -> None:
        pass

    def settle(self) -> None:
        pass


NOTHING: Final = _Nothing()


class Unreachable(Exception):
    """There is no server, or no folder, to hand the letter to."""


class Deferred(Exception):
    """Refused for now; the same letter may pass later."""


class _Parted(Deferred):
    """The server closed a connection that had served before, ahead of the letter's content: try it on a new one."""


class Refused(Exception):
    """Refused for good; only a person can help."""


class Transport(Protocol):
    """One connection for many letters."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, letter: Letter, *, without_copies: bool = False, before: Before = NOTHING) -> str:
        """Hand one letter over; the answer is a remark ("" for none), such as a copy that was refused.

        `without_copies`: a copy that is refused for now does not hold the letter back any longer. `before` is settled
        before anything of this letter's content leaves; a letter that comes to nothing may leave it begun.
        """
        ...


def open_transport() -> "Transport":
    """The way that EMAIL_URL names: files where it names none."""
    folder = settings.MAIL.get("folder")
    return FileTransport(Path(str(folder))) if folder else SmtpTransport()


class FileTransport:
    """One .eml file for each letter, named after its Message-ID: sending again replaces the file, never adds one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def send(self, letter: Letter, *, without_copies: bool = False, before: Before = NOTHING) -> str:
        """Write the whole file aside, then put it in place, so that nobody reads half a mail."""
        before.begin()
        content = _content(letter)
        before.settle()
        name = letter.message_id.strip("<>").partition("@")[0]
        path = self._folder / f"{letter.number}-{name}.eml".lstrip("-")
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(path)
        except OSError as reason:  # a full disk, a folder that was taken away
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise Unreachable(_words(reason)) from reason
        return ""


class SmtpTransport:
    """SMTP as EMAIL_URL describes it, one connection for all letters, opened anew when the server drops it."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._used = False

    def __enter__(self) -> Self:
        return self  # it is opened for the first letter

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop(politely=True)

    def send(self, letter: Letter, *, without_copies: bool = False, before: Before = NOTHING) -> str:
        """MAIL, RCPT for each, DATA, each reply looked at. Raises Unreachable, Deferred, Refused.

        Where the server takes commands in one go (RFC 2920), they leave in one go: half the round trips.
        """
        if self._smtp is None:
            before.settle()  # opening may take long
        lines = _envelope_of(letter)
        try:
            return self._hand_over(letter, lines, without_copies, before)
        except _Parted:  # many servers take so many letters and no more over a connection
            before.settle()
            return self._hand_over(letter, lines, without_copies, before)

    def _hand_over(self, letter: Letter, lines: Sequence[bytes], without_copies: bool, before: Before) -> str:
        smtp = self._open()
        envelope = True
        try:
            exchange = _Exchange(smtp, lines)
            content = self._content(letter, before)  # while the server thinks about the envelope
            remarks = self._envelope(smtp, letter, exchange, without_copies)
            envelope = False
            smtp.send(content)
            code, reply = smtp.getreply()
            if code >= 400:
                self._fail(smtp, code, reply, "DATA", code in PERMANENT)
        except OSError as reason:
            again = envelope and self._used
            self._drop()
            # Whether the server had taken the content cannot be known; RFC 5321 §4.5.4.1 has the sender try again.
            raise (_Parted if again else Deferred)(_words(reason)) from reason
        self._used = True
        return "; ".join(remarks)

    def _content(self, letter: Letter, before: Before) -> bytes:
        try:
            before.begin()
            content = _dotted(_content(letter))
            before.settle()
            return content
        except BaseException:
            self._drop()  # with the envelope that the server holds already
            raise

    def _envelope(self, smtp: smtplib.SMTP, letter: Letter, exchange: "_Exchange", without_copies: bool) -> list[str]:
        """The replies from MAIL to the server's 354; the answer names copies that were refused."""
        code, reply = exchange.reply()
        if code >= 400:
            if code == CLOSING and self._used:
                raise smtplib.SMTPServerDisconnected(_reply(code, reply))
            # The sender's own address is refused: a wrong setting, which can be put right while the letter waits.
            self._fail(smtp, code, reply, "MAIL FROM", False, exchange)
        code, reply = exchange.reply()
        if code >= 400:
            self._fail(smtp, code, reply, letter.to[1], code in PERMANENT, exchange)
        remarks = []
        for _name, address in letter.copies:
            code, reply = exchange.reply()
            if code >= 400:
                if code not in PERMANENT and (code == CLOSING or not without_copies):
                    self._fail(smtp, code, reply, address, False, exchange)
                remarks.append(f"{address}: {_reply(code, reply)}")
        code, reply = smtp.docmd("DATA") if letter.copies else exchange.reply()
        if code != GO_ON:
            self._fail(smtp, code, reply, "DATA", code in PERMANENT)
        return remarks

    def _fail(
        self, smtp: smtplib.SMTP, code: int, reply: bytes, what: str, lasting: bool, exchange: "_Exchange | None" = None
    ) -> NoReturn:
        """Leave the connection fit for the next letter, and say what the server said."""
        try:
            codes = [code, *(exchange.outstanding() if exchange else ())]
            # A server that waits for content after a refusal gets none: with the connection goes the transaction.
            if CLOSING in codes or GO_ON in codes:
                self._drop()
            else:
                smtp.rset()
        except OSError:
            self._drop()
        raise (Refused if lasting else Deferred)(f"{what}: {_reply(code, reply)}")

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp, self._used = _connect(), False
            except OSError as reason:  # SMTPException is one: a greeting of 5xx, a wrong password
                raise Unreachable(_words(reason)) from reason
        return self._smtp

    def _drop(self, *, politely: bool = False) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(smtplib.SMTPException, OSError):
            if politely:
                smtp.quit()
        smtp.close()


def _connect() -> smtplib.SMTP:
    """A connection that is greeted, encrypted and signed in as EMAIL_URL asks; nothing stays open when that fails."""
    where: dict[str, Any] = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    where |= {"timeout": settings.EMAIL_TIMEOUT, "local_hostname": DNS_NAME.get_fqdn()}
    if settings.EMAIL_USE_SSL:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(**where, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(**where)
    try:
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(str(settings.EMAIL_HOST_USER), str(settings.EMAIL_HOST_PASSWORD))
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock is not None:  # what is sent is whole; waiting for more would only meet the server's own waiting
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        smtp.close()
        raise
    return smtp


def _envelope_of(letter: Letter) -> list[bytes]:
    """The commands before the content; DATA among them only where nothing is to be decided before it: without copies.

    Raises Refused for an address that no server takes.
    """
    try:
        people = [mime.address(where) for where in (letter.to[1], *(where for _name, where in letter.copies))]
        lines = [b"MAIL FROM:<%b>\r\n" % mime.address(letter.sender_address)]
    except (ValueError, MessageError) as reason:
        raise Refused(str(reason)) from reason
    lines += [b"RCPT TO:<%b>\r\n" % person for person in people]
    return lines if letter.copies else [*lines, b"DATA\r\n"]


class _Exchange:
    """Commands and their replies in turn; sent ahead in one go where the server takes that (RFC 2920)."""

    def __init__(self, smtp: smtplib.SMTP, lines: Sequence[bytes]) -> None:
        self._smtp = smtp
        self._lines = list(lines)
        self._ahead = smtp.has_extn("pipelining")
        self._asked = False
        self._ask(b"".join(self._lines) if self._ahead else self._lines[0])
        if self._ahead:
            _acknowledge_at_once(smtp)

    def reply(self) -> tuple[int, bytes]:
        """The reply to the next command."""
        line = self._lines.pop(0)
        if not self._ahead and not self._asked:
            self._smtp.send(line)
        self._asked = False
        return self._smtp.getreply()

    def _ask(self, lines: bytes) -> None:
        self._smtp.send(lines)
        self._asked = True

    def outstanding(self) -> list[int]:
        """The codes of replies that are still to come; what was not sent ahead is not sent any more."""
        return [self._smtp.getreply()[0] for _line in self._lines] if self._ahead else []


def _acknowledge_at_once(smtp: smtplib.SMTP) -> None:
    """Keep a server that answers line by line from waiting 40 ms for this side to have seen the first (Nagle)."""
    if smtp.sock is not None and hasattr(socket, "TCP_QUICKACK"):
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _dotted(content: bytes) -> bytes:
    """The content as it goes over the line: RFC 5321 §4.5.2."""
    if content.startswith(b".") or b"\r\n." in content:
        content = LINE_WITH_DOT.sub(b"..", content)
    return content + b".\r\n"


def _content(letter: Letter) -> bytes:
    try:
        return letter.to_bytes(clock.wall_now())
    except Unsendable as reason:
        raise Refused(str(reason)) from reason


def _reply(code: int, reply: bytes) -> str:
    return f"{code} {' '.join(reply.decode('utf-8', 'replace').split())}"[:300]


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _words(reason: OSError) -> str:
    if isinstance(reason, smtplib.SMTPResponseException):
        return _reply(reason.smtp_code, _bytes(reason.smtp_error))
    return f"{type(reason).__name__}: {reason}"[:300]

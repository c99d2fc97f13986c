"""The ways by which a letter leaves: a file for each, or SMTP over one connection. They tell how it went, no more.

Unreachable: nobody to talk to, the letter was not tried. Deferred: refused for now. Refused: refused for good.
"""

import os
import smtplib
import ssl
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self

from django.conf import settings
from django.core.mail import DNS_NAME

from portfolio import clock
from reports.mail.letters import Letter, Unsendable

CLOSING = 421  # RFC 5321 §3.8: the server closes the connection after this reply
PERMANENT = range(500, 600)


class Unreachable(Exception):
    """There is no server, or no folder, to hand the letter to."""


class Deferred(Exception):
    """Refused for now; the same letter may pass later."""


class Refused(Exception):
    """Refused for good; only a person can help."""


class Transport(Protocol):
    """One connection for a batch of letters."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, letter: Letter, *, without_copies: bool = False) -> str:
        """Hand one letter over; the answer is a remark ("" for none), such as a copy that was refused.

        `without_copies`: a copy that is refused for now does not hold the letter back any longer.
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
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            raise Unreachable(_words(reason)) from reason
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def send(self, letter: Letter, *, without_copies: bool = False) -> str:
        """Write the whole file aside, then put it in place, so that nobody reads half a mail."""
        content = _content(letter)
        name = letter.message_id.strip("<>").partition("@")[0]
        path = self._folder / f"{letter.number}-{name}.eml".lstrip("-")
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
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
    """SMTP as EMAIL_URL describes it, one connection for the batch, opened anew when the server drops it."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop(politely=True)

    def send(self, letter: Letter, *, without_copies: bool = False) -> str:
        """MAIL, RCPT for each, DATA, each reply looked at. Raises Unreachable, Deferred, Refused."""
        content = _content(letter)
        smtp = self._open()
        try:
            return self._talk(smtp, letter, content, without_copies)
        except smtplib.SMTPDataError as reason:  # refused before the content, not after it
            self._fail(smtp, reason.smtp_code, _bytes(reason.smtp_error), "DATA", reason.smtp_code in PERMANENT)
        except OSError as reason:
            # Whether the server had taken it cannot be known; RFC 5321 §4.5.4.1 has the sender try again.
            self._drop()
            raise Deferred(_words(reason)) from reason

    def _talk(self, smtp: smtplib.SMTP, letter: Letter, content: bytes, without_copies: bool) -> str:
        code, reply = smtp.mail(letter.sender_address)
        if code >= 400:
            # The sender's own address is refused: a wrong setting, which can be put right while the letter waits.
            self._fail(smtp, code, reply, "MAIL FROM", False)
        code, reply = smtp.rcpt(letter.to[1])
        if code >= 400:
            self._fail(smtp, code, reply, letter.to[1], code in PERMANENT)
        remarks = []
        for _name, address in letter.copies:
            code, reply = smtp.rcpt(address)
            if code >= 400:
                if code not in PERMANENT and (code == CLOSING or not without_copies):
                    self._fail(smtp, code, reply, address, False)
                remarks.append(f"{address}: {_reply(code, reply)}")
        code, reply = smtp.data(content)
        if code >= 400:
            self._fail(smtp, code, reply, "DATA", code in PERMANENT)
        return "; ".join(remarks)

    def _fail(self, smtp: smtplib.SMTP, code: int, reply: bytes, what: str, lasting: bool) -> NoReturn:
        """Leave the connection fit for the next letter, and say what the server said."""
        if code == CLOSING:
            self._drop()
        else:
            with suppress(smtplib.SMTPException, OSError):
                smtp.rset()
        raise (Refused if lasting else Deferred)(f"{what}: {_reply(code, reply)}")

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = _connect()
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
    except OSError:
        smtp.close()
        raise
    return smtp


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

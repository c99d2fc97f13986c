"""A real SMTP server on loopback that keeps what it took, and refuses what a test tells it to refuse."""

import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller

PARSER = BytesParser(policy=email.policy.default)
Answer = Callable[[str], str]


@dataclass
class Taken:
    """One mail that the server said yes to."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return PARSER.parsebytes(self.raw)

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])


@dataclass
class Sink:
    """`sender`, `recipient` and `content` answer MAIL, RCPT and DATA; "" is yes.

    `before_yes` runs between a DATA and its answer; `most` is how many mails a connection may bring, 0 for any number;
    `pipelining` is whether commands may come in one go; `begun` counts MAIL, also of mails that came to nothing.
    """

    taken: list[Taken] = field(default_factory=list)
    sender: Answer = lambda address: ""
    recipient: Answer = lambda address: ""
    content: Answer = lambda message_id: ""
    before_yes: Callable[[], None] = lambda: None
    most: int = 0
    pipelining: bool = True
    sessions: int = 0
    begun: int = 0
    port: int = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        session.host_name = hostname
        self.sessions += 1
        session.brought = 0
        return [*responses[:-1], *(["250-PIPELINING"] if self.pipelining else []), responses[-1]]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.begun += 1
        if self.most and session.brought >= self.most:
            return "421 4.7.0 too many mails over this connection"
        refused = self.sender(address)
        if not refused:
            envelope.mail_from = address
        return refused or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        refused = self.recipient(address)
        if not refused:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        one = Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content)
        if refused := self.content(one.message_id):
            return refused
        self.taken.append(one)
        session.brought += 1
        self.before_yes()
        return "250 taken"

    @property
    def message_ids(self) -> list[str]:
        return [one.message_id for one in self.taken]


@contextmanager
def serving(sink: Sink, port: int = 0) -> Iterator[Sink]:
    """Serve until the block ends; the port is a free one unless it is given."""
    controller = Controller(sink, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])

"""Queueing and delivering digests over SMTP on loopback, against handing over bytes that were made before.

The server only reads and says yes, in a process of its own; there is no TLS and no sign-in.
"""

import asyncio
import multiprocessing
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from django.core.mail import EmailMultiAlternatives
from django.test import override_settings

from portfolio import clock
from portfolio.models import User
from reports.actions import delivery, outbox
from reports.core.routing import message_id
from reports.mail.letters import letter_of
from reports.models import OutboxMessage
from tests.bench import dataset
from tests.bench.harness import Figure, Rounds

TEXT = (Path(__file__).resolve().parents[1] / "golden/mail/L01-2024-01-12-zh-hans.txt").read_text(encoding="utf-8")
HTML = f"<!doctype html><html><body>{''.join(f'<p>{escape(line)}</p>' for line in TEXT.splitlines())}</body></html>"
OURS, QUEUED, DELIVERED = "queue and deliver", "queue", "deliver"
FLOOR, STOCK = "raw sendmail of prebuilt bytes", "Django, a connection for each message"

MOST = 2.5
"""Times the floor: handing over, with the claim, the MIME and a mark of its own for every letter."""

_numbers = count()


def measure(size: int, rounds: int) -> list[Figure]:
    """So many digests a round."""
    times = Rounds()
    with _sink() as port:
        over_smtp = {"MAIL": {"backend": "django.core.mail.backends.smtp.EmailBackend"}, "MAIL_DOMAINS": []}
        with override_settings(**over_smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=60):
            for _round in range(rounds):
                _round_of_mail(times, size, port)
    times.seconds[OURS] = [sum(pair) for pair in zip(times.seconds[QUEUED], times.seconds[DELIVERED], strict=True)]
    figures = [times.figure(name, FLOOR) for name in (OURS, QUEUED, STOCK)]
    return [times.figure(DELIVERED, FLOOR, MOST), *figures, times.figure(OURS, STOCK)]


def _round_of_mail(times: Rounds, size: int, port: int) -> None:
    messages = [_message() for _ in range(size)]
    with times.timed(QUEUED):
        assert len(outbox.enqueue(messages)) == size
    with times.timed(DELIVERED), clock.set_to(dataset.AS_OF):  # on its day, or each subject would be marked as late
        delivered = delivery.deliver(by=User.system())
    assert delivered.sent == size, delivered
    letters = [letter_of(message) for message in messages]
    prebuilt = [(one.sender_address, one.to[1], one.to_bytes(clock.wall_now())) for one in letters]
    with times.timed(FLOOR), smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as server:
        for sender, recipient, content in prebuilt:
            server.sendmail(sender, recipient, content)
    with times.timed(STOCK):
        for message in messages:
            mail = EmailMultiAlternatives(message.subject, message.text, "office@demo.invalid", [message.to_address])
            mail.attach_alternative(message.html, "text/html")
            mail.send()


def _message() -> OutboxMessage:
    key = f"bench:{next(_numbers)}"
    return OutboxMessage(
        dedupe_key=key,
        kind=OutboxMessage.Kind.DIGEST,
        business_date=dataset.AS_OF,
        number="20240112-L001",
        to_name="市领导01（示例）",
        to_address="leader01@demo.invalid",
        subject="【重点项目进展提示】您包保的30个项目（截至2023年12月底）",
        text=TEXT,
        html=HTML,
        message_id=message_id(key, "demo.invalid"),
    )


@contextmanager
def _sink() -> Iterator[int]:
    """The port of a server that says yes to everything."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    async def main() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        server = await asyncio.start_server(_talk, sock=listening, limit=2**24)
        told.send(listening.getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As much of RFC 5321 and RFC 2920 as one who sends well needs; answers go out at once, as servers send them."""
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    writer.write(b"220 bench\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(
            b"221 bye\r\n"
            if verb == b"QUIT"
            else b"250-bench\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            if verb == b"EHLO"
            else b"250 yes\r\n"
        )
        if verb == b"QUIT":
            break
    writer.close()

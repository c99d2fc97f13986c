"""A fast SMTP server on loopback with moods: it refuses some recipients for good, and any attempt by chance for now.

It keeps Message-IDs, not mails, so that ten thousand of them are a matter of seconds. The chance is seeded.
"""

import asyncio
import random
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE | re.IGNORECASE)
REFUSALS = (b"450 4.2.0 mailbox busy\r\n", b"451 4.3.0 try again\r\n", b"452 4.2.2 mailbox full\r\n")


@dataclass
class Moody:
    """`chance` is that of an attempt being refused for now, at the recipient, at DATA or after the content."""

    chance: float
    seed: int
    taken: Counter[str] = field(default_factory=Counter)
    to: dict[str, str] = field(default_factory=dict)
    attempts: int = 0
    refused: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"220 moody\r\n")
        person, mood = "", -1
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"MAIL":
                self.attempts += 1
                mood = self.dice.randrange(3) if self.dice.random() < self.chance else -1
                person = ""
            if verb == b"RCPT":
                wanted = line.partition(b"<")[2].partition(b">")[0].decode()
                person = wanted if mood != 0 and not wanted.startswith("gone") else ""
                writer.write(self._answer_to(wanted, mood))
            elif verb == b"DATA":
                await self._data(reader, writer, person, mood)
            elif verb == b"EHLO":
                writer.write(b"250-moody\r\n250 PIPELINING\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")
            if verb == b"QUIT":
                break
        writer.close()

    def _answer_to(self, person: str, mood: int) -> bytes:
        if person.startswith("gone"):
            return b"550 5.1.1 no such mailbox\r\n"
        self.refused += mood == 0
        return REFUSALS[0] if mood == 0 else b"250 yes\r\n"

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, person: str, mood: int) -> None:
        if not person or mood == 1:
            self.refused += bool(person)
            writer.write(REFUSALS[1] if person else b"503 5.5.1 no recipient\r\n")
            return
        writer.write(b"354 go on\r\n")
        content = await reader.readuntil(b"\r\n.\r\n")
        if mood == 2:
            self.refused += 1
            writer.write(REFUSALS[2])
            return
        found = MESSAGE_ID.search(content)
        assert found is not None
        self.taken[found[1].decode()] += 1
        self.to[person] = found[1].decode()
        writer.write(b"250 taken\r\n")


@contextmanager
def serving_moodily(chance: float, seed: int) -> Iterator[Moody]:
    """Serve until the block ends."""
    moody, ready = Moody(chance, seed), threading.Event()
    ends: list[Callable[[], object]] = []

    async def serve() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        moody.port = int(listening.getsockname()[1])
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(over.set))
        server = await asyncio.start_server(moody.talk, sock=listening, limit=2**24)
        ready.set()
        await over.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield moody
    finally:
        ends[0]()
        thread.join(10)

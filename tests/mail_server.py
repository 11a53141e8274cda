"""A real SMTP server for the tests, which can be told to go away, come back and refuse."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session


class MailBox:
    """What came, and what the server says at each step instead of taking it."""

    def __init__(self) -> None:
        self.came: list[Message] = []
        self.answers: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender is named."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The reader is named."""
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The message is there."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        assert isinstance(envelope.content, bytes)
        self.came.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what came, in order."""
        return [str(message["Message-ID"]) for message in self.came]


def free_port() -> int:
    """A port of this machine that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(box: MailBox, port: int, tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """A server on `port` that puts what comes into `box`, until the block ends."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(
            lambda: SMTP(box, hostname="127.0.0.1", tls_context=tls, loop=loop), "127.0.0.1", port
        )
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_hang_up(server))
        loop.close()


async def _hang_up(server: asyncio.Server) -> None:
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for each in talking:
        each.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    await server.wait_closed()

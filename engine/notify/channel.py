"""What a channel is: it takes one message and either has it, or says why not."""

import hashlib
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from engine.errors import StepladderError
from engine.store.notices import NoticeRow


class CannotSend(StepladderError):
    """The message was not taken.

    `for_good` when trying again cannot help; `away` when it is the channel that does not work, so
    that no other message would be taken now either.
    """

    def __init__(self, problem: str, *, for_good: bool = False, away: bool = False) -> None:
        super().__init__(problem)
        self.for_good = for_good
        self.away = away


class Channel(Protocol):
    """A way out for notices."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises `CannotSend`."""
        ...


def compose(notice: NoticeRow, sender: str) -> EmailMessage:
    """The notice as an e-mail (RFC 5322).

    Its Message-ID follows from the notice alone, so that one sent twice, as happens when a worker
    dies between sending and writing that down, is known for the same by the reader's mail program.
    It holds a digest because numbers begin anew with each database, and a mail server drops what
    it takes for the second of two.
    """
    digest = hashlib.sha256(f"{notice.key} {notice.queued_at.isoformat()}".encode()).hexdigest()
    domain = sender.rpartition("@")[2] or "localhost"
    message = EmailMessage()
    message["From"] = sender
    message["To"] = notice.address
    message["Subject"] = notice.subject
    message["Date"] = format_datetime(notice.queued_at)
    message["Message-ID"] = f"<stepladder.{notice.id}.{digest[:16]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body)
    if notice.calendar is not None:
        message.add_attachment(
            notice.calendar.encode(),  # as bytes, for its line ends are to stay as they are
            maintype="text",
            subtype="calendar",
            params={"charset": "utf-8", "method": "PUBLISH"},
            filename="calendar-entry.ics",
        )
    return message

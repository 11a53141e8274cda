"""What a channel is: it takes one message and either has it, or says why not."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from engine.errors import StepladderError
from engine.store.notices import NoticeRow


class CannotSend(StepladderError):
    """The message was not taken. `for_good` when trying again cannot help."""

    def __init__(self, problem: str, *, for_good: bool = False) -> None:
        super().__init__(problem)
        self.for_good = for_good


class Channel(Protocol):
    """A way out for notices."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises `CannotSend`."""
        ...


def compose(notice: NoticeRow, sender: str) -> EmailMessage:
    """The notice as an e-mail (RFC 5322).

    Its Message-ID follows from the notice's key alone, so that one sent twice, as happens when a
    worker dies between sending and writing that down, can be known for the same by the reader's
    mail program.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = notice.address
    message["Subject"] = notice.subject
    message["Date"] = format_datetime(notice.queued_at)
    message["Message-ID"] = f"<stepladder.{notice.id}@{sender.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body)
    return message

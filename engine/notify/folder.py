"""Notices as `.eml` files in a folder, where no mail server is set."""

import os
from email.message import EmailMessage
from pathlib import Path

from engine.notify.channel import CannotSend


class Folder:
    """A folder that any mail program can open; a notice sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the message, whole or not at all. Raises `CannotSend`."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0] + ".eml"
        draft = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(bytes(message))
            draft.replace(self.folder / name)
        except OSError as error:
            problem = f"{self.folder} cannot be written to: {error.strerror}."
            raise CannotSend(problem, away=True) from error

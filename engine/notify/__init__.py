"""Channels by which notices leave the house, one a file; only the worker uses them."""

from engine.notify.channel import CannotSend, Channel
from engine.notify.folder import Folder
from engine.notify.smtp import MailServer
from engine.settings import Settings

__all__ = ["CannotSend", "Channel", "Folder", "MailServer", "open_channel"]


def open_channel(settings: Settings) -> Channel:
    """The mail server that the settings name, or else a folder of `.eml` files."""
    if settings.mail_server is None:
        return Folder(settings.outbox)
    return MailServer(
        settings.mail_server, user=settings.mail_user, password=settings.mail_password
    )

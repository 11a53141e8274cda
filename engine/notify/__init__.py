"""Channels by which notices leave the house, one a file; only the worker uses them."""

from engine.notify.channel import CannotSend, Channel
from engine.notify.folder import Folder
from engine.notify.govuk_notify import GovUkNotify
from engine.notify.smtp import MailServer
from engine.settings import BadSetting, Settings

__all__ = ["CannotSend", "Channel", "Folder", "GovUkNotify", "MailServer", "open_channel"]


def open_channel(settings: Settings) -> Channel:
    """GOV.UK Notify or the mail server, as the settings name them, or a folder of `.eml` files.

    Raises `BadSetting` for half of what GOV.UK Notify needs, or for both ways at once.
    """
    if settings.notify_key is not None or settings.notify_template is not None:
        return _notify(settings)
    if settings.mail_server is None:
        return Folder(settings.outbox)
    return MailServer(
        settings.mail_server, user=settings.mail_user, password=settings.mail_password
    )


def _notify(settings: Settings) -> GovUkNotify:
    if settings.notify_key is None or settings.notify_template is None:
        raise BadSetting(
            "GOV.UK Notify needs both a key and a template. Set STEPLADDER_NOTIFY_KEY and "
            "STEPLADDER_NOTIFY_TEMPLATE, or neither."
        )
    if settings.mail_server is not None:
        raise BadSetting(
            "Notices go one way. Set STEPLADDER_MAIL_SERVER, or what GOV.UK Notify needs, not both."
        )
    return GovUkNotify(settings.notify_key, settings.notify_template)

"""Notices by e-mail through a mail server (SMTP, RFC 5321)."""

import smtplib
import ssl
from email.message import EmailMessage

from engine.notify.channel import CannotSend

_SECONDS = 20


class MailServer:
    """A server by `host:port`; TLS is used wherever the server offers it, and always to sign in."""

    def __init__(self, server: str, *, user: str | None = None, password: str | None = None):
        host, _, port = server.partition(":")
        self.host = host
        self.port = int(port or 25)
        self.user = user
        self.password = password

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server. Raises `CannotSend`.

        For good only where this message was refused: what is wrong with the server or with our
        account there somebody will mend.
        """
        try:
            self._send(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            problem = f"The mail server does not know the address (code {code})."
            raise CannotSend(problem, for_good=code >= 500) from error
        except smtplib.SMTPDataError as error:
            problem = f"The mail server refused the message (code {error.smtp_code})."
            raise CannotSend(problem, for_good=error.smtp_code >= 500) from error
        except smtplib.SMTPAuthenticationError as error:
            problem = "The mail server refused the user or the password."
            raise CannotSend(problem, away=True) from error
        except smtplib.SMTPResponseException as error:
            problem = f"The mail server takes no messages from us (code {error.smtp_code})."
            raise CannotSend(problem, away=True) from error
        except ssl.SSLError as error:
            problem = f"The mail server cannot be trusted: {error.reason or error}."
            raise CannotSend(problem, away=True) from error
        except (OSError, smtplib.SMTPException) as error:
            problem = f"The mail server {self.host}:{self.port} cannot be reached."
            raise CannotSend(problem, away=True) from error

    def _send(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self.host, self.port, timeout=_SECONDS) as server:
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls") or self.user is not None:
                server.starttls(context=ssl.create_default_context())
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)

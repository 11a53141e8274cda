"""Notices by GOV.UK Notify's e-mail (REST API v2), with its own client: the extra `notify`.

The council's template there has two fields, `((subject))` as its subject and `((body))` as its
message. Nothing else leaves: a calendar file does not, for the case's page has it.
"""

from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Final

from engine.notify.channel import CannotSend
from engine.settings import BadSetting

if TYPE_CHECKING:
    from notifications_python_client.errors import APIError

SERVICE: Final = "https://api.notifications.service.gov.uk"
_SECONDS: Final = 20
# A key is a name, the service's id and the secret, both UUIDs, with hyphens between them.
_SHORTEST_KEY: Final = 73
_ABOUT_THIS_MESSAGE: Final = (400, 413, 422)


class GovUkNotify:
    """The service by its API key and the id of the template there."""

    def __init__(self, key: str, template: str, *, service: str = SERVICE) -> None:
        """Raises `BadSetting` where the extra is not installed, or the key cannot be one."""
        if len(key) < _SHORTEST_KEY:
            raise BadSetting(
                "STEPLADDER_NOTIFY_KEY is no key of GOV.UK Notify. Copy it whole from its page "
                "“API integration”."
            )
        try:
            from notifications_python_client.errors import APIError
            from notifications_python_client.notifications import NotificationsAPIClient
        except ImportError as error:
            raise BadSetting(
                "Sending by GOV.UK Notify needs one package more. Install it in this folder "
                "with: .venv/bin/pip install --editable '.[notify]'"
            ) from error
        self.template = template
        self._refused: type[APIError] = APIError
        client: Any = NotificationsAPIClient  # published with a mark of types, but without them
        self._client = client(key, base_url=service, timeout=_SECONDS)

    def send(self, message: EmailMessage) -> None:
        """Hand the message over, its Message-ID as the reference. Raises `CannotSend`.

        One that is sent again, because the worker died before it wrote down that it was sent, has
        the same reference. For good only where this message was refused.
        """
        body = message.get_body()
        try:
            self._client.send_email_notification(
                email_address=str(message["To"]),
                template_id=self.template,
                personalisation={
                    "subject": str(message["Subject"]),
                    "body": body.get_content() if isinstance(body, EmailMessage) else "",
                },
                reference=str(message["Message-ID"]).strip("<>"),
            )
        except self._refused as error:
            raise _problem(error) from error


def _problem(error: "APIError") -> CannotSend:
    if error.response is None:
        return CannotSend("GOV.UK Notify cannot be reached.", away=True)
    code = error.status_code
    if "template" in str(error.message).lower():
        return CannotSend(f"GOV.UK Notify does not take the template (code {code}).", away=True)
    if code in _ABOUT_THIS_MESSAGE:
        return CannotSend(f"GOV.UK Notify refused the message (code {code}).", for_good=True)
    if code in (401, 403):
        return CannotSend(f"GOV.UK Notify refused the key (code {code}).", away=True)
    if code == 429:
        return CannotSend("GOV.UK Notify takes no more for the moment (code 429).", away=True)
    return CannotSend(f"GOV.UK Notify has a problem (code {code}).", away=True)

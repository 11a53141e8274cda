"""GOV.UK Notify as a second channel: only subject and body leave; each refusal is understood."""

import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from engine.notify import CannotSend, GovUkNotify, open_channel
from engine.notify.channel import compose
from engine.settings import BadSetting, read_settings
from engine.worker import WAITS, Worker
from tests import notify_server
from tests.engine.test_notify import NOTICE
from tests.notify_server import KEY, TEMPLATE, Service
from tests.stories import at_stage, messages


@pytest.fixture
def service() -> Iterator[Service]:
    with notify_server.serving() as service:
        yield service


def _channel(service: Service, key: str = KEY) -> GovUkNotify:
    return GovUkNotify(key, TEMPLATE, service=service.address)


def _message() -> EmailMessage:
    return compose(NOTICE, "stepladder@nelincs.invalid")


def test_only_address_subject_and_body_leave(service: Service) -> None:
    _channel(service).send(_message())
    _channel(service).send(_message())
    first, again = service.came
    assert first == {
        "email_address": "tm@nelincs.invalid",
        "template_id": TEMPLATE,
        "personalisation": {"subject": NOTICE.subject, "body": NOTICE.body},
        "reference": str(_message()["Message-ID"]).strip("<>"),
    }
    assert again["reference"] == first["reference"]


@pytest.mark.parametrize(
    ("code", "error", "said", "for_good", "away"),
    [
        (400, "ValidationError", "email_address is not a valid email address", True, False),
        (400, "BadRequestError", "Can't send to this recipient using a team-only API key", True,
         False),
        (400, "BadRequestError", "Template not found", False, True),
        (403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds",
         False, True),
        (429, "RateLimitError", "Exceeded rate limit for key type LIVE", False, True),
        (429, "TooManyRequestsError", "Exceeded send limits (email: 50) for today", False, True),
        (500, "Exception", "Internal server error", False, True),
        (503, "Exception", "Service unavailable", False, True),
    ],
)  # fmt: skip
def test_a_refusal_is_for_good_only_where_it_is_about_this_message(
    service: Service, code: int, error: str, said: str, for_good: bool, away: bool
) -> None:
    service.code, service.errors = code, [{"error": error, "message": said}]
    with pytest.raises(CannotSend, match=f"code {code}") as refused:
        _channel(service).send(_message())
    assert (refused.value.for_good, refused.value.away) == (for_good, away)
    assert not service.came


def test_another_services_key_is_refused_and_somebody_will_mend_it(service: Service) -> None:
    other = KEY[:-1] + "1"
    with pytest.raises(CannotSend, match="refused the key") as refused:
        _channel(service, other).send(_message())
    assert (refused.value.for_good, refused.value.away) == (False, True)


def test_a_service_that_is_away_is_tried_again() -> None:
    with notify_server.serving() as service:
        channel = _channel(service)
    with pytest.raises(CannotSend, match="cannot be reached") as refused:
        channel.send(_message())
    assert (refused.value.for_good, refused.value.away) == (False, True)


def test_each_notice_arrives_once_though_the_service_was_away(service: Service) -> None:
    told = at_stage(4, "2026-03-23T10:00")
    worker = Worker(told.installation, _channel(service))
    service.code = 500
    assert worker.round().failed == 1
    service.code = 201
    told.clock.advance(WAITS[0])
    assert worker.round().sent == 2
    assert worker.round().sent == 0
    subjects = [each["personalisation"]["subject"] for each in service.came]
    assert sorted(subjects) == sorted(each.subject for each in messages(told))


def test_the_settings_name_it() -> None:
    both = {"STEPLADDER_NOTIFY_KEY": KEY, "STEPLADDER_NOTIFY_TEMPLATE": TEMPLATE}
    assert isinstance(open_channel(read_settings(both)), GovUkNotify)
    for half in both:
        with pytest.raises(BadSetting, match="both a key and a template"):
            open_channel(read_settings({half: both[half]}))
    with pytest.raises(BadSetting, match="Notices go one way"):
        open_channel(read_settings({**both, "STEPLADDER_MAIL_SERVER": "127.0.0.1:25"}))
    with pytest.raises(BadSetting, match="no key of GOV.UK Notify"):
        open_channel(read_settings({**both, "STEPLADDER_NOTIFY_KEY": "secret"}))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "notifications_python_client.notifications", None)
    with pytest.raises(BadSetting, match="pip install"):
        GovUkNotify(KEY, TEMPLATE)

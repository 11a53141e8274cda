"""Channels: by e-mail or as files, whole or not at all, with a reason when it did not go."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.calendar_file import due_date
from engine.clock import parse_instant
from engine.notify import CannotSend, Folder, MailServer, open_channel
from engine.notify.channel import compose
from engine.settings import read_settings
from engine.store.notices import NoticeRow
from tests.mail_server import MailBox, free_port, serving

NOTICE = NoticeRow(
    id=7,
    key="1/2/stage1_respond/new-task/3",
    case_id=1,
    sequence=2,
    element="stage1_respond",
    template="new-task",
    post="tm",
    person_id=3,
    address="tm@nelincs.invalid",
    subject="Case 2026-00001: Respond at Stage 1 – “now”",
    body="You have a new task.\n\nhttps://stepladder.invalid/cases/2026-00001\n",
    queued_at=parse_instant("2026-03-23T10:00"),
    next_try_at=parse_instant("2026-03-23T10:00"),
    tries=0,
    sent_at=None,
    failed_at=None,
    problem="",
)


def _message(notice: NoticeRow = NOTICE) -> EmailMessage:
    return compose(notice, "stepladder@nelincs.invalid")


def test_a_notice_becomes_a_plain_message() -> None:
    message = message_from_bytes(bytes(_message()), policy=default)
    assert message["To"] == "tm@nelincs.invalid"
    assert message["From"] == "stepladder@nelincs.invalid"
    assert message["Subject"] == NOTICE.subject
    assert message["Date"] == "Mon, 23 Mar 2026 10:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == NOTICE.body


def test_a_due_date_goes_along_for_the_readers_calendar() -> None:
    written = due_date(
        "2026-00001",
        "Respond at Stage 1 – “now”",
        parse_instant("2026-03-30T23:59:59"),
        task_id=1,
        opened_at=NOTICE.queued_at,
        moves=0,
        link="https://stepladder.invalid/cases/2026-00001",
        at=NOTICE.queued_at,
    )
    message = message_from_bytes(bytes(_message(replace(NOTICE, calendar=written))), policy=default)
    assert isinstance(message, EmailMessage)
    body, (file,) = message.get_body(), list(message.iter_attachments())
    assert body is not None
    assert body.get_content() == NOTICE.body
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "calendar-entry.ics")
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert file.get_payload(decode=True) == written.encode()


def test_a_notice_that_is_sent_again_is_the_same_message() -> None:
    assert _message()["Message-ID"] == _message(replace(NOTICE, tries=3))["Message-ID"]


@pytest.mark.parametrize(
    "other",
    [
        replace(NOTICE, id=8),
        replace(NOTICE, key="1/2/stage1_respond/new-task/4"),
        replace(NOTICE, queued_at=NOTICE.queued_at + timedelta(seconds=1)),
    ],
    ids=["number", "reader", "another database in which all began anew"],
)
def test_another_notice_is_another_message(other: NoticeRow) -> None:
    assert _message()["Message-ID"] != _message(other)["Message-ID"]


def test_without_a_mail_server_notices_are_files_that_any_mail_program_opens(
    tmp_path: Path,
) -> None:
    channel = open_channel(read_settings({"STEPLADDER_OUTBOX": str(tmp_path / "outbox")}))
    assert isinstance(channel, Folder)
    channel.send(_message())
    channel.send(_message())
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.suffix == ".eml"
    read = message_from_bytes(file.read_bytes(), policy=default)
    assert read["Message-ID"] == _message()["Message-ID"]


def test_a_folder_that_cannot_be_written_to_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")
    with pytest.raises(CannotSend, match="cannot be written to") as refused:
        Folder(tmp_path / "outbox").send(_message())
    assert (refused.value.for_good, refused.value.away) == (False, True)


def _mail_server(port: int, **more: str) -> MailServer:
    settings = read_settings({"STEPLADDER_MAIL_SERVER": f"127.0.0.1:{port}", **more})
    channel = open_channel(settings)
    assert isinstance(channel, MailServer)
    return channel


def test_a_message_arrives_as_it_was_written() -> None:
    box, port = MailBox(), free_port()
    with serving(box, port):
        _mail_server(port).send(_message())
    (came,) = box.came
    assert came["Subject"] == NOTICE.subject
    assert came["To"] == "tm@nelincs.invalid"


@pytest.mark.parametrize(
    ("step", "answer", "for_good", "away", "sentence"),
    [
        ("RCPT", "550 no such user", True, False, "does not know the address (code 550)."),
        ("RCPT", "450 mailbox busy", False, False, "does not know the address (code 450)."),
        ("DATA", "554 too odd", True, False, "refused the message (code 554)."),
        ("DATA", "451 try later", False, False, "refused the message (code 451)."),
        ("MAIL", "550 who are you", False, True, "takes no messages from us (code 550)."),
        ("MAIL", "421 closing", False, True, "takes no messages from us (code 421)."),
    ],
)
def test_a_refusal_is_for_good_only_where_it_is_about_this_message(
    step: str, answer: str, for_good: bool, away: bool, sentence: str
) -> None:
    box, port = MailBox(), free_port()
    box.answers[step] = answer
    with serving(box, port), pytest.raises(CannotSend) as refused:
        _mail_server(port).send(_message())
    assert str(refused.value) == f"The mail server {sentence}"
    assert (refused.value.for_good, refused.value.away) == (for_good, away)


def test_a_server_that_is_away_is_tried_again() -> None:
    port = free_port()
    with pytest.raises(CannotSend) as refused:
        _mail_server(port).send(_message())
    assert str(refused.value) == f"The mail server 127.0.0.1:{port} cannot be reached."
    assert (refused.value.for_good, refused.value.away) == (False, True)


def test_a_password_is_never_sent_without_tls() -> None:
    box, port = MailBox(), free_port()
    channel = _mail_server(port, STEPLADDER_MAIL_USER="ada", STEPLADDER_MAIL_PASSWORD="secret")
    with serving(box, port), pytest.raises(CannotSend) as refused:
        channel.send(_message())
    assert refused.value.away
    assert not box.came


def test_a_server_that_nobody_vouches_for_gets_no_message(tmp_path: Path) -> None:
    box, port = MailBox(), free_port()
    with serving(box, port, _self_signed(tmp_path)), pytest.raises(CannotSend) as refused:
        _mail_server(port).send(_message())
    assert "cannot be trusted: CERTIFICATE_VERIFY_FAILED" in str(refused.value)
    assert (refused.value.for_good, refused.value.away) == (False, True)
    assert not box.came


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2050, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    both = folder / "both.pem"
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context

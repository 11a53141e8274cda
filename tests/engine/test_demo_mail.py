"""Whatever leaves the house in the whole demonstration: all of it arrives, and none names a child.

It goes to a real mail server, which is away every second day.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.demo import Demonstration, open_demonstration
from engine.digests.digest import DIGEST
from engine.notify import MailServer
from engine.store.cases import answers
from engine.store.children import children
from engine.store.database import Database
from engine.worker import Worker
from tests.engine.test_demo import settings_in
from tests.mail_server import MailBox, free_port, serving
from tests.stories import outbox

DAYS = 24
# So long are the shortest texts that could give something away: “A visit this week.”
SHORTEST_TEXT = 15


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    opened = open_demonstration(settings_in(tmp_path_factory.mktemp("demo")))
    yield opened
    opened.installation.database.close()


def _texts(value: object) -> Iterator[str]:
    """Every text in what somebody answered."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _secrets(database: Database) -> set[str]:
    """What no message may hold: of each child name, its parts, reference, date of birth; all that
    was ever written about one."""
    secrets = set()
    with database.read() as connection:
        for child in connection.execute(select(children)):
            born = child.date_of_birth
            secrets |= {child.name, *child.name.split(), child.reference}
            secrets |= {born.isoformat(), f"{born:%d/%m/%Y}", f"{born.day} {born:%B %Y}"}
        for (content,) in connection.execute(select(answers.c.content)):
            for text in _texts(json.loads(content)):
                secrets |= {line.strip() for line in text.splitlines()}
    return {each for each in secrets if len(each) > SHORTEST_TEXT or each[:1].isupper()}


def _said(message: EmailMessage) -> str:
    """All that a message says to whoever gets hold of it, but to whom it goes."""
    headers = [str(value) for name, value in message.items() if name != "To"]
    parts = [part for part in message.walk() if not part.is_multipart()]
    return "\n".join(
        [*headers, *(str(p.get_filename()) for p in parts), *(str(p.get_content()) for p in parts)]
    )


def _breaches(messages: list[EmailMessage], secrets: set[str]) -> list[str]:
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in secrets))
    return [f"{m['Subject']}: {found[0]}" for m in messages if (found := pattern.search(_said(m)))]


def _files(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(f.read_bytes(), policy=default) for f in folder.glob("*.eml")]


def test_what_went_out_while_it_was_made_names_no_child(demo: Demonstration) -> None:
    here = demo.installation
    went = _files(here.settings.outbox)
    sent = outbox(here.database)
    assert len(went) == len({str(m["Message-ID"]) for m in went}) == len(sent) > 100
    assert sum(each.template == DIGEST for each in sent) > 20
    assert _breaches(went, _secrets(here.database)) == []


def test_all_arrives_once_though_the_server_is_away_every_second_day(demo: Demonstration) -> None:
    here = demo.installation
    before = {each.id for each in outbox(here.database)}
    box, port = MailBox(), free_port()
    worker = Worker(here, MailServer(f"127.0.0.1:{port}"))
    away = 0
    for day in range(DAYS):
        demo.move_on(demo.next_day())
        if day % 2:
            away += worker.round().failed
            continue
        with serving(box, port):
            _send_all(demo, worker)
    with serving(box, port):
        for _ in range(20):
            demo._show(demo.now() + timedelta(hours=12))
            _send_all(demo, worker)
    due = [each for each in outbox(here.database) if each.id not in before]
    assert away > 2
    assert [each for each in due if each.sent_at is None] == []
    assert sorted(box.ids) == sorted(set(box.ids))
    assert len(box.came) == len(due) > 60
    digests = [each for each in due if each.template == DIGEST]
    assert len({(each.person_id, each.key.split("/")[2]) for each in digests}) == len(digests) > 30
    assert _breaches(box.came, _secrets(here.database)) == []  # type: ignore[arg-type]


def _send_all(demo: Demonstration, worker: Worker) -> None:
    while worker.round().sent:
        continue


def test_a_message_that_named_a_child_would_be_found(demo: Demonstration) -> None:
    secrets = _secrets(demo.installation.database)
    with demo.installation.database.read() as connection:
        child = connection.execute(select(children)).first()
        (content,) = connection.execute(select(answers.c.content)).first() or ("{}",)
    assert child is not None
    longest = max(_texts(json.loads(content)), key=len)
    for text in (child.name, child.name.split()[0], child.reference, longest):
        message = EmailMessage()
        message["Subject"] = "A case"
        message.set_content(f"Good morning, {text}.")
        assert _breaches([message], secrets), text

"""The whole history is verified each day by the worker, and when somebody asks."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.clock import parse_instant
from engine.history import verifying
from engine.history.verifying import LOST, ask_verification, read_verifications, verify_asked
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.verifications import add_verification, begin_verification, find_last_verification
from engine.worker import Worker
from tests.engine.test_worker import Basket
from tests.stories import raise_informally, story

MONDAY = "2026-03-23T10:00"


@pytest.fixture
def told(database: Database) -> Rehearsal:
    found = story(MONDAY, database)
    raise_informally(found)
    return found


def test_it_is_done_once_a_day_and_what_came_of_it_is_kept(told: Rehearsal) -> None:
    here = told.installation
    assert read_verifications(here) == (None, None)
    verdict = verify_asked(here)
    assert verdict is not None
    assert (verdict.cases, verdict.breaks) == (1, ())
    assert verify_asked(here) is None
    ended, going = read_verifications(here)
    assert ended is not None
    assert (ended.verdict, ended.count, ended.by, going) == (verdict, 0, "", None)
    assert ended.ended_at == parse_instant(MONDAY)
    told.clock.set(parse_instant("2026-03-24T00:00"))
    assert verify_asked(here) is not None


def test_who_asks_has_it_again_on_the_same_day_and_once(told: Rehearsal) -> None:
    here, by = told.installation, told.people["iro_sm"]
    verify_asked(here)
    assert ask_verification(here, by)
    assert not ask_verification(here, by)
    _, going = read_verifications(here)
    assert going is not None
    assert going.begun_at is None
    verify_asked(here)
    ended, going = read_verifications(here)
    assert ended is not None
    assert (ended.by, going) == (by.name, None)


def test_what_is_broken_is_kept_and_logged(
    told: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    here = told.installation
    with here.database.write() as connection:
        connection.execute(text("UPDATE history SET act = 'nothing' WHERE sequence = 1"))
    worker = Worker(here, Basket())
    with caplog.at_level(logging.ERROR):
        worker.round()
    assert "The history is not whole, in 1 place(s)." in caplog.text
    ended, _ = read_verifications(here)
    assert ended is not None
    (found,) = ended.verdict.breaks
    assert (found.sequence, found.problem, ended.count) == (1, "The entry's header was altered.", 1)


def test_more_breaks_than_a_page_shows_are_counted(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_KEPT", 1)
    here = told.installation
    with here.database.write() as connection:
        connection.execute(text("UPDATE history SET act = 'nothing'"))
        connection.execute(text("UPDATE register SET number = '2026-00009'"))
    verify_asked(here)
    ended, _ = read_verifications(here)
    assert ended is not None
    assert len(ended.verdict.breaks) == 1
    assert ended.count > 1


def test_of_several_workers_one_does_it_and_one_that_died_is_followed(told: Rehearsal) -> None:
    here = told.installation
    at = here.clock.now()
    with here.database.write() as connection:
        add_verification(connection, asked_at=at, asked_by=None)
        last = find_last_verification(connection)
        assert last is not None
        assert begin_verification(connection, last.id, at=at, lost=at - LOST)
    assert verify_asked(here) is None
    told.clock.set(at + LOST - timedelta(seconds=1))
    assert verify_asked(here) is None
    told.clock.set(at + LOST + timedelta(seconds=1))
    assert verify_asked(here) is not None

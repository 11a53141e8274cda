"""Good practice is recorded, told to the worker, and taken back (X-26, NEL-1-2)."""

from dataclasses import replace

import pytest

from engine.access import NotAllowed
from engine.children import let_read, restrict
from engine.registers.good_practice import (
    find_about,
    list_practice,
    practice_of_child,
    read_practice,
    record_practice,
    search_children,
    take_back,
    tell_worker,
)
from engine.registers.home import read_news
from engine.registers.shelf import ALL, CLOSED, BadItem, NoItem, Wanted
from engine.store.database import Database
from engine.store.ledger import walk_ledger
from tests.engine.registers.desk import GOOD, day, hire, to
from tests.stories import breaks, raise_informally


def test_the_worker_is_told_without_a_word_of_the_child_and_then_reads_it(
    database: Database,
) -> None:
    told = day(database)
    case = raise_informally(told)
    here, iro, worker = told.installation, told.people["raiser"], told.people["sw"]
    words = replace(GOOD, worker_id=worker.id)
    number = record_practice(here, by=iro, words=words, tell=False, case_number=case.number)
    with pytest.raises(NoItem):
        read_practice(here, worker, number)
    tell_worker(here, number, by=iro)
    (notice,) = to(told, worker)
    assert told.child.name not in notice.subject + notice.body
    assert case.number not in notice.subject + notice.body
    found = read_practice(here, worker, number)
    assert (found.words.what, found.may_keep) == (GOOD.what, False)
    assert found.case_number == "", "they have no part in the case"
    assert read_practice(here, iro, number).case_number == case.number
    assert [each.text for each in read_news(here, worker).practice] == [iro.name]
    with pytest.raises(BadItem, match="told already"):
        tell_worker(here, number, by=iro)
    assert [each.act for each in found.story] == ["told the worker", "recorded"]
    assert breaks(here) == []


def test_a_child_is_not_needed_and_of_one_that_is_restricted_few_read(database: Database) -> None:
    told = day(database)
    here, iro, worker = told.installation, told.people["raiser"], told.people["sw"]
    other = hire(told, "Other Officer", "raiser")
    general = record_practice(here, by=iro, words=GOOD, tell=False)
    words = replace(GOOD, worker_id=worker.id)
    about = record_practice(here, by=iro, words=words, tell=False, child_id=told.child.id)
    assert [each.id for each in practice_of_child(here, other, told.child.id)] == [about]
    with here.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, iro.id)
    assert [each.id for each in list_practice(here, other, Wanted())[0].rows] == [general]
    assert [each.id for each in list_practice(here, iro, Wanted())[0].rows] == [about, general]
    with pytest.raises(NoItem):
        read_practice(here, other, about)
    with pytest.raises(NotAllowed):
        find_about(here, other, child_id=told.child.id)
    stranger = hire(told, "New Worker", "sw", "Team B")
    words = replace(GOOD, worker_id=stranger.id)
    with pytest.raises(BadItem, match="record is restricted"):
        record_practice(here, by=iro, words=words, tell=True, child_id=told.child.id)
    assert list_practice(here, iro, Wanted())[1] == 2


def test_of_the_wrong_child_nothing_stays(database: Database) -> None:
    told = day(database)
    here, iro = told.installation, told.people["raiser"]
    number = record_practice(here, by=iro, words=GOOD, tell=False, child_id=told.child.id)
    take_back(here, number, by=iro, reason="It was her brother.", wrong_child=True)
    assert practice_of_child(here, iro, told.child.id) == []
    found = read_practice(here, iro, number)
    assert (found.child, found.words.what, found.reason) == (None, "", "It was her brother.")
    assert [each.words for each in found.story] == ["It was her brother.", ""]
    with here.database.read() as connection:
        kept = [body.content for _, body in walk_ledger(connection) if body is not None]
    assert all(GOOD.what not in each for each in kept)
    assert breaks(here) == []
    assert list_practice(here, iro, Wanted())[1] == 0
    assert list_practice(here, iro, Wanted(state=CLOSED))[1] == 1
    with pytest.raises(BadItem, match="taken back already"):
        take_back(here, number, by=iro, reason="Again", wrong_child=False)


def test_only_the_reviewing_officers_side_keeps_it(database: Database) -> None:
    told = day(database)
    here = told.installation
    number = record_practice(here, by=told.people["iro_sm"], words=GOOD, tell=False)
    for post in ("sw", "tm", "hos", "admin"):
        who = told.people[post]
        with pytest.raises(NotAllowed):
            record_practice(here, by=who, words=GOOD, tell=False)
        with pytest.raises(NotAllowed):
            search_children(here, who, "played")
        with pytest.raises(NoItem):
            read_practice(here, who, number)
        assert list_practice(here, who, Wanted(state=ALL))[1] == 0
    with pytest.raises(BadItem, match="worker or the team"):
        record_practice(here, by=told.people["raiser"], words=replace(GOOD, team=""), tell=False)


def test_it_is_found_by_words_theme_team_and_the_childs_name(database: Database) -> None:
    told = day(database)
    here, iro = told.installation, told.people["raiser"]
    record_practice(here, by=iro, words=GOOD, tell=False, child_id=told.child.id)
    record_practice(here, by=iro, words=replace(GOOD, themes=("Health",)), tell=False)
    for wanted, count in (
        (Wanted(text="played"), 1),
        (Wanted(text="first EVENING"), 2),
        (Wanted(theme="Health"), 1),
        (Wanted(team=GOOD.team), 2),
        (Wanted(team="Elsewhere"), 0),
    ):
        assert list_practice(here, iro, wanted)[1] == count, wanted

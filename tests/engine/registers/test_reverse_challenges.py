"""A decision of a review is challenged by the social workers' side, and answered (ROT-3.2-1)."""

from dataclasses import replace
from datetime import date

import pytest

from engine.access import NotAllowed
from engine.people import Person
from engine.registers.home import read_news
from engine.registers.reverse_challenges import (
    CHANGED,
    DISCUSSED,
    KEPT,
    ChallengeWords,
    answer_challenge,
    find_own,
    list_challenges,
    make_challenge,
    read_challenge,
    search_own,
    withdraw_challenge,
)
from engine.registers.shelf import CLOSED, OPEN, BadItem, NoItem, Wanted
from engine.rehearsal import Rehearsal
from engine.store.children import change_child
from engine.store.database import Database
from tests.engine.registers.desk import at, day, hire, to
from tests.stories import breaks

WORDS = ChallengeWords(
    decision="Contact once a fortnight",
    why="She asks for her mother each day.",
    proposal="Contact each week",
    decided_on=date(2026, 3, 18),
)


def review_day(database: Database) -> tuple[Rehearsal, Person, Person]:
    """The child's social worker and reviewing officer are known on the child's record."""
    told = day(database)
    worker, iro = told.people["sw"], told.people["raiser"]
    with told.installation.database.write() as connection:
        change_child(connection, told.child.id, "social_worker_id", worker.id)
        change_child(connection, told.child.id, "raiser_id", iro.id)
    return told, worker, iro


def test_it_goes_to_the_childs_officer_whose_silence_is_counted_and_who_answers(
    database: Database,
) -> None:
    told, worker, iro = review_day(database)
    here = told.installation
    number = make_challenge(here, by=worker, child_id=told.child.id, words=WORDS)
    (notice,) = to(told, iro)
    assert told.child.name not in notice.subject + notice.body
    assert "Contact" not in notice.subject + notice.body
    at(told, "2026-03-30T09:00")
    assert [(each.id, each.days) for each in read_news(here, iro).challenges] == [(number, 5)]
    assert read_challenge(here, worker, number).silent == 5
    with pytest.raises(NotAllowed):
        answer_challenge(here, number, by=worker, answer=KEPT, words="No")
    answer_challenge(here, number, by=iro, answer=CHANGED, words="Weekly from May.")
    found = read_challenge(here, worker, number)
    assert (found.answer, found.answer_words, found.silent) == (CHANGED, "Weekly from May.", None)
    assert [each.act for each in found.story] == ["answered", "made"]
    assert found.story == read_challenge(here, iro, number).story
    assert len(to(told, worker)) == 1
    assert read_news(here, iro).challenges == ()
    assert breaks(here) == []


def test_what_is_discussed_at_a_review_stays_open_and_asks_again_after_it(
    database: Database,
) -> None:
    told, worker, iro = review_day(database)
    here = told.installation
    number = make_challenge(here, by=worker, child_id=told.child.id, words=WORDS)
    on = date(2026, 4, 14)
    answer_challenge(here, number, by=iro, answer=DISCUSSED, words="There.", review_on=on)
    assert list_challenges(here, iro, Wanted(state=OPEN))[1] == 1
    assert read_news(here, iro).challenges == ()
    at(told, "2026-04-15T09:00")
    assert [each.days for each in read_news(here, iro).challenges] == [None]
    assert read_challenge(here, iro, number).overdue_review
    answer_challenge(here, number, by=iro, answer=KEPT, words="The review kept it.")
    found = read_challenge(here, worker, number)
    assert (found.answer, found.review_on) == (KEPT, None)
    assert [each.words for each in found.story][1:] == [
        "It is discussed at the next review on 14 April 2026. There.",
        f"{worker.name} made the challenge. It went to {iro.name}.",
    ]
    assert list_challenges(here, iro, Wanted(state=CLOSED))[1] == 1
    assert breaks(here) == []


def test_social_workers_challenge_for_their_own_children_managers_for_their_team(
    database: Database,
) -> None:
    told, worker, iro = review_day(database)
    here, child = told.installation, told.child
    stranger = hire(told, "Other Worker", "sw", "Team B")
    manager = hire(told, "Other Manager", "tm", "Team B")
    for who in (worker, told.people["tm"], told.people["hos"]):
        assert [each.id for each in search_own(here, who, "")] == [child.id]
    for who in (stranger, manager):
        assert search_own(here, who, "played") == []
        with pytest.raises(NotAllowed):
            make_challenge(here, by=who, child_id=child.id, words=WORDS)
    for who in (iro, told.people["admin"]):
        with pytest.raises(NotAllowed):
            find_own(here, who, child.id)


def test_who_has_nothing_to_do_with_it_does_not_see_it(database: Database) -> None:
    told, worker, _ = review_day(database)
    here = told.installation
    number = make_challenge(here, by=worker, child_id=told.child.id, words=WORDS)
    for who in (
        hire(told, "Other Officer", "raiser"),
        hire(told, "Other Manager", "tm", "Team B"),
        told.people["admin"],
    ):
        with pytest.raises(NoItem):
            read_challenge(here, who, number)
    for post in ("tm", "iro_sm", "hos"):
        assert read_challenge(here, told.people[post], number).id == number


def test_it_is_withdrawn_and_of_the_wrong_child_nothing_stays(database: Database) -> None:
    told, worker, iro = review_day(database)
    here = told.installation
    first = make_challenge(here, by=worker, child_id=told.child.id, words=WORDS)
    second = make_challenge(here, by=worker, child_id=told.child.id, words=WORDS)
    with pytest.raises(NotAllowed):
        withdraw_challenge(here, first, by=iro, reason="No", wrong_child=False)
    withdraw_challenge(here, first, by=worker, reason="We agreed by phone.", wrong_child=False)
    withdraw_challenge(here, second, by=worker, reason="Another family.", wrong_child=True)
    kept = read_challenge(here, worker, first)
    assert (kept.withdrawn, kept.words.why) == ("We agreed by phone.", WORDS.why)
    gone = read_challenge(here, worker, second)
    assert (gone.child, gone.words.why, gone.initials) == (None, "", "")
    assert [each.words for each in gone.story] == ["Another family.", ""]
    with pytest.raises(BadItem, match="withdrawn"):
        answer_challenge(here, first, by=iro, answer=KEPT, words="Too late")
    assert breaks(here) == []


def test_where_nobody_reviews_the_child_who_leads_the_officers_is_told(database: Database) -> None:
    told, worker, _ = review_day(database)
    here = told.installation
    with here.database.write() as connection:
        change_child(connection, told.child.id, "raiser_id", None)
    number = make_challenge(here, by=worker, child_id=told.child.id, words=WORDS)
    lead = told.people["iro_tm"]
    assert read_challenge(here, worker, number).asked == (lead.name,)
    assert len(to(told, lead)) == 1
    answer_challenge(here, number, by=lead, answer=KEPT, words="It stays.")


def test_what_cannot_be_kept_is_said(database: Database) -> None:
    told, worker, iro = review_day(database)
    here, child = told.installation, told.child.id
    for wrong, said in (
        (replace(WORDS, decision=" "), "which decision"),
        (replace(WORDS, why=""), "why you challenge"),
        (replace(WORDS, proposal=""), "what you propose"),
        (replace(WORDS, decided_on=date(2026, 3, 24)), "today or earlier"),
    ):
        with pytest.raises(BadItem, match=said):
            make_challenge(here, by=worker, child_id=child, words=wrong)
    number = make_challenge(here, by=worker, child_id=child, words=WORDS)
    with pytest.raises(BadItem, match="Select your answer"):
        answer_challenge(here, number, by=iro, answer="maybe", words="Perhaps")
    with pytest.raises(BadItem, match="in your own words"):
        answer_challenge(here, number, by=iro, answer=KEPT, words=" ")

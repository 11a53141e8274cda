"""One person at two stages, and the raisers' manager as a respondent: warned of (X-17, X-20)."""

from datetime import date

import pytest

from engine.case_file.reader import read_case_file
from engine.people import conflicts, end_post, give_post, posts_of, rungs
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.store.people import Holding
from tests.stories import at_stage, escalate, raise_informally, story

TODAY = date(2026, 3, 23)


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at Stage 1."""
    return at_stage(1, "2026-03-23T10:00", database)


def hand(told: Rehearsal, post: str, to: str) -> None:
    """Another person holds the post instead of who holds it."""
    with told.installation.database.write() as connection:
        (held,) = posts_of(connection, told.people[post].id, TODAY)
        end_post(connection, held, date(2026, 3, 22))
        starts = date(2026, 3, 23)
        give_post(connection, told.council, told.people[to], post, team=held.team, starts=starts)


def unusual(told: Rehearsal, by: str = "raiser") -> tuple[str, ...]:
    """What the reader is warned of."""
    file = read_case_file(told.installation, told.case().number, told.people[by])
    return tuple(sentence for each in file.waiting for sentence in each.unusual)


def test_who_answered_at_a_stage_below_is_warned_of(told: Rehearsal) -> None:
    hand(told, "sm", "tm")
    told.answer("stage1_respond", {"answer": "The school is named."})
    escalate(told, "stage1_outcome", "stage 2")
    name = told.people["tm"].name
    sentence = f"{name} answered at Stage 1 too. You can choose who answers instead."
    assert unusual(told) == (sentence,)
    assert unusual(told, "tm") == ()


def test_the_raisers_manager_is_warned_of(told: Rehearsal) -> None:
    hand(told, "tm", "iro_tm")
    (sentence,) = unusual(told)
    assert "manages those who raise concerns" in sentence


def test_the_same_post_at_two_stages_is_how_it_is_drawn(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "Soon."})
    escalate(told, "informal_outcome", "stage 1")
    assert unusual(told) == ()


def test_the_posts_that_a_concern_climbs_are_the_social_workers_managers(
    told: Rehearsal,
) -> None:
    assert rungs(told.council) == ("tm", "sm", "hos", "ad", "dcs")


@pytest.mark.parametrize(
    ("held", "post", "team", "count"),
    [
        (("tm", TEAM), "sm", TEAM, 1),
        (("tm", TEAM), "sm", "", 1),
        (("tm", TEAM), "sm", "Team B", 0),
        (("tm", TEAM), "tm", "Team B", 0),
        (("iro_tm", ""), "tm", TEAM, 1),
        (("iro_sm", ""), "tm", TEAM, 0),
        (("raiser", ""), "iro_tm", "", 0),
        (("raiser", ""), "hos", TEAM, 1),
        (("sw", TEAM), "tm", TEAM, 0),
        (("given up", ""), "tm", TEAM, 0),
    ],
)
def test_what_one_person_should_not_hold_at_once(
    held: tuple[str, str], post: str, team: str, count: int, told: Rehearsal
) -> None:
    one = Holding(id=1, person_id=1, post=held[0], team=held[1], starts=TODAY, ends=None)
    assert len(conflicts(told.council, "Ann Ash", [one], post, team)) == count

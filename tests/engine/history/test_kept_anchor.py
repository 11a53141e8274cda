"""An anchor that somebody kept elsewhere, held against today's history."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from engine.clock import parse_instant
from engine.history.anchors import seal
from engine.history.kept_anchor import BadAnchor, Comparison, as_file, compare, read_kept
from engine.rehearsal import Rehearsal
from engine.signing import new_key
from engine.store.database import Database
from engine.store.history import Anchor
from tests.stories import breaks, raise_informally, story


@pytest.fixture
def told(database: Database) -> Rehearsal:
    found = story("2026-03-23T10:00", database)
    raise_informally(found)
    return found


def sealed(told: Rehearsal) -> Anchor:
    anchor = seal(told.installation)
    assert anchor is not None
    return anchor


def compared(told: Rehearsal, content: str) -> Comparison:
    here = told.installation
    with here.database.read() as connection:
        return compare(connection, read_kept(content), here.signing_key.public)


def alter(told: Rehearsal, *statements: str) -> None:
    with told.installation.database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_what_was_kept_is_still_there_when_more_was_recorded(told: Rehearsal) -> None:
    kept = as_file(sealed(told)).decode()
    assert "23 March 2026, 10:00 in London" in kept
    told.answer("informal_respond", {"answer": "We visit on Monday."})
    told.clock.set(parse_instant("2026-03-24T00:00"))
    sealed(told)
    for content in (kept, f"\ufeff{kept}", kept.replace("\n", "\r\n"), f"  {kept}  "):
        found = compared(told, content)
        assert (found.problem, found.breaks, found.sealed) == ("", (), 1)


def test_a_history_made_anew_with_all_its_anchors_is_found(told: Rehearsal) -> None:
    """Inside the database nothing shows it: the anchors are gone, and then sealed again."""
    kept = as_file(sealed(told)).decode()
    alter(told, "DELETE FROM anchors")
    assert not breaks(told.installation)
    (found,) = compared(told, kept).breaks
    assert found.problem.startswith("Anchor 1 is gone")
    told.answer("informal_respond", {"answer": "Words that were never said then."})
    sealed(told)
    assert not breaks(told.installation)
    (found,) = compared(told, kept).breaks
    assert found.problem == "Anchor 1 is not the one that was kept: it was made anew."


def test_what_was_taken_away_since_is_named(told: Rehearsal) -> None:
    number = "2026-00001"
    told.answer("informal_respond", {"answer": "We visit on Monday."})
    kept = as_file(sealed(told)).decode()
    alter(told, "DELETE FROM history WHERE sequence > 1")
    (found,) = compared(told, kept).breaks
    assert found.case == number
    assert found.sequence > 1
    alter(told, "DELETE FROM register")
    assert "register of cases" in compared(told, kept).breaks[1].problem
    alter(told, "UPDATE anchors SET content = replace(content, '2026-00001', '2026-00002')")
    (found,) = compared(told, kept).breaks
    assert found.problem == "Anchor 1, on which the kept one stands, was altered."


def test_the_date_is_that_of_the_anchor_that_is_here_and_a_file_with_another_was_altered(
    told: Rehearsal,
) -> None:
    told_in_file = json.loads(as_file(sealed(told)))
    found = compared(told, json.dumps(told_in_file))
    assert found.sealed_at == parse_instant("2026-03-23T10:00")
    other = {**told_in_file, "sealed_at": "2019-01-01T09:00:00+00:00"}
    found = compared(told, json.dumps(other))
    assert found.problem.startswith("Its date is not the one on which this anchor was sealed")
    assert found.sealed_at is None


def test_a_file_that_somebody_changed_or_another_key_signed_proves_nothing(
    told: Rehearsal,
) -> None:
    anchor = sealed(told)
    told_in_file = json.loads(as_file(anchor))
    for name in ("hash", "signature", "public_key"):
        other = {**told_in_file, name: "0" * len(told_in_file[name])}
        found = compared(told, json.dumps(other))
        assert "signature is not right" in found.problem
        assert found.breaks == ()
    key = new_key()
    foreign = replace(anchor, public_key=key.public, signature=key.sign(anchor.hash))
    assert "another key" in compared(told, as_file(foreign).decode()).problem


def written(number: str, sealed_at: str) -> str:
    """A file with this number and this instant, and nothing else in it."""
    rest = '"hash": "", "public_key": "", "signature": ""'
    return f'{{"anchor": {number}, "sealed_at": "{sealed_at}", {rest}}}'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "nothing",
        "x" * 20_001,
        "[" * 15_000,
        written("1", "2026-03-23T10:00"),
        written("1e999", "2026-03-23T10:00+00:00"),
        written("-1", "2026-03-23T10:00+00:00"),
        written("1", "0001-01-01T00:00+23:59"),
        written("1", "0001-01-01T00:00:00+00:00"),
        written("1", "1899-12-31T00:00:00+00:00"),
        written("1", "2200-01-01T00:00:00+00:00"),
        written("1", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_what_is_no_anchor_is_said_to_be_none(content: str) -> None:
    with pytest.raises(BadAnchor, match="This is no anchor"):
        read_kept(content)

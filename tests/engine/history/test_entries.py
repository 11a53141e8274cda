"""The chain of a case: what a header vouches for, and what people can read of an entry."""

import json
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from engine.clock import parse_instant
from engine.history.entries import (
    START,
    Fact,
    canonical,
    canonical_row,
    hash_body,
    hash_entry,
    hash_registered,
    next_entry,
)
from engine.store.database import Database
from engine.store.history import Body, Entry, Registered, add_entries, walk_chain
from tests.stories import at_stage, chain, escalate

AT = parse_instant("2026-03-23T10:00:00.123456Z")
FACT = Fact(
    act="task completed",
    element="stage1_respond",
    words="Ada answered “Respond at Stage 1” – late.",
    before={"due": None},
    after={"late": True, "post": "tm"},
)


def _entry() -> tuple[Entry, Body]:
    return next_entry(
        FACT, case_id=7, sequence=3, previous="a" * 64, at=AT, actor_id=5, for_id=None, version_id=2
    )


def test_an_entry_vouches_for_its_body_and_for_the_entry_before_it() -> None:
    entry, body = _entry()
    assert entry.hash == hash_entry(entry)
    assert entry.body_hash == hash_body(body.salt, body.content)
    assert json.loads(body.content) == {
        "words": FACT.words,
        "before": {"due": None},
        "after": {"late": True, "post": "tm"},
    }


OTHER = {
    "case_id": 8,
    "sequence": 4,
    "at": AT + timedelta(microseconds=1),
    "actor_id": 6,
    "for_id": 5,
    "act": "task completeD",
    "element": "stage2_respond",
    "version_id": 3,
    "body_hash": "b" * 64,
    "previous": "b" * 64,
}


@pytest.mark.parametrize("name", [f.name for f in fields(Entry) if f.name != "hash"])
def test_every_field_of_a_header_is_in_its_hash(name: str) -> None:
    entry, _ = _entry()
    assert hash_entry(replace(entry, **{name: OTHER[name]})) != entry.hash  # type: ignore[arg-type]


def test_nothing_moves_between_salt_and_content() -> None:
    _, body = _entry()
    shifted = (body.salt + body.content[:1].encode(), body.content[1:])
    assert hash_body(*shifted) != hash_body(body.salt, body.content)


def test_two_bodies_that_say_the_same_have_different_hashes() -> None:
    assert _entry()[0].body_hash != _entry()[0].body_hash


def test_one_value_has_one_text() -> None:
    assert canonical({"b": 1, "a": "ö"}) == canonical({"a": "ö", "b": 1}) == '{"a":"ö","b":1}'


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("sequence", 2),
        ("case_id", 2),
        ("number", "2026-00002"),
        ("opened_at", AT + timedelta(seconds=1)),
        ("first_hash", "c" * 64),
        ("previous", "d" * 64),
    ],
)
def test_every_field_of_an_opening_is_in_its_hash(name: str, other: object) -> None:
    row = Registered(
        sequence=1,
        case_id=1,
        number="2026-00001",
        opened_at=AT,
        first_hash="a" * 64,
        previous=START,
        hash="",
    )
    assert hash_registered(replace(row, **{name: other})) != hash_registered(row)  # type: ignore[arg-type]


def test_what_is_read_back_has_the_hash_that_was_written(database: Database) -> None:
    entry, body = _entry()
    with database.write() as connection:
        add_entries(connection, [(entry, body)])
    with database.read() as connection:
        assert list(walk_chain(connection, 7)) == [(entry, body)]
        assert list(walk_chain(connection)) == [(entry, body)]


def test_each_act_is_one_entry_chained_to_the_one_before(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.clock.set(parse_instant("2026-03-24T10:00"))
    told.answer("stage1_respond", {"answer": "No"})
    escalate(told, "stage1_outcome", "stage 2")
    entries = [entry for entry, _ in chain(told)]
    assert [entry.previous for entry in entries] == [START, *(e.hash for e in entries[:-1])]
    assert told.case().head == entries[-1].hash
    assert told.case().entries == 3
    people = told.people
    assert [e.actor_id for e in entries] == [
        people["raiser"].id,
        people["tm"].id,
        people["raiser"].id,
    ]


def test_an_entry_tells_what_was_before_and_what_came_of_it() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.clock.set(parse_instant("2026-03-24T10:00"))
    told.answer("stage1_respond", {"answer": "No"})
    escalate(told, "stage1_outcome", "stage 2")
    body = chain(told)[-1][1]
    assert body is not None
    content = json.loads(body.content)
    assert content["before"] == {"stage": "1", "due": "2026-03-25T23:59:59+00:00"}
    after = content["after"]
    assert (after["stage"], after["opened"], after["post"]) == ("2", ["stage2_respond"], "raiser")
    assert after["due"] == {"stage2_due": "2026-03-31T22:59:59+00:00"}
    assert after["answers"]["unresolved"] == "No school yet"
    assert "stage2" in " ".join(after["reached"])


def test_a_row_is_written_as_any_other_value() -> None:
    odd = "".join(map(chr, range(0x180))) + "\u2028\ufeff\U0001f6df“”"
    for row in ([odd, None, 0, -7, 2**53, ""], [None], [1], []):
        assert canonical_row(row) == canonical(row)

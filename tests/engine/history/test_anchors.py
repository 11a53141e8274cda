"""Anchors: once a day what grew is sealed, whatever the machine's clock does."""

import json

from engine.clock import parse_instant
from engine.history.anchors import hash_anchor, is_time_to_seal, seal
from engine.rehearsal import Rehearsal
from engine.signing import is_signed
from engine.store.database import Database
from engine.store.history import Anchor, find_anchors
from tests.stories import at_stage, breaks, raise_informally, story


def _anchors(told: Rehearsal) -> list[Anchor]:
    with told.installation.database.read() as connection:
        return find_anchors(connection)


def test_an_anchor_says_how_long_each_chain_is_and_where_it_ends(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    anchor = seal(told.installation)
    assert anchor is not None
    case = told.case()
    content = json.loads(anchor.content)
    assert content["cases"] == {str(case.id): ["2026-00001", 1, case.head]}
    assert content["register"][0] == 1
    assert anchor.hash == hash_anchor(anchor)
    assert is_signed(anchor.hash, anchor.signature, told.installation.signing_key.public)
    assert _anchors(told) == [anchor]


def test_only_what_grew_is_sealed_again(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    seal(told.installation)
    first = told.case_id
    for day in ("2026-03-25T10:00", "2026-03-27T10:00"):
        told.clock.set(parse_instant(day))
        raise_informally(told)
        anchor = seal(told.installation)
    assert anchor is not None
    assert str(first) not in json.loads(anchor.content)["cases"]
    assert str(told.case_id) in json.loads(anchor.content)["cases"]
    assert json.loads(anchor.content)["register"][0] == 3
    assert anchor.previous == _anchors(told)[1].hash


def test_where_nothing_grew_nothing_is_sealed(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert seal(told.installation) is not None
    assert seal(told.installation) is None
    told.clock.set(parse_instant("2026-03-24T10:00"))
    assert seal(told.installation) is None
    assert len(_anchors(told)) == 1


def test_it_is_time_to_seal_when_a_day_has_begun_in_london() -> None:
    told = at_stage(1, "2026-06-01T10:00")
    assert is_time_to_seal(told.installation)
    seal(told.installation)
    assert not is_time_to_seal(told.installation)
    told.clock.set(parse_instant("2026-06-01T23:59"))
    assert not is_time_to_seal(told.installation)
    told.clock.set(parse_instant("2026-06-02T00:01"))  # still the first of June in UTC
    assert is_time_to_seal(told.installation)


def test_what_happened_while_the_clock_was_back_is_sealed_all_the_same() -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    told.clock.set(parse_instant("2026-03-24T10:00"))
    seal(told.installation)
    told.clock.set(parse_instant("2026-03-23T23:00"))  # eleven hours back
    raise_informally(told)
    told.clock.set(parse_instant("2026-03-24T10:05"))
    anchor = seal(told.installation)
    assert anchor is not None
    assert str(told.case_id) in json.loads(anchor.content)["cases"]
    assert anchor.sealed_at == parse_instant("2026-03-24T10:05")


def test_a_clock_that_was_a_year_ahead_does_not_stop_the_sealing() -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    told.clock.set(parse_instant("2027-03-23T10:00"))
    seal(told.installation)
    told.clock.set(parse_instant("2026-03-24T10:00"))
    raise_informally(told)
    assert is_time_to_seal(told.installation)
    anchor = seal(told.installation)
    assert anchor is not None
    assert str(told.case_id) in json.loads(anchor.content)["cases"]
    assert anchor.sealed_at == parse_instant("2027-03-23T10:00")  # never before the last
    assert not breaks(told.installation)


def test_an_installation_without_cases_is_sealed_too(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    anchor = seal(told.installation)
    assert anchor is not None
    assert json.loads(anchor.content) == {"cases": {}, "register": [0, "0" * 64]}
    assert not breaks(told.installation)

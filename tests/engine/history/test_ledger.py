"""What is done outside the cases cannot be altered unseen: the ledger, its rows, the anchors."""

import pytest
from sqlalchemy import text

from engine.history.anchors import seal
from engine.history.verification import verify
from engine.registers.general_concerns import ConcernWords, record_concern, update_concern
from engine.registers.good_practice import record_practice
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.engine.registers.desk import GOOD, day
from tests.stories import breaks

WORDS = ConcernWords(title="Visits fall behind", seen="In five families.", owner="post:hos")
COPIED = "council, what, impact, themes, team, made_by, made_at, outcome"


def three_entries(database: Database) -> Rehearsal:
    """A concern with an update, and good practice; all of it sealed."""
    told = day(database)
    here, iro = told.installation, told.people["raiser"]
    number = record_concern(here, by=iro, words=WORDS)
    update_concern(here, number, by=iro, words="Nothing changed.")
    record_practice(here, by=iro, words=GOOD, tell=False)
    seal(here)
    return told


def found(told: Rehearsal) -> list[tuple[str, int]]:
    """Where each break is."""
    return [(each.case, each.sequence) for each in breaks(told.installation)]


def test_what_is_whole_is_counted(database: Database) -> None:
    told = three_entries(database)
    verdict = verify(told.installation)
    assert (verdict.ledger, verdict.breaks) == (3, ())
    assert seal(told.installation) is None


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE general_concerns SET seen = 'In one'", ("General concern 1", 2)),
        ("UPDATE ledger SET act = 'x' WHERE sequence = 1", ("General concern 1", 1)),
        ("UPDATE ledger_bodies SET content = '{}' WHERE sequence = 1", ("General concern 1", 1)),
        ("DELETE FROM ledger_bodies WHERE sequence = 2", ("General concern 1", 2)),
        ("DELETE FROM good_practice", ("Good practice 1", 3)),
        ("DELETE FROM ledger WHERE sequence = 2", ("", 2)),
        ("DELETE FROM ledger WHERE sequence = 3", ("", 3)),
        (
            f"INSERT INTO good_practice ({COPIED}) SELECT {COPIED} FROM good_practice",
            ("Good practice 2", 0),
        ),
    ],
)
def test_what_is_altered_is_named(
    database: Database, statement: str, where: tuple[str, int]
) -> None:
    told = three_entries(database)
    with database.write() as connection:
        connection.execute(text(statement))
    assert where in found(told)


def test_a_cut_end_is_known_by_the_anchor_even_where_the_head_was_moved_back(
    database: Database,
) -> None:
    told = three_entries(database)
    with database.write() as connection:
        for statement in (
            "DELETE FROM good_practice",
            "DELETE FROM ledger_bodies WHERE sequence = 3",
            "DELETE FROM ledger WHERE sequence = 3",
            "UPDATE ledger_head SET count = 2, hash = (SELECT hash FROM ledger WHERE sequence = 2)",
        ):
            connection.execute(text(statement))
    assert found(told) == [("", 3)]

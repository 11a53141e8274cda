from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update

from engine.store.database import Database
from engine.store.people import Person, find_holders, find_person, people
from engine.store.sessions import sessions
from engine.store.statement import Statement

ADD_PERSON = Statement(
    insert(people).inline(),
    columns=("id", "council", "name", "email", "active", "administrator"),
)
BEGIN = Statement(insert(sessions), columns=sessions.columns.keys())
BEGUN = Statement(select(sessions.c.began_at).where(sessions.c.digest == bindparam("digest")))
RENAME = Statement(
    update(people).where(people.c.council == bindparam("of")).values(name=bindparam("new"))
)
ANNA = {
    "id": 1,
    "council": "nel",
    "name": "Anna Grey",
    "email": "anna@nel.invalid",
    "active": True,
    "administrator": False,
}
BEN = {**ANNA, "id": 2, "name": "Ben Hill", "email": "ben@nel.invalid", "active": False}
TEN_IN_LONDON = datetime.fromisoformat("2026-03-30T10:00:00.000005+01:00")


def test_what_is_kept_comes_back_as_it_was(database: Database) -> None:
    with database.write() as connection:
        ADD_PERSON.change_each(connection, [ANNA, BEN])

        anna, ben = find_person(connection, 1), find_person(connection, 2)

    assert anna == Person(**ANNA)  # type: ignore[arg-type]
    assert ben is not None
    assert ben.active is False  # and not 0, which SQLite keeps


def test_an_instant_comes_back_aware_and_in_utc(database: Database) -> None:
    session = {"digest": "d", "person_id": 1, "began_at": TEN_IN_LONDON, "seen_at": TEN_IN_LONDON}
    with database.write() as connection:
        ADD_PERSON.change(connection, ANNA)
        BEGIN.change(connection, session)

        ((began,),) = BEGUN.rows(connection, {"digest": "d"})

    assert began == TEN_IN_LONDON
    assert began.tzinfo is UTC


def test_a_change_says_how_many_rows_it_touched(database: Database) -> None:
    with database.write() as connection:
        ADD_PERSON.change_each(connection, [ANNA, BEN])

        assert RENAME.change(connection, {"of": "nel", "new": "Somebody"}) == 2
        assert RENAME.change(connection, {"of": "elsewhere", "new": "Nobody"}) == 0


def test_no_values_are_no_statement(database: Database) -> None:
    with database.write() as connection:
        ADD_PERSON.change_each(connection, [])

        assert find_person(connection, 1) is None


def test_what_a_statement_did_is_undone_with_the_rest_of_the_transaction(
    database: Database,
) -> None:
    with pytest.raises(KeyError):
        _add_anna_and_fail(database)

    with database.read() as connection:
        assert find_person(connection, 1) is None


def test_statements_of_both_kinds_see_the_same_transaction(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(people), ANNA)
        found = find_person(connection, 1)
        RENAME.change(connection, {"of": "nel", "new": "Anna Green"})
        name = connection.execute(select(people.c.name)).scalar_one()

    assert found is not None
    assert name == "Anna Green"


def test_a_column_that_nobody_fills_is_refused_before_anything_is_sent(
    database: Database,
) -> None:
    lazy = Statement(insert(people), columns=("council", "name", "email"))

    with (
        database.write() as connection,
        pytest.raises(TypeError, match="left to be filled"),
    ):
        lazy.change(connection, ANNA)


def test_a_literal_in_a_statement_needs_no_value(database: Database) -> None:
    with database.read() as connection:
        assert find_holders(connection, "nel", "tm", "North", date(2026, 3, 30)) == ()


def _add_anna_and_fail(database: Database) -> None:
    with database.write() as connection:
        ADD_PERSON.change(connection, ANNA)
        RENAME.change(connection, {"of": "nel"})  # the new name is missing

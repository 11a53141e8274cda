"""Migrations: from nothing to the tables of this release, however many try at once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from engine.history.anchors import seal
from engine.store.database import Database, metadata
from engine.store.history import find_register_head
from engine.store.migrate import create_tables, migrate
from tests.acceptance import actors
from tests.stories import at_stage, breaks, everything


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'new' / 'stepladder.db'}"


def test_migrating_from_nothing_gives_the_tables_that_the_program_knows(address: str) -> None:
    with closing(Database(address)) as database:
        migrate(database)
        with database.read() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
            assert find_register_head(connection) == (0, "0" * 64)


def test_a_column_that_the_migrations_forgot_would_be_seen(address: str) -> None:
    with closing(Database(address)) as database:
        migrate(database)
        with database.write() as connection:
            connection.execute(text("ALTER TABLE notices DROP COLUMN problem"))
        with database.read() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            ((what, _, table, column),) = compare_metadata(context, metadata)
    assert (what, table, column.name) == ("add_column", "notices", "problem")


def test_tables_made_at_once_are_those_of_the_migrations(address: str, tmp_path: Path) -> None:
    with closing(Database(address)) as migrated, closing(Database("sqlite://")) as made:
        migrate(migrated)
        create_tables(made)
        known = set(inspect(made.engine).get_table_names())
        assert known | {"alembic_version"} == set(inspect(migrated.engine).get_table_names())
        assert everything(made)["register_head"] == everything(migrated)["register_head"]


def test_who_began_a_draft_is_taken_from_the_record(address: str) -> None:
    with closing(Database(address)) as database:
        migrate(database, to="0005")
        with database.write() as connection:
            for statement in BEGUN_IN_0005.split(";"):
                connection.execute(text(statement))
        migrate(database)
        with database.read() as connection:
            found = connection.execute(
                text("SELECT procedure, began_by, editor_id, mark FROM redrawings ORDER BY id")
            ).all()
    assert [tuple(row) for row in found] == [("one", 1, 2, "before"), ("two", 2, 2, "before")]


# Asha began the first draft, which Bea took over; of the second the record says nothing any more.
BEGUN_IN_0005 = """
INSERT INTO people (id, council, name, email, active, administrator) VALUES
 (1, 'here', 'Asha', 'asha@example.org', true, true),
 (2, 'here', 'Bea', 'bea@example.org', true, true);
INSERT INTO versions (id, council, procedure, number, hash, title, published_at, reason) VALUES
 (1, 'here', 'one', 1, '', 'One', '2026-03-20 10:00:00.000000', '');
INSERT INTO redrawings (id, council, procedure, version_id, began_at, editor_id, held_since, place,
 played_hash, played) VALUES
 (1, 'here', 'one', 1, '2026-03-23 10:12:00.000000', 2, '2026-03-24 09:00:00.000000', 0, '', ''),
 (2, 'here', 'two', 1, '2026-03-23 11:00:00.000000', 2, '2026-03-23 11:00:00.000000', 0, '', '');
INSERT INTO admin_log (council, at, person_id, about_id, words) VALUES
 ('here', '2026-03-23 10:12:00.000000', 1, 1, 'Began to redraw One from version 1.'),
 ('here', '2026-03-24 09:00:00.000000', 2, 2, 'Took the draft of One over from Asha.')
"""


def test_migrating_again_changes_nothing(address: str) -> None:
    with closing(Database(address)) as database:
        migrate(database)
        told = at_stage(1, "2026-03-23T10:00", database)
        seal(told.installation)
        before = everything(database)
        migrate(database)
        assert everything(database) == before
        told.answer("stage1_respond", {"answer": "Done"})
        assert not breaks(told.installation)


def test_several_processes_that_start_at_once_migrate_once(address: str) -> None:
    gate, ears, processes = actors.barrier(4), [], []
    for _ in range(4):
        hear, says = actors.pipe()
        processes.append(actors.start(actors.migrate_at_once, address, gate, says))
        says.close()
        ears.append(hear)
    said = [hear.recv() for hear in ears]
    for process in processes:
        process.join()
    for hear in ears:
        hear.close()
    assert said == ["migrated"] * 4
    with closing(Database(address)) as database, database.read() as connection:
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).all()
        heads = connection.execute(text("SELECT count(*) FROM register_head")).scalar()
    assert (len(versions), heads) == (1, 1)


def test_foreign_keys_hold_after_a_migration(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'stepladder.db'}")) as database:
        migrate(database)
        with (
            pytest.raises(Exception, match="FOREIGN KEY constraint failed"),
            database.write() as connection,
        ):
            connection.execute(
                text(
                    "INSERT INTO tasks (case_id, token, element, name, stage, form,"
                    " opened_at, closed_how, urgent_at) VALUES (7, 1, 'a', 'a', '', '', "
                    "'2026-03-23 10:00:00.000000', '', '2026-03-24 10:00:00.000000')"
                )
            )


def test_sqlite_loses_no_committed_turn_and_waits_for_its_turn(tmp_path: Path) -> None:
    file = tmp_path / "stepladder.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        create_tables(database)
        with database.write() as connection:
            found = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
            found["busy_timeout"] = connection.execute(text("PRAGMA busy_timeout")).scalar()
            with closing(sqlite3.connect(file, timeout=0)) as other:
                other.isolation_level = None
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30_000,
    }

"""The mark of a demonstration's database, with the instant that its clock shows.

A database is a demonstration's if the one row is there, and for ever: nothing takes it away. The
row comes with the demonstration's data in one step, so that no database is half marked.
"""

import sqlite3
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Table,
    bindparam,
    insert,
    inspect,
    select,
    update,
)

from engine.store.database import Database, Instant, metadata

demonstration = Table(
    "demonstration",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("clock_at", Instant, nullable=False),
)

_MARK = insert(demonstration)
_CLOCK = select(demonstration.c.clock_at)
_SET = update(demonstration).values(clock_at=bindparam("at", type_=Instant))


def is_marked(database: Database) -> bool:
    """Whether the database is a demonstration's. Looks only; also one without tables is asked."""
    if not inspect(database.engine).has_table(demonstration.name):
        return False
    with database.read() as connection:
        return connection.execute(_CLOCK).first() is not None


def is_untouched(database: Database) -> bool:
    """Whether the database holds nothing at all, not even a table."""
    return not inspect(database.engine).get_table_names()


def mark(connection: Connection, at: datetime) -> None:
    """Mark the database as a demonstration's, whose clock shows `at`."""
    connection.execute(_MARK, {"id": 1, "clock_at": at})


def read_clock(connection: Connection) -> datetime:
    """The instant that the demonstration's clock shows, aware, in UTC."""
    at: datetime = connection.execute(_CLOCK).scalar_one()
    return at


def set_clock(connection: Connection, at: datetime) -> None:
    """The demonstration's clock shows `at` from now on."""
    connection.execute(_SET, {"at": at})


def replace_all(database: Database, by: Database) -> None:
    """Everything in `database` becomes what is in `by`, in one step. Both are SQLite."""
    with by.engine.connect() as source, database.engine.connect() as target:
        new, old = source.connection.driver_connection, target.connection.driver_connection
        if not isinstance(new, sqlite3.Connection) or not isinstance(old, sqlite3.Connection):
            raise TypeError("Only SQLite's databases are replaced whole.")
        new.backup(old)

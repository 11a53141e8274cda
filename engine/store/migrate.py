"""Bringing a database to the tables of this release."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select

from engine.store import (  # noqa: F401  (each declares its tables)
    absences,
    acceptances,
    access,
    admin_log,
    audits,
    cases,
    child_changes,
    children,
    concerns,
    deadlines,
    demonstration,
    digests,
    drafting_help,
    drafts,
    export_tokens,
    figures,
    files,
    handovers,
    history,
    incidents,
    ledger,
    meetings,
    moves,
    notices,
    password_links,
    people,
    raisings,
    redrawings,
    registers,
    reporting,
    reports,
    scenarios,
    sessions,
    siblings,
    tasks,
    verifications,
    versions,
    voice,
)
from engine.store.database import BEGIN_TO_WRITE, Connection, Database, metadata
from engine.store.reported import VIEWS
from engine.store.views import create_views, drop_views

_LOCK = 7_305_112_008  # any number that only Stepladder uses


def migrate(database: Database, *, to: str = "head") -> None:
    """Run the migrations that this database has not seen; several processes may try at once.

    `to` is the last of them to be run, this release's unless said otherwise.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    if database.kind != "sqlite":
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            _upgrade(config, connection, to)
        return
    # SQLite checks foreign keys while tables are rebuilt, which empties cascading ones: off before
    # the transaction begins (it cannot be changed inside), and everything checked at its end.
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101  (a connection that is open has a driver's)
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                connection.exec_driver_sql(BEGIN_TO_WRITE)
                before = _revision(connection)
                _upgrade(config, connection, to)
                if _revision(connection) == before:
                    return  # what is wrong with the rows is for the history's own check to say
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"The migration broke foreign keys: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def create_tables(database: Database) -> None:
    """Make all tables at once, in a database that is empty and never to be migrated."""
    with database.write() as connection:
        metadata.create_all(connection)
        start_register(connection)


def start_register(connection: Connection) -> None:
    """The register of cases, and the chain of what is done outside them, begin empty."""
    for head in (history.register_head, ledger.ledger_head):
        if connection.execute(select(head)).first() is None:
            connection.execute(insert(head), {"id": 1, "count": 0, "hash": "0" * 64})


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(config: Config, connection: Connection, to: str) -> None:
    """The views are taken away first, for no table below one can be changed, and made anew last."""
    head = ScriptDirectory.from_config(config).get_current_head()
    if _revision(connection) == head:
        return
    drop_views(connection)
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if _revision(connection) == head:
        create_views(connection, VIEWS)

"""One way to read and to write, on SQLite and on PostgreSQL.

SQLite's defaults lose updates between concurrent writers, so a write begins with `BEGIN IMMEDIATE`
and waits for its turn in this process first; PostgreSQL locks the rows that are read `FOR UPDATE`.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator

from engine.errors import StepladderError

__all__ = [
    "CannotOpen",
    "Connection",
    "Database",
    "Id",
    "Instant",
    "attempt",
    "failed_in_store",
    "first",
    "metadata",
    "records",
]

T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers a row by itself only in a column that it knows as INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

# Said by us and not by an event of SQLAlchemy, whose mere presence slows each statement down.
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
_BUSY_SECONDS = 30


class CannotOpen(StepladderError):
    """The database is not there, or not a database, or not ours to open."""


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC, in and out; SQLite keeps it as text without a zone, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """One step from the value to the driver's, for a turn binds some thirty instants."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Every instant that comes out is aware and in UTC."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")  # it would be read in the machine's own
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    value = _to_utc(value)
    return None if value is None else value.isoformat(" ", "microseconds")[:26]


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


class Database:
    """A database by its SQLAlchemy address; `sqlite://` is one in memory, for a single thread."""

    def __init__(self, address: str) -> None:
        """Raises `CannotOpen` for what is no address, or a file's folder that cannot be made."""
        url = _url(address)
        self.kind = url.get_backend_name()
        self.address = address
        self._turn = threading.RLock()
        options: dict[str, Any] = {}
        if self.kind == "sqlite":
            if url.database:
                _make_folder(Path(url.database).parent)
            else:
                options["poolclass"] = StaticPool
            options["connect_args"] = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
        else:
            # As in SQLite: parameters by place, so that a Statement binds them in one way.
            options.update(pool_size=10, max_overflow=20, pool_pre_ping=False, paramstyle="format")
        # An error's text ends up in a log, where no child's data may be.
        self.engine: Engine = create_engine(url, hide_parameters=True, **options)
        # PostgreSQL's default shows each statement another state; in SQLite a read has one anyway.
        self._reading = (
            self.engine
            if self.kind == "sqlite"
            else self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        )
        if self.kind == "sqlite":
            event.listen(self.engine, "connect", _prepare)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and writes nothing."""
        with self._reading.connect() as connection:
            if self.kind == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are kept together when the block ends, or not at all."""
        if self.kind != "sqlite":
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self.engine.begin() as connection:
            connection.exec_driver_sql(BEGIN_TO_WRITE)
            yield connection

    def forget(self) -> None:
        """Leave no trace of what was deleted in SQLite's log of changes, where it would stay."""
        if self.kind == "sqlite":
            with self._turn, self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def reach(self) -> None:
        """Connect once. Raises `CannotOpen`, with what the database says, where that fails."""
        try:
            with self.engine.connect():
                return
        except DBAPIError as error:
            said = " ".join(str(error.orig).split()).rstrip(".")
            raise CannotOpen(
                f"The database cannot be opened: {said}. Check STEPLADDER_DATABASE, and that the "
                "server runs or that you may write to the file."
            ) from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def failed_in_store(error: BaseException) -> bool:
    """Whether it is the store that failed: nothing is wrong with the case, which may go on soon."""
    # By its module's name: psycopg is imported only where there is a PostgreSQL.
    driver = type(error).__module__.partition(".")[0]
    return isinstance(error, SQLAlchemyError | sqlite3.Error) or driver == "psycopg"


@contextmanager
def attempt(connection: Connection) -> Iterator[None]:
    """A part of a transaction: what it changed is undone, alone, where the block raises."""
    with connection.begin_nested():
        yield


def _url(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError) as error:
        raise CannotOpen(
            "STEPLADDER_DATABASE is not an address. Set it to a file's path, or to one like "
            "postgresql://user@host/name."
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotOpen(
            f"The folder {folder} cannot be made ({error.strerror}). Set STEPLADDER_VAR or "
            "STEPLADDER_DATABASE to a place where you may write."
        ) from error


def records(kind: type[T], result: CursorResult[Any]) -> list[T]:
    """Every row of `result` as a record of that kind, whose fields are named as the columns."""
    names = tuple(result.keys())
    return [kind(**dict(zip(names, row, strict=True))) for row in result]


def first(kind: type[T], result: CursorResult[Any]) -> T | None:
    """The first row of `result` as a record of that kind, or None."""
    row = result.first()
    return None if row is None else kind(**dict(zip(row._fields, row, strict=True)))


def _prepare(connection: Any, _record: Any) -> None:
    """A crash may lose no committed turn, and what is deleted is overwritten in the file."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Turn the log of changes on, which a file that is new must be once.

    SQLite does not wait its busy time here: of several processes that start on a new file at once,
    all but one are told that it is locked, at once.
    """
    last = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.02)

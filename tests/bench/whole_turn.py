"""A whole turn against its floor: the bare engine step and the same statements by the bare driver.

Three databases are brought to the same state and go on in step. On the first a task is completed
and the statements that this took are written down; on the second the same task is completed and
timed; on the third the engine's part is done and those statements are sent by the driver alone,
and that is timed. So both do the same work on the same rows, in the same run.

The statements are written down where the driver takes them, so whatever sends one is seen. The
bare driver knows beforehand which of them give rows, and fetches those; it uses one cursor, the
same way of preparing statements, and the same transaction.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from sqlalchemy import event

from engine.acts.cases import routing_values
from engine.acts.tasks import complete_task
from engine.clock import SetClock, parse_instant
from engine.councils import read_councils
from engine.diagrams.run import Run
from engine.installation import Installation
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.settings import ROOT, read_settings
from engine.signing import new_key
from engine.store.database import Database
from engine.store.migrate import create_tables
from tests import postgres

PROCESSES = ROOT / "processes"
PROCEDURE = PROCESSES / "north-east-lincolnshire" / "positive-challenge"
START = parse_instant("2026-03-23T10:00")
RAISE = {
    "entry": "formal",
    "decision": "stage 1",
    "reason": "To be measured.",
    "concern": "A concern.",
    "impact": "An impact.",
    "action": "An action.",
}
# The case goes round the first stage for ever: answered, then the answer is returned.
ANSWERS: dict[str, dict[str, Any]] = {
    "stage1_respond": {"answer": "An answer of the usual length: what will be done, and by when."},
    "stage1_outcome": {"decision": "return the answer", "returned_why": "It leaves out the date."},
}
POSTS = {"stage1_respond": "tm", "stage1_outcome": "raiser"}
ROUNDS = 5
TURNS = 20


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A statement as the driver got it: with its parameters, or with many sets of them."""

    statement: str
    given: tuple[Any, ...]
    many: bool
    rows: bool


Send = Callable[[Sequence[Sent]], None]


class Copy:
    """One of the three databases, with a case in which so many tasks were completed."""

    def __init__(self, address: str, steps: int) -> None:
        self.database = Database(address)
        self.written: list[Sent] = []
        create_tables(self.database)
        installation = Installation(
            database=self.database,
            clock=SetClock(START),
            councils=read_councils(PROCESSES),
            settings=read_settings({}, database=address),
            signing_key=new_key(),
        )
        package = read_package(PROCEDURE)
        self.rehearsal = Rehearsal(PROCESSES, package, START, installation=installation)
        self.rehearsal.raise_concern(RAISE)
        for _ in range(steps):
            self.turn()

    def note(self) -> None:
        """Write down from now on what each turn sends; that slows it, so no timed copy does."""
        written = self.written

        class SQLiteCursor(_Noting, sqlite3.Cursor):
            sent = written

        class SQLiteConnection(sqlite3.Connection):
            def cursor(self, *_: Any) -> Any:
                return super().cursor(SQLiteCursor)

        class PostgreSQLCursor(_Noting, psycopg.Cursor[Any]):  # type: ignore[misc]
            sent = written

        noting = {"factory": SQLiteConnection, "cursor_factory": PostgreSQLCursor}
        name = "factory" if self.database.kind == "sqlite" else "cursor_factory"
        self.database.close()  # the next connection is one that notes
        event.listen(
            self.database.engine,
            "do_connect",
            lambda _dialect, _record, _arguments, options: options.update({name: noting[name]}),
        )

    @property
    def package(self) -> Package:
        """The procedure that the case is on."""
        return self.rehearsal.version.package

    def turn(self) -> float:
        """Complete the task that is open: milliseconds of CPU of that alone."""
        (task,) = self.rehearsal.tasks()
        by = self.rehearsal.people[POSTS[task.element]]
        self.written.clear()
        began = time.process_time_ns()
        complete_task(self.rehearsal.installation, task.id, by=by, answers=ANSWERS[task.element])
        return (time.process_time_ns() - began) / 1e6


class _Noting:
    """A driver's cursor that writes down what it is given."""

    sent: ClassVar[list[Sent]]

    def execute(self, statement: str, *given: Any, **options: Any) -> Any:
        found = super().execute(statement, *given, **options)  # type: ignore[misc]
        rows = self.description is not None  # type: ignore[attr-defined]
        self.sent.append(Sent(statement=statement, given=given, many=False, rows=rows))
        return found

    def executemany(self, statement: str, *given: Any, **options: Any) -> Any:
        self.sent.append(Sent(statement=statement, given=given, many=True, rows=False))
        return super().executemany(statement, *given, **options)  # type: ignore[misc]


def floor_of(copy: Copy, send: Send) -> float:
    """Milliseconds of CPU of the engine's part and of what `copy` wrote down, by the driver."""
    case, (task,) = copy.rehearsal.case(), copy.rehearsal.tasks()
    package = copy.package
    values = routing_values(package, task.form, ANSWERS[task.element])
    copy.turn()
    statements = list(copy.written)
    began = time.process_time_ns()
    run = Run.thaw(package.executable, case.state)
    run.complete(task.token, values)
    run.freeze()
    send(statements)
    return (time.process_time_ns() - began) / 1e6


def _send(cursor: Any, statements: Sequence[Sent]) -> None:
    for sent in statements:
        if sent.many:
            cursor.executemany(sent.statement, *sent.given)
        else:
            cursor.execute(sent.statement, *sent.given)
            if sent.rows:
                cursor.fetchall()


@contextmanager
def _sqlite(folder: Path, steps: int) -> Iterator[tuple[Copy, Copy, Send]]:
    noted, timed, bare = (folder / f"{name}{steps}.db" for name in ("noted", "timed", "bare"))
    copies = [Copy(f"sqlite:///{path}", steps) for path in (noted, timed, bare)]
    copies[0].note()
    copies[2].database.close()
    connection = sqlite3.connect(bare, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def send(statements: Sequence[Sent]) -> None:
        cursor = connection.cursor()
        _send(cursor, statements)
        connection.commit()

    yield copies[0], copies[1], send
    connection.close()
    for copy in copies:
        copy.database.close()


@contextmanager
def _postgresql(server: postgres.Server, steps: int) -> Iterator[tuple[Copy, Copy, Send]]:
    with ExitStack() as stack:
        addresses = [stack.enter_context(server.database()) for _ in range(3)]
        copies = [Copy(address, steps) for address in addresses]
        copies[0].note()
        copies[2].database.close()
        url = copies[2].database.engine.url
        connection = psycopg.connect(
            host=str(url.query["host"]), user=url.username, dbname=url.database
        )
        stack.callback(connection.close)
        for copy in copies:
            stack.callback(copy.database.close)

        def send(statements: Sequence[Sent]) -> None:
            cursor = connection.cursor()
            _send(cursor, statements)
            connection.commit()

        yield copies[0], copies[1], send


def measure(store: str, folder: Path, steps: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Turn and floor in milliseconds of CPU for each number of completed steps.

    Medians of five rounds; in each round the sizes take turns one by one, so that what else the
    machine does falls on all of them alike.
    """
    with ExitStack() as stack:
        if store == "postgresql":
            server = stack.enter_context(postgres.running(durable=True))
            sets = {n: stack.enter_context(_postgresql(server, n)) for n in steps}
        else:
            sets = {n: stack.enter_context(_sqlite(folder, n)) for n in steps}
        turns: dict[int, list[float]] = {n: [] for n in steps}
        floors: dict[int, list[float]] = {n: [] for n in steps}
        for _ in range(ROUNDS):
            laps: dict[int, list[tuple[float, float]]] = {n: [] for n in steps}
            for _ in range(TURNS):
                for n, (noted, timed, send) in sets.items():
                    laps[n].append((floor_of(noted, send), timed.turn()))
            for n in steps:
                floors[n].append(statistics.median(floor for floor, _ in laps[n]))
                turns[n].append(statistics.median(turn for _, turn in laps[n]))
        return {n: (statistics.median(turns[n]), statistics.median(floors[n])) for n in steps}

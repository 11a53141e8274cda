"""What other processes do in these tests: one act each, or many, on an installation by address.

They are started by `start`, from a server that has read the program and the procedure already, so
that each costs some hundredths of a second.
"""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine.acts.cases import open_case, press
from engine.acts.deadlines import extend, fire_case
from engine.acts.tasks import complete_task
from engine.clock import Clock, SetClock, in_london
from engine.errors import StepladderError
from engine.history.anchors import seal
from engine.installation import Installation
from engine.moving.moves import carry_on
from engine.notify import Folder
from engine.people import Person, find_person
from engine.signing import keep_key
from engine.store import statement
from engine.store.database import Database
from engine.store.deadlines import find_open_deadlines
from engine.store.migrate import migrate
from engine.store.tasks import find_open_tasks, find_task_posts
from engine.worker import Worker
from tests.stories import CONCERN, at_stage, installation_on

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])
# Diagrams are read once for all processes: what is started here has them already.
at_stage(1, "2026-03-23T10:00")


@dataclass(frozen=True, kw_only=True)
class FastClock:
    """A clock that all processes of the machine see alike: `speed` seconds pass in each second."""

    begins: datetime
    since: float
    speed: float

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self.begins + timedelta(seconds=(time.monotonic() - self.since) * self.speed)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an installation is: what a process needs to open it."""

    address: str
    key: Path

    def open(self, clock: Clock) -> Installation:
        """The installation, in this process."""
        return installation_on(Database(self.address), clock, keep_key(self.key))


def start(what: Callable[..., None], *given: Any) -> ForkServerProcess:
    """A process that does `what`."""
    process = _SERVER.Process(target=what, args=given)
    process.start()
    return process


def barrier(parties: int) -> Any:
    """What `parties` processes wait at until all are there."""
    return _SERVER.Barrier(parties)


def pipe() -> tuple[Connection, Connection]:
    """Where a process can be heard, and what it speaks into."""
    return _SERVER.Pipe(duplex=False)


def person(installation: Installation, person_id: int) -> Person:
    """The person with that id."""
    with installation.database.read() as connection:
        found = find_person(connection, person_id)
    assert found is not None
    return found


# Many at once


def complete_at_once(
    place: Place, at: datetime, task_id: int, by: int, gate: Any, says: Connection
) -> None:
    """Wait at the gate, answer the task, and say how that went."""
    installation = place.open(SetClock(at))
    who = person(installation, by)
    gate.wait()
    try:
        complete_task(installation, task_id, by=who, answers={"answer": f"By {os.getpid()}"})
        says.send("won")
    except Exception as error:
        says.send(f"{type(error).__name__}: {error}")


def press_at_once(
    place: Place, at: datetime, case_id: int, by: int, gate: Any, says: Connection
) -> None:
    """Wait at the gate, decide without an answer, and say how that went."""
    installation = place.open(SetClock(at))
    who = person(installation, by)
    gate.wait()
    try:
        press(installation, case_id, "stage1_decide_without_answer", by=who, answers={})
        says.send("won")
    except Exception as error:
        says.send(f"{type(error).__name__}: {error}")


def fire_at_once(place: Place, at: datetime, case_id: int, gate: Any, says: Connection) -> None:
    """Wait at the gate, and act on the deadlines of the case as a worker does."""
    installation = place.open(SetClock(at))
    gate.wait()
    try:
        fire_case(installation, case_id)
        says.send("fired")
    except Exception as error:
        says.send(f"{type(error).__name__}: {error}")


def open_at_once(
    place: Place, at: datetime, child: int, version: int, by: int, gate: Any, says: Connection
) -> None:
    """Wait at the gate, open a case, seal the history, and say which number the case got."""
    installation = place.open(SetClock(at))
    who = person(installation, by)
    answers = {**CONCERN, "entry": "informal", "to": "both"}
    gate.wait()
    try:
        case = open_case(installation, by=who, child_id=child, version_id=version, answers=answers)
        seal(installation)
        says.send(case.number)
    except Exception as error:
        says.send(f"{type(error).__name__}: {error}")


def migrate_at_once(address: str, gate: Any, says: Connection) -> None:
    """Wait at the gate, and bring the database to the tables of this release."""
    database = Database(address)
    gate.wait()
    try:
        migrate(database)
        says.send("migrated")
    except Exception as error:
        says.send(f"{type(error).__name__}: {error}")


# For a while


def work(place: Place, clock: FastClock, outbox: Path, seconds: float, says: Connection) -> None:
    """Be a worker for so long; say how many rounds it was, and what went wrong."""
    installation = place.open(clock)
    worker = Worker(installation, Folder(outbox))
    rounds, wrong = 0, []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            done = worker.round()
        except Exception as error:
            wrong.append(f"worker: {type(error).__name__}: {error}")
            continue
        wrong += ["a case is stuck"] * done.stuck
        rounds += 1
    says.send((rounds, wrong))


def act(
    place: Place, clock: FastClock, cases: list[int], seed: int, seconds: float, says: Connection
) -> None:
    """Be somebody at the site for so long; say how many acts it were, refused, and what broke."""
    installation, dice = place.open(clock), random.Random(seed)
    done = refused = 0
    wrong: list[str] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            done += _act(installation, dice.choice(cases), dice)
        except StepladderError:
            refused += 1  # somebody else was first, as it should be
        except Exception as error:
            wrong.append(f"site: {type(error).__name__}: {error}")
    says.send((done, refused, wrong))


# How many of those who are asked let the moment pass, so that deadlines pass too.
SILENT = 0.95
ANSWERS: dict[str, list[dict[str, object]]] = {
    "answer": [{"answer": "Not yet"}],
    "informal-answer": [{"answer": "Not yet"}],
    "no-answer": [{"silence": "chase"}, {"silence": "wait"}],
    "informal-outcome": [
        {"decision": "return the answer", "returned_why": "It says no"},
        {"decision": "stage 1", "unresolved": "All", "reason": "It cannot wait"},
    ],
    "stage-outcome": [
        {"decision": "return the answer", "returned_why": "It says no"},
        {"decision": "stage 1", "unresolved": "All", "reason": "It cannot wait"},
        {"decision": "stage 2", "unresolved": "All", "reason": "It cannot wait"},
        {"decision": "stage 4", "unresolved": "All", "reason": "It cannot wait"},
    ],
}


def _act(installation: Installation, case_id: int, dice: random.Random) -> int:
    with installation.database.read() as connection:
        tasks = find_open_tasks(connection, case_id)
        posts = find_task_posts(connection, case_id)
        deadlines = find_open_deadlines(connection, case_id)
    raiser = person(installation, 1)
    roll = dice.random()
    if roll < 0.05 and deadlines:
        until = in_london(installation.clock.now()).date() + timedelta(days=dice.randrange(1, 9))
        deadline = dice.choice(deadlines).id
        extend(installation, deadline, by=raiser, until=until, reason="More time")
        return 1
    if roll < 0.07:
        stage = dice.randrange(1, 5)
        press(installation, case_id, f"stage{stage}_decide_without_answer", by=raiser, answers={})
        return 1
    known = [task for task in tasks if task.form in ANSWERS]
    if not known:
        return 0
    task = dice.choice(known)
    if task.form in ("answer", "informal-answer") and dice.random() < SILENT:
        return 0
    who = posts[task.id][0][0]
    by = raiser if who == "raiser" else person(installation, PEOPLE[who])
    complete_task(installation, task.id, by=by, answers=dice.choice(ANSWERS[task.form]))
    return 1


# The order in which a rehearsal appoints the people of North East Lincolnshire.
PEOPLE = {"raiser": 1, "sw": 2, "tm": 3, "sm": 4, "hos": 5, "ad": 6, "dcs": 7}


# Killed in the middle


class Killed:
    """Counts the steps of this process's database, and kills it without warning at one of them."""

    def __init__(self, database: Database, at: int) -> None:
        self._left = at
        event.listen(database.engine, "before_cursor_execute", self.step)
        cursor_of, dialect = statement._cursor, database.engine.dialect
        statement._cursor = lambda connection: Watched(cursor_of(connection), self.step)
        commit = dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.step()
            commit(connection)
            self.step()

        dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]

    def step(self, *_: object) -> None:
        """One step further: the last, if this is it."""
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A driver's cursor, with a step before each statement that it is given."""

    def __init__(self, cursor: Any, step: Callable[[], None]) -> None:
        self._cursor = cursor
        self._step = step

    def __getattr__(self, name: str) -> Any:
        if name in ("execute", "executemany"):
            self._step()
        return getattr(self._cursor, name)


def do_and_die(place: Place, at: datetime, act: str, step: int, given: dict[str, Any]) -> None:
    """Do an act, and be killed at the given step of it, if it has so many."""
    installation = place.open(SetClock(at))
    who = person(installation, given["by"]) if "by" in given else None
    Killed(installation.database, step)
    ACTS[act](installation, who, given)


def _complete(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    assert by is not None
    complete_task(installation, given["task"], by=by, answers={"answer": "Done"})


def _press(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    assert by is not None
    answers = {"reason": "It cannot wait"}
    press(installation, given["case"], "refer_pressed", by=by, answers=answers)


def _extend(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    assert by is not None
    until = date(2026, 4, 30)
    extend(installation, given["deadline"], by=by, until=until, reason="The manager is ill")


def _open(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    assert by is not None
    answers = {**CONCERN, "entry": "informal", "to": "both"}
    open_case(
        installation, by=by, child_id=given["child"], version_id=given["version"], answers=answers
    )


def _fire(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    fire_case(installation, given["case"])


def _move(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    carry_on(installation, given["move"])


def _seal(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    seal(installation)


class _Telltale(Folder):
    """A folder that says which message it was given, each time."""

    def send(self, message: EmailMessage) -> None:
        super().send(message)
        with (self.folder / "sent.txt").open("a") as file:
            file.write(f"{message['Message-ID']}\n")


def _send(installation: Installation, by: Person | None, given: dict[str, Any]) -> None:
    Worker(installation, _Telltale(Path(given["outbox"])))._send()


ACTS: dict[str, Callable[[Installation, Person | None, dict[str, Any]], None]] = {
    "complete": _complete,
    "press": _press,
    "extend": _extend,
    "open": _open,
    "fire": _fire,
    "move": _move,
    "seal": _seal,
    "send": _send,
}

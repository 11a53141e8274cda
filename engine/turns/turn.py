"""A turn: the transaction in which a case moves. It holds no act; acts are in the nouns' modules.

    with turn(installation, case_id, by=person) as case:
        case.run.complete(token, values)
        case.record(fact)

The case's row is locked first and is the only lock. What was due before is carried out before the
block runs. At its end the workflow is frozen, the chain's end is written to the case's row, and
all is committed at once. An error inside leaves the case as it was.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from engine.diagrams.freeze import NotThawed
from engine.diagrams.run import Run, Stuck
from engine.errors import StepladderError
from engine.history.course_acts import DEADLINE_PASSED as DEADLINE_PASSED
from engine.history.entries import Fact, next_entry
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person
from engine.store.cases import CaseRow, lock_case, save_case
from engine.store.database import Connection, attempt, failed_in_store
from engine.store.deadlines import DeadlineRow, save_deadlines
from engine.store.history import Body, Entry, add_entries
from engine.store.tasks import lock_case_of_task
from engine.turns.incidents import note_incident, note_lost
from engine.turns.open_case import OpenCase
from engine.turns.reconcile import Changes, reconcile

MOST_ENTRIES = 1000
"""More than this in one turn is a diagram that goes round in a circle by itself."""


class NoCase(StepladderError):
    """There is no case with that number."""


class SomebodyElse(StepladderError):
    """The case is in another turn at this moment, and the caller did not want to wait."""


class CannotGoOn(StepladderError):
    """The turn has no end, or the store would not take it although the case was locked."""


class _CannotFire(Exception):
    """A deadline that has passed cannot be acted on; its cause says why."""

    def __init__(self, deadline: DeadlineRow) -> None:
        super().__init__(deadline.element)
        self.deadline = deadline


class Turn(OpenCase):
    """A case inside its turn. Everything that an act may touch is here."""

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        case: CaseRow,
        *,
        by: Person | None,
        run: Run | None = None,
    ) -> None:
        super().__init__(installation, connection, case, by=by, run=run)
        self.passed_over: dict[int, BaseException] = {}
        """Deadlines that have passed and cannot be acted on, by id, each with why."""
        self._entries: list[tuple[Entry, Body]] = []
        self._entries_before = case.entries

    def record(self, fact: Fact, answers: Mapping[str, object] | None = None) -> Changes:
        """Bring tasks and deadlines to what is open now, queue notices, append the entry.

        `answers` become part of what the entry vouches for.
        """
        before = {"stage": self.case.stage, **fact.before}
        changes = reconcile(self, fact, answers)
        after = {**fact.after, **changes.facts()}
        if answers is not None:
            after["answers"] = dict(answers)
        entry, body = next_entry(
            replace(fact, words=self._said(fact.words), before=before, after=after),
            case_id=self.case.id,
            sequence=self.next_sequence,
            previous=self.case.head,
            at=self.at,
            actor_id=self.by.id if self.by else None,
            for_id=self.for_whom.id if self.by and self.for_whom else None,
            version_id=self.case.version_id,
        )
        self._entries.append((entry, body))
        self.case = replace(self.case, entries=entry.sequence, head=entry.hash, last_at=self.at)
        return changes

    def _said(self, words: str) -> str:
        """The words, saying for whom it was done where the actor stood in for somebody (X-16)."""
        if self.by is None or self.for_whom is None or not words.startswith(self.by.name):
            return words
        return f"{self.by.name} for {self.for_whom.name}{words.removeprefix(self.by.name)}"

    def fire_due(self) -> None:
        """Carry out every deadline that has passed, in the order in which they fell due.

        In a suspended case none passes.
        """
        while due := self.due():
            if len(self._entries) == MOST_ENTRIES:
                raise CannotGoOn(
                    "The deadlines of this case bring each other about without end. "
                    "Draw a task between them."
                )
            self._fire(min(due, key=lambda d: (d.due, d.id)))

    def due(self) -> list[DeadlineRow]:
        """The deadlines that have passed and were not acted on yet, but for those passed over."""
        if self.case.suspended_at is not None:
            return []
        passed = (d for d in self.deadlines.values() if _has_passed(d, self.at))
        return [d for d in passed if d.id not in self.passed_over]

    def leave_due(self) -> None:
        """What has passed is left to the next turn, in which what fails stops nothing else."""
        self.passed_over |= {each.id: SomebodyElse("Later.") for each in self.due()}

    def tell_of_incidents(self) -> None:
        """Keep that deadlines cannot be acted on; of what is new the history tells."""
        by, self.by = self.by, None
        try:
            for deadline_id, error in self.passed_over.items():
                fact = note_incident(self, self.deadlines[deadline_id], error)
                if fact is not None:
                    self.record(fact)
        finally:
            self.by = by

    def finish(self) -> None:
        """Carry out what the act itself made due, and write the case back."""
        self.fire_due()
        if not self._entries:
            return  # nothing happened: somebody else was first
        save_deadlines(self.connection, [self.deadlines[i] for i in sorted(self.moved)])
        add_entries(self.connection, self._entries)
        self.case = replace(self.case, state=self.run.freeze())
        if not save_case(self.connection, self.case, entries_before=self._entries_before):
            raise CannotGoOn("The case changed while it was locked. Try again.")

    def _fire(self, deadline: DeadlineRow) -> None:
        by, self.by = self.by, None  # it is the clock that acts here, whoever's turn it is
        try:
            self.run.fire(deadline.token)
            self.move_deadline(replace(deadline, fired_at=self.at))
            fact = Fact(
                act=DEADLINE_PASSED,
                element=deadline.element,
                words=self._passed_in_words(deadline),
                before={},
                after={"passed": deadline.due.isoformat(), "rule": deadline.rule},
            )
            self.record(fact)
        except CannotGoOn:
            raise
        except Exception as error:
            if failed_in_store(error):
                raise
            raise _CannotFire(deadline) from error
        finally:
            self.by = by

    def _passed_in_words(self, deadline: DeadlineRow) -> str:
        when = in_words(deadline.due)
        if deadline.case_limit:
            called = self.version.package.limit_called
            return f"The {called} of {deadline.rule} for the whole case was reached on {when}."
        host = self.diagram.elements[self.diagram.elements[deadline.element].attached_to or ""]
        return f"“{' '.join(host.name.split())}” was not answered by {when}."


def _has_passed(deadline: DeadlineRow, at: datetime) -> bool:
    return deadline.fired_at is None and deadline.closed_at is None and deadline.due <= at


@contextmanager
def turn(
    installation: Installation,
    case_id: int,
    *,
    by: Person | None,
    wait: bool = True,
    afresh: Callable[[Connection, CaseRow], Run | None] | None = None,
) -> Iterator[Turn]:
    """One turn of a case, by a person or (`by` None) by the clock.

    `afresh` makes the workflow to go on with, or None for the case's own. Raises `NoCase`
    when there is none, `SomebodyElse` when `wait` is false and it is in another turn. What the
    block raises undoes the turn; where the case cannot go on, that is an incident.
    """
    watched = _watched(installation, by, lambda: case_id)
    with watched, installation.database.write() as connection:
        row = lock_case(connection, case_id, wait=wait)
        if row is None:
            if wait:
                raise NoCase("There is no such case. Look for it in your list of cases.")
            raise SomebodyElse("The case is being worked on. It will be looked at again.")
        run = afresh(connection, row) if afresh is not None else None
        yield from _take(installation, connection, row, by, run)


@contextmanager
def turn_for_task(installation: Installation, task_id: int, *, by: Person) -> Iterator[Turn]:
    """One turn of the case to which a task belongs. Raises `NoCase` when there is no such task."""
    known: list[int] = []
    watched = _watched(installation, by, lambda: known[0] if known else None)
    with watched, installation.database.write() as connection:
        row = lock_case_of_task(connection, task_id)
        if row is None:
            raise NoCase("There is no such task. Look for it in your tray.")
        known.append(row.id)
        yield from _take(installation, connection, row, by)


@contextmanager
def turn_within(
    installation: Installation, connection: Connection, case_id: int, *, by: Person
) -> Iterator[Turn]:
    """One turn of a case in a transaction that is under way, as when a linked one is opened.

    Raises `NoCase` when there is none.
    """
    row = lock_case(connection, case_id)
    if row is None:
        raise NoCase("There is no such case. Look for it in your list of cases.")
    yield from _take(installation, connection, row, by)


def _take(
    installation: Installation,
    connection: Connection,
    row: CaseRow,
    by: Person | None,
    run: Run | None = None,
) -> Iterator[Turn]:
    case = _begin(installation, connection, row, by, run)
    yield case
    case.finish()


def _begin(
    installation: Installation,
    connection: Connection,
    row: CaseRow,
    by: Person | None,
    run: Run | None,
) -> Turn:
    """The turn with what was due carried out; what cannot be is passed over, and all else goes on.

    Each attempt begins anew from the row, for what failed leaves a workflow that nobody may save.
    """
    passed_over: dict[int, BaseException] = {}
    while True:
        case = Turn(installation, connection, row, by=by, run=run)
        case.passed_over = passed_over
        case.load()
        if run is not None or not case.due():
            break  # deadlines of a workflow that was made afresh are those of the one before
        try:
            with attempt(connection):
                case.fire_due()
            break
        except _CannotFire as failure:
            passed_over[failure.deadline.id] = failure.__cause__ or failure
    case.tell_of_incidents()
    return case


@contextmanager
def _watched(
    installation: Installation, by: Person | None, case_id: Callable[[], int | None]
) -> Iterator[None]:
    """What the engine raises in a turn is kept as an incident, outside of what was rolled back."""
    try:
        yield
    except (_CannotFire, CannotGoOn, Stuck, NotThawed) as failure:
        error = failure.__cause__ if isinstance(failure, _CannotFire) else failure
        known = case_id()
        if known is not None and error is not None:
            with installation.database.write() as connection:
                row = lock_case(connection, known)
                if row is not None:
                    note_lost(installation, connection, row, error, by=by)
        if isinstance(failure, _CannotFire):
            raise CannotGoOn(
                "What would follow from this cannot be carried out, so nothing was changed. Those "
                "who look after the procedure are told."
            ) from failure
        raise

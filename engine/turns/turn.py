"""A turn: the transaction in which a case moves. It holds no act; acts are in the nouns' modules.

    with turn(installation, case_id, by=person) as case:
        case.run.complete(token, values)
        case.record(fact)

The case's row is locked first and is the only lock. What was due before is carried out before the
block runs. At its end the workflow is frozen, the chain's end is written to the case's row, and
all is committed at once. An error inside leaves the case as it was.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from engine.diagrams.run import Run
from engine.errors import StepladderError
from engine.history.entries import Fact, next_entry
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person
from engine.store.cases import CaseRow, lock_case, save_case
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow, save_deadlines
from engine.store.history import Body, Entry, add_entries
from engine.store.tasks import lock_case_of_task
from engine.turns.open_case import OpenCase
from engine.turns.reconcile import Changes, reconcile

DEADLINE_PASSED = "deadline passed"
MOST_ENTRIES = 1000
"""More than this in one turn is a diagram that goes round in a circle by itself."""


class NoCase(StepladderError):
    """There is no case with that number."""


class SomebodyElse(StepladderError):
    """The case is in another turn at this moment, and the caller did not want to wait."""


class CannotGoOn(StepladderError):
    """The turn has no end, or the store would not take it although the case was locked."""


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
        """Carry out every deadline that has passed, in the order in which they fell due."""
        while due := [d for d in self.deadlines.values() if _has_passed(d, self.at)]:
            if len(self._entries) == MOST_ENTRIES:
                raise CannotGoOn(
                    "The deadlines of this case bring each other about without end. "
                    "Draw a task between them."
                )
            self._fire(min(due, key=lambda d: (d.due, d.id)))

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
    installation: Installation, case_id: int, *, by: Person | None, wait: bool = True
) -> Iterator[Turn]:
    """One turn of a case, by a person or (`by` None) by the clock.

    Raises `NoCase` when there is none, `SomebodyElse` when `wait` is false and it is in another
    turn. What the block raises undoes the turn.
    """
    with installation.database.write() as connection:
        row = lock_case(connection, case_id, wait=wait)
        if row is None:
            if wait:
                raise NoCase("There is no such case. Look for it in your list of cases.")
            raise SomebodyElse("The case is being worked on. It will be looked at again.")
        yield from _take(Turn(installation, connection, row, by=by))


@contextmanager
def turn_for_task(installation: Installation, task_id: int, *, by: Person) -> Iterator[Turn]:
    """One turn of the case to which a task belongs. Raises `NoCase` when there is no such task."""
    with installation.database.write() as connection:
        row = lock_case_of_task(connection, task_id)
        if row is None:
            raise NoCase("There is no such task. Look for it in your tray.")
        yield from _take(Turn(installation, connection, row, by=by))


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
    yield from _take(Turn(installation, connection, row, by=by))


def _take(case: Turn) -> Iterator[Turn]:
    case.load()
    case.fire_due()
    yield case
    case.finish()

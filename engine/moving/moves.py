"""Moving running cases to another version: decided once, each case a turn of its own, undone whole.

A turn changes the version and where the workflow stands on it, and nothing else: tasks keep their
ids, who claimed them and what is written for them; due dates stay; nobody is told. What a crash
cuts short goes on: the worker finishes every move that was decided.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.clock import in_london
from engine.diagrams.run import Run
from engine.errors import StepladderError
from engine.history.course_acts import VERSION_HASH
from engine.history.entries import Fact
from engine.history.moving_acts import MOVED_BACK, MOVED_ON
from engine.installation import Installation
from engine.moving.change import Change
from engine.moving.dry_run import find_position, known_versions, try_out
from engine.moving.fit import find_renamed, fit, written_otherwise
from engine.people import Person, find_person
from engine.procedures import NoProcedure, load_version
from engine.store.database import Connection
from engine.store.moves import (
    MovedCaseRow,
    MoveRow,
    Whose,
    add_move,
    find_move,
    find_moved_case,
    find_moved_cases,
    find_moves,
    find_unfinished_moves,
    find_waiting_cases,
    find_writing_of,
    keep_stays,
    rename_tasks,
    save_move,
    save_moved_case,
)
from engine.turns.turn import Turn, turn

log = logging.getLogger(__name__)

LONGEST_REASON: Final = 2000
AT_ONCE: Final = 25
"""So many cases are moved while whoever decided it waits; the worker moves the rest."""
_MOVED: Final = "moved"
_STAYS: Final = "stays"
_BACK: Final = "back"
_MOST_LISTED: Final = 20


class CannotMove(StepladderError):
    """Nothing was decided: a reason or cases are missing."""


class NoMove(StepladderError):
    """There is no such move in this procedure."""


class _Stays(Exception):
    """The case is left as it is."""


@dataclass(frozen=True, kw_only=True)
class MoveFile:
    """A move, and what became of each of its cases."""

    row: MoveRow
    cases: tuple[MovedCaseRow, ...]

    @property
    def moved(self) -> tuple[MovedCaseRow, ...]:
        """The cases that are on the new version by it."""
        return tuple(each for each in self.cases if each.how == _MOVED and each.back != _BACK)

    @property
    def stayed(self) -> tuple[MovedCaseRow, ...]:
        """The cases that were left as they were, each with why."""
        return tuple(each for each in self.cases if each.how == _STAYS)

    @property
    def back(self) -> tuple[MovedCaseRow, ...]:
        """The cases that were moved back."""
        return tuple(each for each in self.cases if each.back == _BACK)

    @property
    def waiting(self) -> int:
        """How many have their turn still to come."""
        if self.row.done_at is not None:
            return 0
        undone = self.row.undone_at is not None
        return sum(
            not each.how or (undone and each.how == _MOVED and not each.back) for each in self.cases
        )


def decide_move(
    installation: Installation,
    key: str,
    number: int,
    *,
    by: Person,
    reason: str,
    numbers: Collection[str] | None = None,
) -> int:
    """Decide that running cases go on with that version; the move's id. `carry_on` moves them.

    `numbers` are those of the cases; None means every case that can. For whoever may publish.
    Raises `CannotMove`, `NotAllowed`, `NoProcedure`, `NoVersion`.
    """
    if not reason.strip():
        raise CannotMove("Write why the cases are moved.")
    if len(reason) > LONGEST_REASON:
        raise CannotMove(f"Shorten the reason to {LONGEST_REASON:,} characters.")
    tried = try_out(installation, key, by=by, number=number)
    chosen = {
        each.case_id
        for each in (tried.movable if numbers is None else tried.elsewhere)
        if numbers is None or each.number in numbers
    }
    if not chosen:
        raise CannotMove("Choose at least one case that can be moved.")
    with installation.database.write() as connection:
        return add_move(
            connection,
            chosen,
            council=by.council,
            procedure=key,
            version_id=tried.target.id,
            person_id=by.id,
            reason=reason.strip(),
            at=installation.clock.now(),
            undone_reason="",
        )


def undo_move(
    installation: Installation, key: str, move_id: int, *, by: Person, reason: str
) -> None:
    """Decide that the cases of a move go back, but for those that have gone on since.

    Raises `CannotMove`, `NoMove`, `NotAllowed`, `NoProcedure`.
    """
    if not reason.strip():
        raise CannotMove("Write why the move is undone.")
    if len(reason) > LONGEST_REASON:
        raise CannotMove(f"Shorten the reason to {LONGEST_REASON:,} characters.")
    with installation.database.write() as connection:
        known_versions(installation, connection, key, by)
        row = _demand_move(connection, key, move_id, by, lock=True)
        if row.undone_at is not None:
            raise CannotMove(f"{row.undone_by_name} has undone it already.")
        save_move(
            connection,
            move_id,
            undone_at=installation.clock.now(),
            undone_by=by.id,
            undone_reason=reason.strip(),
            done_at=None,
        )


def carry_on(installation: Installation, move_id: int, *, most: int = AT_ONCE) -> int:
    """Move, or move back, at most so many of the cases that still wait for it; how many it was.

    Any number may carry on with one move at once: each case is taken once.
    """
    with installation.database.read() as connection:
        row = find_move(connection, move_id)
        if row is None or row.done_at is not None:
            return 0
        undo = row.undone_at is not None
        waiting = find_waiting_cases(connection, move_id, undo=False, most=most)
        going_back = find_waiting_cases(connection, move_id, undo=True, most=most) if undo else []
    known: dict[int, Change] = {}
    for case_id in waiting:
        _take(installation, row, case_id, known, back=False)
    for case_id in going_back:
        _take(installation, row, case_id, known, back=True)
    if len(waiting) < most and len(going_back) < most:
        _end(installation, row)
    return len(waiting) + len(going_back)


def carry_on_all(installation: Installation) -> int:
    """A part of each move that is not finished, as the worker does; how many cases it was."""
    with installation.database.read() as connection:
        unfinished = find_unfinished_moves(connection)
    return sum(carry_on(installation, move_id) for move_id in unfinished)


def read_move(installation: Installation, key: str, move_id: int, *, by: Person) -> MoveFile:
    """What became of a move. Raises `NoMove`, `NotAllowed`, `NoProcedure`."""
    with installation.database.read() as connection:
        known_versions(installation, connection, key, by)
        row = _demand_move(connection, key, move_id, by)
        return MoveFile(row=row, cases=tuple(find_moved_cases(connection, move_id)))


def list_moves(installation: Installation, key: str, *, by: Person) -> list[MoveRow]:
    """The last moves of the procedure's cases, the newest first. Raises as `try_out`."""
    with installation.database.read() as connection:
        known_versions(installation, connection, key, by)
        return find_moves(connection, by.council, key, most=_MOST_LISTED)


def _demand_move(
    connection: Connection, key: str, move_id: int, by: Person, *, lock: bool = False
) -> MoveRow:
    row = find_move(connection, move_id, lock=lock)
    if row is None or (row.council, row.procedure) != (by.council, key):
        raise NoMove("There is no such move. Look for it on the page of the running cases.")
    return row


def _end(installation: Installation, row: MoveRow) -> None:
    """It is over when no case waits, for another's turn may still be under way."""
    with installation.database.write() as connection:
        now = find_move(connection, row.id, lock=True)
        if now is None or now.undone_at != row.undone_at:
            return
        directions = (False,) if now.undone_at is None else (False, True)
        if not any(find_waiting_cases(connection, row.id, undo=u, most=1) for u in directions):
            save_move(connection, row.id, done_at=installation.clock.now())


def _take(
    installation: Installation, row: MoveRow, case_id: int, known: dict[int, Change], *, back: bool
) -> None:
    """One case, in a turn of its own; what stands against it is kept where it stays.

    `known` are the changes from a version to that of the move, by the version's id.
    """
    try:
        by = _who(installation, row, back=back)
        with turn(installation, case_id, by=by) as case:
            kept = find_moved_case(case.connection, row.id, case_id)
            if kept is None or (kept.back if back else kept.how):
                return  # somebody else was first
            now = find_move(case.connection, row.id) or row  # it may have been undone since
            if back:
                _move_back(case, now, kept)
            else:
                _move(case, now, known)
        return
    except (_Stays, StepladderError) as error:
        why = str(error)
    except Exception:  # one case must not hold up all others
        log.exception("Case with id %s could not be moved", case_id)
        why = "Something went wrong with it, and it was left as it was. The log says what."
    with installation.database.write() as connection:
        keep_stays(connection, row.id, case_id, _STAYS, why, back=back)


def _who(installation: Installation, row: MoveRow, *, back: bool) -> Person:
    with installation.database.read() as connection:
        person = find_person(connection, row.undone_by or 0 if back else row.person_id)
    assert person is not None  # noqa: S101  (a foreign key holds it)
    return person


def _move(case: Turn, row: MoveRow, known: dict[int, Change]) -> None:
    if row.undone_at is not None:
        raise _Stays("The move was undone before its turn came.")
    if case.case.closed_at is not None:
        raise _Stays("It was closed meanwhile.")
    if case.case.version_id == row.version_id:
        raise _Stays(f"It is on version {row.version} already.")
    before = case.version.row
    if before.id not in known:
        new = load_version(case.connection, row.version_id)
        known[before.id] = Change(old=case.version, new=new, council=case.council)
    change = known[before.id]
    position = find_position(case.connection, change, case)
    found = fit(change, position)
    if found.run is None:
        raise _Stays(" ".join(found.why))
    _go_on(case, change, found.run, act=MOVED_ON, words=f"moved the case to {change.to}", row=row)
    save_moved_case(
        case.connection,
        row.id,
        case.case.id,
        how=_MOVED,
        why="",
        version_id=before.id,
        sequence=case.case.entries,
        state=position.state,
    )


def _move_back(case: Turn, row: MoveRow, kept: MovedCaseRow) -> None:
    if case.case.version_id != row.version_id or case.case.entries != kept.sequence:
        raise _Stays(f"It has gone on since, last on {_day(case.case.last_at)}.")
    if kept.version_id is None or kept.state is None:
        raise NoProcedure("What it was before is not known. Move it on the page of running cases.")
    old = load_version(case.connection, kept.version_id)
    change = Change(old=case.version, new=old, council=case.council)
    why = written_otherwise(change, find_writing_of(case.connection, _whose(case)))
    if why:
        raise _Stays(" ".join(why))
    run = Run.thaw(old.package.executable, kept.state)
    words = f"moved the case back to {change.to}"
    _go_on(case, change, run, act=MOVED_BACK, words=words, row=row)
    save_moved_case(case.connection, row.id, case.case.id, back=_BACK)


def _go_on(case: Turn, change: Change, run: Run, *, act: str, words: str, row: MoveRow) -> None:
    reason = row.undone_reason if act == MOVED_BACK else row.reason
    case.go_on_with(change.new, run)
    renamed = find_renamed(change, case.tasks.values())
    rename_tasks(case.connection, renamed)
    names = {task_id: (name, form) for task_id, name, form in renamed}
    for token, task in case.tasks.items():
        name, form = names.get(task.id, (task.name, task.form))
        case.tasks[token] = replace(task, name=name, form=form)
    name = case.by.name if case.by else ""
    changes = case.record(
        Fact(
            act=act,
            element="",
            words=f"{name} {words}: {reason}",
            before={"version": change.old.row.number},
            after={
                "version": change.new.row.number,
                VERSION_HASH: change.new.row.hash,
                "move": row.id,
            },
        )
    )
    if changes.facts():
        raise _Stays("Something would begin or end by the move alone, so it was left as it was.")


def _whose(case: Turn) -> Whose:
    row = case.version.row
    return Whose(council=row.council, procedure=row.procedure, case_id=case.case.id)


def _day(at: datetime) -> str:
    local = in_london(at)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"

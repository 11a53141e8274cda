"""The running cases of a procedure, and which of them could go on with another version."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from engine.access import demand_confirming
from engine.acts.tasks import initials_of
from engine.clock import in_london
from engine.councils import Council, stage_in_words
from engine.errors import StepladderError
from engine.installation import Installation
from engine.moving.change import Change
from engine.moving.fit import Fit, Position, fit
from engine.people import Person
from engine.procedures import NoProcedure, Package, Version, load_version
from engine.store.access import find_seen_among
from engine.store.database import Connection
from engine.store.moves import (
    LiveCase,
    Whose,
    find_answers_of,
    find_deadlines_of,
    find_late,
    find_live_cases,
    find_tasks_of,
    find_touched,
    find_writing_of,
)
from engine.store.versions import VersionRow, find_versions
from engine.turns.open_case import CANCELLED, OpenCase

T = TypeVar("T")


class NoVersion(StepladderError):
    """A procedure is asked for a version that it never had."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An open case, by its number. `why` is empty where it could move.

    `version` is the number of the version that it is on, `stage` where it is, in words. `initials`
    are the child's, empty for whoever may not open the case (X-36).
    """

    case_id: int
    number: str
    version: int
    stage: str
    opened_at: datetime
    initials: str = ""
    why: tuple[str, ...] = ()

    @property
    def can_move(self) -> bool:
        """Whether nothing stands against it."""
        return not self.why


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What would become of each running case. `there` are those on the version already.

    `only_words` are the numbers of the versions from which nothing but words is otherwise.
    """

    target: VersionRow
    there: tuple[Candidate, ...]
    elsewhere: tuple[Candidate, ...]
    only_words: frozenset[int]

    @property
    def movable(self) -> tuple[Candidate, ...]:
        """The cases that could move."""
        return tuple(each for each in self.elsewhere if each.can_move)

    @property
    def staying(self) -> tuple[Candidate, ...]:
        """Those that could not."""
        return tuple(each for each in self.elsewhere if not each.can_move)


def known_versions(
    installation: Installation, connection: Connection, key: str, by: Person
) -> list[VersionRow]:
    """All versions of the procedure of the person's council, the oldest first.

    Raises `NotAllowed`, and `NoProcedure` where none was ever published.
    """
    council = installation.council(by.council)
    demand_confirming(connection, by, council, installation.clock.now())
    known = find_versions(connection, council.key, key)
    if not known:
        raise NoProcedure(f"There is no procedure {key} in use. Look at the list of procedures.")
    return known


def try_out(
    installation: Installation, key: str, *, by: Person, number: int | None = None
) -> DryRun:
    """What would become of the running cases with that version, or with the newest one.

    Nothing is changed. For whoever may publish. Raises `NotAllowed`, `NoProcedure`, `NoVersion`.
    """
    with installation.database.read() as connection:
        known = known_versions(installation, connection, key, by)
        target = pick(known, number)
        return _try_out(installation, connection, load_version(connection, target.id), by)


def try_out_package(installation: Installation, package: Package, *, by: Person) -> DryRun:
    """As `try_out`, with what would be the next version; its diagram must have no error.

    The target's id is 0, for it is none yet. Raises `NotAllowed`, `NoProcedure`.
    """
    with installation.database.read() as connection:
        newest = known_versions(installation, connection, package.key, by)[-1]
        row = replace(newest, id=0, number=newest.number + 1, hash=package.hash, reason="")
        return _try_out(installation, connection, Version(row=row, package=package), by)


def _try_out(
    installation: Installation, connection: Connection, new: Version, by: Person
) -> DryRun:
    council, target = installation.council(new.row.council), new.row
    live = find_live_cases(connection, council.key, target.procedure)
    changes = _changes(connection, council, new, live)
    whose = Whose(council=council.key, procedure=target.procedure)
    fits = dict(_look_at_all(connection, whose, changes, live))
    today = in_london(installation.clock.now()).date()
    seen = find_seen_among(connection, (case.id for case in live), by.id, today)
    candidates = [_candidate(council, case, fits.get(case.id), seen) for case in live]
    return DryRun(
        target=target,
        there=tuple(each for each in candidates if each.version == target.number),
        elsewhere=tuple(each for each in candidates if each.version != target.number),
        only_words=frozenset(
            change.old.row.number for change in changes.values() if change.only_words
        ),
    )


def pick(known: Iterable[VersionRow], number: int | None) -> VersionRow:
    """The version with that number, or the newest. Raises `NoVersion`."""
    rows = {row.number: row for row in known}
    found = rows.get(max(rows) if number is None else number)
    if found is None:
        raise NoVersion(f"There is no version {number}. Choose one of those that there are.")
    return found


def only_words_since(installation: Installation, row: VersionRow, council: Council) -> bool:
    """Whether nothing but words is otherwise than in the version before that one."""
    with installation.database.read() as connection:
        known = {
            each.number: each for each in find_versions(connection, row.council, row.procedure)
        }
        before = known.get(row.number - 1)
        if before is None:
            return False
        change = Change(
            old=load_version(connection, before.id),
            new=load_version(connection, row.id),
            council=council,
        )
        return change.only_words


def find_position(connection: Connection, change: Change, case: OpenCase) -> Position:
    """Where a case stands in its turn."""
    row = case.version.row
    whose = Whose(council=row.council, procedure=row.procedure, case_id=case.case.id)
    case_id = case.case.id
    at = _Otherwise(connection, change, whose)
    return Position(
        state=case.run.freeze(),
        tasks=tuple(case.tasks.values()),
        deadlines=tuple(each for each in case.deadlines.values() if each.closed_at is None),
        writing=tuple(find_writing_of(connection, whose)),
        late=at.late.get(case_id, ()),
        touched=at.touched.get(case_id, ()),
        answers=at.answers.get(case_id, ()),
    )


def _changes(
    connection: Connection, council: Council, new: Version, live: Iterable[LiveCase]
) -> dict[int, Change]:
    old: dict[int, Version] = {
        case.version_id: load_version(connection, case.version_id)
        for case in live
        if case.version_id != new.row.id
    }
    return {key: Change(old=each, new=new, council=council) for key, each in old.items()}


def _look_at_all(
    connection: Connection, whose: Whose, changes: Mapping[int, Change], live: Iterable[LiveCase]
) -> Iterable[tuple[int, Fit]]:
    tasks = _by_case((row.case_id, row) for row in find_tasks_of(connection, whose))
    deadlines = _by_case((row.case_id, row) for row in find_deadlines_of(connection, whose))
    writing = _by_case((row.case_id, row) for row in find_writing_of(connection, whose))
    for version_id, change in changes.items():
        at = _Otherwise(connection, change, whose)
        for case in live:
            if case.version_id == version_id:
                position = Position(
                    state=case.state,
                    tasks=tasks.get(case.id, ()),
                    deadlines=deadlines.get(case.id, ()),
                    writing=writing.get(case.id, ()),
                    late=at.late.get(case.id, ()),
                    touched=at.touched.get(case.id, ()),
                    answers=at.answers.get(case.id, ()),
                )
                yield case.id, fit(change, position)


class _Otherwise:
    """What is asked of cases only where something of that kind is otherwise, by their ids."""

    def __init__(self, connection: Connection, change: Change, whose: Whose) -> None:
        self.late: Mapping[int, list[str]] = {}
        self.touched: Mapping[int, list[str]] = {}
        self.answers: Mapping[int, list[tuple[str, str]]] = {}
        gone, forms = change.gone, change.forms_gone
        if gone or forms:
            found = find_late(connection, whose, how=CANCELLED, elements=gone, forms=forms)
            self.late = _by_case(found)
        if change.seen_otherwise:
            self.touched = _by_case(find_touched(connection, whose, change.seen_otherwise))
        if change.new_names:
            said = find_answers_of(connection, whose)
            self.answers = _by_case((case_id, (form, text)) for case_id, form, text in said)


def _by_case(rows: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for case_id, row in rows:
        found.setdefault(case_id, []).append(row)
    return found


def _candidate(
    council: Council, case: LiveCase, found: Fit | None, seen: Collection[int]
) -> Candidate:
    return Candidate(
        case_id=case.id,
        number=case.number,
        version=case.version,
        stage=stage_in_words(council, case.stage) if case.stage else "",
        opened_at=case.opened_at,
        initials=initials_of(case.child_name) if case.id in seen else "",
        why=found.why if found else (),
    )

"""Changing what is recorded of a child, always with a reason; open cases are told (X-13, X-37)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Final

from engine.access import NotAllowed, demand_administrator, may_change_child
from engine.acts.cases import NoReason
from engine.child_file.changes import DIED, MOVED_AWAY, RECORD, STATUS, keep_change, tell_cases
from engine.child_file.reader import demand_openable
from engine.children import (
    BadChild,
    BadStatus,
    Child,
    ReferenceTaken,
    add_child,
    check_status,
    eighteenth_birthday,
    let_read,
    set_status,
    tidy,
)
from engine.clock import in_london
from engine.installation import Installation
from engine.people import Person, find_person
from engine.store.children import (
    LegalStatus,
    change_child,
    correct_status,
    delete_status,
    end_status,
    find_child_by_reference,
    find_status,
)
from engine.store.database import Connection
from engine.store.people import lock_council

_LABELS: Final = {
    "reference": "Reference",
    "name": "Name",
    "date_of_birth": "Date of birth",
    "team": "Team",
    "social_worker_id": "Social worker",
    "raiser_id": "Raiser",
}


def register_child(
    installation: Installation,
    *,
    by: Person,
    reference: str,
    name: str,
    date_of_birth: date,
    team: str,
    social_worker_id: int | None,
    raiser_id: int | None,
    restricted: bool = False,
) -> Child:
    """An administrator adds a child of their council; who adds a restricted one may read of it.

    Raises `NotAllowed`, and `BadChild` and `ReferenceTaken` as `add_child` does.
    """
    with installation.database.write() as connection:
        demand_administrator(connection, by, by.council, installation.clock.now())
        for person_id in (social_worker_id, raiser_id):
            employed(connection, by.council, person_id)
        child = add_child(
            connection,
            council=by.council,
            reference=reference,
            name=name,
            date_of_birth=date_of_birth,
            team=team,
            today=in_london(installation.clock.now()).date(),
            social_worker_id=social_worker_id,
            raiser_id=raiser_id,
            restricted=restricted,
        )
        if restricted:
            let_read(connection, child, by.id)
        keep_change(
            connection,
            child,
            kind=RECORD,
            words="The record was added.",
            reason="",
            by=by,
            installation=installation,
        )
    return child


def change_details(
    installation: Installation,
    child_id: int,
    *,
    by: Person,
    reason: str,
    details: Mapping[str, str | int | date | None],
) -> bool:
    """Change what an administrator keeps of a child; false if nothing is new.

    `details` are `reference`, `name`, `date_of_birth`, `team`, `social_worker_id` and `raiser_id`,
    or some of them. Open cases stay with the team and the people that they were raised with; a new
    social worker or raiser of a restricted child may read of it. Raises `NotAllowed`, `NoReason`,
    `BadChild`, `ReferenceTaken`.
    """
    with changing(installation, child_id, by, reason, administrator=True) as (connection, child):
        changed = []
        for field, label in _LABELS.items():
            if field not in details:
                continue
            old, new = getattr(child, field), details[field]
            if field in ("reference", "name", "team"):
                new = tidy(field, str(new))
            if old == new:
                continue
            if field == "reference":
                lock_council(connection, child.council)  # of two who take it one is told
                _demand_free(connection, child, str(new))
            if isinstance(new, date):
                _correct_birth(installation, connection, child, new)
            change_child(connection, child.id, field, new)
            changed.append(_sentence(connection, child, field, label, old, new))
        if changed:
            keep(installation, connection, child, RECORD, " ".join(changed), reason, by)
    return bool(changed)


def _sentence(
    connection: Connection, child: Child, field: str, label: str, old: object, new: object
) -> str:
    if isinstance(old, date) and isinstance(new, date):
        return f"{label} changed from {_day(old)} to {_day(new)}."
    if field in ("reference", "name", "team"):
        return f"{label} changed from {old} to {new}."
    person = employed(connection, child.council, new if isinstance(new, int) else None)
    if person is not None and child.restricted:
        let_read(connection, child, person.id)
    before = find_person(connection, old) if isinstance(old, int) else None
    was = before.name if before else "nobody"
    return f"{label} changed from {was} to {person.name if person else 'nobody'}."


def _demand_free(connection: Connection, child: Child, reference: str) -> None:
    if find_child_by_reference(connection, child.council, reference) is not None:
        raise ReferenceTaken(
            f"{reference} is another child’s reference. Check it in the council’s own records."
        )


def _correct_birth(
    installation: Installation, connection: Connection, child: Child, born: date
) -> None:
    """Check it against the other days; who is not 18 after all comes of age again one day."""
    today = in_london(installation.clock.now()).date()
    if born > today:
        raise BadChild("The date of birth is still to come. Check the day, the month and the year.")
    if child.died_on is not None and born > child.died_on:
        raise BadChild(
            f"The record says that the child died on {_day(child.died_on)}, before that."
        )
    if child.came_of_age_at is not None and eighteenth_birthday(born) > today:
        change_child(connection, child.id, "came_of_age_at", None)


def employed(connection: Connection, council: str, person_id: int | None) -> Person | None:
    """Somebody who works for the council now, or None for nobody. Raises `BadChild`."""
    if person_id is None:
        return None
    person = find_person(connection, person_id)
    if person is None or person.council != council or not person.active:
        raise BadChild("Select somebody who works for the council now.")
    return person


def add_status(
    installation: Installation,
    child_id: int,
    *,
    by: Person,
    status: str,
    starts: date,
    ends: date | None,
    reason: str,
) -> int:
    """Record a period of a legal status; the number of open cases that were told.

    Raises `NotAllowed`, `NoReason`, `BadStatus`.
    """
    with changing(installation, child_id, by, reason) as (connection, child):
        if check_status(connection, child, status, starts, ends) is not None:
            raise BadStatus("That period is on the record already. Correct it there.")
        set_status(connection, child, status, starts, ends)
        words = f"Legal status recorded: {_period(status, starts, ends)}."
        change = keep(installation, connection, child, STATUS, words, reason, by, until=ends)
    return tell_cases(installation, change)


def finish_status(
    installation: Installation,
    child_id: int,
    *,
    by: Person,
    status_id: int,
    last_day: date,
    reason: str,
) -> int:
    """End a period of a legal status on `last_day`; the number of open cases that were told."""
    with changing(installation, child_id, by, reason) as (connection, child):
        held = _status(connection, child, status_id)
        check_status(connection, child, held.status, held.starts, last_day, but=held.id)
        end_status(connection, held.id, last_day)
        words = f"Legal status ended: {held.status}, the last day is {_day(last_day)}."
        until = None if held.ends is None else max(held.ends, last_day)
        change = keep(installation, connection, child, STATUS, words, reason, by, until=until)
    return tell_cases(installation, change)


def mend_status(
    installation: Installation,
    child_id: int,
    *,
    by: Person,
    status_id: int,
    status: str,
    starts: date,
    ends: date | None,
    reason: str,
) -> int:
    """Correct a period that was recorded wrongly; the number of open cases that were told.

    What was recorded before stays in the record's own list of changes.
    """
    with changing(installation, child_id, by, reason) as (connection, child):
        held = _status(connection, child, status_id)
        if check_status(connection, child, status, starts, ends, but=held.id) is not None:
            raise BadStatus("That period is on the record already. Remove this one instead.")
        correct_status(connection, held.id, status, starts, ends)
        words = (
            f"Legal status corrected: {_period(status, starts, ends)}. It was recorded as "
            f"{_period(held.status, held.starts, held.ends)}."
        )
        until = None if None in (held.ends, ends) else max(held.ends or starts, ends or starts)
        change = keep(installation, connection, child, STATUS, words, reason, by, until=until)
    return tell_cases(installation, change)


def drop_status(
    installation: Installation, child_id: int, *, by: Person, status_id: int, reason: str
) -> int:
    """Remove a period that never was; the number of open cases that were told."""
    with changing(installation, child_id, by, reason) as (connection, child):
        held = _status(connection, child, status_id)
        delete_status(connection, held.id)
        words = (
            "Legal status removed, it was recorded in error: "
            f"{_period(held.status, held.starts, held.ends)}."
        )
        change = keep(installation, connection, child, STATUS, words, reason, by, until=held.ends)
    return tell_cases(installation, change)


def record_death(
    installation: Installation, child_id: int, *, by: Person, on: date | None, reason: str
) -> int:
    """Record that the child died that day, or (None) that it was recorded in error; cases told."""
    with changing(installation, child_id, by, reason) as (connection, child):
        _check_day(installation, child, on)
        if on == child.died_on:
            raise BadChild("The record says so already.")
        change_child(connection, child.id, "died_on", on)
        words = "It was recorded in error that the child died."
        if on is not None:
            words = f"The child died on {_day(on)}."
        change = keep(installation, connection, child, DIED, words, reason, by)
    return tell_cases(installation, change)


def record_move(
    installation: Installation,
    child_id: int,
    *,
    by: Person,
    on: date | None,
    to: str,
    reason: str,
) -> int:
    """Record that another authority, `to`, took over that day, or (None) an error; cases told."""
    with changing(installation, child_id, by, reason) as (connection, child):
        _check_day(installation, child, on)
        where = " ".join(to.split())
        if on is not None and (not where or not where.isprintable()):
            raise BadChild("Enter the authority that the child moved to.")
        if (on, where or None) == (child.moved_on, child.moved_to):
            raise BadChild("The record says so already.")
        change_child(connection, child.id, "moved_on", on)
        change_child(connection, child.id, "moved_to", where if on else None)
        words = "It was recorded in error that another authority took over."
        if on is not None:
            words = f"{where} took over responsibility for the child on {_day(on)}."
        change = keep(installation, connection, child, MOVED_AWAY, words, reason, by)
    return tell_cases(installation, change)


@contextmanager
def changing(
    installation: Installation,
    child_id: int,
    by: Person,
    reason: str,
    *,
    administrator: bool = False,
) -> Iterator[tuple[Connection, Child]]:
    """A transaction on the record of a child that the person may change, with a reason."""
    with installation.database.write() as connection:
        child = demand_openable(installation, connection, child_id, by)
        at = installation.clock.now()
        if administrator:
            demand_administrator(connection, by, child.council, at)
        if not may_change_child(connection, child, by, at):
            raise NotAllowed("Only the child’s raiser or an administrator may change the record.")
        if not reason.strip():
            raise NoReason("Enter the reason.")
        yield connection, child


def keep(
    installation: Installation,
    connection: Connection,
    child: Child,
    kind: str,
    words: str,
    reason: str,
    by: Person,
    *,
    until: date | None = None,
) -> int:
    """Keep what was changed and why; the change's id. `until` is the last day that it is about."""
    return keep_change(
        connection,
        child,
        kind=kind,
        words=words,
        reason=reason.strip(),
        by=by,
        installation=installation,
        until=until,
    )


def _status(connection: Connection, child: Child, status_id: int) -> LegalStatus:
    found = find_status(connection, status_id)
    if found is None or found[0] != child.id:
        raise BadStatus("That period is not on the record any more. Look at the record again.")
    return found[1]


def _check_day(installation: Installation, child: Child, on: date | None) -> None:
    if on is None:
        return
    if on < child.date_of_birth:
        raise BadChild("That day is before the child was born. Check the date.")
    if on > in_london(installation.clock.now()).date():
        raise BadChild("That day is still to come. Record it when it has happened.")


def _period(status: str, starts: date, ends: date | None) -> str:
    return f"{status}, from {_day(starts)}" + (f" to {_day(ends)}" if ends else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

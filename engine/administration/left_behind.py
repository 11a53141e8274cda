"""What those who have left leave behind: cases without a raiser, records that nobody can open.

An administrator sees that there are such, and who it was; no name or reference of a child (X-37).
"""

from dataclasses import dataclass

from engine.access import demand_administrator
from engine.acts.cases import NoReason
from engine.administration.admin_log import write_down
from engine.child_file.changes import RECORD
from engine.child_file.records import employed, keep
from engine.children import BadChild, find_child, let_read
from engine.errors import StepladderError
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person
from engine.store.left_behind import find_cases_whose_raiser_left, find_unread


class NotUnread(StepladderError):
    """The record is not one that nobody can open; what it is, is not said."""


@dataclass(frozen=True, kw_only=True)
class UnreadRecord:
    """A restricted record of which nobody who is named works for the council any more.

    `named` are those who were.
    """

    child_id: int
    named: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """Open cases whose raiser has left, as number and raiser, and records that nobody can open."""

    cases: tuple[tuple[str, str], ...]
    records: tuple[UnreadRecord, ...]


def read_left_behind(installation: Installation, by: Person) -> LeftBehind:
    """What of the administrator's council waits for somebody in a leaver's place.

    Raises `NotAllowed`.
    """
    with installation.database.read() as connection:
        demand_administrator(connection, by, by.council, installation.clock.now())
        return LeftBehind(
            cases=find_cases_whose_raiser_left(connection, by.council),
            records=tuple(
                UnreadRecord(child_id=child_id, named=named)
                for child_id, named in find_unread(connection, by.council).items()
            ),
        )


def read_unread_record(installation: Installation, by: Person, child_id: int) -> UnreadRecord:
    """One such record. Raises `NotAllowed`, and `NotUnread` for every other record."""
    for record in read_left_behind(installation, by).records:
        if record.child_id == child_id:
            return record
    raise NotUnread("There is no such record that nobody can open. Look at the list again.")


def name_first_reader(
    installation: Installation, child_id: int, *, by: Person, person_id: int | None, reason: str
) -> Person:
    """Name somebody who may read a record that nobody can open.

    The reason is kept on the record. Raises `NotAllowed`, `NotUnread`, `NoReason`, `BadChild`.
    """
    if not reason.strip():
        raise NoReason("Enter the reason.")
    at = installation.clock.now()
    with installation.database.write() as connection:
        demand_administrator(connection, by, by.council, at)
        child = find_child(connection, child_id)
        if child is None or child.id not in find_unread(connection, by.council):
            raise NotUnread("There is no such record that nobody can open. Look at the list again.")
        person = employed(connection, by.council, person_id)
        if person is None:
            raise BadChild("Select who may read the record.")
        let_read(connection, child, person.id)
        words = f"{person.name} may read the record, which nobody could open."
        keep(installation, connection, child, RECORD, words, reason, by)
        told = f"{by.name} let {person.name} read a restricted record that nobody could open."
        write_down(connection, by, at, words=told, about=person)
    note(installation, by, "named a reader of a record that nobody could open", child_id=child_id)
    return person

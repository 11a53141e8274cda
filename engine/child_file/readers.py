"""Who may read of a restricted child: named by an administrator or the child's raiser (X-37)."""

from engine.child_file.changes import RECORD
from engine.child_file.records import changing, employed, keep
from engine.children import BadChild, let_read, restrict
from engine.installation import Installation
from engine.people import Person, find_person
from engine.store.children import change_child, delete_reader, find_readers


def restrict_child(installation: Installation, child_id: int, *, by: Person, reason: str) -> None:
    """From now on those alone who are named may read of the child; who does it is named too."""
    with changing(installation, child_id, by, reason, administrator=True) as (connection, child):
        if child.restricted:
            raise BadChild("The record is restricted already. Name who may read it below.")
        let_read(connection, restrict(connection, child), by.id)
        keep(installation, connection, child, RECORD, "The record was restricted.", reason, by)


def open_to_all(installation: Installation, child_id: int, *, by: Person, reason: str) -> None:
    """The record is no longer restricted; who has a reason to may read it, as any other."""
    with changing(installation, child_id, by, reason, administrator=True) as (connection, child):
        if not child.restricted:
            raise BadChild("The record is not restricted.")
        change_child(connection, child.id, "restricted", False)
        words = "The record is no longer restricted."
        keep(installation, connection, child, RECORD, words, reason, by)


def name_reader(
    installation: Installation, child_id: int, *, by: Person, person_id: int, reason: str
) -> None:
    """One person more may read of a restricted child."""
    with changing(installation, child_id, by, reason) as (connection, child):
        person = employed(connection, child.council, person_id)
        if person is None:
            raise BadChild("Select who may read the record.")
        let_read(connection, child, person.id)
        words = f"{person.name} may read the record."
        keep(installation, connection, child, RECORD, words, reason, by)


def remove_reader(
    installation: Installation, child_id: int, *, by: Person, person_id: int, reason: str
) -> None:
    """A person may no longer read of a restricted child. Somebody always stays named."""
    with changing(installation, child_id, by, reason) as (connection, child):
        if find_readers(connection, child.id) == [person_id]:
            raise BadChild("Name somebody else first, or nobody could open the record any more.")
        person = find_person(connection, person_id)
        if person is None or not delete_reader(connection, child.id, person_id):
            raise BadChild("That person is not named on the record. Look at the list again.")
        words = f"{person.name} may no longer read the record."
        keep(installation, connection, child, RECORD, words, reason, by)

"""The access log: who looked, who searched, who was refused. It takes no case's lock.

No name of a child goes into it, nor what somebody searched for: ids only (X-23).
"""

from collections.abc import Iterable

from engine.installation import Installation
from engine.people import Person
from engine.store.history import record_access


def note(
    installation: Installation,
    person: Person | None,
    what: str,
    *,
    allowed: bool = True,
    case_id: int | None = None,
    child_id: int | None = None,
) -> None:
    """Keep that the person did `what`, or (`allowed` false) was refused it, at this moment."""
    with installation.database.write() as connection:
        record_access(
            connection,
            at=installation.clock.now(),
            person_id=person.id if person else None,
            what=what,
            allowed=allowed,
            case_id=case_id,
            child_id=child_id,
        )


def note_each(
    installation: Installation, person: Person, what: str, case_ids: Iterable[int]
) -> None:
    """Keep that the person saw `what` of each of the cases at this moment, in one transaction."""
    at = installation.clock.now()
    with installation.database.write() as connection:
        for case_id in case_ids:
            record_access(
                connection,
                at=at,
                person_id=person.id,
                what=what,
                allowed=True,
                case_id=case_id,
            )

"""The child's own page: what is on the record, and the cases that the reader may see (X-37).

Each look and each refusal is written to the access log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.access import (
    NotAllowed,
    may_administer,
    may_change_child,
    may_open_child,
    may_raise,
)
from engine.children import Child, LegalStatus, age_on, find_child
from engine.clock import in_london
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person, find_person
from engine.store.child_changes import ChildChange, find_changes
from engine.store.child_file import ChildsCase, find_childs_cases
from engine.store.children import find_hidden, find_readers, find_statuses, search_children
from engine.store.database import Connection
from engine.store.siblings import find_siblings

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class ChildFile:
    """What one person may read of a child on one day, `today` (in London).

    `statuses` are all there ever were. `readers` are those named on a restricted record. `changes`
    are what was changed, the newest first, each with who did it: shown to who `may_change` alone.
    """

    child: Child
    age: int
    statuses: tuple[LegalStatus, ...]
    social_worker: str
    raiser: str
    cases: tuple[ChildsCase, ...]
    siblings: tuple[Child, ...]
    readers: tuple[Person, ...]
    changes: tuple[tuple[ChildChange, str], ...]
    may_change: bool
    may_administer: bool
    may_raise: bool
    today: date


@dataclass(frozen=True, kw_only=True)
class ChildrenPage:
    """A page of the list of children; `more` says that another page follows.

    `hidden` are, for an administrator, the restricted records that they may not read: of each, the
    names of those who may, and nothing else.
    """

    children: tuple[Child, ...]
    more: bool
    hidden: tuple[tuple[str, ...], ...] = ()


def read_child(installation: Installation, child_id: int, by: Person) -> ChildFile:
    """The child's page for that person. Raises `NotAllowed`, which gives nothing away."""
    allowed = False
    try:
        with installation.database.read() as connection:
            child = demand_openable(installation, connection, child_id, by)
            file = _read(installation, connection, child, by)
        allowed = True
        return file
    finally:
        note(installation, by, "child", allowed=allowed, child_id=child_id if allowed else None)


def demand_openable(
    installation: Installation, connection: Connection, child_id: int, by: Person
) -> Child:
    """The child, whose page that person may open. Raises `NotAllowed`."""
    child = find_child(connection, child_id)
    at = installation.clock.now()
    if child is None or not may_open_child(connection, child, by, at):
        raise NotAllowed("You may not read of this child. Ask your manager to be named.")
    return child


def _read(
    installation: Installation, connection: Connection, child: Child, by: Person
) -> ChildFile:
    at = installation.clock.now()
    today = in_london(at).date()
    may_change = may_change_child(connection, child, by, at)
    ids = find_readers(connection, child.id) if child.restricted and may_change else []
    return ChildFile(
        child=child,
        age=age_on(child.date_of_birth, child.died_on or today),
        statuses=find_statuses(connection, child.id),
        social_worker=_name(connection, child.social_worker_id),
        raiser=_name(connection, child.raiser_id),
        cases=tuple(find_childs_cases(connection, child.id, by.id, today)),
        siblings=tuple(find_siblings(connection, child.id, by.id)),
        readers=tuple(found for each in ids if (found := find_person(connection, each))),
        changes=tuple(find_changes(connection, child.id)) if may_change else (),
        may_change=may_change,
        may_administer=may_administer(connection, by, child.council, at),
        may_raise=may_raise(connection, by, child.council, at),
        today=today,
    )


def _name(connection: Connection, person_id: int | None) -> str:
    person = find_person(connection, person_id) if person_id is not None else None
    return person.name if person else ""


def list_children(
    installation: Installation, by: Person, text: str, after: int | None = None
) -> ChildrenPage:
    """A page of the council's children whom the person may read of, by name.

    Each word of `text` stands in the name or the reference; without a word it is all of them.
    `after` is the id of the last child of the page before. For administrators and raisers; raises
    `NotAllowed` for others. The log says that somebody looked, not for whom.
    """
    with installation.database.read() as connection:
        at = installation.clock.now()
        administers = may_administer(connection, by, by.council, at)
        if not administers and not may_raise(connection, by, by.council, at):
            raise NotAllowed(
                "The list of children is for administrators and for those who raise concerns. "
                "You reach a child’s record from your cases."
            )
        found: Sequence[Child] = search_children(
            connection, by.council, _words(text), by.id, PAGE + 1, after
        )
        hidden = find_hidden(connection, by.council, by.id) if administers else ()
    note(installation, by, f"list of children, {min(len(found), PAGE)} shown")
    return ChildrenPage(children=tuple(found[:PAGE]), more=len(found) > PAGE, hidden=hidden)


def _words(text: str) -> list[str]:
    return [word for word in text.lower().split() if word.isprintable()]

"""Before a concern is raised: the child is found and picked, and the procedure chosen (X-37, X-38).

Each search and each look at a child is written to the access log.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access import NotAllowed, demand_child, demand_may_raise, may_read_child
from engine.acts.cases import start_event
from engine.children import (
    Child,
    LegalStatus,
    find_child,
    find_children,
    is_looked_after,
    statuses_on,
)
from engine.clock import in_london
from engine.forms import Form
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Version, latest_versions, load_version
from engine.store.cases import find_case
from engine.store.database import Connection
from engine.store.drafts import Spot, find_draft_row
from engine.store.files import find_unsent
from engine.store.people import lock_person
from engine.store.raisings import (
    RaisingRow,
    add_raising,
    choose_version,
    find_unsent_raisings,
)
from engine.store.versions import VersionRow
from engine.writing.places import demand_raising

MOST_FOUND = 20


@dataclass(frozen=True, kw_only=True)
class Picked:
    """A child about whom a concern may be raised, today's legal statuses, the procedures."""

    child: Child
    statuses: tuple[LegalStatus, ...]
    looked_after: bool
    procedures: Sequence[VersionRow]


def search_children(installation: Installation, by: Person, text: str) -> tuple[Child, ...]:
    """The children of the person's council in whose name or reference each word stands.

    At most 20, by name. The log says that somebody searched and how many they were shown, not what
    they searched for: that may be a child's name. Raises `NotAllowed` for who may not raise.
    """
    with installation.database.read() as connection:
        demand_may_raise(connection, by, by.council, installation.clock.now())
        found = find_children(connection, by.council, text, by.id, MOST_FOUND)
    note(installation, by, f"searched for a child, {len(found)} shown")
    return found


def pick_child(installation: Installation, by: Person, child_id: int) -> Picked:
    """The child, for a person who may raise a concern about them. Raises `NotAllowed`."""
    at = installation.clock.now()
    today = in_london(at).date()
    try:
        with installation.database.read() as connection:
            demand_may_raise(connection, by, by.council, at)
            child = find_child(connection, child_id)
            if child is None or child.council != by.council:
                raise NotAllowed("That child is not known to this council. Pick the child again.")
            demand_child(connection, child_id, by.id)
            picked = Picked(
                child=child,
                statuses=statuses_on(connection, child_id, today),
                looked_after=is_looked_after(connection, child_id, today),
                procedures=latest_versions(connection, by.council),
            )
    except NotAllowed:
        note(installation, by, "child", allowed=False, child_id=child_id)
        raise
    note(installation, by, "child", child_id=child_id)
    return picked


@dataclass(frozen=True, kw_only=True)
class Raising:
    """A concern that a person is raising: its `mark` stands for it in addresses.

    `linked_to` is the case that it takes up again, `again` which of its concerns, `then` the act
    with which the new case goes on; all empty for most. `raised_as` is the number of its case, once
    it is one. `began_at` is aware, in UTC; `begun` says that something was typed.
    """

    mark: str
    child: Child
    version_id: int | None
    linked_to: int | None
    then: str
    again: tuple[int, ...]
    raised_as: str
    began_at: datetime
    begun: bool


def begin_raising(
    installation: Installation,
    by: Person,
    child_id: int,
    *,
    linked_to: int | None = None,
    then: str = "",
    again: Sequence[int] = (),
) -> str:
    """The mark of a concern about that child, for the person to write; the one begun before if any.

    Raises `NotAllowed` for who may not raise, or not read of the child.
    """
    pick_child(installation, by, child_id)
    with installation.database.write() as connection:
        places = ",".join(str(place) for place in again)
        lock_person(connection, by.id)  # of two windows that begin at once, the second finds one
        for row in find_unsent_raisings(connection, by.id):
            known = (row.child_id, row.linked_to, row.then_element, row.again)
            if known == (child_id, linked_to, then, places):
                return row.mark
        mark = secrets.token_urlsafe(9)
        add_raising(
            connection,
            mark=mark,
            person_id=by.id,
            child_id=child_id,
            linked_to=linked_to,
            then_element=then,
            again=places,
            began_at=installation.clock.now(),
        )
    return mark


def find_raising(installation: Installation, by: Person, mark: str) -> Raising:
    """The concern with that mark, also when it was raised. Raises `NoRaising` and `NotAllowed`."""
    with installation.database.read() as connection:
        row = demand_raising(connection, mark, by, installation.clock.now())
        return _raising(connection, row)


def find_begun_raisings(installation: Installation, by: Person) -> tuple[Raising, ...]:
    """What the person began to write and has not sent, the newest first."""
    with installation.database.read() as connection:
        rows = find_unsent_raisings(connection, by.id)
        may = [row for row in rows if may_read_child(connection, row.child_id, by.id)]
        found = [_raising(connection, row) for row in may]
    return tuple(raising for raising in found if raising.begun)


def choose_procedure(installation: Installation, by: Person, mark: str, version_id: int) -> None:
    """The person has confirmed the child, and chosen the procedure's version."""
    with installation.database.write() as connection:
        row = demand_raising(connection, mark, by, installation.clock.now())
        choose_version(connection, row.id, version_id)


def _raising(connection: Connection, row: RaisingRow) -> Raising:
    child = find_child(connection, row.child_id)
    assert child is not None  # noqa: S101  (a foreign key holds it)
    case = find_case(connection, row.case_id) if row.case_id is not None else None
    spot = Spot(case_id=None, element="", task_id=None, raising_id=row.id)
    begun = find_draft_row(connection, spot, row.person_id) is not None
    return Raising(
        mark=row.mark,
        child=child,
        version_id=row.version_id,
        linked_to=row.linked_to,
        then=row.then_element,
        again=tuple(int(place) for place in row.again.split(",") if place),
        raised_as=case.number if case else "",
        began_at=row.began_at,
        begun=begun or bool(find_unsent(connection, spot, row.person_id)),
    )


def raising_form(installation: Installation, by: Person, version_id: int) -> tuple[Version, Form]:
    """The version of a procedure of the person's council, and the form that opens a case on it.

    Raises `NotAllowed` for another council's, `NoProcedure` when there is none.
    """
    with installation.database.read() as connection:
        version = load_version(connection, version_id)
    if version.row.council != by.council:
        raise NotAllowed("That procedure is another council's. Start again from your tray.")
    start = start_event(version.package.diagram)
    return version, version.package.forms[start.form or ""]

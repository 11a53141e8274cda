"""Before a concern is raised: the child is found and picked, and the procedure chosen (X-37, X-38).

Each search and each look at a child is written to the access log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.access import NotAllowed, demand_child, demand_may_raise
from engine.access_log import note
from engine.cases import start_event
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
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Version, latest_versions, load_version
from engine.store.versions import VersionRow

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

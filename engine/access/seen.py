"""Who may read what was seen: who looked, searched, took files away, and was refused."""

from datetime import datetime

from engine.access import NotAllowed, may_administer
from engine.clock import in_london
from engine.councils import Council
from engine.people import Person
from engine.store.database import Connection
from engine.store.people import find_holdings


def may_read_looks(connection: Connection, person: Person, council: Council, at: datetime) -> bool:
    """Whether the person reads who looked at the council's cases and children.

    Who holds the post that is kept informed, in their own right, and administrators: whoever sees
    every case, and whoever looks after who may. Of a restricted child only who is named reads any
    of it, which the query sees to (X-36).
    """
    if not person.active or person.council != council.key:
        return False
    held = {row.post for row in find_holdings(connection, person.id, in_london(at).date())}
    return council.kept_informed in held or may_administer(connection, person, council.key, at)


def demand_reading_looks(
    connection: Connection, person: Person, council: Council, at: datetime
) -> None:
    """Raise `NotAllowed` for who may not read it."""
    if not may_read_looks(connection, person, council, at):
        title = council.posts[council.kept_informed].title
        raise NotAllowed(f"The {title} and administrators read who looked at what. Ask them.")

"""The administrative record: who changed what about people outside a case, only ever added to.

It has no chain: nothing of a case hangs on it. No name of a child goes into it.
"""

from datetime import datetime

from engine.people import Person
from engine.store.admin_log import (
    Administered,
    add_administered,
    find_administered,
    find_administered_about,
)
from engine.store.database import Connection

__all__ = ["Administered", "find_administered", "find_administered_about", "write_down"]


def write_down(
    connection: Connection,
    by: Person | None,
    at: datetime,
    *,
    words: str,
    about: Person | None = None,
    council: str = "",
) -> None:
    """Keep what somebody changed, in the transaction that changes it.

    `by` is None for what is done at the machine itself; `council` is needed where it is nobody's.
    """
    add_administered(
        connection,
        council=about.council if about else council,
        at=at,
        person_id=by.id if by else None,
        about_id=about.id if about else None,
        words=words,
    )

"""Messages that did not arrive, for those who can do something about it."""

from datetime import timedelta
from typing import Final

from engine.access import may_administer
from engine.installation import Installation
from engine.people import Person
from engine.store.notices import FailedNotice, find_failed_notices

MOST_UNDELIVERED: Final = 20
# A digest is of no case that is closed one day; after so long nobody misses it.
DIGESTS_SHOWN_FOR: Final = timedelta(days=14)


def read_undelivered(installation: Installation, person: Person) -> list[FailedNotice]:
    """What was given up in open cases, the newest first, at most 20.

    The raiser of a case is told, who can tell people in another way; an administrator is told of
    all their council's cases, and of the digests of the last 14 days. Neither the message nor the
    post stands there, for they may say what is not theirs to know (X-36).
    """
    at = installation.clock.now()
    with installation.database.read() as connection:
        administers = may_administer(connection, person, person.council, at)
        return find_failed_notices(
            connection,
            raiser=person.id,
            council=person.council if administers else None,
            since=at - DIGESTS_SHOWN_FOR,
            most=MOST_UNDELIVERED,
        )

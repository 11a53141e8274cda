"""Which case somebody may have verified; whoever looks at audits may have everything verified.

A verdict names cases by their numbers, and tells nothing of them.
"""

from datetime import datetime

from engine.access import NoPart, may_administer, may_see_case
from engine.people import Person
from engine.store.cases import CaseRow
from engine.store.database import Connection


def demand_verifying_case(
    connection: Connection, case: CaseRow, person: Person, at: datetime
) -> None:
    """Raise `NoPart` for a case of which they may not even know.

    An administrator may have each case of the council verified, as they destroy words in it: no
    word is read for that.
    """
    ours = case.council == person.council
    administers = ours and may_administer(connection, person, case.council, at)
    if not administers and not (ours and may_see_case(connection, case.id, person.id, at)):
        raise NoPart("There is no such case, or you have no part in it.")

"""What is raised out of an open case: a concern of it as a challenge of its own (A-ROT-4, X-10).

Both cases keep the link: the new one is linked to the first, and the first one's concern says as
which case it was raised. Both are kept in one transaction.
"""

from dataclasses import replace
from typing import Final

from engine.acts.concerns import element_of
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person
from engine.store.cases import CaseRow, find_case
from engine.store.concerns import ConcernRow, find_concerns, save_concern
from engine.store.database import Connection
from engine.store.raisings import RaisingRow, add_raising
from engine.turns.turn import Turn, turn_within

RAISED_ANEW: Final = "concern raised on its own"


def keep_mark(case: Turn, mark: str) -> None:
    """Keep that this case was raised under a mark which nobody began, so that it is raised once."""
    add_raising(
        case.connection,
        mark=mark,
        person_id=case.case.raiser_id,
        child_id=case.case.child_id,
        version_id=case.case.version_id,
        began_at=case.at,
        case_id=case.case.id,
    )


def raised_as(installation: Installation, concern: ConcernRow) -> str:
    """The number of the case as which the concern was raised anew; empty where it was not."""
    if concern.raised_as is None:
        return ""
    with installation.database.read() as connection:
        case = find_case(connection, concern.raised_as)
    return case.number if case is not None else ""


def show_where_it_went(
    installation: Installation,
    connection: Connection,
    raising: RaisingRow,
    new: CaseRow,
    *,
    by: Person,
) -> None:
    """In a turn of the open case from which concerns were raised anew, say so of each of them.

    Of a closed case the link alone is kept, as ever: nothing of it is open. The register of cases
    is locked before the case here, and nowhere the other way round.
    """
    places = {int(place) for place in raising.again.split(",") if place}
    if raising.linked_to is None or not places:
        return
    with turn_within(installation, connection, raising.linked_to, by=by) as first:
        rows = find_concerns(connection, first.case.id) if first.case.closed_at is None else []
        for row in rows:
            if row.place in places and row.raised_as is None:
                save_concern(connection, replace(row, raised_as=new.id))
                first.record(_fact(by, row.place, new.number))


def _fact(by: Person, place: int, number: str) -> Fact:
    return Fact(
        act=RAISED_ANEW,
        element=element_of(place),
        words=f"{by.name} raised concern {place} as a challenge of its own, case {number}.",
        before={},
        after={"concern": place, "raised_as": number},
    )

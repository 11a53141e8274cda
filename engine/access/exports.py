"""Who may take cases out of the product as files, and what of them they see."""

from datetime import datetime

from engine.access import NotAllowed, may_administer
from engine.access.registers import posts_leading_reviews
from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.people import Person
from engine.store.database import Connection
from engine.store.people import find_holdings


def demand_exporting(
    connection: Connection, person: Person, council: Council, at: datetime
) -> frozenset[str]:
    """The posts by which the person sees what an export tells of. Raises `NotAllowed`.

    Whoever leads the reviewing officers, as far as the post that is kept informed, or administers;
    in their own right. As raiser or social worker nobody sees more: those are persons of a case.
    """
    held = {row.post for row in find_holdings(connection, person.id, in_london(at).date())}
    ours = person.active and person.council == council.key
    leads = ours and not held.isdisjoint(posts_leading_reviews(council))
    if not leads and not may_administer(connection, person, council.key, at):
        kept_informed = council.posts[council.kept_informed].title
        raise NotAllowed(
            "Only those who lead the reviewing officers, as far as the "
            f"{kept_informed}, and administrators of {council.name} may export cases. Ask them."
        )
    return frozenset(held - {RAISER, SOCIAL_WORKER})

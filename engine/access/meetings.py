"""Who keeps, reads and adds to the standing meetings of a council (X-28)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.clock import in_london
from engine.councils import RAISER, Council, MeetingKind
from engine.people import Person
from engine.store.access import Held, find_reader
from engine.store.database import Connection


@dataclass(frozen=True, kw_only=True)
class MeetingPart:
    """What somebody has to do with a standing meeting.

    Who `keeps` it sets its dates and records it; who `attends` reads all of it; who `adds` may put
    their cases on it, and reads of these alone. `for_id` is whom they keep it for, standing in.
    """

    keeps: bool
    attends: bool
    adds: bool
    for_id: int | None = None

    @property
    def reads(self) -> bool:
        """Whether they read all of it, but for the cases of restricted children (X-36)."""
        return self.keeps or self.attends

    @property
    def any(self) -> bool:
        """Whether they have anything to do with it."""
        return self.reads or self.adds


def parts_in_meetings(
    connection: Connection, person: Person, council: Council, at: datetime
) -> dict[str, MeetingPart]:
    """What the person has to do with each of the council's standing meetings, by its key.

    By a post held at that instant, or by one of those for whom they stand in.
    """
    if not council.meetings or not person.active or person.council != council.key:
        return {}
    reader = find_reader(connection, person.id, in_london(at).date())
    held = [each for each in reader.held if each.council == council.key]
    return {key: _part(kind, held, person.id) for key, kind in council.meetings.items()}


def _part(kind: MeetingKind, held: Iterable[Held], person_id: int) -> MeetingPart:
    keepers = {each.person_id for each in held if each.post in kind.kept_by}
    posts = {each.post for each in held}
    return MeetingPart(
        keeps=bool(keepers),
        attends=not posts.isdisjoint(kind.attends),
        adds=kind.raisers_add_cases and RAISER in posts,
        for_id=min(keepers) if keepers and person_id not in keepers else None,
    )

"""Who sees which figures across cases, and whose figures nobody sees but those kept informed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.access import NotAllowed, may_administer
from engine.access.registers import posts_leading_reviews
from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.people import Person
from engine.store.access import Held, Reader, find_reader
from engine.store.database import Connection

FEWEST_SEATS: Final = 3
"""Of answers asked of fewer seats nobody is told but those who are kept informed (X-25)."""


@dataclass(frozen=True, kw_only=True)
class FigureRights:
    """Which figures somebody sees today.

    `service` are all of the council; else those of the cases of `teams` only. `all_seats` says
    that figures for one raiser or for a post that one person holds are shown too: to the holders of
    the post that is kept informed, and of nobody else (X-25). Cases behind a figure are seen as far
    as `reader` may see them, and that a referral was considered as far as their posts are named on
    the diagram (X-36).
    """

    reader: Reader
    council: str
    service: bool
    teams: frozenset[str]
    all_seats: bool

    def sees_team(self, team: str) -> bool:
        """Whether figures of that team are seen; of an empty one, those of all teams."""
        return self.service or team in self.teams


def figure_rights(
    connection: Connection, person: Person, council: Council, at: datetime
) -> FigureRights:
    """What that person sees of the council's figures at that instant; perhaps nothing.

    The service's: those who lead the reviewing officers, as far as the post that is kept informed,
    administrators, and the posts above social workers that are held for the whole service. Their
    own teams': the posts above social workers that are held for a team. Posts that are lent today
    count, but nobody sees one raiser's figures by standing in.
    """
    reader = find_reader(connection, person.id, in_london(at).date())
    ours = person.active and person.council == council.key
    held = [each for each in reader.held if ours and each.council == council.key]
    managing = [each for each in held if each.post in _managers(council)]
    leads = any(each.post in posts_leading_reviews(council) for each in held)
    return FigureRights(
        reader=reader,
        council=council.key,
        service=leads
        or any(not each.team for each in managing)
        or (ours and may_administer(connection, person, council.key, at)),
        teams=frozenset(each.team for each in managing if each.team),
        all_seats=any(_is_kept_informed(each, council, person) for each in held),
    )


def demand_figures(
    connection: Connection, person: Person, council: Council, at: datetime
) -> FigureRights:
    """What the person sees of the council's figures. Raises `NotAllowed` where that is nothing."""
    rights = figure_rights(connection, person, council, at)
    if not rights.service and not rights.teams:
        kept_informed = council.posts[council.kept_informed].title
        raise NotAllowed(
            "Figures are for managers of teams, for those who lead the reviewing officers and for "
            f"administrators. Ask the {kept_informed} for what you need."
        )
    return rights


def _is_kept_informed(held: Held, council: Council, person: Person) -> bool:
    return held.person_id == person.id and held.post == council.kept_informed


def _managers(council: Council) -> set[str]:
    """The posts that manage social workers, however far above them; no raiser is one."""
    found: set[str] = set()
    known = council.posts.get(SOCIAL_WORKER)
    while known is not None and known.line_manager and known.line_manager not in found:
        found.add(known.line_manager)
        known = council.posts.get(known.line_manager)
    return found - {RAISER}

"""Who may see and do what in the registers, outside the cases (X-26)."""

from dataclasses import dataclass
from datetime import datetime

from engine.clock import in_london
from engine.councils import ADMINISTRATOR, RAISER, SOCIAL_WORKER, Council
from engine.people import Person
from engine.store.access import Held, Reader, find_reader
from engine.store.database import Connection


@dataclass(frozen=True, kw_only=True)
class RegisterRights:
    """What somebody may do with what is kept outside the cases (X-26), as posts held today say.

    `reviews` is the side of the reviewing officers: raisers, those above them as far as the post
    that is kept informed or the neutral `iro_sm`, and the post that is kept informed itself. They
    keep general concerns and good practice. `leads_reviews` are those of them who are no raisers.
    `works` is the line of social work, from the social worker up: they challenge decisions of a
    review; `managing` are those of its posts that lead a team. Posts that are lent today count.
    `raises` and `administers` are as `may_raise` and `may_administer` say: those are never lent.
    """

    reader: Reader
    council: str
    reviews: bool
    leads_reviews: bool
    works: bool
    managing: tuple[Held, ...]
    raises: bool
    administers: bool

    @property
    def any(self) -> bool:
        """Whether they have anything to do with the registers by a post of theirs."""
        return self.reviews or self.works


def register_rights(
    connection: Connection, person: Person, council: Council, at: datetime
) -> RegisterRights:
    """What that person of the council may do with its registers at that instant."""
    reader = find_reader(connection, person.id, in_london(at).date())
    held = [each for each in reader.held if each.council == council.key == person.council]
    leading = posts_leading_reviews(council)
    above = set(_line(council, SOCIAL_WORKER))
    managing = tuple(each for each in held if each.post in above)
    posts = {each.post for each in held} if person.active else set()
    own = {each.post for each in held if each.person_id == person.id}
    leads = not posts.isdisjoint(leading)
    return RegisterRights(
        reader=reader,
        council=council.key,
        reviews=leads or RAISER in posts,
        leads_reviews=leads,
        works=bool(managing) or SOCIAL_WORKER in posts,
        managing=managing,
        raises=RAISER in own,
        administers=person.active and (person.administrator or ADMINISTRATOR in own),
    )


def posts_leading_reviews(council: Council) -> set[str]:
    """The posts that lead the reviewing officers, as far up as where they are kept informed."""
    line = _line(council, RAISER)
    last = max(
        (place for place, post in enumerate(line) if post in (council.kept_informed, "iro_sm")),
        default=0,
    )
    return {*line[: last + 1], council.kept_informed}


def _line(council: Council, post: str) -> list[str]:
    """The posts above a post, the nearest first."""
    found: list[str] = []
    known = council.posts.get(post)
    while known is not None and known.line_manager and known.line_manager not in found:
        found.append(known.line_manager)
        known = council.posts.get(known.line_manager)
    return found

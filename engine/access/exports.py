"""Who may take cases out of the product as files, and what of them they see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from engine.access import NotAllowed, may_administer
from engine.access.figures import FEWEST_SEATS, figure_rights
from engine.access.registers import posts_leading_reviews
from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.people import Person
from engine.store.database import Connection
from engine.store.people import find_holdings
from engine.store.reporting import FEW_HOLDERS, HeldOnce, find_held_ever


@dataclass(frozen=True, kw_only=True)
class ExportRights:
    """What somebody sees of the cases that they export.

    `posts` are those by which they see what a diagram shows to few (X-36). `named` are the posts
    that stand in the export by their keys; None where all do (X-25).
    """

    posts: frozenset[str]
    named: frozenset[str] | None

    def name(self, post: str) -> str:
        """The post, or what stands for one by which a person could be told; empty for none."""
        return post if not post or self.named is None or post in self.named else FEW_HOLDERS


def demand_exporting(
    connection: Connection, person: Person, council: Council, at: datetime
) -> ExportRights:
    """What the person sees of what an export tells of. Raises `NotAllowed`.

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
    all_seats = figure_rights(connection, person, council, at).all_seats
    return ExportRights(
        posts=frozenset(held - {RAISER, SOCIAL_WORKER}),
        named=None if all_seats else posts_of_many(connection, council, in_london(at).date()),
    )


def posts_of_many(connection: Connection, council: Council, today: date) -> frozenset[str]:
    """The posts that at least FEWEST_SEATS people hold or held at the same time.

    By any other a person could be told, so in exports and reports they are all one (X-25). Where so
    few people have those together that they still could, the next smallest post goes with them.
    """
    held: dict[str, list[HeldOnce]] = {}
    for each in find_held_ever(connection, council.key):
        if each.starts <= today:
            held.setdefault(each.post, []).append(each)
    most = {post: _most_at_once(rows) for post, rows in held.items()}
    named = {post for post, people in most.items() if people >= FEWEST_SEATS}
    hidden = {row.person_id for post, rows in held.items() if post not in named for row in rows}
    while hidden and named and len(hidden) < FEWEST_SEATS:
        fewest = min(named, key=lambda post: (most[post], post))
        named.remove(fewest)
        hidden |= {row.person_id for row in held[fewest]}
    return frozenset(named)


def _most_at_once(rows: Collection[HeldOnce]) -> int:
    return max(
        len({r.person_id for r in rows if r.starts <= on and (r.ends is None or r.ends >= on)})
        for on in {row.starts for row in rows}
    )

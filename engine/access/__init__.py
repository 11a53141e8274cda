"""Who may see and do what: the only place that answers.

A person sees a case in which they have a part: by name (its raiser), or by a post that was given a
task or a notice in it, held today; of a restricted child only if they are also named among those
who may read of the child. What a diagram marks `seen_by` is for those posts alone (X-36).

Whoever stands in for somebody today has that person's parts and posts, but never their leave to
read of a restricted child, nor what they may do as administrator.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.clock import in_london
from engine.councils import ADMINISTRATOR, RAISER, SOCIAL_WORKER, Council
from engine.diagrams.diagram import Diagram
from engine.errors import StepladderError
from engine.people import Holding, Person
from engine.store.absences import find_acting_for
from engine.store.access import Held, sees_case
from engine.store.child_file import sees_case_of_child
from engine.store.children import Child, is_reader, is_restricted
from engine.store.database import Connection
from engine.store.people import find_holdings
from engine.store.tasks import find_answerer


class NotAllowed(StepladderError):
    """The person may not see or do this; the sentence gives nothing away."""


class NoPart(NotAllowed):
    """A case is asked for by somebody who has no part in it: for them there is none."""


def may_see_case(connection: Connection, case_id: int, person_id: int, at: datetime) -> bool:
    """Whether the person may see the case at that instant."""
    return sees_case(connection, case_id, person_id, in_london(at).date())


def demand_case(connection: Connection, case_id: int, person_id: int, at: datetime) -> None:
    """Raise `NoPart` unless the person may see the case at that instant."""
    if not may_see_case(connection, case_id, person_id, at):
        raise NoPart(
            "You have no part in this case. If you should have, ask its raiser or your "
            "administrator."
        )


def may_read_child(connection: Connection, child_id: int, person_id: int) -> bool:
    """Whether the person may read of the child; a restricted child only if named."""
    return not is_restricted(connection, child_id) or is_reader(connection, child_id, person_id)


def demand_child(connection: Connection, child_id: int, person_id: int) -> None:
    """Raise `NotAllowed` unless the person may read of the child."""
    if not may_read_child(connection, child_id, person_id):
        raise NotAllowed("You may not read of this child. Ask your manager to be named.")


def may_open_child(connection: Connection, child: Child, person: Person, at: datetime) -> bool:
    """Whether the person may open the child's own page.

    Who may read of the child and has a reason: an administrator, a raiser of the council, the
    child's social worker and raiser, and whoever may see a case about the child.
    """
    if child.council != person.council or not may_read_child(connection, child.id, person.id):
        return False
    return (
        may_administer(connection, person, child.council, at)
        or person.id in (child.social_worker_id, child.raiser_id)
        or may_raise(connection, person, child.council, at)
        or sees_case_of_child(connection, child.id, person.id, in_london(at).date())
    )


def may_change_child(connection: Connection, child: Child, person: Person, at: datetime) -> bool:
    """Whether the person, who may open the child's page, may change what is recorded there.

    Legal statuses, a death, a move and brothers and sisters: administrators, and the child's own
    raiser, who hears of them first. All else is the administrators' (X-37).
    """
    return person.id == child.raiser_id or may_administer(connection, person, child.council, at)


def may_raise(connection: Connection, person: Person, council: str, at: datetime) -> bool:
    """Whether the person holds the raiser's post in that council at that instant."""
    held = find_holdings(connection, person.id, in_london(at).date())
    return person.council == council and any(row.post == RAISER for row in held)


def demand_may_raise(connection: Connection, person: Person, council: str, at: datetime) -> None:
    """Raise `NotAllowed` unless the person may raise a concern in that council."""
    if not may_raise(connection, person, council, at):
        raise NotAllowed("Only those who hold the raiser's post may raise a concern.")


def may_administer(connection: Connection, person: Person, council: str, at: datetime) -> bool:
    """Whether the person looks after people and children of the council at that instant.

    Either as the holder of its administrator's post, or as who looks after the installation.
    """
    if not person.active or person.council != council:
        return False
    held = find_holdings(connection, person.id, in_london(at).date())
    return person.administrator or any(row.post == ADMINISTRATOR for row in held)


def demand_administrator(
    connection: Connection, person: Person, council: str, at: datetime
) -> None:
    """Raise `NotAllowed` unless the person is an administrator of the council."""
    if not may_administer(connection, person, council, at):
        raise NotAllowed("Only an administrator may do this. Ask yours.")


def confirms_as(
    connection: Connection, person: Person, council: Council, at: datetime
) -> str | None:
    """The title in whose right the person may say, for the council, that what a procedure shows is
    its answer; None where they may not.

    It is the post that the council names as kept informed (X-32), whose procedures these are, held
    in one's own right; or an administrator's.
    """
    if not person.active or person.council != council.key:
        return None
    posts = {row.post for row in find_holdings(connection, person.id, in_london(at).date())}
    for post in (council.kept_informed, ADMINISTRATOR):
        if post in posts:
            return council.posts[post].title
    return "Administrator" if person.administrator else None


def demand_confirming(
    connection: Connection, person: Person, council: Council, at: datetime
) -> str:
    """The title in whose right the person confirms. Raises `NotAllowed` where they may not."""
    title = confirms_as(connection, person, council, at)
    if title is None:
        kept_informed = council.posts[council.kept_informed].title
        raise NotAllowed(
            f"Only the {kept_informed} or an administrator of {council.name} may do this. Ask them."
        )
    return title


def post_for_task(
    connection: Connection, case_id: int, task_id: int, person_id: int, at: datetime
) -> str:
    """The post by which the person may answer the task. Raises `NotAllowed` if there is none."""
    return answerer_of_task(connection, case_id, task_id, person_id, at)[0]


def answerer_of_task(
    connection: Connection, case_id: int, task_id: int, person_id: int, at: datetime
) -> tuple[str, int]:
    """The post by which the person may answer the task, and the id of the one whose right it is:
    their own, or somebody's for whom they stand in today. Raises `NotAllowed` if there is none."""
    found = find_answerer(connection, task_id, person_id, in_london(at).date())
    if found is None:
        demand_case(connection, case_id, person_id, at)
        raise NotAllowed("This task waits for somebody else. You can read it, but not answer it.")
    return found


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The posts that somebody has towards a case: their `own`, and those `lent` to them today.

    `lent` are the posts of those for whom they stand in, by the id of who is away.
    """

    own: frozenset[str]
    lent: Mapping[int, frozenset[str]]

    @property
    def posts(self) -> frozenset[str]:
        """All of them."""
        return self.own.union(*self.lent.values())

    def lender(self, posts: Iterable[str]) -> int | None:
        """The id of who lends one of `posts`; None where it is their own, or nobody lends it."""
        wanted = set(posts)
        if not self.own.isdisjoint(wanted):
            return None
        return next((who for who, held in self.lent.items() if not held.isdisjoint(wanted)), None)


def standing_in_case(
    connection: Connection,
    person_id: int,
    at: datetime,
    *,
    raiser_id: int,
    social_worker_id: int | None,
    team: str,
) -> Standing:
    """The posts towards a case, held for its team, as its raiser or its social worker."""
    today = in_london(at).date()
    acting = sorted(find_acting_for(connection, person_id, today))
    held = {
        who: posts_from(
            find_holdings(connection, who, today),
            who,
            raiser_id=raiser_id,
            social_worker_id=social_worker_id,
            team=team,
        )
        for who in acting
    }
    return Standing(own=held.pop(person_id), lent=held)


def posts_in_case(
    connection: Connection,
    person_id: int,
    at: datetime,
    *,
    raiser_id: int,
    social_worker_id: int | None,
    team: str,
) -> frozenset[str]:
    """All posts that the person has towards a case, those lent to them today too."""
    return standing_in_case(
        connection,
        person_id,
        at,
        raiser_id=raiser_id,
        social_worker_id=social_worker_id,
        team=team,
    ).posts


def posts_from(
    holdings: Iterable[Holding | Held],
    person_id: int,
    *,
    raiser_id: int,
    social_worker_id: int | None,
    team: str,
) -> frozenset[str]:
    """As `posts_in_case`, from what the person is known to hold, for a look at many cases."""
    held = {row.post for row in holdings if row.team in ("", team)}
    held -= {RAISER, SOCIAL_WORKER}  # in a case these two are persons, whoever else holds the post
    if person_id == raiser_id:
        held.add(RAISER)
    if person_id == social_worker_id:
        held.add(SOCIAL_WORKER)
    return frozenset(held)


def may_file(posts: Collection[str], person_id: int, *, filer: str, wrote: int | None) -> bool:
    """Whether somebody with `posts` towards a case may say that an entry is on the child's file.

    Whoever has that duty (`filer`, a post, or empty), the raiser, and the id `wrote`, who wrote it.
    """
    return RAISER in posts or filer in posts or wrote == person_id


def may_see_element(diagram: Diagram, element: str, posts: Iterable[str]) -> bool:
    """Whether holders of `posts` may see what happened at the element.

    The nearest `seen_by` on the element or on what it lies in decides; without one everybody who
    sees the case does.
    """
    named = diagram.seen_by(element)
    return named is None or not named.isdisjoint(posts)

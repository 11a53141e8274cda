"""Who may see and do what: the only place that answers.

A person sees a case in which they have a part: by name (its raiser), or by a post that was given a
task or a notice in it, held today; of a restricted child only if they are also named among those
who may read of the child. What a diagram marks `seen_by` is for those posts alone (X-36).
"""

from collections.abc import Iterable
from datetime import datetime

from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER
from engine.diagrams.diagram import Diagram
from engine.errors import StepladderError
from engine.people import Holding, Person
from engine.store.access import sees_case
from engine.store.children import is_reader, is_restricted
from engine.store.database import Connection
from engine.store.people import find_holdings
from engine.store.tasks import find_post_for


class NotAllowed(StepladderError):
    """The person may not see or do this; the sentence gives nothing away."""


def may_see_case(connection: Connection, case_id: int, person_id: int, at: datetime) -> bool:
    """Whether the person may see the case at that instant."""
    return sees_case(connection, case_id, person_id, in_london(at).date())


def demand_case(connection: Connection, case_id: int, person_id: int, at: datetime) -> None:
    """Raise `NotAllowed` unless the person may see the case at that instant."""
    if not may_see_case(connection, case_id, person_id, at):
        raise NotAllowed(
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


def may_raise(connection: Connection, person: Person, council: str, at: datetime) -> bool:
    """Whether the person holds the raiser's post in that council at that instant."""
    held = find_holdings(connection, person.id, in_london(at).date())
    return person.council == council and any(row.post == RAISER for row in held)


def demand_may_raise(connection: Connection, person: Person, council: str, at: datetime) -> None:
    """Raise `NotAllowed` unless the person may raise a concern in that council."""
    if not may_raise(connection, person, council, at):
        raise NotAllowed("Only those who hold the raiser's post may raise a concern.")


def post_for_task(
    connection: Connection, case_id: int, task_id: int, person_id: int, at: datetime
) -> str:
    """The post by which the person may answer the task. Raises `NotAllowed` if there is none."""
    post = find_post_for(connection, task_id, person_id, in_london(at).date())
    if post is None:
        demand_case(connection, case_id, person_id, at)
        raise NotAllowed("This task waits for somebody else. You can read it, but not answer it.")
    return post


def posts_in_case(
    connection: Connection,
    person_id: int,
    at: datetime,
    *,
    raiser_id: int,
    social_worker_id: int | None,
    team: str,
) -> frozenset[str]:
    """The posts that the person has towards a case: held for its team, its raiser, its worker."""
    return posts_from(
        find_holdings(connection, person_id, in_london(at).date()),
        person_id,
        raiser_id=raiser_id,
        social_worker_id=social_worker_id,
        team=team,
    )


def posts_from(
    holdings: Iterable[Holding],
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


def may_see_element(diagram: Diagram, element: str, posts: Iterable[str]) -> bool:
    """Whether holders of `posts` may see what happened at the element.

    The nearest `seen_by` on the element or on what it lies in decides; without one everybody who
    sees the case does.
    """
    named = diagram.seen_by(element)
    return named is None or not named.isdisjoint(posts)

"""In whose hands a task is: whom the diagram names, or whom it was sent back or given to."""

from collections.abc import Iterable, Sequence

from engine.access import may_read_child
from engine.councils import ADMINISTRATOR, RAISER
from engine.people import Person
from engine.store.tasks import TaskRow, find_task_posts
from engine.turns.open_case import OpenCase, Part


def parts_of(case: OpenCase, task: TaskRow) -> list[Part]:
    """The parts that the task waits for, the owner of its clock first."""
    return find_task_posts(case.connection, case.case.id)[task.id]


def parts_now(case: OpenCase, task: TaskRow, known: Sequence[Part]) -> list[Part]:
    """The parts that an open task should wait for today, where it waits for `known`.

    One that was sent back waits until somebody chooses; one that was given to somebody stays
    theirs, until they leave.
    """
    if task.sent_back_at is not None:
        return choosers(case)
    if task.given_at is not None:
        post, _, person_id = known[0]
        if person_id is None:
            return list(case.answering(post)[0])
        person = case.person(person_id)
        if person is not None and person.active:
            return list(known)
    return case.asked(case.diagram.elements[task.element])


def choosers(case: OpenCase) -> list[Part]:
    """The parts that choose who answers what was sent back: raiser and administrators (X-35)."""
    parts = list(case.answering(RAISER)[0])
    if ADMINISTRATOR in case.council.posts:
        parts.append(case.part_of(ADMINISTRATOR))
    return parts


def readers_of(case: OpenCase, parts: Iterable[Part]) -> list[tuple[str, Person]]:
    """Of the people who have the parts those who may read of the child."""
    child_id = case.case.child_id
    return [
        (post, person)
        for post, person in persons_of(case, parts)
        if may_read_child(case.connection, child_id, person.id)
    ]


def persons_of(case: OpenCase, parts: Iterable[Part]) -> list[tuple[str, Person]]:
    """The people who have the parts today and who stand in for them, each once, with the post."""
    found: dict[int, tuple[str, Person]] = {}
    for post, team, person_id in parts:
        if person_id is None:
            persons: Sequence[Person] = case.responsible(post, team).persons
        else:
            person = case.person(person_id)
            persons = (person,) if person is not None and person.active else ()
        for each in case.represented(tuple(persons)):
            found.setdefault(each.id, (post, each))
    return list(found.values())

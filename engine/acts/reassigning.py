"""Whose a task is, changed by people: sent back as “not mine” (X-35), or given to somebody else.

No due date moves and the clock keeps running (X-16). Nobody is stopped: what is unusual is a
warning, and stands in the history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.access import (
    NotAllowed,
    demand_case,
    may_read_child,
    may_see_case,
    may_see_element,
    standing_in_case,
)
from engine.acts.cases import NotOpenNow
from engine.acts.tasks import ChooseFirst, demand_task
from engine.councils import ADMINISTRATOR, RAISER
from engine.history.entries import Fact
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person
from engine.store.cases import find_case
from engine.store.handovers import (
    Handover,
    add_handover,
    find_handovers,
    hand_over,
)
from engine.store.people import find_holdings
from engine.store.tasks import TaskRow, find_task
from engine.turns.hands import choosers, parts_of, persons_of, readers_of
from engine.turns.open_case import OpenCase, Part
from engine.turns.telling import CHOOSE, NEW_TASK, Telling
from engine.turns.turn import Turn, turn_for_task

SENT_BACK = "sent back"
TAKEN_BACK = "taken back after all"
GIVEN = "given to somebody else"


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Where a task is that somebody was asked before: in a sentence, with the case's number."""

    sentence: str
    case_number: str


class CannotSendBack(NotOpenNow):
    """What is the raiser's own cannot be sent back to them."""


class ChosenAlready(NotOpenNow):
    """Somebody has chosen who answers, so that nothing is left to be undone."""


class CannotGive(NotOpenNow):
    """The task cannot be given to that person or post."""


def send_back(installation: Installation, task_id: int, *, by: Person, reason: str = "") -> TaskRow:
    """Send a task that is somebody else's to answer back to the raiser and the administrators.

    They see it as sent back until one of them chooses who answers. Raises `CannotSendBack`,
    `ChooseFirst` where it was sent back already, `NotAllowed`, `AlreadyDone`, `NoCase`.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        post = case.answers(task_id)
        task = demand_task(case, task_id)
        if task.sent_back_at is not None:
            raise ChooseFirst(task_id)
        known = parts_of(case, task)
        if known[0][0] == RAISER or post == RAISER:
            raise CannotSendBack("This is for whoever raised the case, so it cannot be sent back.")
        parts = choosers(case)
        persons = readers_of(case, parts)
        kept = replace(task, sent_back_by=by.id, sent_back_at=case.at)
        said = f": {reason.strip()}" if reason.strip() else "."
        words = f"{by.name} sent “{task.name}” back as not theirs to answer{said}"
        _move(case, task, kept, known, parts, how=SENT_BACK, reason=reason.strip())
        _tell(case, task, CHOOSE, persons, parts, Fact(
            act=SENT_BACK, element=task.element, words=words, before={}, after={"post": post}
        ))  # fmt: skip
        return case.tasks[task.token]


def take_back(installation: Installation, task_id: int, *, by: Person) -> TaskRow:
    """Undo sending back, for who did it, while nobody has chosen: the task is as it was before.

    Raises `ChosenAlready`, `NotAllowed`, `AlreadyDone`, `NoCase`.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        demand_case(case.connection, case.case.id, by.id, case.at)
        task = demand_task(case, task_id)
        if task.sent_back_at is None:
            raise ChosenAlready("Somebody has chosen who answers this. Open the case to see who.")
        if task.sent_back_by != by.id:
            raise NotAllowed(
                "Only who sent this back can take it back. You can choose who answers."
            )
        last = find_handovers(case.connection, case.case.id)[task.id][-1]
        kept = replace(
            task, sent_back_by=None, sent_back_at=None, given_at=last.given_before
        )  # fmt: skip
        _move(case, task, kept, parts_of(case, task), last.posts, how=TAKEN_BACK)
        words = f"{by.name} took “{task.name}” back: it is theirs to answer after all."
        fact = Fact(act=TAKEN_BACK, element=task.element, words=words, before={}, after={})
        case.record(fact)
        return case.tasks[task.token]


def give_to(
    installation: Installation,
    task_id: int,
    *,
    by: Person,
    person_id: int | None = None,
    post: str | None = None,
    reason: str = "",
) -> TaskRow:
    """Give an open task to one person of the council, or to a post; the due dates stay (X-16).

    The raiser, the administrators, and the line manager of a post that is asked may; a reason is
    asked for, but where the task was sent back and goes to somebody else. Raises `CannotGive` with
    what to do instead, `NotAllowed`, `AlreadyDone`, `NoCase`.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        task = demand_task(case, task_id)
        known = parts_of(case, task)
        moves = find_handovers(case.connection, case.case.id).get(task.id, [])
        asked = asked_last(task, known, moves)
        actor = _demand_giver(case, task, asked)
        parts, persons = find_target(case, person_id=person_id, post=post)
        _demand_readable(case, persons)
        _demand_reason(task, known, asked, parts, reason.strip())
        drawn = case.asked(case.diagram.elements[task.element])
        kept = replace(
            task,
            sent_back_by=None,
            sent_back_at=None,
            given_at=None if list(parts) == drawn else case.at,
        )
        names = " and ".join(person.name for _, person in persons)
        said = f": {reason.strip()}" if reason.strip() else "."
        words = f"{by.name} gave “{task.name}” to {names}{said}"
        warned = list(warnings(case, task, persons))
        after: dict[str, object] = {"post": actor} | ({"warnings": warned} if warned else {})
        _move(case, task, kept, known, parts, how=GIVEN, reason=reason.strip())
        _tell(case, task, NEW_TASK, persons, parts, Fact(
            act=GIVEN,
            element=task.element,
            words=words,
            before={"posts": [list(part) for part in known]},
            after=after | {"posts": [list(part) for part in parts]},
        ))  # fmt: skip
        return case.tasks[task.token]


def find_gone(installation: Installation, task_id: int, *, by: Person) -> Gone | None:
    """Who has a task now that went from hand to hand, for who sees its case; None if none did."""
    at = installation.clock.now()
    with installation.database.read() as connection:
        task = find_task(connection, task_id)
        if task is None or not may_see_case(connection, task.case_id, by.id, at):
            return None
        moves = find_handovers(connection, task.case_id).get(task_id, [])
        if not moves:
            return None
        row = find_case(connection, task.case_id)
        assert row is not None  # noqa: S101  (a foreign key holds it)
        case = OpenCase(installation, connection, row, by=by)
        return Gone(sentence=_gone_in_words(case, task, moves[-1]), case_number=row.number)


def _gone_in_words(case: OpenCase, task: TaskRow, last: Handover) -> str:
    actor = case.person(last.person_id)
    who = "You" if case.by == actor else actor.name if actor else "Somebody"
    day = in_words(last.at).partition(" on ")[2]
    if task.sent_back_at is not None:
        return (
            f"{who} sent this back on {day}. The raiser and the administrators choose who answers."
        )
    names = [person.name for _, person in persons_of(case, parts_of(case, task))]
    given = " and ".join(names) or "somebody else"
    return f"{who} gave this to {given} on {day}. You do not need to answer it."


def asked_last(task: TaskRow, known: Sequence[Part], moves: Sequence[Handover]) -> list[Part]:
    """Who is asked for the answer, or was until the task was sent back."""
    if task.sent_back_at is not None and moves:
        return list(moves[-1].posts)
    return list(known)


def giver_post(case: OpenCase, task: TaskRow, asked: Iterable[Part]) -> str | None:
    """The post by which the actor may give the task to somebody else; None if by none."""
    by = case.by
    if by is None or by.council != case.case.council:
        return None
    managers = {
        known.line_manager
        for post, _, _ in asked
        if (known := case.council.posts.get(post)) and known.line_manager
    }
    allowed = [RAISER, ADMINISTRATOR, *sorted(managers)]
    held = case.standing.posts | ({ADMINISTRATOR} if by.administrator else frozenset())
    post = next((each for each in allowed if each in held), None)
    if post is None or not may_see_element(case.diagram, task.element, held):
        return None
    return post if may_read_child(case.connection, case.case.child_id, by.id) else None


def find_target(
    case: OpenCase, *, person_id: int | None = None, post: str | None = None
) -> tuple[list[Part], list[tuple[str, Person]]]:
    """The parts and the people that are meant, each with their post. Raises `CannotGive`."""
    if person_id is not None:
        return _one_person(case, person_id)
    if post is None or post == RAISER or post not in case.council.posts:
        raise CannotGive("Choose who is to answer.")
    parts, persons = case.answering(post)
    return list(parts), [(post, person) for person in persons]


def warnings(case: OpenCase, task: TaskRow, persons: Iterable[tuple[str, Person]]) -> Iterable[str]:
    """What is unusual about these people answering this task (X-17, X-20); nothing stops it."""
    manager = case.council.posts[RAISER].line_manager
    for _, person in persons:
        held = _posts_of(case, person)
        if person.id == case.case.raiser_id:
            yield f"{person.name} raised this case."
        elif manager in held:
            yield f"{person.name} is the line manager of whoever raised the case."
        stages = {
            element.stage
            for element in case.diagram.elements.values()
            if element.kind == "userTask"
            and element.stage not in (None, "", task.stage)
            and not case.diagram.is_beside(element.id)
            and element.posts[:1] != (RAISER,)
            and not held.isdisjoint(set(element.posts) - {RAISER})
        }
        for stage in sorted(filter(None, stages)):
            yield f"{person.name} is also asked at {_stage(case, stage)}."


def _stage(case: OpenCase, stage: str) -> str:
    return f"Stage {stage}" if stage.isdigit() else case.council.wording.get(stage, stage)


def _posts_of(case: OpenCase, person: Person) -> frozenset[str]:
    return standing_in_case(
        case.connection,
        person.id,
        case.at,
        raiser_id=case.case.raiser_id,
        social_worker_id=case.case.social_worker_id,
        team=case.case.team,
    ).own


def _one_person(case: OpenCase, person_id: int) -> tuple[list[Part], list[tuple[str, Person]]]:
    person = case.person(person_id)
    if person is None or not person.active or person.council != case.case.council:
        raise CannotGive("That person does not work for this council any more. Choose another.")
    held = [each.post for each in find_holdings(case.connection, person_id, case.today)]
    post = next((each for each in held if each != RAISER), None)
    if post is None:
        raise CannotGive(
            f"{person.name} holds no post today by which they could answer. Choose another."
        )
    return [(post, "", person_id)], [(post, person)]


def _demand_giver(case: OpenCase, task: TaskRow, asked: Sequence[Part]) -> str:
    post = giver_post(case, task, asked)
    if post is None:
        assert case.by is not None  # noqa: S101  (only people give tasks)
        demand_case(case.connection, case.case.id, case.by.id, case.at)
        raise NotAllowed(
            "Only the raiser, an administrator or the line manager of whoever is asked can give "
            "this to somebody else."
        )
    if asked[0][0] == RAISER:
        raise CannotGive("This is for whoever raised the case, so it cannot be given away.")
    if post in case.standing.posts:
        case.acts_by({post})
    return post


def _demand_readable(case: OpenCase, persons: Sequence[tuple[str, Person]]) -> None:
    child_id = case.case.child_id
    if any(may_read_child(case.connection, child_id, person.id) for _, person in persons):
        return
    names = " or ".join(person.name for _, person in persons) or "Nobody who holds this post"
    raise CannotGive(
        f"This child’s record is restricted, and {names} may not read it. Choose somebody who may, "
        "or ask your administrator to name them as a reader first."
    )


def _demand_reason(
    task: TaskRow, known: list[Part], asked: list[Part], parts: list[Part], reason: str
) -> None:
    if task.sent_back_at is None and set(parts) == set(known):
        raise CannotGive("The task waits for them already. Choose somebody else.")
    if reason:
        return
    if task.sent_back_at is None:
        raise CannotGive("Enter why somebody else is to answer.")
    if set(parts) == set(asked):
        raise CannotGive("Enter a few words on why it is theirs to answer.")


def _move(
    case: Turn,
    task: TaskRow,
    kept: TaskRow,
    known: Iterable[Part],
    parts: Iterable[Part],
    *,
    how: str,
    reason: str = "",
) -> None:
    assert case.by is not None  # noqa: S101  (only people move tasks)
    hand_over(
        case.connection,
        task.id,
        parts,
        sent_back_by=kept.sent_back_by,
        sent_back_at=kept.sent_back_at,
        given_at=kept.given_at,
    )
    add_handover(
        case.connection,
        case_id=case.case.id,
        task_id=task.id,
        at=case.at,
        person_id=case.by.id,
        how=how,
        reason=reason,
        posts=known,
        given_before=task.given_at,
    )
    case.tasks[task.token] = replace(kept, claimed_by=None, claimed_at=None)


def _tell(
    case: Turn,
    task: TaskRow,
    message: str,
    persons: Iterable[tuple[str, Person]],
    parts: Iterable[Part],
    fact: Fact,
) -> None:
    telling = Telling(case)
    telling.give_part(parts)
    telling.tell_these(case.diagram.elements[task.element], task, message, persons)
    case.record(replace(fact, after={**fact.after, "told": telling.send()}))

"""What one person may do with an open task beside answering it, and what was done with it so far.

Reading takes no lock: the acts look again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access import (
    NotAllowed,
    demand_case,
    may_read_child,
    may_see_case,
    may_see_element,
)
from engine.acts.asking_time import deadline_of, may_ask_for_time
from engine.acts.chasing import was_chased_today
from engine.acts.claims import claimant
from engine.acts.reassigning import CannotGive, asked_last, find_target, giver_post, warnings
from engine.acts.tasks import NoTask, demand_open, initials_of
from engine.case_file.waiting import stage_in_words, title_of
from engine.children import find_child
from engine.councils import ADMINISTRATOR, RAISER, Council
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person, find_person
from engine.store.cases import CaseRow, find_case
from engine.store.children import is_restricted
from engine.store.colleagues import find_held_posts
from engine.store.database import Connection
from engine.store.drafting_help import HelpRow, find_help
from engine.store.handovers import Handover, find_handovers
from engine.store.tasks import TaskRow, find_post_for, find_task, find_task_posts
from engine.store.time_requests import TimeRequest, find_undecided
from engine.turns.hands import persons_of
from engine.turns.open_case import OpenCase, Part


@dataclass(frozen=True, kw_only=True)
class TaskActs:
    """An open task, who claimed, sent back or was asked to draft it, and what the reader may do.

    Names are empty where nobody did; instants are aware, in UTC. `time_asked` is a request for more
    time that nobody decided, and `decides_on` the deadline that the reader may move for it.
    """

    task: TaskRow
    name: str
    for_raiser: bool
    may_answer: bool
    shared: bool
    claimed_by: str
    claim_is_mine: bool
    sent_back_by: str
    may_send_back: bool
    may_take_back: bool
    may_give: bool
    may_chase: bool
    chased_today: bool
    helpers: tuple[HelpRow, ...]
    may_ask_time: bool
    time_asked: TimeRequest | None
    decides_on: int | None

    @property
    def anything(self) -> bool:
        """Whether there is anything to say or to do."""
        said = self.claimed_by or self.sent_back_by or self.task.chased_at or self.helpers
        time = self.time_asked or self.may_ask_time
        return bool(said or time or self.may_send_back or self.may_give or self.may_chase)


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody of the council: `holds` are the titles of their posts, with teams."""

    person_id: int
    name: str
    holds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Who might answer a task, for somebody who may give it to another.

    `waits_for` are titles with names. `posts` are key, title and who has the post today.
    `sees_case` says that the reader may open the case.
    """

    task: TaskRow
    name: str
    case: CaseRow
    stage: str
    initials: str
    sees_case: bool
    waits_for: tuple[str, ...]
    sent_back_by: str
    reason: str
    posts: tuple[tuple[str, str, str], ...]
    colleagues: tuple[Colleague, ...]
    read_at: datetime


def read_task_acts(
    installation: Installation, case_id: int, by: Person, task_id: int | None = None
) -> tuple[TaskActs, ...]:
    """The open tasks of the case, or the one of them, as far as the person may see them."""
    with installation.database.read() as connection:
        case = _open(installation, connection, case_id, by)
        if not may_see_case(connection, case_id, by.id, case.at):
            return ()
        asked = find_task_posts(connection, case_id)
        moves = find_handovers(connection, case_id)
        wanted: dict[int, TimeRequest] = {}
        if case.version.package.may_ask_for_time:
            wanted = find_undecided(connection, case_id)
        return tuple(
            acts
            for task in case.tasks.values()
            if task_id in (None, task.id)
            if (acts := _acts(case, task, asked[task.id], moves, wanted)) is not None
        )


def read_choice(installation: Installation, task_id: int, by: Person) -> Choice:
    """Who might answer the task, for who may give it to another (a case they need no part in).

    Raises `NoTask`, `AlreadyDone`, and `NotAllowed`; the access log says who looked.
    """
    found: CaseRow | None = None
    allowed = False
    try:
        with installation.database.read() as connection:
            task = find_task(connection, task_id)
            if task is None:
                raise NoTask("There is no such task. Look for it in your tray.")
            found = find_case(connection, task.case_id)
            case = _open(installation, connection, task.case_id, by)
            known = find_task_posts(connection, task.case_id)[task.id]
            moves = find_handovers(connection, task.case_id).get(task.id, [])
            asked = asked_last(task, known, moves)
            if giver_post(case, task, asked) is None or asked[0][0] == RAISER:
                demand_case(connection, task.case_id, by.id, case.at)
                raise NotAllowed(
                    "Only the raiser, an administrator or the line manager of whoever is asked "
                    "can give this to somebody else."
                )
            demand_open(connection, task)
            choice = _choice(case, task, known, moves)
        allowed = True
        return choice
    finally:
        note(
            installation,
            by,
            "who answers",
            allowed=allowed,
            case_id=found.id if found else None,
            child_id=found.child_id if found else None,
        )


def find_warnings(
    installation: Installation,
    task_id: int,
    *,
    by: Person,
    person_id: int | None,
    post: str | None,
) -> tuple[str, ...]:
    """What is unusual about that person, or that post, answering the task; empty for nothing.

    Where they cannot be given it at all, the act says so.
    """
    with installation.database.read() as connection:
        task = find_task(connection, task_id)
        if task is None:
            return ()
        case = _open(installation, connection, task.case_id, by)
        try:
            _, persons = find_target(case, person_id=person_id, post=post)
        except CannotGive:
            return ()
        return tuple(warnings(case, task, persons))


def find_colleagues(
    connection: Connection, council: Council, case: OpenCase, *, but: Iterable[int] = ()
) -> tuple[Colleague, ...]:
    """Who holds a post today and may read of the child, by name, without those in `but`."""
    found: dict[int, Colleague] = {}
    left_out = set(but)
    for row in find_held_posts(connection, council.key, case.today):
        if row.person_id in left_out:
            continue
        title = title_of(council, row.post) + (f", {row.team}" if row.team else "")
        before = found.get(row.person_id)
        holds = (*before.holds, title) if before else (title,)
        found[row.person_id] = Colleague(person_id=row.person_id, name=row.name, holds=holds)
    child_id = case.case.child_id
    if not is_restricted(connection, child_id):
        return tuple(found.values())
    return tuple(c for c in found.values() if may_read_child(connection, child_id, c.person_id))


def read_colleagues(installation: Installation, task_id: int, by: Person) -> tuple[Colleague, ...]:
    """Whom the person might ask to draft: everybody else who holds a post and may read of it."""
    with installation.database.read() as connection:
        task = find_task(connection, task_id)
        if task is None:
            raise NoTask("There is no such task. Look for it in your tray.")
        case = _open(installation, connection, task.case_id, by)
        asked = {row.person_id for row in find_help(connection, task_id)}
        answer = {
            person.id
            for _, person in persons_of(case, find_task_posts(connection, case.case.id)[task_id])
        }
        but = {by.id, case.case.raiser_id, *asked, *answer}
        return find_colleagues(connection, case.council, case, but=but)


def _open(installation: Installation, connection: Connection, case_id: int, by: Person) -> OpenCase:
    row = find_case(connection, case_id)
    assert row is not None  # noqa: S101  (a foreign key holds it)
    case = OpenCase(installation, connection, row, by=by)
    case.load()
    return case


def _acts(
    case: OpenCase,
    task: TaskRow,
    parts: Sequence[Part],
    moves: Mapping[int, Sequence[Handover]],
    wanted: Mapping[int, TimeRequest],
) -> TaskActs | None:
    assert case.by is not None  # noqa: S101  (somebody reads)
    connection, by, held = case.connection, case.by, case.standing.posts
    post = find_post_for(connection, task.id, by.id, case.today)
    if post is None and not may_see_element(case.diagram, task.element, held):
        return None
    asked = asked_last(task, parts, moves.get(task.id, []))
    sent_back = task.sent_back_at is not None
    for_raiser = asked[:1] == [case.part_of(RAISER)]
    answers = post is not None and not sent_back
    holder = claimant(connection, task, case.today)
    sender = find_person(connection, task.sent_back_by) if task.sent_back_by else None
    return TaskActs(
        task=task,
        name=" ".join(task.name.split()),
        for_raiser=for_raiser,
        may_answer=answers,
        shared=answers and len(persons_of(case, parts)) > 1,
        claimed_by=holder.name if holder else "",
        claim_is_mine=holder is not None and holder.id == by.id,
        sent_back_by=sender.name if sender else "",
        may_send_back=answers and not for_raiser and post != RAISER,
        may_take_back=sent_back and task.sent_back_by == by.id,
        may_give=not for_raiser and giver_post(case, task, asked) is not None,
        may_chase=RAISER in held and not for_raiser and not sent_back,
        chased_today=was_chased_today(task, case.at),
        helpers=tuple(find_help(connection, task.id)) if answers else (),
        may_ask_time=answers and may_ask_for_time(case, task, post or RAISER),
        time_asked=wanted.get(task.id),
        decides_on=deadline_of(case, task) if RAISER in held and task.id in wanted else None,
    )


def _choice(
    case: OpenCase, task: TaskRow, known: Sequence[Part], moves: Sequence[Handover]
) -> Choice:
    assert case.by is not None  # noqa: S101  (somebody reads)
    connection, council = case.connection, case.council
    child = find_child(connection, case.case.child_id)
    assert child is not None  # noqa: S101  (a foreign key holds it)
    sender = find_person(connection, task.sent_back_by) if task.sent_back_by else None
    asked = asked_last(task, known, moves)
    return Choice(
        task=task,
        name=" ".join(task.name.split()),
        case=case.case,
        stage=stage_in_words(council, task.stage),
        initials=initials_of(child.name),
        sees_case=may_see_case(connection, case.case.id, case.by.id, case.at),
        waits_for=tuple(
            f"{title_of(council, post)} ({person.name})" for post, person in persons_of(case, asked)
        ),
        sent_back_by=sender.name if sender else "",
        reason=moves[-1].reason if sender and moves else "",
        posts=tuple(_posts(case)),
        colleagues=find_colleagues(connection, council, case, but=(case.case.raiser_id,)),
        read_at=case.at,
    )


def _posts(case: OpenCase) -> Iterable[tuple[str, str, str]]:
    for key, post in case.council.posts.items():
        if key in (RAISER, ADMINISTRATOR):
            continue
        persons = case.answering(key)[1]
        yield key, post.title, ", ".join(person.name for person in persons)

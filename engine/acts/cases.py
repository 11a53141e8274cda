"""Cases: opening one, the acts that are open at any moment, moving one to the right child."""

import json
from collections.abc import Mapping
from dataclasses import replace

from engine.access import (
    NotAllowed,
    demand_administrator,
    demand_case,
    demand_child,
    demand_may_raise,
    posts_in_case,
)
from engine.acts.concerns import (
    ADDED,
    AMENDED,
    begin_concerns,
    forget_words,
    take_themes,
    vouch_anew,
)
from engine.acts.opening import forget_files_of_opening
from engine.acts.raised_anew import keep_mark, show_where_it_went
from engine.children import CHANGED, CHOSEN, find_child
from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.run import OpenMessage, Run
from engine.diagrams.values import Value
from engine.errors import StepladderError
from engine.history.course_acts import MOVED as MOVED
from engine.history.course_acts import OPENED as OPENED
from engine.history.course_acts import VERSION_HASH
from engine.history.entries import BODY_DESTROYED, START, VOUCHED, Fact, hash_registered
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Package, load_version
from engine.store.cases import CaseRow, add_case, delete_answers, find_case
from engine.store.child_changes import delete_news
from engine.store.database import Connection
from engine.store.drafts import Spot, delete_draft, delete_draft_of_raising
from engine.store.files import delete_files_of_entry
from engine.store.history import (
    Registered,
    add_registered,
    delete_body,
    find_register_head,
    walk_chain,
)
from engine.store.raisings import RaisingRow, end_raising, find_raising
from engine.store.voice import delete_voice
from engine.turns.reconcile import ask_anew
from engine.turns.turn import Turn, turn

PRESSED = "act"


class NotOpenNow(StepladderError):
    """An act that the case does not offer at this moment."""


class AlreadyRaised(NotOpenNow):
    """The concern was sent before; `number` is that of its case."""

    def __init__(self, number: str) -> None:
        super().__init__(f"It is case {number}. Nothing was sent a second time.")
        self.number = number


class NoStart(StepladderError):
    """A diagram that is drawn in has nothing with which a case begins."""


class NoReason(StepladderError):
    """Something that must be explained was not."""


def routing_values(
    package: Package, form: str | None, answers: Mapping[str, object]
) -> dict[str, Value]:
    """Of the answers to a form what the diagram's conditions and times ask for.

    Several ticks become one text with commas. What the form asks and was left empty, or was not
    shown, becomes None, so that no earlier answer lives on in its place.
    """
    fields = package.forms[form].fields if form is not None and form in package.forms else ()
    asked = {field.key for field in fields}
    values: dict[str, Value] = {}
    for name in package.diagram.routing_names & (asked | answers.keys()):
        answer = answers.get(name)
        if isinstance(answer, list | tuple):
            values[name] = ",".join(str(part) for part in answer)
        elif answer is None or isinstance(answer, str | bool | int | float):
            values[name] = answer
        else:
            values[name] = str(answer)
    return values


def start_event(diagram: Diagram) -> Element:
    """The event with which the process itself begins; its form is that for raising a concern.

    Raises `NoStart`, which no published version does.
    """
    for element in diagram.inside(diagram.id):
        if element.kind == "startEvent":
            return element
    raise NoStart("The diagram has no start, so no case can begin. Draw a start and join it up.")


def open_case(
    installation: Installation,
    *,
    by: Person,
    child_id: int,
    version_id: int,
    answers: Mapping[str, object],
    linked_to: int | None = None,
    mark: str = "",
) -> CaseRow:
    """Open a case about a child, on a published version, with the checked answers to its form.

    `mark` is that of the concern that was being raised, whose files and draft it takes over; one
    that was raised already raises `AlreadyRaised`. A mark that nobody began is kept, so that the
    same cannot be sent twice.
    The opening is the case's first entry and one of the register's. Raises `NotAllowed` when the
    person may not raise concerns in this council, or may not read of the child.
    """
    with installation.database.write() as connection:
        register = find_register_head(connection, lock=True) or (0, START)
        raising = _demand_unraised(connection, mark, by) if mark else None
        version = load_version(connection, version_id)
        at = installation.clock.now()
        child = find_child(connection, child_id)
        if child is None or child.council != version.row.council:
            raise NotAllowed("That child is not known to this council. Pick the child again.")
        demand_child(connection, child_id, by.id)
        demand_may_raise(connection, by, version.row.council, at)
        if linked_to is not None:
            demand_case(connection, linked_to, by.id, at)
        place = register[0] + 1
        values: dict[str, object] = {
            "number": f"{in_london(at).year}-{place:05d}",
            "council": version.row.council,
            "child_id": child_id,
            "version_id": version_id,
            "raiser_id": by.id,
            "social_worker_id": child.social_worker_id,
            "team": child.team,
            "stage": "",
            "outcome": "",
            "opened_at": at,
            "clock_started_at": None,
            "closed_at": None,
            "linked_to": linked_to,
            "state": b"",
            "entries": 0,
            "head": START,
            "last_at": at,
        }
        row = CaseRow(id=add_case(connection, **values), **values)  # type: ignore[arg-type]
        diagram = version.package.diagram
        run = Run.start(
            version.package.executable,
            routing_values(version.package, start_event(diagram).form, answers),
        )
        case = Turn(installation, connection, row, by=by, run=run)
        first = _record_opening(case, answers, linked_to, raising)
        if mark and raising is None:
            keep_mark(case, mark)
        opening = Registered(
            sequence=place,
            case_id=row.id,
            number=row.number,
            opened_at=at,
            first_hash=first,
            previous=register[1],
            hash="",
        )
        add_registered(connection, replace(opening, hash=hash_registered(opening)))
        case.finish()
        if raising is not None:
            show_where_it_went(installation, connection, raising, case.case, by=by)
        return case.case


def _demand_unraised(connection: Connection, mark: str, by: Person) -> RaisingRow | None:
    """The concern that is being raised, locked. Raises `AlreadyRaised`."""
    raising = find_raising(connection, mark, lock=True)
    if raising is None or raising.person_id != by.id:
        return None
    raised = find_case(connection, raising.case_id) if raising.case_id is not None else None
    if raised is not None:
        raise AlreadyRaised(raised.number)
    return raising


def _record_opening(
    case: Turn,
    answers: Mapping[str, object],
    linked_to: int | None,
    raising: RaisingRow | None,
) -> str:
    """Record the first entry; its hash. The concern that was being raised is this case now."""
    start = start_event(case.diagram)
    case.keep_answers(
        element=start.id,
        form=start.form or "",
        answers=answers,
        task_id=None,
        late=False,
        raising_id=raising.id if raising else None,
    )
    if raising is not None:
        delete_draft_of_raising(case.connection, raising.id)
        end_raising(case.connection, raising.id, case.case.id)
    by = case.by.name if case.by else ""
    after: dict[str, object] = {
        "child": case.case.child_id,
        "version": case.version.row.number,
        "procedure": case.version.row.procedure,
        VERSION_HASH: case.version.row.hash,
    }
    if linked_to is not None:
        after["linked_to"] = linked_to
    after |= begin_concerns(case, case.version.package.forms.get(start.form or ""), answers)
    case.record(
        Fact(act=OPENED, element=start.id, words=f"{by} opened the case.", before={}, after=after),
        answers,
    )
    return case.case.head


def press(
    installation: Installation,
    case_id: int,
    element: str,
    *,
    by: Person,
    answers: Mapping[str, object],
) -> CaseRow:
    """Do one of the acts that the diagram offers at this moment, with its form's checked answers.

    `element` is the message event on the diagram. Raises `NotOpenNow` when the case no longer
    offers it, `NotAllowed` when it is for another post, `RaisersAlone` for what nobody decides who
    stands in for the raiser.
    """
    with turn(installation, case_id, by=by) as case:
        demand_case(case.connection, case_id, by.id, case.at)
        message = _offered(case, element)
        event = case.diagram.elements[element]
        if not case.acts_by(posts_of_act(event)):
            raise NotAllowed(f"“{event.message}” is for another post than yours.")
        values = routing_values(case.version.package, event.form, answers)
        case.demand_not_raisers_alone(event, values)
        case.keep_answers(element=element, form=event.form or "", answers=answers, task_id=None)
        case.run.send(message.token, values)
        draft = Spot(case_id=case_id, element=element, task_id=None)
        delete_draft(case.connection, draft, by.id)
        words = f"{by.name} chose “{event.message}”."
        after = take_themes(case, case.version.package.forms.get(event.form or ""), answers)
        fact = Fact(act=PRESSED, element=element, words=words, before={}, after=after)
        case.record(fact, answers)
        done = case
    return done.case


def posts_towards(case: Turn, person: Person) -> frozenset[str]:
    """The posts that the person has towards the case of a turn."""
    row = case.case
    return posts_in_case(
        case.connection,
        person.id,
        case.at,
        raiser_id=row.raiser_id,
        social_worker_id=row.social_worker_id,
        team=row.team,
    )


def is_for(event: Element, posts: frozenset[str]) -> bool:
    """Whether one of `posts` may do the act that the message event offers."""
    return not posts.isdisjoint(posts_of_act(event))


def posts_of_act(event: Element) -> frozenset[str]:
    """The posts that may do the act that the message event offers."""
    named = event.properties.get("post", RAISER).split(",")
    return frozenset(post.strip() for post in named)


def _offered(case: Turn, element: str) -> OpenMessage:
    for message in case.run.messages():
        if message.element == element:
            return message
    event = case.diagram.elements.get(element)
    what = f"“{event.message}”" if event is not None and event.message else "This"
    if case.case.closed_at is not None:
        raise NotOpenNow(
            f"{what} is not possible any more: the case is closed. Open a linked case."
        )
    raise NotOpenNow(f"{what} is not possible at this step. Open the case to see what is.")


def move_to_child(
    installation: Installation, case_id: int, *, by: Person, child_id: int, reason: str
) -> CaseRow:
    """Move a case that was raised on the wrong child to the right one (X-37).

    Nothing of it stays on the wrong file: what the history's bodies say of the wrong child, and
    what concerns said before, is destroyed, and an entry says which; the entry of the move vouches
    anew for the answers of the opening and for the concerns as they are. The wrong child's team and
    social worker have no part in the case any more. What is open goes, with its due date, to those
    of the right child. Only the raiser may; a reason is asked for.
    """
    if not reason.strip():
        raise NoReason("Enter why the case belongs to another child.")
    with turn(installation, case_id, by=by) as case:
        demand_case(case.connection, case_id, by.id, case.at)
        if by.id != case.case.raiser_id:
            raise NotAllowed("Only the raiser of a case may move it to another child.")
        child = find_child(case.connection, child_id)
        if child is None or child.council != case.case.council:
            raise NotAllowed("That child is not known to this council. Pick the child again.")
        demand_child(case.connection, child_id, by.id)
        if child_id == case.case.child_id:
            raise NotOpenNow("The case is about that child already. Pick the right child.")
        opening = forget_files_of_opening(case, start_event(case.diagram))
        delete_news(case.connection, case_id)  # it was about the wrong child's record
        for sequence in _naming_a_child(case):
            _destroy(case, sequence)
            delete_files_of_entry(case.connection, case_id, sequence)
        before = case.case
        case.case = replace(
            case.case,
            child_id=child.id,
            team=child.team,
            social_worker_id=child.social_worker_id,
        )
        ask_anew(case, before)
        words = f"{by.name} moved the case to the right child: {reason.strip()}"
        after = {"child": child.id, VOUCHED: opening, **vouch_anew(case)}
        case.record(Fact(act=MOVED, element="", words=words, before={}, after=after))
        done = case
    installation.database.forget()
    return done.case


def destroy_body(
    installation: Installation, case_id: int, sequence: int, *, by: Person, reason: str
) -> None:
    """Destroy what one entry of the history said; the chain says that it was, and stays whole.

    What that entry vouches for goes with it: the answers that were written, a concern's words.
    Only an administrator of the case's council may, who need not see the case for it: they read
    nothing here. Raises `NoReason`, `NotAllowed`, `NotOpenNow`.
    """
    if not reason.strip():
        raise NoReason("Enter why the entry's words are destroyed.")
    with turn(installation, case_id, by=by) as case:
        demand_administrator(case.connection, by, case.case.council, case.at)
        gone = {sequence, *_vouched(case, sequence)}
        _destroy(case, sequence, reason.strip())
        for each in sorted(gone):
            delete_answers(case.connection, case_id, each)
            delete_files_of_entry(case.connection, case_id, each)
            delete_voice(case.connection, case_id, each)
        forget_words(case, gone)
    installation.database.forget()


def _naming_a_child(case: Turn) -> list[int]:
    return [
        entry.sequence
        for entry, body in walk_chain(case.connection, case.case.id)
        if entry.act in (OPENED, MOVED, ADDED, AMENDED, CHANGED, CHOSEN) and body is not None
    ]


def _vouched(case: Turn, sequence: int) -> list[int]:
    """The entries for whose answers that entry vouches, besides its own."""
    for entry, body in walk_chain(case.connection, case.case.id):
        if entry.sequence == sequence and body is not None:
            return [int(each) for each in json.loads(body.content)["after"].get(VOUCHED, {})]
    return []


def _destroy(case: Turn, sequence: int, reason: str = "It named the wrong child.") -> None:
    if not delete_body(case.connection, case.case.id, sequence):
        raise NotOpenNow(f"Entry {sequence} has no words that could be destroyed.")
    words = f"The words of entry {sequence} were destroyed: {reason}"
    case.record(Fact(act=BODY_DESTROYED, element=str(sequence), words=words, before={}, after={}))

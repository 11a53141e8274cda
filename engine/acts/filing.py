"""Filing: what of a case was put onto the child's file, on which day, by whom (X-22).

Each step that somebody took is put there by hand, in the council's own system; here it is ticked.
Nothing waits for it. A tick is an entry of the history, and so is taking it back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from engine.access import NotAllowed, demand_case, may_file, may_see_element
from engine.acts.cases import MOVED, OPENED, PRESSED
from engine.acts.concerns import ADDED, AMENDED, ASKED, SETTLED
from engine.acts.deadlines import EXTENDED
from engine.children import statuses_on
from engine.clock import in_london
from engine.diagrams import expressions
from engine.diagrams.diagram import Diagram
from engine.diagrams.values import Value
from engine.errors import StepladderError
from engine.filing_rules import rule_for
from engine.history.entries import Fact
from engine.history.filing_acts import FILED, TAKEN_BACK, element_of, numbers, stage_told
from engine.installation import Installation
from engine.people import Person
from engine.store.history import Entry, walk_chain
from engine.store.tasks import TaskRow
from engine.turns.open_case import ANSWERED_AFTER, COMPLETED
from engine.turns.turn import Turn, turn

FILES: Final = "files"
"""The property of a task with whose answer all so far is on the file: a condition."""
FILES_ON: Final = "filed_on"
"""The property that names the task's question for the day."""
STEPS: Final = frozenset(
    {OPENED, MOVED, PRESSED, COMPLETED, ANSWERED_AFTER, EXTENDED, ADDED, AMENDED, SETTLED, ASKED}
)
"""The acts that a child's file tells of."""
NO_STANDING: Final = "Only the raiser, whoever files, and who wrote it can say that it is filed."


class CannotFile(StepladderError):
    """What cannot be ticked: no such step, or a day that cannot be."""


class Kept(Protocol):
    """An entry of a history, as the store or a reader has it."""

    @property
    def sequence(self) -> int: ...
    @property
    def act(self) -> str: ...
    @property
    def element(self) -> str: ...


def is_step(diagram: Diagram, entry: Kept) -> bool:
    """Whether the child's file tells of the entry; not of the task of filing itself."""
    drawn = diagram.elements.get(entry.element)
    return entry.act in STEPS and not (drawn and FILES in drawn.properties)


def filed_by(entries: Iterable[Kept]) -> dict[int, int]:
    """The numbers of the entries that are on the file, each with that of the entry that says so.

    `entries` are the whole history, in order. What was filed for a child whom the case was not
    about is on the wrong child's file, and so on none.
    """
    found: dict[int, int] = {}
    for entry in entries:
        if entry.act == MOVED:
            found.clear()
        elif entry.act == FILED:
            found.update(dict.fromkeys(numbers(entry.element), entry.sequence))
        elif entry.act == TAKEN_BACK:
            for number in numbers(entry.element):
                found.pop(number, None)
    return found


def file_steps(
    installation: Installation, case_id: int, sequences: Iterable[int], *, on: date, by: Person
) -> int:
    """The steps with those numbers are on the child's file since that day; how many were not yet.

    Raises `CannotFile` for what is no step and for a day to come, `NotAllowed` for whoever neither
    raised the case, nor files, nor wrote it, `NoCase`.
    """
    with turn(installation, case_id, by=by) as case:
        demand_case(case.connection, case.case.id, by.id, case.at)
        if on > case.today:
            raise CannotFile("That day is still to come. Give the day on which it was filed.")
        wanted = set(sequences)
        chosen = [each for each in _mine(case, by) if each.sequence in wanted]
        if len(chosen) != len(wanted):
            raise NotAllowed(NO_STANDING)
        if any(on < in_london(each.at).date() for each in chosen):
            raise CannotFile("It cannot be filed before it was written. Give a later day.")
        done = filed_by(entry for entry, _ in walk_chain(case.connection, case.case.id))
        new = [each for each in chosen if each.sequence not in done]
        _record(case, new, on)
        return len(new)


def take_back(installation: Installation, case_id: int, sequence: int, *, by: Person) -> None:
    """The step is not on the child's file after all.

    Raises `CannotFile` where nobody said that it was, and what `file_steps` raises.
    """
    with turn(installation, case_id, by=by) as case:
        demand_case(case.connection, case.case.id, by.id, case.at)
        done = filed_by(entry for entry, _ in walk_chain(case.connection, case.case.id))
        if sequence not in done:
            raise CannotFile("That was not ticked as filed, or not any more. Look at it again.")
        if all(each.sequence != sequence for each in _mine(case, by)):
            raise NotAllowed(NO_STANDING)
        words = f"{by.name} took back that a step is on the child’s file."
        element = element_of([sequence])
        case.record(Fact(act=TAKEN_BACK, element=element, words=words, before={}, after={}))


def file_with_answer(case: Turn, task: TaskRow, answers: Mapping[str, object]) -> None:
    """Where a task asks whether all is on the file, and it is, each step so far is ticked.

    The day is its answer for the day, or for the day and the time; else today. So whoever has such
    a task in their tray ticks nothing twice (A-LIN-9).
    """
    properties = case.diagram.elements[task.element].properties
    condition = properties.get(FILES)
    said: dict[str, Value] = {k: v for k, v in answers.items() if isinstance(v, str | bool)}
    if condition is None or not expressions.parse(condition).holds(said):
        return
    named = str(answers.get(properties.get(FILES_ON, "")) or "")
    on = min(date.fromisoformat(named[:10]) if named else case.today, case.today)
    chain = [entry for entry, _ in walk_chain(case.connection, case.case.id)]
    done = filed_by(chain)
    posts = case.standing.posts
    steps = (each for each in chain if _is_seen_step(case, each, posts))
    _record(case, [each for each in steps if each.sequence not in done], on)


def _is_seen_step(case: Turn, entry: Entry, posts: Iterable[str]) -> bool:
    return is_step(case.diagram, entry) and may_see_element(case.diagram, entry.element, posts)


def _mine(case: Turn, by: Person) -> list[Entry]:
    """The steps that the actor sees and may tick."""
    rules = case.version.package.filing
    held = statuses_on(case.connection, case.case.child_id, case.today)
    statuses = {str(each.status) for each in held}
    posts = case.standing.posts
    found = []
    for entry, body in walk_chain(case.connection, case.case.id):
        if body is None or not _is_seen_step(case, entry, posts):
            continue
        stage = stage_of(case.diagram, entry, body.content)
        rule = rule_for(rules, stage, statuses, entry.element)
        filer = rule.by if rule else ""
        if may_file(posts, by.id, filer=filer, wrote=entry.actor_id):
            found.append(entry)
    return found


def stage_of(diagram: Diagram, entry: Kept, content: str) -> str:
    """The stage that a step belongs to; `content` is the entry's body."""
    drawn = diagram.elements.get(entry.element)
    return (drawn.stage if drawn else None) or stage_told(json.loads(content))


def _record(case: Turn, steps: Sequence[Entry], on: date) -> None:
    """One entry for all that the same people see, so that nobody learns of what they may not."""
    groups: dict[frozenset[str] | None, list[int]] = {}
    for each in steps:
        groups.setdefault(case.diagram.seen_by(each.element), []).append(each.sequence)
    name = case.by.name if case.by else ""
    day = f"{on.day} {on:%B %Y}"
    for sequences in groups.values():
        many = "a step" if len(sequences) == 1 else f"{len(sequences)} steps"
        words = f"{name} put {many} onto the child’s file on {day}."
        after = {"filed_on": on.isoformat()}
        element = element_of(sequences)
        case.record(Fact(act=FILED, element=element, words=words, before={}, after=after))

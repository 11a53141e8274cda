"""Playing silence: what a procedure does when nobody answers.

From each way into the procedure two plays: everyone is silent, and respondents are silent while the
raiser goes up one stage at each due date. No script is needed, for the forms and the diagram say
what a raiser can choose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.acts.cases import routing_values, start_event
from engine.councils import RAISER
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.run import Run
from engine.forms import Answer
from engine.play.events import Event, Watcher
from engine.procedures import Package
from engine.rehearsal import Rehearsal
from engine.roads.choices import choices
from engine.store.tasks import TaskRow

_MOST_STEPS = 200
_MOST_MOVES = 500

EVERYONE = "everyone silent"
GOING_UP = "respondents silent, raiser going up"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A way into the procedure: the tasks that it opens first, and the answers that choose it."""

    elements: tuple[str, ...]
    answers: Mapping[str, Answer]

    @property
    def name(self) -> str:
        """What to call it: the element that it opens first."""
        return self.elements[0] if self.elements else "nothing"


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A play of silence from one entry."""

    entry: Entry
    kind: str
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """What to call it."""
        return f"{self.kind}, from {self.entry.name}"


def find_entries(package: Package) -> list[Entry]:
    """Every way into the procedure that its first form offers, each once, in the form's order."""
    start = start_event(package.diagram)
    found: dict[tuple[str, ...], Entry] = {}
    for answers in choices(package, start.form):
        run = Run.start(package.executable, routing_values(package, start.form, answers))
        opened = [task.element for task in run.tasks()]
        # What stands in a stage comes first, and names the way in; what runs beside it follows.
        elements = tuple(sorted(opened, key=lambda key: not package.diagram.elements[key].stage))
        found.setdefault(elements, Entry(elements=elements, answers=answers))
    return list(found.values())


def enters(diagram: Diagram, entry: Entry, element: str) -> bool:
    """Whether the entry opens a task that is `element`, or lies in it."""
    for first in entry.elements:
        here: Element | None = diagram.elements.get(first)
        while here is not None:
            if here.id == element:
                return True
            here = diagram.elements.get(here.parent)
    return False


def play_silence(
    processes: Path, package: Package, entry: Entry, start: datetime, *, going_up: bool
) -> Silence:
    """Raise a concern at `start` through the entry, and let nobody answer.

    With `going_up` the raiser takes the matter one stage higher whenever a due date passes.
    """
    rehearsal = Rehearsal(processes, package, start)
    watcher = Watcher(rehearsal)
    rehearsal.raise_concern(entry.answers)
    events = watcher.new_events()

    def seen() -> None:
        if going_up:
            _go_up(rehearsal)
        events.extend(watcher.new_events())

    for _ in range(_MOST_STEPS):
        due = rehearsal.next_due()
        if due is None:
            break
        rehearsal.move_to(due, seen)
    return Silence(entry=entry, kind=GOING_UP if going_up else EVERYONE, events=tuple(events))


def _go_up(rehearsal: Rehearsal) -> None:
    """Let the raiser do what leads one stage higher, in as many steps of theirs as it takes."""
    for _ in range(_MOST_MOVES):
        move = _best_move(rehearsal)
        if move is None:
            return
        task, answers, rises = move
        rehearsal.answer(task.element, answers)
        if rises:
            return


def _best_move(rehearsal: Rehearsal) -> tuple[TaskRow, Mapping[str, Answer], bool] | None:
    """The raiser's answer that opens the next stage, or else one that opens a step of theirs."""
    package = rehearsal.version.package
    stages = package.diagram.stages()
    case = rehearsal.case()
    here = stages.index(case.stage) if case.stage in stages else -1
    ways: list[tuple[int, TaskRow, Mapping[str, Answer]]] = []
    further: list[tuple[TaskRow, Mapping[str, Answer]]] = []
    for task in rehearsal.tasks():
        drawn = package.diagram.elements[task.element]
        if drawn.posts[:1] != (RAISER,) or drawn.stage not in stages:
            continue
        for answers in choices(package, task.form):
            opened = _opened(package, case.state, task, answers)
            ranks = [stages.index(e.stage) for e in opened if e.stage in stages]
            ways += [(rank, task, answers) for rank in ranks if rank > here]
            if any(e.posts[:1] == (RAISER,) and e.id != task.element for e in opened):
                further.append((task, answers))
    if ways:
        _, task, answers = min(ways, key=lambda way: way[0])
        return task, answers, True
    return (*further[0], False) if further else None


def _opened(
    package: Package, state: bytes, task: TaskRow, answers: Mapping[str, Answer]
) -> list[Element]:
    """The tasks that an answer would open, tried on a copy of the workflow."""
    run = Run.thaw(package.executable, state)
    before = {each.token for each in run.tasks()}
    run.complete(task.token, routing_values(package, task.form, answers))
    opened = [each.element for each in run.tasks() if each.token not in before]
    return [package.diagram.elements[element] for element in opened]

"""The state of a case after each entry of its history: what waited, what was done, the way gone."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.acts.deadlines import EXTENDED
from engine.acts.tasks import COMPLETED
from engine.clock import parse_instant
from engine.diagrams.diagram import Diagram
from engine.figures.kept import Kept, Told
from engine.procedures import Version
from engine.store.tasks import TaskRow
from engine.turns.turn import DEADLINE_PASSED


@dataclass(frozen=True, kw_only=True)
class Waited:
    """A step that waited: for the post asked first, `due` as it then stood (aware, UTC)."""

    element: str
    name: str
    post: str
    since: datetime
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a case stood after the entry `sequence`.

    `waited` are its open steps, the oldest first. `done` are ids of elements that were done with
    by then, `ways` of the flows that were gone: those of the version that it was on.
    """

    sequence: int
    version: Version
    waited: tuple[Waited, ...]
    done: frozenset[str]
    ways: frozenset[str]


def walk(kept: Kept, versions: Mapping[int, Version]) -> Iterator[Standing]:
    """How the case stood after each of its entries. `versions` are those it was on, by id."""
    walker = _Walker(kept)
    for told in kept.told:
        version = versions[told.entry.version_id]
        walker.follow(told, version.package.diagram)
        yield Standing(
            sequence=told.entry.sequence,
            version=version,
            waited=tuple(walker.waited()),
            done=frozenset(walker.done),
            ways=frozenset(walker.ways),
        )


@dataclass(kw_only=True)
class _Open:
    task: TaskRow
    due: datetime | None
    overdue: bool = False


class _Walker:
    """Follows the entries in order. Where an entry's words were destroyed, the rows tell."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._to_come = deque(sorted(kept.tasks, key=lambda task: task.id))
        self._open: dict[int, _Open] = {}
        self.done: set[str] = set()
        self.ways: set[str] = set()

    def waited(self) -> Iterator[Waited]:
        """The steps that are open now."""
        for each in self._open.values():
            yield Waited(
                element=each.task.element,
                name=each.task.name,
                post=self._kept.first_asked(each.task),
                since=each.task.opened_at,
                due=each.due,
                overdue=each.overdue,
            )

    def follow(self, told: Told, diagram: Diagram) -> None:
        """Go one entry on."""
        self._time(told, diagram)
        self._close(told)
        self._open_new(told, diagram)
        reached = set(told.after.get("reached", ()))
        left = reached | {told.entry.element}
        came = reached | set(told.opened)
        came |= {box for each in tuple(came) for box in self._kept.around(each)}
        self.ways |= {f.id for f in diagram.flows.values() if f.source in left and f.target in came}
        self.done |= reached
        if told.entry.act == COMPLETED:
            self.done.add(told.entry.element)

    def _time(self, told: Told, diagram: Diagram) -> None:
        """A due date that passed, or was moved."""
        drawn = diagram.elements.get(told.entry.element)
        here = [e for e in self._open.values() if drawn and e.task.element == drawn.attached_to]
        if told.entry.act == DEADLINE_PASSED:
            for each in here:
                each.overdue = each.overdue or each.due is None or each.due <= told.entry.at
        elif told.entry.act == EXTENDED and isinstance(told.after.get("due"), str):
            due = parse_instant(told.after["due"])
            for each in here[:1]:
                each.due, each.overdue = due, due <= told.entry.at

    def _close(self, told: Told) -> None:
        gone = set(told.after.get("closed", ()))
        if told.entry.act == COMPLETED:
            gone.add(told.entry.element)
        for each in list(self._open.values()):
            over = each.task.closed_at is not None and each.task.closed_at <= told.entry.at
            if over and (each.task.element in gone or not told.after):
                del self._open[each.task.id]

    def _open_new(self, told: Told, diagram: Diagram) -> None:
        most = len(told.opened) if told.after else len(self._to_come)
        for _ in range(most):
            if not self._to_come or self._to_come[0].opened_at > told.entry.at:
                return
            task = self._to_come.popleft()
            # An answer that was returned keeps the due date that it was given.
            due = min(_dues(told, diagram, task.element), default=task.original_due)
            self._open[task.id] = _Open(task=task, due=due)


def _dues(told: Told, diagram: Diagram, host: str) -> Iterator[datetime]:
    due = told.after.get("due")
    for timer, instant in due.items() if isinstance(due, dict) else ():
        drawn = diagram.elements.get(timer)
        if drawn is not None and drawn.attached_to == host:
            yield parse_instant(instant)

"""Following every way up from where a workflow waits, to find the one that takes longest.

Everybody who is asked takes their full time; the raiser decides the same day; each stage is gone
through once. What is answered on the way changes no other routing value, for nobody can know it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from engine.acts.cases import routing_values
from engine.calendars import Calendar, OutsideCalendar
from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams import expressions, times
from engine.diagrams.diagram import Element
from engine.diagrams.onward import next_tasks
from engine.diagrams.run import Run
from engine.diagrams.times import BadTime
from engine.diagrams.values import Value
from engine.procedures import Package
from engine.roads.choices import choices
from engine.store.deadlines import DeadlineRow

Values = Mapping[str, Value]

_MOST_LOOKED_AT = 20_000
_DEEPEST = 150


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One answer that is waited for on a road.

    `due` is the end of its time, aware, in UTC; None where it has none, or it has run out. `day` is
    the working day of the case's limit by then; None where the limit does not run.
    """

    element: str
    name: str
    stage: str
    posts: tuple[str, ...]
    due: datetime | None
    day: int | None


@dataclass(kw_only=True)
class Patience:
    """How many steps of roads may still be followed; what is left of a road then is not told."""

    left: int = _MOST_LOOKED_AT


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What does not change while one case's roads are followed, seen from the instant `at`.

    `clock` is when the case's own clock started; `deadlines` are all that there ever were.
    """

    package: Package
    calendar: Calendar
    at: datetime
    clock: datetime | None
    deadlines: tuple[DeadlineRow, ...]
    patience: Patience = field(default_factory=Patience)

    @cached_property
    def limit(self) -> Element | None:
        """The timer of the whole case."""
        elements = self.package.diagram.elements.values()
        return next((e for e in elements if e.properties.get("limit") == "case"), None)

    @cached_property
    def timers(self) -> Mapping[str, tuple[Element, ...]]:
        """The timers of each task and box, without that of the whole case."""
        found: dict[str, tuple[Element, ...]] = {}
        for each in self.package.diagram.elements.values():
            if each.event == "timer" and each.attached_to and each != self.limit:
                found[each.attached_to] = (*found.get(each.attached_to, ()), each)
        return found

    @cached_property
    def rungs(self) -> tuple[str, ...]:
        """The stages in which somebody is asked to answer, the lowest first."""
        diagram = self.package.diagram
        tasks = [e for e in diagram.elements.values() if e.kind == "userTask"]
        asking = {e.stage for e in tasks if not is_raisers(e) and not diagram.is_beside(e.id)}
        return tuple(stage for stage in diagram.stages() if stage in asking)

    def day(self, clock: datetime | None, due: datetime | None) -> int | None:
        """The working day of the limit on which something is due; None before it runs."""
        if clock is None or due is None or due <= clock:
            return None
        statutory = self.limit is not None and _is_statutory(self.limit)
        first, last = in_london(clock).date(), in_london(due).date()
        return self.calendar.working_days_between(first, last, statutory=statutory)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How far a road was followed: until when, how high, what was asked, the boxes' due dates."""

    at: datetime
    clock: datetime | None
    rank: int = -1
    been: frozenset[str] = frozenset()
    boxes: Mapping[str, datetime] = field(default_factory=dict)
    legs: tuple[Leg, ...] = ()

    @property
    def length(self) -> tuple[bool, datetime]:
        """What the longest way has most of: nothing is longer than what nothing bounds."""
        return any(leg.due is None for leg in self.legs), self.at


class Climb:
    """Follows every way up from one workflow, over one ground."""

    def __init__(self, ground: Ground, run: Run) -> None:
        self.ground = ground
        self.diagram = ground.package.diagram
        self.values = run.values()
        self.last_due = {row.element: row.due for row in ground.deadlines}
        self.standing = {
            row.element: row.due
            for row in ground.deadlines
            if row.closed_at is None and run.is_open(row.host)
        }
        timers = (self.diagram.elements.get(row.element) for row in ground.deadlines)
        self.asked = frozenset(timer.attached_to for timer in timers if timer and timer.attached_to)
        self._choices: dict[str, list[Values]] = {}
        self._next: dict[str, frozenset[tuple[str, ...]]] = {}

    def longest(self, tasks: Iterable[str], way: Way) -> Way:
        """The longest way through what respondents are asked, or else what the raiser is."""
        asked = [task for task in tasks if not is_raisers(self.diagram.elements[task])]
        ways = [self._through(task, way) for task in asked or tasks]
        return max(ways, key=lambda each: each.length, default=way)

    def _through(self, task: str, way: Way) -> Way:
        on = self._enter(task, way)
        self.ground.patience.left -= 1
        if not is_raisers(self.diagram.elements[task]):
            on = self._answered(self.diagram.elements[task], on)
            if on.legs[-1].due is None:
                return on
        if self.ground.patience.left < 0 or len(on.been) > _DEEPEST:
            return on
        ahead = [tuple(t for t in tasks if self._is_up(t, on)) for tasks in self._follow(task)]
        ways = [self.longest(tasks, on) for tasks in dict.fromkeys(ahead) if tasks]
        return max([on, *ways], key=lambda each: each.length)

    def _enter(self, task: str, way: Way) -> Way:
        """The way with what begins to count where a task is opened: boxes, and the limit."""
        limit, boxes, clock = self.ground.limit, dict(way.boxes), way.clock
        for box in self._boxes(task):
            if clock is None and limit and limit.attached_to == box.id:
                clock = way.at
            if box.id not in boxes and (due := self._due(box.id, way)):
                boxes[box.id] = due
        rank = max(way.rank, self._rank(task))
        return replace(way, clock=clock, boxes=boxes, rank=rank, been=way.been | {task})

    def _answered(self, task: Element, way: Way) -> Way:
        due = self._due(task.id, way)
        if due is None:
            due = next((way.boxes[b.id] for b in self._boxes(task.id) if b.id in way.boxes), None)
        if due and due < way.at:  # a time that ran out bounds nothing any more
            due = None
        leg = Leg(
            element=task.id,
            name=" ".join(task.name.split()),
            stage=task.stage or "",
            posts=task.posts,
            due=due,
            day=None,
        )
        return replace(way, at=due or way.at, legs=(*way.legs, leg))

    def _boxes(self, element: str) -> Iterator[Element]:
        """The sub-processes around an element, the nearest first."""
        here = self.diagram.elements.get(self.diagram.elements[element].parent)
        while here is not None:
            yield here
            here = self.diagram.elements.get(here.parent)

    def _due(self, host: str, way: Way) -> datetime | None:
        """The first due date of a task or box that is opened when the way has come to it."""
        timers = self.ground.timers.get(host, ())
        found = [self._timed(timer, way) for timer in timers]
        return min((each for each in found if each), default=None)

    def _timed(self, timer: Element, way: Way) -> datetime | None:
        if not way.legs and timer.id in self.standing:
            return self.standing[timer.id]
        if not way.legs and timer.id in self.last_due and keeps(timer, self.values):
            return self.last_due[timer.id]
        try:
            return times.parse(timer.time or "").due(
                way.at, self.ground.calendar, self.values, statutory=_is_statutory(timer)
            )
        except (BadTime, OutsideCalendar):
            return None

    def _rank(self, task: str) -> int:
        rungs, stage = self.ground.rungs, self.diagram.elements[task].stage
        return rungs.index(stage) if stage in rungs else -1

    def _is_up(self, task: str, way: Way) -> bool:
        rank = self._rank(task)
        if task in way.been:
            return False
        return rank in (-1, *range(way.rank + 1, len(self.ground.rungs))) or (
            rank == way.rank and (bool(way.legs) or task not in self.asked)
        )

    def _follow(self, task: str) -> frozenset[tuple[str, ...]]:
        """What can be asked after a task, by the ways in which its form can be answered."""
        if task not in self._next:
            name = self.diagram.elements[task].form or ""
            self._next[task] = frozenset(
                next_tasks(self.diagram, task, {**self.values, **values})
                for values in self._ways(name)
            )
        return self._next[task]

    def _ways(self, name: str) -> list[Values]:
        if name not in self._choices:
            package = self.ground.package
            ways = (routing_values(package, name, each) for each in choices(package, name))
            self._choices[name] = [dict(same) for same in {frozenset(w.items()) for w in ways}]
        return self._choices[name]


def is_raisers(task: Element) -> bool:
    """Whether it is the raiser who has to act."""
    return task.posts[:1] == (RAISER,)


def keeps(timer: Element, values: Values) -> bool:
    """Whether a timer would keep the due date that it had (X-34)."""
    condition = timer.properties.get("kept_when")
    return bool(condition) and expressions.parse(condition or "").holds(values)


def _is_statutory(timer: Element) -> bool:
    return timer.properties.get("calendar") == "statutory"

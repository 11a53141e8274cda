"""Going every way that a case can go, on the workflow that runs it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from time import thread_time
from typing import Any

from engine.diagrams.exploring.alike import Alike, AskedAfter, Gateways, How, Move
from engine.diagrams.exploring.answers import Given
from engine.diagrams.exploring.plan import Ways
from engine.diagrams.exploring.silence import nobody_waits_for
from engine.diagrams.run import OpenTask, Run, Stuck
from engine.diagrams.specs import build
from engine.diagrams.standing import Asked, Plan
from engine.diagrams.values import Value

_MOST_ALIKE = 2
"""So many tokens may wait at one step; more of them are more of the same."""

_NONE: Asked = frozenset()


class Budget:
    """How much may be explored: whatever is used up first ends it."""

    def __init__(self, *, states: int, seconds: float) -> None:
        """`seconds` are of this thread's processor."""
        self.states = states
        self.seconds = seconds
        self.used = 0
        self._until = thread_time() + seconds

    @property
    def spent(self) -> bool:
        """Whether nothing is left of it."""
        return self.used >= self.states or thread_time() > self._until


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Where the workflow could not go on, and with which values."""

    element: str
    values: Mapping[str, Value]
    in_circles: bool


@dataclass(kw_only=True)
class Found:
    """What the ways through one part have shown.

    `onward` leads from each state to those that follow it; `over` are states in which everything is
    over, or of which nothing more is known; `tasks` the open tasks of each that is not; `waiting`
    the joins that wait in it; `stopped` the states in which nobody can do anything any more.
    """

    onward: list[list[int]] = field(default_factory=list)
    over: set[int] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    tasks: list[tuple[str, ...]] = field(default_factory=list)
    waiting: list[tuple[str, ...]] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    failures: dict[str, Failure] = field(default_factory=dict)
    piled_up: dict[str, None] = field(default_factory=dict)
    left_open: dict[str, str] = field(default_factory=dict)
    """An end that says an outcome, and a task that was open when it was reached."""
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A state to go on from; `live` are the values still to be asked for, by what waits; `alone`
    the only elements at which it may move, None for all.
    """

    number: int
    run: Run
    live: Mapping[str, Asked]
    alone: frozenset[str] | None


def walk(ways: Ways, budget: Budget, *, beforehand: bool = False) -> Found:
    """Every way through the diagram of `ways`, as far as `budget` goes.

    `beforehand` says that the case has other values when this begins, of which nothing is known.
    Raises NotExecutable.
    """
    walking = _Walk(ways, budget)
    walking.begin(beforehand)
    walking.go()
    return walking.found


class _Walk:
    def __init__(self, ways: Ways, budget: Budget) -> None:
        self.ways = ways
        self.answers = ways.answers
        self.elements = ways.diagram.elements
        self.executable = build(ways.diagram)
        self.budget = budget
        self.found = Found()
        self.main, self.apart = ways.matters, ways.alone
        self.known: dict[Any, int] = {}
        self.queue: deque[_Place] = deque()
        self.tried: set[str] = set()
        self.asked: list[AskedAfter] = []

    def begin(self, beforehand: bool) -> None:
        start = self.elements[self.ways.starts[self.ways.diagram.id]]
        live = self.main.live_after[start.id]
        before: list[Given] | None = [{}]
        if beforehand:
            names = frozenset(name for name, _ in live) - self.answers.asks(start.form)
            before = self.answers.anything(names)
        for earlier in self._bounded(before):
            for given in self._bounded(self.answers.given(start.form, live, earlier)):
                if self.budget.spent:
                    self.found.whole = False
                    return
                self._start({**earlier, **given})

    def _start(self, values: Given) -> None:
        try:
            self._settle(Run.start(self.executable, values), None)
        except Stuck as stuck:
            self._fails(stuck, values)

    def go(self) -> None:
        while self.queue:
            self._from(self.queue.popleft())
            if self.budget.spent:
                self.found.whole = self.found.whole and not self.queue
                self.found.over.update(place.number for place in self.queue)
                return

    def _bounded(self, ways: list[Given] | None) -> list[Given]:
        if ways is None:
            self.found.whole = False
            return []
        return ways

    def _from(self, place: _Place) -> None:
        moves = list(self._moves(place))
        if not moves:
            self.found.stopped.add(place.number)
        alike = Alike(self.answers, place.run.values())
        onward: dict[int, None] = {}
        for move in moves:
            if self.budget.spent:
                self.found.whole = False
                self.found.over.add(place.number)
                break
            onward.update(dict.fromkeys(self._follow(move, place, alike)))
        self.found.onward[place.number] += onward

    def _follow(self, move: Move, place: _Place, alike: Alike) -> Iterator[int]:
        """The states to which a move leads, whatever others have changed by then."""
        passed, after = self._unless_known(move, place, alike)
        yield from after
        asks = self.answers.asks(self.elements[move.element].form)
        if self.answers.changed(self._read_at(passed) - asks, self.ways.outside) == [{}]:
            return
        read = self.ways.read_at_once(move.element) - asks
        for changed in self._bounded(self.answers.changed(read, self.ways.outside)):
            if changed and not self.budget.spent:
                other = replace(move, meanwhile=changed)
                yield from self._unless_known(other, place, alike)[1]

    def _unless_known(
        self, move: Move, place: _Place, alike: Alike
    ) -> tuple[Gateways, tuple[int, ...]]:
        """The gateways that a move comes through, and the state to which it leads, if it is new."""
        known = alike.known(move)
        if known is not None:
            return known, ()
        after, passed = self._try(place.run.copy(), move, place)
        gateways = tuple(dict.fromkeys(k for k in passed if k in self.answers.conditions))
        if after is None:
            return gateways, ()
        alike.learn(move, gateways, self.asked[after])
        return gateways, (after,)

    def _read_at(self, passed: Iterable[str]) -> frozenset[str]:
        asked = (each for key in passed for each in self.answers.conditions.get(key, ()))
        return frozenset(name for each in asked for name in each.names)

    def _moves(self, place: _Place) -> Iterator[Move]:
        for task in place.run.tasks():
            if (
                task.element not in self.main.mute
                if place.alone is None
                else task.element in place.alone
            ):
                yield from self._answered(task.element, task.token, Run.complete, place)
        mute = self.main.mute
        if place.alone is not None:
            yield from self._events(place, place.alone.__contains__)
            return
        for task in self._quiet(place.run)[:1]:  # what holds its box open comes to its end

            def end(run: Run, token: int, given: Given) -> None:
                self._end(run, self._quiet(run))

            yield Move(element=task.element, token=task.token, how=end, given={})
        yield from self._events(place, lambda key: key not in mute)

    def _events(self, place: _Place, which: Callable[[str], bool]) -> Iterator[Move]:
        for timer in place.run.timers():
            if which(timer.element):
                yield Move(element=timer.element, token=timer.token, how=_fire, given={})
        for message in place.run.messages():
            if which(message.element):
                yield from self._answered(message.element, message.token, Run.send, place)

    def _answered(self, element: str, token: int, how: How, place: _Place) -> Iterator[Move]:
        matters = self.main if place.alone is None else self.apart
        others = (place.live[key] for key in self._beside(element, place))
        asked = matters.live_after[element].union(*others)
        form = self.elements[element].form
        for given in self._bounded(self.answers.given(form, asked, place.run.values())):
            yield Move(element=element, token=token, how=how, given=given)

    def _beside(self, element: str, place: _Place) -> Iterator[str]:
        """What goes on waiting when something happens at the element."""
        drawn = self.elements[element]
        for key in place.live:
            gone = drawn.interrupting and self.ways.is_within(key, drawn.attached_to or "")
            if key != element and not gone:
                yield key

    def _try(self, run: Run, move: Move, place: _Place) -> tuple[int | None, list[str]]:
        """The state to which a move leads, None where it fails; and what it came through."""
        before = {name: run.values().get(name) for name in move.meanwhile}
        try:
            run.note(move.meanwhile)
            move.how(run, move.token, move.given)
        except Stuck as stuck:
            self._fails(stuck, {**place.run.values(), **move.meanwhile, **move.given})
            self.found.over.add(place.number)
            return None, [each.element for each in run.passed()]
        # Whoever asks for it next may find it changed as well: no need to tell such cases apart.
        run.note(before)
        return self._settle(run, place.alone), [each.element for each in run.passed()]

    def _settle(self, run: Run, alone: frozenset[str] | None) -> int:
        passed = run.passed()
        self.found.reached.update(each.element for each in passed if each.how != "cancelled")
        if alone is not None:
            return self._arrive(run, self.apart, alone)
        self._look_at_ends(run)
        self._apart(run)
        return self._arrive(run, self.main, None)

    def _fails(self, stuck: Stuck, values: Mapping[str, Value]) -> None:
        circles = "circle" in stuck.sentence or "too far" in stuck.sentence
        failure = Failure(element=stuck.element, values=values, in_circles=circles)
        self.found.failures.setdefault(stuck.element, failure)

    def _look_at_ends(self, run: Run) -> None:
        for each in run.passed():
            element = self.elements.get(each.element)
            if each.how == "completed" and element and "outcome" in element.properties:
                still = (t.element for t in run.tasks() if t.element not in self.main.mute)
                waited_for = [k for k in still if not nobody_waits_for(self.elements[k])]
                if waited_for:
                    self.found.left_open.setdefault(each.element, waited_for[0])

    def _apart(self, run: Run) -> None:
        """Explore once what goes on alone, and then go on as if it were done."""
        while alone := self._quiet(run):
            for task in alone:
                if task.element not in self.tried:
                    self.tried.add(task.element)
                    self._arrive(run.copy(), self.apart, self.ways.alone_with(task.element))
            ended = [task for task in alone if not self._holds(task.element, run)]
            if not ended:
                return
            self._end(run, ended)

    def _quiet(self, run: Run) -> list[OpenTask]:
        return [task for task in run.tasks() if task.element in self.main.mute]

    def _end(self, run: Run, tasks: Iterable[OpenTask]) -> None:
        for task in tasks:
            if run.is_open(task.token):
                run.end(task.token, self.ways.end_of(task.element) or "")

    def _holds(self, element: str, run: Run) -> bool:
        """Whether nothing but what goes on alone keeps the box open: its edge still matters."""
        for box in self.ways.boxes(element)[:1]:
            return all(
                each.element in self.main.mute and self.ways.boxes(each.element)[:1] == [box]
                for each in run.tasks()
                if box in self.ways.boxes(each.element)
            )
        return False

    def _arrive(self, run: Run, plan: Plan, alone: frozenset[str] | None) -> int:
        standing = run.standing(plan)
        key = (alone, standing.key)
        number = self.known.get(key)
        if number is not None:
            return number
        number = self.known[key] = len(self.found.onward)
        self.budget.used += 1
        self.found.onward.append([])
        self.asked.append((_NONE.union(*standing.live.values()), standing.arrived))
        self.found.tasks.append(tuple(task.element for task in run.tasks()))
        self.found.waiting.append(tuple(self._joins(standing.open)))
        place = _Place(number=number, run=run, live=standing.live, alone=alone)
        if self._is_over(run, alone):
            self.found.over.add(number)
        elif piled := [key for key in standing.open if self._piles_up(key, standing.open[key])]:
            self.found.over.add(number)
            self.found.piled_up.update(dict.fromkeys(piled))
        else:
            self.queue.append(place)
        if alone is None:
            self._try_quiet_events(place)
        return number

    def _try_quiet_events(self, place: _Place) -> None:
        """What an event leads to that changes nothing else is looked at once."""
        armed = {timer.element for timer in place.run.timers()}
        armed |= {message.element for message in place.run.messages()}
        new = (armed & self.main.mute) - self.tried
        self.tried |= new
        for element in sorted(new):
            alone = self.ways.alone_with(element)
            beside = _Place(number=place.number, run=place.run, live=place.live, alone=alone)
            for move in list(self._events(beside, {element}.__contains__)):
                self._try(place.run.copy(), move, beside)

    def _is_over(self, run: Run, alone: frozenset[str] | None) -> bool:
        if run.finished or alone is None:
            return run.finished
        return not any(task.element in alone for task in run.tasks())

    def _piles_up(self, element: str, count: int) -> bool:
        return count > _MOST_ALIKE and self.elements[element].kind in {"userTask", "subProcess"}

    def _joins(self, keys: Iterable[str]) -> Iterator[str]:
        return (key for key in keys if self.elements[key].kind == "parallelGateway")


def _fire(run: Run, token: int, _: Given) -> None:
    run.fire(token)

"""Joins that wait for ever: a choice, then a parallel gateway that wants all of its arrows.

It is correct BPMN, every engine accepts it, and the case silently stops. Told only where it is
certain: an arrow of the join cannot be reached any more once the choice is made, another one can.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, this
from engine.diagrams.diagram import Element


@dataclass(frozen=True, kw_only=True)
class _Step:
    """An arrow, or the step from a task to an event on its edge."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """One way to choose: the steps that are taken, and those that then are not."""

    at: str
    taken: tuple[_Step, ...]
    closed: frozenset[_Step]


def check_joins(sketch: Sketch) -> Iterator[Problem]:
    """Each parallel gateway that some choice leaves waiting, once."""
    for container in sketch.containers():
        elements = {e.id: e for e in sketch.elements if e.parent == container}
        joins = {
            key
            for key, element in elements.items()
            if element.kind == "parallelGateway" and len(sketch.reaching.get(key, [])) > 1
        }
        if joins:
            yield from _waiting(sketch, elements, joins)


def _waiting(sketch: Sketch, elements: Mapping[str, Element], joins: set[str]) -> Iterator[Problem]:
    steps = {key: _steps(sketch, key, elements) for key in elements}
    starts = [key for key, element in elements.items() if element.kind == "startEvent"]
    for choice in _choices(sketch, elements, steps):
        reached = _reached(starts, steps, choice.closed)
        if choice.at not in reached:
            continue
        for join in sorted(joins):
            arrows = [_Step(source=f.source, target=join) for f in sketch.reaching[join]]
            there = [step.source in reached and step not in choice.closed for step in arrows]
            if any(there) and not all(there) and _is_final(choice, join, elements, steps):
                joins.discard(join)
                yield _problem(sketch, elements, choice, join)


def _problem(
    sketch: Sketch, elements: Mapping[str, Element], choice: _Choice, join: str
) -> Problem:
    return sketch.error(
        join,
        f"{capital(this(elements[join]))} waits for all of its arrows, but after "
        f"{this(elements[choice.at])} one of them may never come: the case would stop there "
        "without a word.",
        "Bring the ways that exclude each other together in an exclusive gateway (X) first, or use "
        "one in place of this gateway.",
    )


def _steps(sketch: Sketch, key: str, elements: Mapping[str, Element]) -> list[_Step]:
    targets = [flow.target for flow in sketch.leaving.get(key, [])]
    targets += [event.id for event in sketch.attached.get(key, [])]
    return [_Step(source=key, target=target) for target in targets if target in elements]


def _choices(
    sketch: Sketch, elements: Mapping[str, Element], steps: Mapping[str, list[_Step]]
) -> Iterator[_Choice]:
    for key, element in elements.items():
        if element.kind == "exclusiveGateway":
            for taken in steps[key]:
                closed = frozenset(steps[key]) - {taken}
                yield _Choice(at=key, taken=(taken,), closed=closed)
        elif key in sketch.attached:
            yield from _edge_choices(elements, key, steps[key])


def _edge_choices(
    elements: Mapping[str, Element], key: str, steps: list[_Step]
) -> Iterator[_Choice]:
    """A task ends, and the events on its edge do not happen; or one stops it."""
    events = [step for step in steps if elements[step.target].attached_to == key]
    on = tuple(step for step in steps if step not in events)
    yield _Choice(at=key, taken=on, closed=frozenset(events))
    for event in events:
        if elements[event.target].interrupting:
            yield _Choice(at=key, taken=(event,), closed=frozenset(on))


def _is_final(
    choice: _Choice,
    join: str,
    elements: Mapping[str, Element],
    steps: Mapping[str, list[_Step]],
) -> bool:
    """Whether the choice cannot be made again before the join, and nothing ends the waiting."""
    entered = [step.target for step in choice.taken if step.target != join]
    onward = _reached(entered, steps, frozenset(), but=join)
    return choice.at not in onward and not any(elements[key].event == "terminate" for key in onward)


def _reached(
    roots: list[str],
    steps: Mapping[str, list[_Step]],
    closed: frozenset[_Step],
    but: str | None = None,
) -> set[str]:
    found = set(roots)
    waiting = deque(found)
    while waiting:
        for step in steps.get(waiting.popleft(), []):
            if step.target not in found and step.target != but and step not in closed:
                found.add(step.target)
                waiting.append(step.target)
    return found

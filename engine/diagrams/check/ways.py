"""Ways: every step can be reached and left, and nothing runs in a circle by itself."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, this
from engine.diagrams.diagram import Element

_PASSED_AT_ONCE = {"exclusiveGateway", "parallelGateway", "intermediateThrowEvent"}


def check_ways(sketch: Sketch) -> Iterator[Problem]:
    """Islands, steps without a way to an end, and circles in which nobody is asked."""
    for container in sketch.containers():
        elements = {e.id: e for e in sketch.elements if e.parent == container}
        onward = {key: list(_onward(sketch, key, elements)) for key in elements}
        yield from _islands(elements, onward, sketch)
        yield from _no_end(elements, onward, sketch)
        yield from _circles(elements, onward, sketch)


def _onward(sketch: Sketch, key: str, elements: Mapping[str, Element]) -> Iterator[str]:
    """What can come after an element: where its arrows lead, and the events on its edge."""
    for flow in sketch.leaving.get(key, []):
        if flow.target in elements:
            yield flow.target
    for event in sketch.attached.get(key, []):
        if event.id in elements:
            yield event.id


def _islands(
    elements: Mapping[str, Element], onward: Mapping[str, list[str]], sketch: Sketch
) -> Iterator[Problem]:
    # What no arrow leads to is told elsewhere; what follows from it needs no word of its own.
    begin = [k for k, e in elements.items() if e.kind == "boundaryEvent" or _starts(e)]
    reached = _reached([*begin, *(k for k in elements if not sketch.reaching.get(k))], onward)
    for key, element in elements.items():
        if key not in reached:
            reached |= _reached([key], onward)
            yield sketch.error(
                key,
                f"No way leads from the start to {this(element)}: it only comes after itself.",
                "Draw an arrow to it from a step that is reached, or delete it.",
            )


def _starts(element: Element) -> bool:
    return element.kind == "startEvent" or element.triggered_by_event


def _no_end(
    elements: Mapping[str, Element], onward: Mapping[str, list[str]], sketch: Sketch
) -> Iterator[Problem]:
    backward: dict[str, list[str]] = {}
    for key, following in onward.items():
        for target in following:
            backward.setdefault(target, []).append(key)
    # Where no arrow leaves is an end, or is told of elsewhere.
    reached = _reached([key for key in elements if not sketch.leaving.get(key)], backward)
    for key, element in elements.items():
        if key not in reached:
            reached |= _reached([key], onward)
            yield sketch.error(
                key,
                f"From {this(element)} no way leads to an end: the case would go round for ever.",
                "Draw a way out of the circle, from an exclusive gateway (X) to an end.",
            )


def _circles(
    elements: Mapping[str, Element], onward: Mapping[str, list[str]], sketch: Sketch
) -> Iterator[Problem]:
    """Circles of gateways: once in, always in, for nobody is asked anything new."""
    left = {key for key, element in elements.items() if element.kind in _PASSED_AT_ONCE}
    while out := [key for key in left if not any(target in left for target in onward[key])]:
        left.difference_update(out)
    for key in elements:
        if key in left and key in _reached(onward[key], onward, within=left):
            left -= _reached([key], onward, within=left)
            yield sketch.error(
                key,
                f"{capital(this(elements[key]))} leads back to itself without a task in between, "
                "where nothing can change.",
                "Draw a user task in the circle, or lead the arrow elsewhere.",
            )


def _reached(
    roots: Iterable[str], onward: Mapping[str, list[str]], within: set[str] | None = None
) -> set[str]:
    found = {key for key in roots if within is None or key in within}
    waiting = deque(found)
    while waiting:
        for target in onward.get(waiting.popleft(), []):
            if target not in found and (within is None or target in within):
                found.add(target)
                waiting.append(target)
    return found

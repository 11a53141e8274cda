"""Where a case can go from a step: the diagram read as a map, with nobody on it.

Unlike `engine.diagrams.run` no token moves: what is found is which tasks may be asked next, which
is all that a forecast needs, and it takes microseconds.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.diagrams import expressions
from engine.diagrams.diagram import Diagram, Element, Flow
from engine.diagrams.values import Value


def next_tasks(diagram: Diagram, element: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The user tasks that are asked once `element` is done with, in the order of the file.

    `values` are the routing values by then. What an event on an edge would open is left out.
    """
    start = diagram.elements[element]
    found = dict.fromkeys(_Walk(diagram, values, start).leave(start))
    return tuple(found)


def is_beside(diagram: Diagram, element: str) -> bool:
    """Whether a step stands beside what its box waits for, like what is asked about a silence.

    It is come to from an event on an edge that interrupts nothing, and from there alone: however it
    ends, the box goes on, unless an end says that it ends everything.
    """
    here = diagram.elements[element]
    inside = diagram.inside(here.parent)
    edges = [e for e in inside if e.kind == "boundaryEvent" and not e.interrupting]
    starts = [e for e in inside if e.kind == "startEvent"]
    return element in _reached(diagram, edges) and element not in _reached(diagram, starts)


def _reached(diagram: Diagram, sources: Iterable[Element]) -> set[str]:
    found: set[str] = set()
    waiting = [source.id for source in sources]
    while waiting:
        for flow in diagram.leaving(waiting.pop()):
            if flow.target not in found:
                found.add(flow.target)
                waiting.append(flow.target)
    return found


class _Walk:
    def __init__(self, diagram: Diagram, values: Mapping[str, Value], start: Element) -> None:
        self.diagram = diagram
        self.values = values
        self.goes_on = start.parent if is_beside(diagram, start.id) else ""
        self.been: set[str] = set()

    def leave(self, element: Element) -> Iterator[str]:
        for flow in self._taken(element):
            target = self.diagram.elements.get(flow.target)
            if target is not None and target.id not in self.been:
                self.been.add(target.id)
                yield from self._enter(target)

    def _enter(self, element: Element) -> Iterator[str]:
        if element.kind == "userTask":
            yield element.id
        elif element.kind == "subProcess":
            for start in self.diagram.inside(element.id):
                if start.kind == "startEvent":
                    yield from self.leave(start)
        elif element.kind == "endEvent":
            box = self.diagram.elements.get(element.parent)
            if element.parent == self.goes_on and element.event != "terminate":
                return
            if box is not None and not box.triggered_by_event:
                yield from self.leave(box)
        else:
            yield from self.leave(element)

    def _taken(self, element: Element) -> tuple[Flow, ...]:
        flows = self.diagram.leaving(element.id)
        if element.kind != "exclusiveGateway":
            return flows
        holding = [f for f in flows if f.condition and self._holds(f.condition)]
        otherwise = [f for f in flows if f.id == element.default or not f.condition]
        return tuple((holding or otherwise)[:1])

    def _holds(self, condition: str) -> bool:
        return expressions.parse(condition).holds(self.values)

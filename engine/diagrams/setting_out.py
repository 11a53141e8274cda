"""Where the shapes of a diagram are to stand whose file says nothing of it: from left to right, one
column after what leads to them, and what lies in a box inside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.diagrams.diagram import Diagram, Element, Flow
from engine.diagrams.layout import Box

Point = tuple[float, float]

_SIZES: Final[Mapping[str, tuple[float, float]]] = {
    "Event": (36.0, 36.0),
    "Gateway": (50.0, 50.0),
    "Annotation": (160.0, 60.0),
}
_TASK: Final = (120.0, 80.0)
_EMPTY_BOX: Final = (200.0, 120.0)
_BETWEEN: Final = (70.0, 60.0)
_MARGIN: Final = 50.0
_EDGE: Final = 18.0
_BESIDE: Final = 30.0
_BELOW: Final = 25.0


@dataclass(frozen=True, kw_only=True)
class SetOut:
    """The boxes of the elements and the points of the arrows, by id."""

    boxes: Mapping[str, Box]
    lines: Mapping[str, tuple[Point, ...]]


def set_out(diagram: Diagram) -> SetOut:
    """Places for all of a diagram, from its upper left corner on."""
    setter = _Setter(diagram)
    setter.fill(diagram.id, 0.0, 0.0)
    setter.hang()
    return SetOut(boxes=setter.boxes, lines=dict(setter.lines()))


class _Setter:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.boxes: dict[str, Box] = {}
        self.inside: dict[str, list[Element]] = defaultdict(list)
        for element in diagram.elements.values():
            self.inside[element.parent].append(element)
        self.flows: dict[str, list[Flow]] = defaultdict(list)
        for flow in diagram.flows.values():
            self.flows[flow.parent].append(flow)

    def fill(self, parent: str, x: float, y: float) -> tuple[float, float]:
        """Set out what lies in `parent`, whose corner is there; how wide and high that comes to."""
        columns = self._columns(parent)
        right, lowest = x + _MARGIN, y + _MARGIN
        for column in columns:
            top, widest = y + _MARGIN, 0.0
            for element in column:
                width, height = self._size(element, right, top)
                self.boxes[element.id] = Box(x=right, y=top, width=width, height=height)
                widest, top = max(widest, width), top + height + _BETWEEN[1]
            right, lowest = right + widest + _BETWEEN[0], max(lowest, top)
        return right - x - _BETWEEN[0] + _MARGIN, lowest - y - _BETWEEN[1] + _MARGIN

    def _size(self, element: Element, x: float, y: float) -> tuple[float, float]:
        if self.inside.get(element.id):
            return self.fill(element.id, x, y)
        if "rocess" in element.kind or element.kind == "transaction":
            return _EMPTY_BOX
        return next((size for end, size in _SIZES.items() if element.kind.endswith(end)), _TASK)

    def _columns(self, parent: str) -> list[list[Element]]:
        """What lies in it and sits on nothing, each at least one column after what leads to it."""
        here = [each for each in self.inside.get(parent, []) if not self._host(each)]
        known = {each.id for each in here}
        after = defaultdict(list)
        for flow in self.flows.get(parent, []):
            source = self._at(flow.source)
            if source in known and flow.target in known and source != flow.target:
                after[source].append(flow.target)
        ranks = _ranks([each.id for each in here], after)
        columns: dict[int, list[Element]] = defaultdict(list)
        for each in here:
            columns[ranks[each.id]].append(each)
        return [columns[rank] for rank in sorted(columns)]

    def _host(self, element: Element) -> Element | None:
        """What a boundary event sits on."""
        host = self.diagram.elements.get(element.attached_to or "")
        return host if host is not None and host.id != element.id and not host.attached_to else None

    def _at(self, key: str) -> str:
        element = self.diagram.elements.get(key)
        host = self._host(element) if element else None
        return host.id if host else key

    def hang(self) -> None:
        """Boundary events hang on the lower edge of what they sit on, from the right."""
        hung: dict[str, int] = defaultdict(int)
        for element in self.diagram.elements.values():
            host = self._host(element)
            if host is None or host.id not in self.boxes:
                continue
            hung[host.id] += 1
            box = self.boxes[host.id]
            x = max(box.x, box.x + box.width - hung[host.id] * (2 * _EDGE + 6))
            y = box.y + box.height - _EDGE
            self.boxes[element.id] = Box(x=x, y=y, width=2 * _EDGE, height=2 * _EDGE)

    def lines(self) -> Iterator[tuple[str, tuple[Point, ...]]]:
        """Each arrow between two shapes."""
        for flow in self.diagram.flows.values():
            source, target = self.boxes.get(flow.source), self.boxes.get(flow.target)
            if source is not None and target is not None:
                hangs = self._at(flow.source) != flow.source
                yield flow.id, _line(source, target, hangs=hangs)


def _ranks(keys: list[str], after: Mapping[str, list[str]]) -> dict[str, int]:
    """The longest way to each, not counting arrows that lead back."""
    ranks = dict.fromkeys(keys, 0)
    for key in reversed(_in_order(keys, after)):
        been = ranks[key]
        for target in after.get(key, []):
            ranks[target] = max(ranks[target], been + 1)
    return ranks


def _in_order(keys: list[str], after: Mapping[str, list[str]]) -> list[str]:
    """All, the last ones first; arrows that lead back are taken out of `after`."""
    done: list[str] = []
    state = dict.fromkeys(keys, 0)
    for first in keys:
        waiting = [first] if not state[first] else []
        while waiting:
            key = waiting[-1]
            if state[key] == 0:
                state[key] = 1
                onward = after.get(key, [])
                onward[:] = [target for target in onward if state[target] != 1]
                waiting += [target for target in reversed(onward) if state[target] == 0]
                continue
            waiting.pop()
            if state[key] == 1:
                state[key] = 2
                done.append(key)
    return done


def _line(source: Box, target: Box, *, hangs: bool) -> tuple[Point, ...]:
    middle, end = source.middle, target.middle
    if hangs and end[1] > source.y + source.height:
        return (middle[0], source.y + source.height), (middle[0], end[1]), (target.x, end[1])
    if target.x <= source.x + source.width:
        low = max(source.y + source.height, target.y + target.height) + _BELOW
        return (
            (middle[0], source.y + source.height),
            (middle[0], low),
            (end[0], low),
            (end[0], target.y + target.height),
        )
    start = (source.x + source.width, middle[1])
    if middle[1] == end[1]:
        return start, (target.x, end[1])
    turn = target.x - _BESIDE
    return start, (turn, middle[1]), (turn, end[1]), (target.x, end[1])

"""Where a diagram's things lie on the canvas: BPMN DI, as plain records."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.diagrams.diagram import BPMN, Diagram, Element, parse
from engine.diagrams.read import read

_BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"
_FARTHEST = 100_000.0


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle; x and y are those of its upper left corner, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Something with a place. `element` is what it shows; a pool or a lane has none."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    expanded: bool
    horizontal: bool
    element: Element | None


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A line through `points`: a sequence flow, an association or a message flow."""

    id: str
    kind: str
    name: str
    points: tuple[tuple[float, float], ...]
    label: Box | None
    default: bool


@dataclass(frozen=True, kw_only=True)
class Layout:
    """All that is drawn, in the order of the file."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def layout(source: bytes, name: str = "diagram") -> Layout | None:
    """Where things lie in the diagram `source`, or None when it was never laid out.

    Raises Unreadable, as `parse` does.
    """
    root = read(source, name)
    diagram = parse(root, name)
    plane = root.find(f"{_BPMNDI}BPMNDiagram/{_BPMNDI}BPMNPlane")
    if plane is None:
        return None
    nodes = {str(node.get("id")): node for node in root.iter(f"{BPMN}*") if node.get("id")}
    shapes = tuple(_shapes(plane, nodes, diagram))
    if not shapes:
        return None
    return Layout(shapes=shapes, edges=tuple(_edges(plane, nodes, diagram)))


def _shapes(
    plane: etree._Element, nodes: dict[str, etree._Element], diagram: Diagram
) -> Iterator[Shape]:
    for drawn in plane.iterchildren(f"{_BPMNDI}BPMNShape"):
        key = drawn.get("bpmnElement") or ""
        box = _box(drawn)
        node = nodes.get(key)
        if box is None or node is None:
            continue
        element = diagram.elements.get(key)
        yield Shape(
            id=key,
            kind=etree.QName(node).localname,
            name=element.name if element else _name(node),
            box=box,
            label=_label(drawn),
            expanded=drawn.get("isExpanded") != "false",
            horizontal=drawn.get("isHorizontal") != "false",
            element=element,
        )


def _edges(
    plane: etree._Element, nodes: dict[str, etree._Element], diagram: Diagram
) -> Iterator[Edge]:
    defaults = {element.default for element in diagram.elements.values()}
    for drawn in plane.iterchildren(f"{_BPMNDI}BPMNEdge"):
        key = drawn.get("bpmnElement") or ""
        found = (_point(each, "x", "y") for each in drawn.iterchildren(f"{_DI}waypoint"))
        points = tuple(point for point in found if point is not None)
        node = nodes.get(key)
        if len(points) < 2 or node is None:
            continue
        yield Edge(
            id=key,
            kind=etree.QName(node).localname,
            name=_name(node),
            points=points,
            label=_label(drawn),
            default=key in defaults,
        )


def _name(node: etree._Element) -> str:
    return " ".join((node.get("name") or "").split())


def _label(drawn: etree._Element) -> Box | None:
    label = drawn.find(f"{_BPMNDI}BPMNLabel")
    return None if label is None else _box(label)


def _box(drawn: etree._Element) -> Box | None:
    bounds = drawn.find(f"{_DC}Bounds")
    if bounds is None:
        return None
    corner, size = _point(bounds, "x", "y"), _point(bounds, "width", "height")
    if corner is None or size is None or min(size) <= 0:
        return None
    return Box(x=corner[0], y=corner[1], width=size[0], height=size[1])


def _point(node: etree._Element, across: str, down: str) -> tuple[float, float] | None:
    try:
        x, y = float(node.get(across) or ""), float(node.get(down) or "")
    except ValueError:
        return None
    if not (math.isfinite(x) and math.isfinite(y)) or max(abs(x), abs(y)) > _FARTHEST:
        return None
    return x, y

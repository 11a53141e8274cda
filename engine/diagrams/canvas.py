"""What is drawn of a diagram, and where that is written in its file: it can be moved, and added to.

Only numbers that changed are written; whatever else stands in a shape, as colours, stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Final

from engine.diagrams.layout import Box
from engine.diagrams.pieces import Piece
from engine.diagrams.spans import Node
from engine.diagrams.written import Change, Written, prefix_of

Point = tuple[float, float]

_BPMNDI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
_BOUNDS: Final = f"{_DC}Bounds"
_LABEL: Final = f"{_BPMNDI}BPMNLabel"
_WAYPOINT: Final = f"{_DI}waypoint"
_NUMBERS: Final = ("x", "y", "width", "height")
_FARTHEST: Final = 100_000.0
LANES: Final = frozenset({"participant", "lane"})
_HOLD: Final = frozenset({*LANES, "subProcess", "transaction", "adHocSubProcess", "group"})


@dataclass(kw_only=True)
class Shape:
    """A shape: `holds` says that others lie in it, `host` what it sits on, `parent` what it is in.

    `node` is where it is written, None for a new one.
    """

    key: str
    kind: str
    box: Box
    label: Box | None = None
    holds: bool = False
    host: str | None = None
    parent: str | None = None
    node: Node | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Line:
    """A line through `points` from the shape `source` to the shape `target`."""

    key: str
    points: list[Point]
    source: str
    target: str
    label: Box | None = None
    node: Node | None = None


class Canvas:
    """All shapes and lines of the file's first drawing, by the ids of what they show."""

    def __init__(self, file: Written) -> None:
        self.file = file
        self.shapes: dict[str, Shape] = {}
        self.lines: dict[str, Line] = {}
        self._gone: list[Node] = []
        self.plane = next((n for n in file.nodes if n.name == f"{_BPMNDI}BPMNPlane"), None)
        shown = {
            held.value: node
            for node in file.nodes
            if (held := node.attribute("id")) and not node.name.startswith((_BPMNDI, _DI, _DC))
        }
        for node in self.plane.children if self.plane else ():
            key = _value(node, "bpmnElement")
            if key in shown and node.name == f"{_BPMNDI}BPMNShape":
                self._read_shape(key, node, shown[key])
            elif key in shown and node.name == f"{_BPMNDI}BPMNEdge":
                self._read_line(key, node, shown[key])

    @property
    def is_drawn(self) -> bool:
        """Whether anything is laid out at all."""
        return bool(self.shapes)

    def remove(self, key: str) -> None:
        """What shows the element is gone."""
        gone = self.shapes.pop(key, None) or self.lines.pop(key, None)
        if gone is not None and gone.node is not None:
            self._gone.append(gone.node)

    def changes(self) -> Iterator[Change | None]:
        """What is to be written so that the file shows it."""
        for node in self._gone:
            yield self.file.without(node)
        for shape in self.shapes.values():
            if shape.node is not None:
                yield from self._bounds(shape.node.child(_BOUNDS), shape.box)
                yield from self._label(shape.node, shape.label)
        for line in self.lines.values():
            if line.node is not None:
                yield from self._points(line.node, line.points)
                yield from self._label(line.node, line.label)
        yield from self._new()

    def _read_shape(self, key: str, node: Node, shown: Node) -> None:
        box = _box(node.child(_BOUNDS))
        if box is None:
            return
        kind = shown.name.rpartition("}")[2]
        parent = _value(shown.parent, "id") if shown.parent else ""
        self.shapes[key] = Shape(
            key=key,
            kind=kind,
            box=box,
            label=_label_of(node),
            holds=kind in _HOLD and _value(node, "isExpanded") != "false",
            host=_value(shown, "attachedToRef") or None,
            parent=parent or None,
            node=node,
        )

    def _read_line(self, key: str, node: Node, shown: Node) -> None:
        found = [_pair(each) for each in node.children if each.name == _WAYPOINT]
        points = [point for point in found if point is not None]
        if len(points) < 2 or len(points) < len(found):
            return
        self.lines[key] = Line(
            key=key,
            points=points,
            source=_value(shown, "sourceRef"),
            target=_value(shown, "targetRef"),
            label=_label_of(node),
            node=node,
        )

    def _label(self, node: Node, label: Box | None) -> Iterator[Change | None]:
        held = node.child(_LABEL)
        if held is not None and label is not None:
            yield from self._bounds(held.child(_BOUNDS), label)

    def _bounds(self, node: Node | None, box: Box) -> Iterator[Change | None]:
        if node is None or _box(node) == box:
            return
        for name, number in zip(_NUMBERS, (box.x, box.y, box.width, box.height), strict=True):
            yield self._number(node, name, number)

    def _number(self, node: Node, name: str, number: float) -> Change | None:
        held = _value(node, name)
        return (
            None
            if held and float(held) == number
            else self.file.attribute(node, name, _written(number))
        )

    def _points(self, node: Node, points: list[Point]) -> Iterator[Change | None]:
        held = [each for each in node.children if each.name == _WAYPOINT]
        if len(held) == len(points):
            for each, (x, y) in zip(held, points, strict=True):
                yield self._number(each, "x", x)
                yield self._number(each, "y", y)
            return
        space = self.file.space_before(held[0])
        prefix = prefix_of(node, _DI, "di")[0]
        new = b"".join(_waypoint(prefix, point).written(space) for point in points)
        yield held[0].start - len(space), held[-1].end, new

    def _new(self) -> Iterator[Change]:
        shapes = [shape for shape in self.shapes.values() if shape.node is None]
        lines = [line for line in self.lines.values() if line.node is None]
        if self.plane is None or not self.plane.children or not (shapes or lines):
            return
        last = self.plane.children[-1]
        space = self.file.space_before(last)
        names = _Names(self.plane)
        pieces = [*map(names.shape, shapes), *map(names.line, lines)]
        yield last.end, last.end, b"".join(piece.written(space) for piece in pieces)


class _Names:
    """New shapes and lines as they are written, with the prefixes that stand there."""

    def __init__(self, plane: Node) -> None:
        known = [prefix_of(plane, *pair) for pair in ((_BPMNDI, "bpmndi"), (_DC, "dc"))]
        (self.bpmndi, _), (self.dc, declared) = known
        self.di, more = prefix_of(plane, _DI, "di")
        self.declared = {
            f"xmlns:{name}": uri.strip("{}")
            for name, uri, said in (("dc", _DC, declared), ("di", _DI, more))
            if said
        }

    def shape(self, shape: Shape) -> Piece:
        """A `BPMNShape`."""
        children = [self._bounds(shape.box)]
        if shape.label:
            children.append(self._labelled(shape.label))
        return self._shown(f"{self.bpmndi}BPMNShape", shape.key, children, shape.attributes)

    def line(self, line: Line) -> Piece:
        """A `BPMNEdge`."""
        children = [_waypoint(self.di, point) for point in line.points]
        if line.label:
            children.append(self._labelled(line.label))
        return self._shown(f"{self.bpmndi}BPMNEdge", line.key, children, {})

    def _shown(self, tag: str, key: str, children: list[Piece], more: Mapping[str, str]) -> Piece:
        end = "edge" if tag.endswith("Edge") else "shape"
        attributes = {**self.declared, "id": f"{key}_{end}", "bpmnElement": key, **more}
        return Piece(tag=tag, attributes=attributes, children=tuple(children))

    def _labelled(self, box: Box) -> Piece:
        return Piece(tag=f"{self.bpmndi}BPMNLabel", children=(self._bounds(box),))

    def _bounds(self, box: Box) -> Piece:
        numbers = (box.x, box.y, box.width, box.height)
        attributes = dict(zip(_NUMBERS, map(_written, numbers), strict=True))
        return Piece(tag=f"{self.dc}Bounds", attributes=attributes)


def moved(box: Box, axis: int, by: float) -> Box:
    """The box so much further right (axis 0) or down (axis 1)."""
    return replace(box, x=box.x + by) if axis == 0 else replace(box, y=box.y + by)


def grown(box: Box, axis: int, by: float) -> Box:
    """The box so much wider (axis 0) or higher (axis 1)."""
    return replace(box, width=box.width + by) if axis == 0 else replace(box, height=box.height + by)


def _waypoint(prefix: str, point: Point) -> Piece:
    x, y = map(_written, point)
    return Piece(tag=f"{prefix}waypoint", attributes={"x": x, "y": y})


def _written(number: float) -> str:
    return f"{round(number, 2):.2f}".rstrip("0").rstrip(".")


def _value(node: Node | None, name: str) -> str:
    held = node.attribute(name) if node else None
    return held.value if held else ""


def _label_of(node: Node) -> Box | None:
    label = node.child(_LABEL)
    return _box(label.child(_BOUNDS)) if label else None


def _box(node: Node | None) -> Box | None:
    numbers = [_number_of(_value(node, name)) for name in _NUMBERS]
    x, y, width, height = numbers
    if x is None or y is None or width is None or height is None or min(width, height) <= 0:
        return None
    return Box(x=x, y=y, width=width, height=height)


def _pair(node: Node) -> Point | None:
    x, y = _number_of(_value(node, "x")), _number_of(_value(node, "y"))
    return None if x is None or y is None else (x, y)


def _number_of(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and abs(number) <= _FARTHEST else None

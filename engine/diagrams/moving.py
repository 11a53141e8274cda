"""Two steps that follow each other change places in a diagram's file, with their clocks."""

from dataclasses import dataclass

from engine.diagrams.canvas import Canvas, Line, Point, moved
from engine.diagrams.diagram import BPMN, Diagram
from engine.diagrams.layout import Box
from engine.diagrams.removing import goes_with
from engine.diagrams.room import end_of, overlap
from engine.diagrams.written import CannotEdit, Change, Written

_IN, _OUT = f"{BPMN}incoming", f"{BPMN}outgoing"
_SAME = 1.0


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two steps, the `first` of which leads to the `second`, and the arrows around them."""

    first: str
    second: str
    before: str
    between: str
    after: str


def find_pair(diagram: Diagram, step: str, *, earlier: bool) -> Pair:
    """The step, and the one before it (or after it), which can change places.

    Raises `CannotEdit` with the reason where they cannot.
    """
    flows = diagram.reaching(step) if earlier else diagram.leaving(step)
    if len(flows) != 1:
        raise _cannot()
    first, second = flows[0].source, flows[0].target
    ends = (diagram.reaching(first), diagram.leaving(first), diagram.reaching(second))
    onward = diagram.leaving(second)
    kinds = {diagram.elements[key].kind for key in (first, second) if key in diagram.elements}
    if kinds != {"userTask"} or any(len(each) != 1 for each in (*ends, onward)):
        raise _cannot()
    before, after = ends[0][0], onward[0]
    if before.source == second:
        raise _cannot()
    for key in (first, second):
        _owned(diagram, key)
    return Pair(first=first, second=second, before=before.id, between=flows[0].id, after=after.id)


def move_step(source: bytes, diagram: Diagram, step: str, *, earlier: bool) -> bytes:
    """The file in which the step comes before the one that was before it, or after the next.

    Raises as `find_pair`.
    """
    pair = find_pair(diagram, step, earlier=earlier)
    file = Written(source)
    canvas = Canvas(file)
    arrows = [file.element(key) for key in (pair.before, pair.between, pair.after)]
    changes: list[Change | None] = [
        file.attribute(arrows[0], "targetRef", pair.second),
        file.attribute(arrows[1], "sourceRef", pair.second),
        file.attribute(arrows[1], "targetRef", pair.first),
        file.attribute(arrows[2], "sourceRef", pair.first),
    ]
    for key, comes, goes in (
        (pair.first, pair.between, pair.after),
        (pair.second, pair.before, pair.between),
    ):
        for child in file.element(key).children:
            if child.name in (_IN, _OUT):
                new = comes if child.name == _IN else goes
                changes.append((child.inside, child.closes, new.encode()))
    if {pair.first, pair.second} <= set(canvas.shapes):
        _draw(canvas, diagram, pair)
    return file.put([*changes, *canvas.changes()])


def _cannot() -> CannotEdit:
    return CannotEdit(
        "It does not lie between two arrows that come from one step and lead to another, so it "
        "cannot change places with one of them here. Move it in the drawing, or take it out and "
        "add it again."
    )


def _owned(diagram: Diagram, step: str) -> set[str]:
    """The step's clocks and what only they lead to. Raises `CannotEdit` where that is no end."""
    found: set[str] = set()
    for element in diagram.elements.values():
        if element.attached_to != step:
            continue
        if element.event != "timer":
            raise _cannot()
        found |= {element.id, *goes_with(diagram, element.id)}
    for key in found:
        if any(flow.target not in found for flow in diagram.leaving(key)):
            raise _cannot()
    return found


def _draw(canvas: Canvas, diagram: Diagram, pair: Pair) -> None:
    first, second = canvas.shapes[pair.first], canvas.shapes[pair.second]
    was = {pair.first: first.box, pair.second: second.box}
    (x, y), (right, low) = first.box.middle, second.box.middle
    level = abs(low - y) < _SAME
    by = (right - x, low - y if not level and abs(right - x) < _SAME else 0.0)
    _shift(canvas, {pair.first, *_owned(diagram, pair.first)}, by)
    _shift(canvas, {pair.second, *_owned(diagram, pair.second)}, (-by[0], -by[1]))
    _demand_room(canvas, {pair.first, pair.second})
    ends = (
        (pair.before, None, (pair.first, pair.second)),
        (pair.between, (pair.first, pair.second), (pair.second, pair.first)),
        (pair.after, (pair.second, pair.first), None),
    )
    for key, begins, leads in ends:
        line = canvas.lines.get(key)
        if line is None:
            continue
        if begins:
            line.source = begins[1]
            line.points[0] = _docked(line.points[0], was[begins[0]], canvas.shapes[begins[1]].box)
        if leads:
            line.target = leads[1]
            line.points[-1] = _docked(line.points[-1], was[leads[0]], canvas.shapes[leads[1]].box)
        _straighten(canvas, line)


def _shift(canvas: Canvas, keys: set[str], by: Point) -> None:
    for key in keys:
        shape = canvas.shapes.get(key)
        if shape is None:
            continue
        shape.box = moved(moved(shape.box, 0, by[0]), 1, by[1])
        if shape.label:
            shape.label = moved(moved(shape.label, 0, by[0]), 1, by[1])
    for line in canvas.lines.values():
        if line.source in keys and line.target in keys:
            line.points = [(x + by[0], y + by[1]) for x, y in line.points]
            if line.label:
                line.label = moved(moved(line.label, 0, by[0]), 1, by[1])


def _demand_room(canvas: Canvas, keys: set[str]) -> None:
    """Neither of the two may come to lie on something else."""
    for key in keys:
        box = canvas.shapes[key].box
        for other in canvas.shapes.values():
            stands = other.key != key and not other.holds and other.host is None
            if stands and overlap(box, other.box):
                raise _cannot()


def _docked(point: Point, was: Box, now: Box) -> Point:
    """The same place on the border of another box."""
    x, y = point
    across = (x - was.x) / was.width
    down = (y - was.y) / was.height
    return round(now.x + across * now.width, 2), round(now.y + down * now.height, 2)


def _straighten(canvas: Canvas, line: Line) -> None:
    """An arrow whose ends came to lie elsewhere runs by right angles again."""
    pairs = list(zip(line.points, line.points[1:], strict=False))
    if all(abs(a[0] - b[0]) < _SAME or abs(a[1] - b[1]) < _SAME for a, b in pairs):
        return
    source, target = canvas.shapes.get(line.source), canvas.shapes.get(line.target)
    if source is None or target is None:
        return
    begin = (end_of(source.box, 0), source.box.middle[1])
    end = (target.box.x, target.box.middle[1])
    half = (begin[0] + end[0]) / 2
    line.points = [begin, (half, begin[1]), (half, end[1]), end]

"""Where there is room on a canvas: for a line between two shapes, and for a shape beside others."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from engine.diagrams.canvas import Canvas, Line, Point, Shape
from engine.diagrams.layout import Box
from engine.diagrams.placing import hold, lane_at
from engine.diagrams.room import end_of, holders, overlap

_STEP: Final = 12.0
_TRIES: Final = 90
_APART: Final = 20.0
_SHAPE, _LABEL, _ALONG = 1000.0, 300.0, 400.0
"""What it costs to run through a shape, through words, and along another line."""
_NO_SHAPES: Final = ("lane", "participant", "group")


def draw_line(canvas: Canvas, arrow: str, source: Shape, target: Shape) -> None:
    """Draw the arrow, or draw it anew, from one shape to another, through as little as can be.

    The boxes in which it lies come to reach around it.
    """
    old = canvas.lines.get(arrow)
    others = [line for line in canvas.lines.values() if line.key != arrow]
    inside = [each for each in _ways(canvas, source, target) if _fits(canvas, source, each)]
    points = min(inside, key=lambda way: _cost(canvas, source, target, way, others))
    low = max(y for _, y in points)
    reach = Box(x=points[0][0], y=low - 1, width=1, height=1)
    hold(canvas, source.parent, reach, lane_at(canvas, source.box.middle))
    if old is None:
        canvas.lines[arrow] = Line(key=arrow, points=points, source=source.key, target=target.key)
        return
    old.points, old.target = points, target.key
    if old.label:
        old.label = _beside(points, old.label)


def clear_place(canvas: Canvas, parent: str | None, places: Iterable[Box]) -> Box:
    """The first of the places that nothing lies in; below the box `parent` there is always room.

    Some place has to lie there, or below all that is drawn.
    """
    taken = [*_taken(canvas, parent), *_drawn(canvas)]
    outer = canvas.shapes.get(parent or "")
    place = None
    for place in places:
        if outer is not None and place.y > end_of(outer.box, 1):
            break
        if not any(overlap(place, each) for each in taken):
            break
    if place is None:
        raise ValueError("no place was offered")
    return place


def _taken(canvas: Canvas, parent: str | None, *but: str) -> Iterator[Box]:
    """Shapes and their words, but those in which all of it lies."""
    outer = {*holders(canvas, parent), *but}
    for shape in canvas.shapes.values():
        if shape.key in outer or shape.kind in _NO_SHAPES:
            continue
        yield shape.box
        if shape.label:
            yield shape.label


def _drawn(canvas: Canvas) -> Iterator[Box]:
    """The lines, as thin boxes, and their words."""
    for line in canvas.lines.values():
        yield from (_thin(one, other) for one, other in pairwise(line.points))
        if line.label:
            yield line.label


def _thin(one: Point, other: Point) -> Box:
    x, y = min(one[0], other[0]), min(one[1], other[1])
    width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
    return Box(x=x - 3, y=y - 3, width=width + 6, height=height + 6)


def _ways(canvas: Canvas, source: Shape, target: Shape) -> Iterator[list[Point]]:
    """Ways by right angles: straight on, below what lies between, above it."""
    (x, y), (right, low) = source.box.middle, target.box.middle
    hangs = source.host is not None and source.host in canvas.shapes
    at = end_of(source.box, 0)
    if not hangs and target.box.x > at + _APART:
        for turn in (target.box.x - 15, (at + target.box.x) / 2, at + 15):
            yield _plain([(at, y), (turn, y), (turn, low), (target.box.x, low)])
    bottom = end_of(source.box, 1)
    if low > bottom + 10 and target.box.x > x + 10:
        yield [(x, bottom), (x, low), (target.box.x, low)]
    ends = end_of(target.box, 1)
    for step in range(_TRIES):
        level = max(bottom, ends) + _APART + step * _STEP
        yield [(x, bottom), (x, level), (right, level), (right, ends)]
        level = min(source.box.y, target.box.y) - _APART - step * _STEP
        if not hangs:
            yield [(x, source.box.y), (x, level), (right, level), (right, target.box.y)]


def _plain(points: list[Point]) -> list[Point]:
    (x, y), *_, (right, low) = points
    return [(x, y), (right, low)] if abs(y - low) < 1 else points


def _fits(canvas: Canvas, source: Shape, points: Sequence[Point]) -> bool:
    """Whether it stays below the upper edge of what it lies in; boxes grow downwards only."""
    tops = [
        canvas.shapes[key].box.y
        for key in holders(canvas, source.parent)
        if key in canvas.shapes and canvas.shapes[key].holds
    ]
    tops += [shape.box.y for shape in canvas.shapes.values() if shape.kind == "participant"]
    return not tops or min(y for _, y in points) > max(tops) + 10 or points[0][1] < max(tops) + 10


def _cost(
    canvas: Canvas, source: Shape, target: Shape, points: list[Point], others: Sequence[Line]
) -> float:
    outer = {*holders(canvas, source.parent), source.key, target.key}
    parts = [_thin(one, other) for one, other in pairwise(points)]
    cost = sum(part.width + part.height for part in parts) + 30 * len(parts)
    for shape in canvas.shapes.values():
        if shape.kind in _NO_SHAPES:
            continue
        if shape.key not in outer:
            cost += _SHAPE * sum(overlap(part, shape.box) for part in parts)
        if shape.label and not shape.holds:
            cost += _LABEL * sum(overlap(part, shape.label) for part in parts)
    return cost + _ALONG * sum(_runs_along(points, line.points) for line in others)


def _runs_along(one: list[Point], other: list[Point]) -> int:
    """How often a part of one line runs along a part of the other."""
    found = 0
    for first, last in pairwise(one):
        here = _thin(first, last)
        for begin, end in pairwise(other):
            there = _thin(begin, end)
            across = min(here.x + here.width, there.x + there.width) - max(here.x, there.x)
            down = min(here.y + here.height, there.y + there.height) - max(here.y, there.y)
            found += min(across, down) > 0 and max(across, down) > _APART
    return found


def _beside(points: list[Point], label: Box) -> Box:
    """The words stand over the first part that runs level, or beside where the line begins."""
    for (x, y), (right, low) in pairwise(points):
        if abs(y - low) < 1:
            left = x + 8 if right >= x else x - label.width - 8
            return Box(x=left, y=y - label.height - 4, width=label.width, height=label.height)
    (x, y), *_ = points
    return Box(x=x + 8, y=y + 8, width=label.width, height=label.height)

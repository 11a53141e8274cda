"""Making room on a canvas: all that lies beyond a line moves on, what it crosses grows.

Lines stay horizontal and vertical where they were, and joined to what they lead from and to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from engine.diagrams.canvas import LANES, Canvas, Line, Point, Shape, grown, moved
from engine.diagrams.layout import Box

_SAME: Final = 0.5
_STEP: Final = 5.0
_IN_THE_WAY: Final = 20
"""How much worse it is to go through a shape beside the line than through one far from it."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A straight part of a line: between `points[index]` and the next; horizontal is axis 0."""

    line: Line
    index: int
    axis: int

    @property
    def ends(self) -> tuple[float, float]:
        """Where it begins and ends on its axis, the smaller first."""
        one, other = (self.line.points[self.index + n][self.axis] for n in (0, 1))
        return min(one, other), max(one, other)

    @property
    def onward(self) -> bool:
        """Whether it leads to the right, or down."""
        one, other = (self.line.points[self.index + n][self.axis] for n in (0, 1))
        return other >= one

    @property
    def across(self) -> float:
        """Where it lies on the other axis."""
        return self.line.points[self.index][1 - self.axis]


def make_space(canvas: Canvas, axis: int, at: float, amount: float) -> None:
    """Everything from `at` on moves by `amount` to the right (axis 0), or down (axis 1)."""
    moves = {key: _moves(canvas, shape, axis, at) for key, shape in canvas.shapes.items()}
    for line in canvas.lines.values():
        _shift_line(canvas, line, axis, at, amount, moves.get)
    for key, shape in canvas.shapes.items():
        _shift_shape(shape, axis, at, amount, whole=moves[key])


def best_stretch(line: Line) -> Stretch | None:
    """The longest part that leads to the right; else the longest other horizontal or vertical."""
    found = []
    for index, (one, other) in enumerate(pairwise(line.points)):
        across, down = other[0] - one[0], other[1] - one[1]
        if abs(down) < _SAME < abs(across):
            found.append((across > 0, True, abs(across), index, 0))
        elif abs(across) < _SAME < abs(down):
            found.append((False, False, abs(down), index, 1))
    if not found:
        return None
    *_, index, axis = max(found)
    return Stretch(line=line, index=index, axis=axis)


def best_place(canvas: Canvas, stretch: Stretch, half: float) -> float:
    """Where on the stretch room is best made: where it goes through the fewest shapes.

    `half` is how far what comes there reaches to both sides of the line.
    """
    first, last = stretch.ends
    middle, beside = (first + last) / 2, (stretch.across - half, stretch.across + half)
    count = max(1, int((last - first) / _STEP))
    places = [first + (last - first) * n / count for n in range(1, count)] or [middle]
    return min(
        places,
        key=lambda at: (_crossed(canvas, stretch.axis, at, beside), abs(at - middle)),
    )


def quietest(canvas: Canvas, axis: int, first: float, last: float, outer: frozenset[str]) -> float:
    """The first place from `first` to `last` that goes through the fewest shapes.

    `outer` are the ids of boxes that may be gone through.
    """
    places = [first]
    while places[-1] + _STEP < last:
        places.append(places[-1] + _STEP)
    return min(places, key=lambda at: (_crossed(canvas, axis, at, None, outer), at))


def holders(canvas: Canvas, key: str | None) -> list[str]:
    """The ids of the shapes that the element lies in, its own first."""
    found: list[str] = []
    while key is not None and key not in found:
        found.append(key)
        shape = canvas.shapes.get(key)
        key = shape.parent if shape else None
    return found


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def start_of(box: Box, axis: int) -> float:
    """Its left, or upper, edge."""
    return box.x if axis == 0 else box.y


def end_of(box: Box, axis: int) -> float:
    """Its right, or lower, edge."""
    return box.x + box.width if axis == 0 else box.y + box.height


def _crossed(
    canvas: Canvas,
    axis: int,
    at: float,
    beside: tuple[float, float] | None,
    outer: frozenset[str] | None = None,
) -> int:
    """What it costs to go through there; boxes cost nothing where `outer` is not told."""
    labels = [shape.label for shape in canvas.shapes.values() if shape.label and not shape.holds]
    cost = sum(start_of(label, axis) < at < end_of(label, axis) for label in labels)
    for shape in canvas.shapes.values():
        if not start_of(shape.box, axis) < at < end_of(shape.box, axis):
            continue
        if shape.holds:
            inner = outer is not None and shape.kind not in LANES and shape.key not in outer
            cost += _IN_THE_WAY if inner else 0
            continue
        near = beside is not None and (
            start_of(shape.box, 1 - axis) < beside[1] and beside[0] < end_of(shape.box, 1 - axis)
        )
        cost += _IN_THE_WAY if near else 1
    return cost


def _moves(canvas: Canvas, shape: Shape, axis: int, at: float) -> bool:
    if shape.holds:
        return start_of(shape.box, axis) >= at
    host = canvas.shapes.get(shape.host or "")
    of = host.box if host is not None and not host.holds and host.host is None else shape.box
    return of.middle[axis] >= at


def _shift_shape(shape: Shape, axis: int, at: float, amount: float, *, whole: bool) -> None:
    if shape.label and (whole if not shape.holds else shape.label.middle[axis] >= at):
        shape.label = moved(shape.label, axis, amount)
    if whole:
        shape.box = moved(shape.box, axis, amount)
    elif shape.holds and end_of(shape.box, axis) > at:
        shape.box = grown(shape.box, axis, amount)


def _shift_line(
    canvas: Canvas,
    line: Line,
    axis: int,
    at: float,
    amount: float,
    moves: Callable[[str], bool | None],
) -> None:
    old = line.points
    flags = [point[axis] >= at for point in old]
    for place, key in ((0, line.source), (-1, line.target)):
        shape = canvas.shapes.get(key)
        if shape is not None:
            grows = shape.holds and old[place][axis] > at  # an edge that lies there itself stays
            flags[place] = bool(moves(key)) or grows
    _straighten(old, flags, axis)
    new: list[Point] = []
    for place, (point, flag) in enumerate(zip(old, flags, strict=True)):
        went = _moved_point(point, axis, amount) if flag else point
        if place and _level(old[place - 1], point, axis) and flag != flags[place - 1]:
            new += _jog(new[-1], went, axis)
        new.append(went)
    line.points = new
    if line.label and line.label.middle[axis] >= at:
        line.label = moved(line.label, axis, amount)


def _straighten(points: list[Point], flags: list[bool], axis: int) -> None:
    """What stands straight over an end moves as that end does."""
    for place in range(1, len(points) - 1):
        if not _level(points[place - 1], points[place], axis):
            break
        flags[place] = flags[place - 1]
    for place in range(len(points) - 2, 0, -1):
        if not _level(points[place + 1], points[place], axis):
            break
        flags[place] = flags[place + 1]


def _jog(before: Point, after: Point, axis: int) -> list[Point]:
    half = (before[1 - axis] + after[1 - axis]) / 2
    if axis == 0:
        return [(before[0], half), (after[0], half)]
    return [(half, before[1]), (half, after[1])]


def _level(one: Point, other: Point, axis: int) -> bool:
    return abs(one[axis] - other[axis]) < _SAME


def _moved_point(point: Point, axis: int, by: float) -> Point:
    return (point[0] + by, point[1]) if axis == 0 else (point[0], point[1] + by)

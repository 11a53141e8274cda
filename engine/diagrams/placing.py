"""Where a new shape is drawn: on an arrow, or in a lane beside it, with a clock below it.

What stands to its right moves on, boxes, lanes and pools grow, and both halves of the arrow lead to
it and from it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from engine.diagrams.canvas import Canvas, Line, Point, Shape, grown, moved
from engine.diagrams.layout import Box
from engine.diagrams.room import (
    Stretch,
    best_place,
    best_stretch,
    end_of,
    holders,
    make_space,
    overlap,
    quietest,
)

_GAP: Final = 30.0
_TURN: Final = 25.0
EVENT: Final = 36.0
BESIDE_CLOCK: Final = 75.0
BELOW_CLOCK: Final = 90.0
_BESIDE_LABEL: Final = 35.0
_MARGIN: Final = 20.0
_STRIP: Final = 30.0
LANE_HEIGHT: Final = 120.0
_TASK: Final = (120.0, 80.0)


def size_of_tasks(canvas: Canvas) -> tuple[float, float]:
    """How wide and high most tasks of the drawing are."""
    sizes = Counter(
        (shape.box.width, shape.box.height)
        for shape in canvas.shapes.values()
        if shape.kind.casefold().endswith("task")
    )
    return sizes.most_common(1)[0][0] if sizes else _TASK


def put_on_arrow(
    canvas: Canvas,
    arrow: str,
    shape: Shape,
    onward: str,
    *,
    lane: str | None = None,
    clock: bool = False,
) -> None:
    """Draw the shape where the arrow runs, which from then on leads to it; `onward` leads from it.

    `shape.box` says how large it is. `lane` is the id of the lane in which it comes to lie where
    that is not the arrow's own; with `clock` room is left for one, and for where that leads.
    """
    line = canvas.lines.get(arrow)
    if line is None:
        return
    if best_stretch(line) is None:
        _bend(canvas, line)
    stretch = best_stretch(line)
    if stretch is None:
        return
    band = _other_lane(canvas, lane, stretch)
    if band is not None:
        _put_into_lane(canvas, stretch, shape, onward, band, clock=clock)
    else:
        _put_into_row(canvas, stretch, shape, onward, clock=clock)
    hold(canvas, shape.parent, shape.box, band or lane_at(canvas, shape.box.middle))


def make_hold(canvas: Canvas, parent: str | None, reach: Box) -> None:
    """The boxes and lanes in which something is to be drawn there come to reach around it."""
    for key in holders(canvas, parent):
        outer = canvas.shapes.get(key)
        if outer is not None and end_of(reach, 0) + _MARGIN > end_of(outer.box, 0):
            over = end_of(reach, 0) + _MARGIN - end_of(outer.box, 0)
            make_space(canvas, 0, end_of(outer.box, 0) - 1, over)
    hold(canvas, parent, reach, lane_at(canvas, (reach.x, reach.y)))


def put_end(
    canvas: Canvas, begin: Point, end: str, arrow: str, leads: tuple[str, float], down: float
) -> None:
    """Draw an end at the height `down`, below where the arrow to it begins.

    `leads` is the id of what the arrow comes from, and how far to the right the end stands.
    """
    source, left = leads
    box = Box(x=left, y=down - EVENT / 2, width=EVENT, height=EVENT)
    label = Box(x=left + EVENT + 4, y=down - 14, width=60, height=28)
    parent = canvas.shapes[source].parent
    canvas.shapes[end] = Shape(key=end, kind="endEvent", box=box, label=label, parent=parent)
    points = [begin, (begin[0], down), (left, down)]
    canvas.lines[arrow] = Line(key=arrow, points=points, source=source, target=end)


def put_lane(canvas: Canvas, lane: str, beside: Iterable[str], container: str, arrow: str) -> bool:
    """Draw a lane below those `beside` it; where there are none, below the arrow's own row.

    `container` is the id of the process or sub-process. Whether it could be drawn.
    """
    known = [canvas.shapes[key].box for key in beside if key in canvas.shapes]
    frame = canvas.shapes.get(container) or _pool(canvas)
    if known:
        top = max(end_of(box, 1) for box in known)
        left = min(box.x for box in known)
        right = max(end_of(box, 0) for box in known)
        make_space(canvas, 1, top, LANE_HEIGHT)
        box = Box(x=left, y=top, width=right - left, height=LANE_HEIGHT)
    else:
        drawn = _below_row(canvas, container, arrow, frame)
        if drawn is None:
            return False
        box = drawn
    shape = Shape(
        key=lane, kind="lane", box=box, holds=True, parent=container,
        attributes={"isHorizontal": "true"},
    )  # fmt: skip
    canvas.shapes[lane] = shape
    if frame is not None and end_of(frame.box, 1) < end_of(box, 1):
        frame.box = grown(frame.box, 1, end_of(box, 1) - end_of(frame.box, 1))
    return True


def _below_row(canvas: Canvas, container: str, arrow: str, frame: Shape | None) -> Box | None:
    line = canvas.lines.get(arrow)
    inside = [shape.box for shape in canvas.shapes.values() if shape.parent == container]
    if line is None or not inside:
        return None
    lowest = max(end_of(box, 1) for box in inside) + _MARGIN
    first = max(point[1] for point in line.points) + _MARGIN
    last = end_of(frame.box, 1) - 1 if frame is not None else lowest
    outer = frozenset(holders(canvas, container))
    top = quietest(canvas, 1, first, max(first, last), outer) if last > first else last
    make_space(canvas, 1, top, LANE_HEIGHT + 2 * _MARGIN)
    if frame is not None:
        strip = _STRIP if frame.kind == "participant" else _MARGIN
        left, right = frame.box.x + strip, end_of(frame.box, 0)
        right -= 0 if frame.kind == "participant" else _MARGIN
    else:
        left = min(box.x for box in inside) - _MARGIN - _STRIP
        right = max(end_of(box, 0) for box in inside) + _MARGIN
    return Box(x=left, y=top + _MARGIN, width=right - left, height=LANE_HEIGHT)


def _pool(canvas: Canvas) -> Shape | None:
    return next((s for s in canvas.shapes.values() if s.kind == "participant"), None)


def _bend(canvas: Canvas, line: Line) -> None:
    """A line that runs askew, by right angles."""
    source, target = (canvas.shapes.get(key) for key in (line.source, line.target))
    (x, y), (right, low) = line.points[0], line.points[-1]
    if source is not None and target is not None and target.box.x > end_of(source.box, 0) + 10:
        (x, y), (right, low) = (
            (end_of(source.box, 0), source.box.middle[1]),
            (target.box.x, target.box.middle[1]),
        )
    elif abs(low - y) > abs(right - x):
        half = (y + low) / 2
        line.points = [(x, y), (x, half), (right, half), (right, low)]
        return
    half = (x + right) / 2
    line.points = [(x, y), (half, y), (half, low), (right, low)]


def _put_into_row(
    canvas: Canvas, stretch: Stretch, shape: Shape, onward: str, *, clock: bool
) -> None:
    size = (shape.box.width, shape.box.height)
    axis, across = stretch.axis, stretch.across
    more = (BESIDE_CLOCK, BELOW_CLOCK)[axis] if clock else 0.0
    start = _open(canvas, stretch, size[axis] + more, size[1 - axis] / 2 + _MARGIN, _GAP)
    if axis == 0:
        box = Box(x=start, y=across - size[1] / 2, width=size[0], height=size[1])
        sides = ((box.x, across), (end_of(box, 0), across))
    else:
        box = Box(x=across - size[0] / 2, y=start, width=size[0], height=size[1])
        sides = ((across, box.y), (across, end_of(box, 1)))
    enter, leave = sides if stretch.onward else sides[::-1]
    _join(canvas, stretch, replace_box(shape, box), onward, ([enter], [leave]))


def _put_into_lane(
    canvas: Canvas, stretch: Stretch, shape: Shape, onward: str, band: Shape, *, clock: bool
) -> None:
    width, height = shape.box.width, shape.box.height
    more = BESIDE_CLOCK if clock else 0.0
    turn = _TURN + (_BESIDE_LABEL if clock else 0.0)
    if stretch.axis == 0:
        start = _open(canvas, stretch, turn + width + more + _TURN, height, 10.0)
    else:
        start = stretch.across + _TURN
        make_space(canvas, 0, start, turn + width + more + 2 * _TURN)
    whole = height + (BELOW_CLOCK if clock else 0.0)
    top = band.box.y + max(_MARGIN, (band.box.height - whole) / 2)
    box = Box(x=start + turn, y=top, width=width, height=height)
    level, right = box.middle[1], end_of(box, 0) + more + _TURN / 2
    enter, leave = (box.x, level), (end_of(box, 0), level)
    if stretch.axis == 0:
        left, across = start + _TURN / 2, stretch.across
        if not stretch.onward:
            left, right, enter, leave = right, left, leave, enter
        there = [(left, across), (left, level), enter]
        back = [leave, (right, level), (right, across)]
    else:
        across = stretch.across
        into = stretch.line.points[_index(stretch) + 1][1]
        before = into - 15 if stretch.onward else into + 15
        there = [(across, level), enter]
        back = [leave, (right, level), (right, before), (across, before)]
    _join(canvas, stretch, replace_box(shape, box), onward, (there, back))


def replace_box(shape: Shape, box: Box) -> Shape:
    """The same shape in another place."""
    shape.box = box
    return shape


def _open(canvas: Canvas, stretch: Stretch, length: float, half: float, gap: float) -> float:
    """Room for `length` on the stretch, with a gap on both sides; where it begins."""
    first, last = stretch.ends
    at = best_place(canvas, stretch, half)
    lead, trail = max(0.0, gap - (at - first)), max(0.0, gap - (last - at))
    make_space(canvas, stretch.axis, at, length + lead + trail)
    return at + lead


def _join(
    canvas: Canvas,
    stretch: Stretch,
    shape: Shape,
    onward: str,
    ways: tuple[list[Point], list[Point]],
) -> None:
    """The arrow ends at the shape by the first way; `onward` goes on from it by the second."""
    line, index = stretch.line, _index(stretch)
    rest = line.points[index + 1 :]
    target = line.target
    line.points = _plain([*line.points[: index + 1], *ways[0]])
    line.target = shape.key
    canvas.shapes[shape.key] = shape
    canvas.lines[onward] = Line(
        key=onward, points=_plain([*ways[1], *rest]), source=shape.key, target=target
    )


def _index(stretch: Stretch) -> int:
    """Where the stretch begins now, after room was made."""
    points = stretch.line.points
    longest = max(
        range(len(points) - 1),
        key=lambda n: (
            abs(points[n][1 - stretch.axis] - points[n + 1][1 - stretch.axis]) < 1,
            abs(points[n][stretch.axis] - points[n + 1][stretch.axis]),
        ),
    )
    same = stretch.index if stretch.index < len(points) - 1 else longest
    level = abs(points[same][1 - stretch.axis] - points[same + 1][1 - stretch.axis]) < 1
    return same if level else longest


def _plain(points: list[Point]) -> list[Point]:
    """Without points that lie where the one before does."""
    found = points[:1]
    for point in points[1:]:
        if abs(point[0] - found[-1][0]) + abs(point[1] - found[-1][1]) > 1:
            found.append(point)
    return found if len(found) > 1 else points


def _other_lane(canvas: Canvas, lane: str | None, stretch: Stretch) -> Shape | None:
    """The lane, where the arrow does not run through it anyway."""
    band = canvas.shapes.get(lane or "")
    if band is None:
        return None
    if stretch.axis == 0:
        inside = band.box.y + _MARGIN <= stretch.across <= end_of(band.box, 1) - _MARGIN
    else:
        low, high = stretch.ends
        inside = band.box.y + _MARGIN < low and high < end_of(band.box, 1) - _MARGIN
    return None if inside else band


def lane_at(canvas: Canvas, point: Point) -> Shape | None:
    """The lane that is drawn there, None where none is."""
    """The smallest lane that lies there."""
    found = [
        shape
        for shape in canvas.shapes.values()
        if shape.kind == "lane"
        and shape.box.x <= point[0] <= end_of(shape.box, 0)
        and shape.box.y <= point[1] <= end_of(shape.box, 1)
    ]
    return min(found, key=lambda shape: shape.box.width * shape.box.height, default=None)


def push(canvas: Canvas, shape: Shape, reach: Box) -> None:
    """What lies in the way below moves down."""
    outer = frozenset(holders(canvas, shape.parent))
    low = end_of(shape.box, 1)
    tops = [
        each.box.y
        for each in canvas.shapes.values()
        if each.key not in outer
        and each.key != shape.key
        and each.kind not in ("lane", "participant", "group")
        and each.box.y >= low - 1
        and overlap(each.box, reach)
    ]
    tops += [level for line in canvas.lines.values() for level in _levels(line, reach)]
    if not tops:
        return
    top = min(tops)
    at = quietest(canvas, 1, low + 1, top, outer)
    make_space(canvas, 1, min(at, top), end_of(reach, 1) + _MARGIN - top)


def _levels(line: Line, reach: Box) -> Iterator[float]:
    """Where the line runs horizontally through what is to be free."""
    for (left, level), (right, same) in pairwise(line.points):
        first, last = min(left, right), max(left, right)
        if (
            abs(level - same) < 1
            and reach.y < level < end_of(reach, 1)
            and first < end_of(reach, 0)
            and reach.x < last
        ):
            yield level


def hold(canvas: Canvas, parent: str | None, reach: Box, band: Shape | None) -> None:
    """The boxes and lanes in which it lies reach around it."""
    pool = _pool(canvas)
    around = [each.key for each in (band, pool) if each is not None]
    keys = [*around[:1], *holders(canvas, parent), *around[1:]]
    for key in keys:
        outer = canvas.shapes.get(key)
        if outer is None:
            continue
        over = outer.box.y + _MARGIN - reach.y
        if over > 0:
            make_space(canvas, 1, outer.box.y + 1, over)
            reach = moved(reach, 1, over)
        below = end_of(reach, 1) + _MARGIN - end_of(outer.box, 1)
        if below > 0:
            make_space(canvas, 1, end_of(outer.box, 1) - 1, below)

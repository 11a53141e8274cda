"""Where a clock or a button is drawn on the edge of a task or box, with what it leads to below."""

from typing import Final

from engine.diagrams.canvas import Canvas, Shape
from engine.diagrams.layout import Box
from engine.diagrams.placing import BELOW_CLOCK, BESIDE_CLOCK, EVENT, hold, lane_at, push, put_end
from engine.diagrams.room import end_of

_ROW: Final = 48.0
_NEXT_ROW: Final = 50.0


def put_clock(canvas: Canvas, task: str, clock: str, end: str, arrow: str) -> None:
    """Draw a clock, or button, on the lower edge of a task or box, and beneath an end and an arrow
    from it; beside and below those that sit there already."""
    shape = canvas.shapes.get(task)
    if shape is None:
        return
    band = lane_at(canvas, shape.box.middle)
    sitting = _sitting_below(canvas, shape)
    across = _free_on_edge(shape, sitting)
    down = _ROW + _NEXT_ROW * len(sitting)
    push(canvas, shape, _below(shape, across, down))
    hold(canvas, shape.parent, _below(shape, across, down), band)
    box = shape.box
    middle = box.x + across
    low = box.y + box.height
    at = Box(x=middle - EVENT / 2, y=low - EVENT / 2, width=EVENT, height=EVENT)
    label = Box(x=at.x - 60, y=low + 16, width=59, height=28)
    canvas.shapes[clock] = Shape(
        key=clock, kind="boundaryEvent", box=at, label=label, host=task, parent=shape.parent
    )
    begin = (middle, low + EVENT / 2)
    left = middle + BESIDE_CLOCK if shape.holds else box.x + box.width - 3
    put_end(canvas, begin, end, arrow, (clock, max(left, middle + 12)), begin[1] + down)


def _sitting_below(canvas: Canvas, host: Shape) -> list[float]:
    """How far to the right on its lower edge the clocks and buttons sit, in the middle of each."""
    low = end_of(host.box, 1)
    return [
        each.box.middle[0] - host.box.x
        for each in canvas.shapes.values()
        if each.host == host.key and abs(each.box.middle[1] - low) < EVENT
    ]


def _free_on_edge(host: Shape, sitting: list[float]) -> float:
    """How far to the right there is most room for one more, the first of such places."""
    width = host.box.width
    places = [round(width * part) for part in (0.3, 0.75, 0.5)]
    if host.holds:
        places = [60 + 60 * n for n in range(max(1, int((width - 60) / 60)))]

    def room(at: float) -> float:
        return min([*(abs(at - each) for each in sitting), EVENT + 8])

    return max(places, key=room)


def _below(host: Shape, across: float, down: float) -> Box:
    """What a clock at that place needs below a task or box, its end that far down."""
    box, height = host.box, BELOW_CLOCK - _ROW + down
    if host.holds:
        left = box.x + across - EVENT / 2 - 60
        width = 2 * BESIDE_CLOCK + 60 + EVENT
        return Box(x=left, y=end_of(box, 1), width=width, height=height)
    width = box.width + 20 + BESIDE_CLOCK
    return Box(x=box.x - 20, y=end_of(box, 1), width=width, height=height)

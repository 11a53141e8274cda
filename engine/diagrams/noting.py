"""A note comes to stand beside something in a diagram's file, joined to it by a thin line."""

from collections.abc import Iterator
from math import ceil
from typing import Final

from engine.diagrams.canvas import Canvas, Line, Shape
from engine.diagrams.diagram import BPMN
from engine.diagrams.layout import Box
from engine.diagrams.pieces import Names, within
from engine.diagrams.placing import lane_at, make_hold
from engine.diagrams.room import end_of
from engine.diagrams.routes import clear_place
from engine.diagrams.wording import free_id
from engine.diagrams.written import CannotEdit, Written

_WIDTH: Final = 180.0
_LETTERS: Final = 27
_ROW: Final = 16.0
_GAP: Final = 24.0
_STEP: Final = 12.0


def add_note(source: bytes, element: str, text: str) -> tuple[bytes, str]:
    """The file with a note beside the element with that id, which says `text`; and the note's id.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    file = Written(source)
    canvas = Canvas(file)
    node = file.element(element)
    outer = node.parent
    if outer is None or outer.name not in (f"{BPMN}process", f"{BPMN}subProcess"):
        raise CannotEdit("No note can be joined to this. Pick a step, a box or another shape.")
    names = Names(outer)
    note = free_id(f"note_on_{element}", file)
    joined = free_id(f"{note}_joined", file)
    pieces = (
        names.piece("textAnnotation", *names.texts("text", text), id=note),
        names.piece("association", id=joined, sourceRef=element, targetRef=note),
    )
    if element in canvas.shapes:
        _draw(canvas, canvas.shapes[element], note, joined, text)
    return file.put([within(file, outer, pieces), *canvas.changes()]), note


def _draw(canvas: Canvas, host: Shape, note: str, joined: str, text: str) -> None:
    rows = sum(max(1, ceil(len(line) / _LETTERS)) for line in text.splitlines())
    size = (_WIDTH, rows * _ROW + 14)
    box = clear_place(canvas, host.parent, _places(canvas, host, *size))
    make_hold(canvas, host.parent, box)
    canvas.shapes[note] = Shape(key=note, kind="textAnnotation", box=box, parent=host.parent)
    under = box.y > host.box.y
    begin = (host.box.middle[0], end_of(host.box, 1) if under else host.box.y)
    end = (box.middle[0], box.y if under else end_of(box, 1))
    canvas.lines[joined] = Line(key=joined, points=[begin, end], source=host.key, target=note)


def _places(canvas: Canvas, host: Shape, width: float, height: float) -> Iterator[Box]:
    """Ever further above it and below it, within the box and the lane in which it lies."""
    outer = canvas.shapes.get(host.parent or "")
    band = lane_at(canvas, host.box.middle)
    tops = [each.box.y + _GAP for each in (outer, band) if each is not None]
    lefts = [each.box.x + _GAP for each in (outer, band) if each is not None]
    left, bottom = max(lefts, default=0.0), end_of(host.box, 1)
    for step in range(1000):
        away = _GAP + step * _STEP
        for across in (0.0, -width / 2, width / 2, -width, width):
            x = max(left, host.box.middle[0] - width / 2 + across)
            above = host.box.y - away - height
            if away < 300 and (not tops or above > max(tops)):
                yield Box(x=x, y=above, width=width, height=height)
            yield Box(x=x, y=bottom + away, width=width, height=height)

"""Boxes come into a diagram's file: one on an arrow, or one that is begun by a button at any time.

A new box holds a start and an end, with an arrow between them on which steps can be added.
"""

from typing import Final

from engine.diagrams.adding import Inserting
from engine.diagrams.canvas import Canvas, Line, Shape
from engine.diagrams.diagram import BPMN, parse
from engine.diagrams.edges import NewButton
from engine.diagrams.layout import Box
from engine.diagrams.pieces import Names
from engine.diagrams.placing import EVENT, LANE_HEIGHT, hold, lane_at, put_on_arrow
from engine.diagrams.room import end_of
from engine.diagrams.wording import free_id, new_message
from engine.diagrams.written import Written

_WIDTH: Final = 280.0
_APART: Final = 50.0
_LABEL: Final = (90.0, 28.0)
_ARTIFACTS: Final = (f"{BPMN}textAnnotation", f"{BPMN}association", f"{BPMN}group")


def add_box(source: bytes, arrow: str, name: str, stage: str) -> tuple[bytes, str, str]:
    """The file in which the arrow leads to a new box, and it on; its id, and that of the arrow in
    it. `stage` is the key of the stage that it is, "" for none.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    work = Inserting(source, arrow)
    box = work.new_id(name)
    first, last = free_id(f"{box}_start", work.file), free_id(f"{box}_over", work.file)
    inner = free_id(f"{first}_to_{last}", work.file)
    names = work.names
    piece = names.piece(
        "subProcess",
        *names.properties({"stage": stage}),
        *work.joints(box),
        names.piece("startEvent", *names.texts("outgoing", inner), id=first),
        names.piece("sequenceFlow", id=inner, sourceRef=first, targetRef=last),
        names.piece("endEvent", *names.texts("incoming", inner), id=last),
        id=box,
        name=name,
    )
    onward = work.insert(piece)
    if work.canvas.is_drawn:
        shape = _shape(box, Box(x=0, y=0, width=_WIDTH, height=LANE_HEIGHT), work.container_id)
        put_on_arrow(work.canvas, arrow, shape, onward)
        if box in work.canvas.shapes:
            _fill(work.canvas, shape, (first, inner, last))
    return work.done(), box, inner


def add_always(source: bytes, button: NewButton) -> tuple[bytes, str, str]:
    """The file with a button that is there as long as the case is, and the box that it begins.

    And the ids of the button's event and of the arrow in the box. Raises as `add_box`.
    """
    file, process = Written(source), parse(source).id
    outer = file.element(process)
    canvas, names = Canvas(file), Names(outer)
    box = free_id(Inserting.plain(button.words), file)
    event, last = free_id(f"{box}_pressed", file), free_id(f"{box}_over", file)
    inner, message = free_id(f"{event}_to_{last}", file), free_id(f"{box}_message", file)
    properties = {"post": ",".join(button.posts), "form": button.form, **button.told}
    start = names.piece(
        "startEvent",
        *names.properties(properties),
        *names.texts("outgoing", inner),
        names.piece("messageEventDefinition", messageRef=message),
        id=event,
        name=button.words,
        isInterrupting="true" if button.ends else "false",
    )
    piece = names.piece(
        "subProcess",
        start,
        names.piece("sequenceFlow", id=inner, sourceRef=event, targetRef=last),
        names.piece("endEvent", *names.texts("incoming", inner), id=last),
        id=box,
        name=button.words,
        triggeredByEvent="true",
    )
    after = [each for each in outer.children if each.name not in _ARTIFACTS][-1]
    if canvas.is_drawn:
        shape = _shape(box, _below_all(canvas), process)
        hold(canvas, process, shape.box, _band(canvas, shape.box))
        canvas.shapes[box] = shape
        _fill(canvas, shape, (event, inner, last), _LABEL)
    written = piece.written(file.space_before(after))
    changes = [(after.end, after.end, written), new_message(file, message, button.words)]
    return file.put([*changes, *canvas.changes()]), event, inner


def _shape(key: str, box: Box, parent: str) -> Shape:
    return Shape(
        key=key, kind="subProcess", box=box, holds=True, parent=parent,
        attributes={"isExpanded": "true"},
    )  # fmt: skip


def _fill(
    canvas: Canvas,
    box: Shape,
    keys: tuple[str, str, str],
    words: tuple[float, float] | None = None,
) -> None:
    """A start on the left, an end on the right, in the row in which the box lies."""
    first, inner, last = keys
    middle = box.box.middle[1]
    left, right = box.box.x + _APART, end_of(box.box, 0) - _APART - EVENT
    for key, kind, x in ((first, "startEvent", left), (last, "endEvent", right)):
        at = Box(x=x, y=middle - EVENT / 2, width=EVENT, height=EVENT)
        canvas.shapes[key] = Shape(key=key, kind=kind, box=at, parent=box.key)
    if words is not None:
        width, height = words
        at = Box(x=left + EVENT / 2 - width / 2, y=middle + 22, width=width, height=height)
        canvas.shapes[first].label = at
    points = [(left + EVENT, middle), (right, middle)]
    canvas.lines[inner] = Line(key=inner, points=points, source=first, target=last)


def _below_all(canvas: Canvas) -> Box:
    shown = [shape for shape in canvas.shapes.values() if shape.kind not in ("lane", "participant")]
    boxes = [shape.box for shape in shown] + [shape.label for shape in shown if shape.label]
    lows = [end_of(box, 1) for box in boxes]
    lows += [y for line in canvas.lines.values() for _, y in line.points]
    left = min(box.x for box in boxes)
    return Box(x=left, y=max(lows) + _APART, width=_WIDTH, height=LANE_HEIGHT)


def _band(canvas: Canvas, box: Box) -> Shape | None:
    return lane_at(canvas, box.middle) or lane_at(canvas, (box.x + 1, box.y - _APART))

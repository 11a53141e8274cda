"""Ways side by side in a diagram's file: around a step, where they begin and where they meet."""

from collections.abc import Iterator
from typing import Final

from engine.diagrams.adding import Inserting
from engine.diagrams.canvas import Canvas, Line, Shape
from engine.diagrams.choices import joint
from engine.diagrams.diagram import Diagram, Flow
from engine.diagrams.layout import Box
from engine.diagrams.pieces import Names
from engine.diagrams.placing import make_hold, put_on_arrow, size_of_tasks
from engine.diagrams.room import end_of
from engine.diagrams.routes import clear_place
from engine.diagrams.wording import free_id
from engine.diagrams.written import CannotEdit, Written

_GATEWAY: Final = 50.0
_ROW: Final = 12.0
_AROUND: Final = 14.0
_KINDS: Final = ("userTask", "subProcess")


def arrows_around(diagram: Diagram, step: str) -> tuple[Flow, Flow]:
    """The one arrow to the step or box, and the one from it.

    Raises `CannotEdit`, with the reason, where nothing can be done beside it.
    """
    element = diagram.elements.get(step)
    if element is None or element.kind not in _KINDS or element.triggered_by_event:
        raise CannotEdit("There is no such step or box any more. Look in the table of the steps.")
    reaching, leaving = diagram.reaching(step), diagram.leaving(step)
    if len(reaching) != 1 or len(leaving) != 1 or leaving[0].target == step:
        raise CannotEdit(
            f"“{element.name or step}” has not just one arrow that leads to it and one that leads "
            "on, so it cannot be said where the ways begin and meet. Pick another step."
        )
    on_edge = [each for each in diagram.elements.values() if each.attached_to == step]
    if any(each.interrupting for each in on_edge):
        raise CannotEdit(
            f"A clock or button ends “{element.name or step}”, and the ways would then never meet. "
            "Let it stay open first, on the page of that clock or button."
        )
    return reaching[0], leaving[0]


def add_beside(source: bytes, diagram: Diagram, step: str) -> tuple[bytes, str]:
    """The file in which a second way runs beside the step or box, with nothing on it yet.

    And the id of its arrow. Raises as `arrows_around`, and `Unreadable` for what is no XML.
    """
    before, after = arrows_around(diagram, step)
    made, split = _gateway(source, before.id, f"{step}_and_beside")
    made, meet = _gateway(made, after.id, f"{step}_and_beside_done")
    file = Written(made)
    canvas = Canvas(file)
    arrow = free_id(f"{split}_to_{meet}", file)
    place = file.element(meet)
    flow = Names(place).piece("sequenceFlow", id=arrow, sourceRef=split, targetRef=meet)
    changes = [
        joint(file, file.element(split), "outgoing", arrow),
        joint(file, place, "incoming", arrow),
        (place.end, place.end, flow.written(file.space_before(place))),
    ]
    if {split, meet, step} <= canvas.shapes.keys():
        _draw(canvas, canvas.shapes[step], arrow, (split, meet))
    return file.put([*changes, *canvas.changes()]), arrow


def _gateway(source: bytes, arrow: str, name: str) -> tuple[bytes, str]:
    work = Inserting(source, arrow)
    key = work.new_id(name)
    onward = work.insert(work.names.piece("parallelGateway", *work.joints(key), id=key))
    box = Box(x=0, y=0, width=_GATEWAY, height=_GATEWAY)
    shape = Shape(key=key, kind="parallelGateway", box=box, parent=work.container_id)
    put_on_arrow(work.canvas, arrow, shape, onward)
    return work.done(), key


def _draw(canvas: Canvas, step: Shape, arrow: str, ends: tuple[str, str]) -> None:
    """Its line runs below the step, in a row that is free from end to end."""
    first, last = (canvas.shapes[key].box for key in ends)
    left, right = sorted((first.middle[0], last.middle[0]))
    height = size_of_tasks(canvas)[1]
    low = max(end_of(box, 1) for box in (first, last, step.box))
    places = (
        Box(x=left - _AROUND, y=y, width=right - left + 2 * _AROUND, height=height + 2 * _AROUND)
        for y in _rows(low)
    )
    row = clear_place(canvas, step.parent, places)
    make_hold(canvas, step.parent, row)
    first, last = (canvas.shapes[key].box for key in ends)
    level = row.middle[1]
    points = [
        (first.middle[0], end_of(first, 1)),
        (first.middle[0], level),
        (last.middle[0], level),
        (last.middle[0], end_of(last, 1)),
    ]
    canvas.lines[arrow] = Line(key=arrow, points=points, source=ends[0], target=ends[1])


def _rows(low: float) -> Iterator[float]:
    yield from (low + _AROUND + _ROW * step for step in range(2000))

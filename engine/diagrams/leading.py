"""An arrow of a diagram's file leads elsewhere; all else in it stays as it is."""

from typing import Final

from engine.diagrams.canvas import Canvas
from engine.diagrams.diagram import BPMN, Diagram
from engine.diagrams.pieces import Names, within
from engine.diagrams.routes import draw_line
from engine.diagrams.spans import Node
from engine.diagrams.written import CannotEdit, Change, Written

NO_TARGET: Final = ("startEvent", "boundaryEvent", "textAnnotation", "group")
"""What no arrow leads to."""
_BEFORE: Final = tuple(
    f"{BPMN}{each}" for each in ("documentation", "extensionElements", "incoming")
)


def lead_elsewhere(source: bytes, diagram: Diagram, arrow: str, target: str) -> bytes:
    """The file in which the arrow with that id leads to the element `target`, drawn anew.

    It keeps its name and its condition. Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    flow, onto = diagram.flows.get(arrow), diagram.elements.get(target)
    if flow is None:
        raise CannotEdit("There is no such arrow any more. Look in the list of all that is drawn.")
    if flow.target == target:
        return source
    if onto is None or onto.parent != flow.parent:
        raise CannotEdit("An arrow leads only to what lies in the same box. Pick something there.")
    if onto.kind in NO_TARGET or onto.triggered_by_event:
        raise CannotEdit("No arrow leads there: it begins by itself. Pick something else.")
    if flow.source == target:
        raise CannotEdit("It would lead back to where it begins. Pick something else.")
    file = Written(source)
    canvas = Canvas(file)
    said = [
        each
        for each in file.element(flow.target).children
        if each.name == f"{BPMN}incoming" and file.content(each) == arrow
    ]
    changes = [
        file.attribute(file.element(arrow), "targetRef", target),
        *map(file.without, said),
        _comes(file, file.element(target), arrow) if said else None,
    ]
    if arrow in canvas.lines and flow.source in canvas.shapes and target in canvas.shapes:
        draw_line(canvas, arrow, canvas.shapes[flow.source], canvas.shapes[target])
    return file.put([*changes, *canvas.changes()])


def _comes(file: Written, node: Node, arrow: str) -> Change:
    """That the arrow comes in is said after what else comes in, else before what goes out."""
    (piece,) = pieces = Names(node).texts("incoming", arrow)
    before = [each for each in node.children if each.name in _BEFORE]
    if before:
        return before[-1].end, before[-1].end, piece.written(file.space_before(before[-1]))
    if node.children:
        space = file.space_before(node.children[0])
        place = node.children[0].start - len(space)
        return place, place, piece.written(space)
    return within(file, node, pieces)

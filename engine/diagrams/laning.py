"""A lane is taken out of a diagram's file: what lay in it stays, in no lane."""

from engine.diagrams.canvas import Canvas
from engine.diagrams.diagram import BPMN
from engine.diagrams.written import CannotEdit, Written

_LANE, _INNER = f"{BPMN}lane", f"{BPMN}childLaneSet"


def remove_lane(source: bytes, lane: str) -> bytes:
    """The file without the lane; what holds the lanes goes with the last.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    file = Written(source)
    node = file.element(lane)
    if node.name != _LANE or node.parent is None:
        raise CannotEdit("There is no such lane any more. Look where it is now.")
    if node.child(_INNER) is not None:
        raise CannotEdit("Other lanes lie in this one. Take those out first.")
    others = [each for each in node.parent.children if each.name == _LANE and each is not node]
    canvas = Canvas(file)
    canvas.remove(lane)
    return file.put([file.without(node if others else node.parent), *canvas.changes()])

"""The arrows out of a choice, in a diagram's file: when each is taken, and one more of them."""

from collections.abc import Iterator

from engine.diagrams.canvas import Canvas, Line, Point, Shape
from engine.diagrams.diagram import BPMN
from engine.diagrams.layout import Box
from engine.diagrams.pieces import Names, within
from engine.diagrams.placing import make_hold, put_end
from engine.diagrams.room import end_of, holders, overlap
from engine.diagrams.spans import Node
from engine.diagrams.written import CannotEdit, Change, Written, escaped

_CONDITION = f"{BPMN}conditionExpression"
_STEP = 12.0


def set_condition(source: bytes, arrow: str, condition: str) -> bytes:
    """The file in which the arrow with that id is taken when the condition holds; "" for none.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    file = Written(source)
    node = file.element(arrow)
    held = node.child(_CONDITION)
    if held is None:
        if not condition:
            return source
        piece = Names(node).formal("conditionExpression", condition)
        return file.put([within(file, node, (piece,))])
    if not condition:
        return file.put([file.without(held)])
    if held.is_empty_tag:
        raise CannotEdit("This arrow’s condition is written as empty. Take it out in a modeller.")
    if held.children or b"<" in file.text[held.inside : held.closes]:
        raise CannotEdit("There is a comment within this condition. Take it out in a modeller.")
    return file.put([(held.inside, held.closes, escaped(condition, text=True))])


def set_default(source: bytes, choice: str, arrow: str) -> bytes:
    """The file in which that arrow of the choice is taken when no other one is, without condition.

    Raises as `set_condition`.
    """
    file = Written(source)
    marked = file.put([file.attribute(file.element(choice), "default", arrow)])
    return set_condition(marked, arrow, "")


def add_arrow(
    source: bytes, choice: str, *, target: str | None, end: str, name: str, condition: str
) -> tuple[bytes, str]:
    """The file with one more arrow out of the choice, and its id.

    It leads to the element `target` beside the choice, or, where that is None, to a new end called
    `end`. Raises as `set_condition`.
    """
    file = Written(source)
    canvas = Canvas(file)
    node = file.element(choice)
    if node.name != f"{BPMN}exclusiveGateway" or node.parent is None:
        raise CannotEdit("This is no choice of the diagram any more. Look in the list of choices.")
    names = Names(node.parent)
    taken = {held.value for each in file.nodes if (held := each.attribute("id"))}
    onto = target or _free(f"{choice}_end", taken)
    arrow = _free(f"{choice}_to_{onto}", taken)
    space = file.space_before(node)
    flow = names.piece(
        "sequenceFlow",
        *((names.formal("conditionExpression", condition),) if condition else ()),
        id=arrow,
        **({"name": name} if name else {}),
        sourceRef=choice,
        targetRef=onto,
    )
    pieces = [flow]
    changes: list[Change | None] = [joint(file, node, "outgoing", arrow)]
    if target is None:
        named = {"name": end} if end else {}
        comes = names.texts("incoming", arrow)
        pieces.insert(0, names.piece("endEvent", *comes, id=onto, **named))
        changes += _into_lane(file, choice, onto)
    else:
        changes.append(joint(file, file.element(target), "incoming", arrow))
    place = max(each.end for each in (node, *_leaving(file, choice)))
    changes.append((place, place, b"".join(piece.written(space) for piece in pieces)))
    if choice in canvas.shapes:
        _draw(canvas, choice, onto, arrow, is_new=target is None)
        _label(canvas.lines.get(arrow), name)
    return file.put([*changes, *canvas.changes()]), arrow


def _leaving(file: Written, choice: str) -> list[Node]:
    return [
        each
        for each in file.nodes
        if (held := each.attribute("sourceRef"))
        and held.value == choice
        and each.name == f"{BPMN}sequenceFlow"
    ]


def _free(wanted: str, taken: set[str]) -> str:
    key, number = wanted[:90], 1
    while key in taken:
        number += 1
        key = f"{wanted[:90]}_{number}"
    taken.add(key)
    return key


def joint(file: Written, node: Node, kind: str, arrow: str) -> Change | None:
    """What says at the element that the arrow comes in or goes out, where such things are said."""
    before = (f"{BPMN}incoming",) if kind == "incoming" else (f"{BPMN}incoming", f"{BPMN}outgoing")
    held = [each for each in node.children if each.name in before]
    if not held:
        return None
    (piece,) = Names(node).texts(kind, arrow)
    return held[-1].end, held[-1].end, piece.written(file.space_before(held[-1]))


def _into_lane(file: Written, choice: str, end: str) -> list[Change | None]:
    """A new end lies in the lane in which the choice does."""
    for node in file.nodes:
        if node.name == f"{BPMN}flowNodeRef" and file.content(node) == choice and node.parent:
            (piece,) = Names(node.parent).texts("flowNodeRef", end)
            return [(node.end, node.end, piece.written(file.space_before(node)))]
    return []


def _draw(canvas: Canvas, choice: str, onto: str, arrow: str, *, is_new: bool) -> None:
    box = canvas.shapes[choice].box
    below = (box.middle[0], end_of(box, 1))
    if is_new:
        left = end_of(box, 0) + 10
        down = _free_row(canvas, choice, left, below[1])
        reach = Box(x=left, y=down - 18, width=100, height=40)
        make_hold(canvas, canvas.shapes[choice].parent, reach)
        put_end(canvas, below, onto, arrow, (choice, left), down)
    elif onto in canvas.shapes:
        points = _way_round(canvas, canvas.shapes[choice], canvas.shapes[onto])
        canvas.lines[arrow] = Line(key=arrow, points=points, source=choice, target=onto)


def _free_row(canvas: Canvas, choice: str, left: float, low: float) -> float:
    """How far down a new end and its name are in nobody's way."""
    down = low + 48
    for _ in range(60):
        room = Box(x=left - 20, y=down - 22, width=130, height=44)
        if not any(overlap(each, room) for each in _in_the_way(canvas, choice)):
            break
        down += _STEP
    return down


def _in_the_way(canvas: Canvas, choice: str) -> Iterator[Box]:
    outer = {*holders(canvas, canvas.shapes[choice].parent), choice}
    for shape in canvas.shapes.values():
        if shape.key in outer or shape.kind in ("lane", "participant", "group"):
            continue
        yield shape.box
        if shape.label:
            yield shape.label


def _way_round(canvas: Canvas, source: Shape, target: Shape) -> list[Point]:
    """Below what lies between, or above it where the arrow leads back."""
    back = target.box.middle[0] < source.box.middle[0]
    (x, _), (right, _) = source.box.middle, target.box.middle
    sides = (source.box.y, target.box.y) if back else (end_of(source.box, 1), end_of(target.box, 1))
    level = min(sides) - 20 if back else max(sides) + 20
    for _ in range(80):
        lane = Box(x=min(x, right), y=level - 4, width=abs(x - right) + 1, height=8)
        others = [each for each in _in_the_way(canvas, source.key) if each != target.box]
        if not any(overlap(each, lane) for each in others):
            break
        level += -_STEP if back else _STEP
    return [(x, sides[0]), (x, level), (right, level), (right, sides[1])]


def _label(line: Line | None, name: str) -> None:
    if line is None or not name:
        return
    (x, y), (right, low) = line.points[-3:-1] if len(line.points) > 3 else line.points[1:3]
    width = 90.0
    left = x + 8 if right >= x else x - width - 8
    line.label = Box(x=left, y=min(y, low) - 18, width=width, height=14)

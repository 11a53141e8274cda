"""Taking a step, or an arrow of a choice, out of a diagram's file; what led to it leads on.

What could be reached by it alone goes with it, and can be told beforehand.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from engine.diagrams.canvas import Canvas, Line, Point
from engine.diagrams.diagram import BPMN, Diagram, Flow
from engine.diagrams.pieces import Names
from engine.diagrams.spans import Node
from engine.diagrams.wording import unused_messages
from engine.diagrams.written import CannotEdit, Change, Written

_BETWEEN = ("userTask", "intermediateThrowEvent", "subProcess")
_IN, _OUT = f"{BPMN}incoming", f"{BPMN}outgoing"


def goes_with(diagram: Diagram, step: str) -> tuple[str, ...]:
    """The ids of what goes with the step, in the order of the file: its clocks and buttons, and
    what only they lead to.

    `step` may be a box or where somebody is told, which go like a step; a note; or a clock, button
    or what is there all the time, which take with them what only they lead to. Raises `CannotEdit`
    for what cannot be taken out so, with the reason.
    """
    if _leads_nowhere(diagram, step):
        return tuple(key for key in _lost(diagram, {step}, set(), {}) if key != step)
    onward = _onward(diagram, step)
    joined = {flow.id: onward.target for flow in diagram.reaching(step)}
    return tuple(key for key in _lost(diagram, {step}, {onward.id}, joined) if key != step)


def remove_step(source: bytes, diagram: Diagram, step: str) -> bytes:
    """The file without the step, or what else it is, and what goes with it. As `goes_with`."""
    gone = {step, *goes_with(diagram, step)}
    if _leads_nowhere(diagram, step):
        return _remove(source, diagram, gone, {})
    onward = _onward(diagram, step)
    joined = {flow.id: onward.target for flow in diagram.reaching(step) if flow.source not in gone}
    return _remove(source, diagram, gone, joined)


def goes_with_arrow(diagram: Diagram, arrow: str) -> tuple[str, ...]:
    """The ids of what goes with an arrow out of a choice. Raises `CannotEdit`, with the reason."""
    flow = _arrow(diagram, arrow)
    return tuple(_lost(diagram, set(), {flow.id}, {}))


def remove_arrow(source: bytes, diagram: Diagram, arrow: str) -> bytes:
    """The file without the arrow and what goes with it; a choice of one arrow is none, and goes.

    Raises as `goes_with_arrow`.
    """
    flow = _arrow(diagram, arrow)
    gone = set(goes_with_arrow(diagram, arrow))
    left = [each for each in diagram.leaving(flow.source) if each.id != arrow]
    joined: dict[str, str] = {}
    if len(left) == 1:
        gone.add(flow.source)
        joined = {each.id: left[0].target for each in diagram.reaching(flow.source)}
    return _remove(source, diagram, gone, joined, {arrow})


def _leads_nowhere(diagram: Diagram, key: str) -> bool:
    """Whether nothing comes in its place: on an edge, a note, or what is there all the time."""
    element = diagram.elements.get(key)
    return element is not None and (
        element.kind in ("boundaryEvent", "textAnnotation") or element.triggered_by_event
    )


def _onward(diagram: Diagram, step: str) -> Flow:
    element = diagram.elements.get(step)
    if element is None or element.kind not in _BETWEEN:
        raise CannotEdit("There is no such step any more. Look in the table of the steps.")
    leaving, reaching = diagram.leaving(step), diagram.reaching(step)
    if len(leaving) != 1 or not reaching:
        raise CannotEdit(
            f"“{element.name or step}” does not lie between arrows of which just one leads on, so "
            "it cannot be said what comes in its place. Take it out in the drawing."
        )
    if leaving[0].target == step:
        raise CannotEdit("The step leads to itself only. Take it out in the drawing.")
    return leaving[0]


def _arrow(diagram: Diagram, arrow: str) -> Flow:
    flow = diagram.flows.get(arrow)
    choice = diagram.elements.get(flow.source) if flow else None
    if flow is None or choice is None or choice.kind != "exclusiveGateway":
        raise CannotEdit("This is no arrow out of a choice any more. Look in the list of choices.")
    if len(diagram.leaving(flow.source)) < 2:
        raise CannotEdit("It is the choice’s only arrow. Take the choice out in the drawing.")
    if choice.default == arrow:
        raise CannotEdit(
            "This arrow is taken when no other one is. Say first which other one that shall be."
        )
    return flow


def _lost(diagram: Diagram, gone: set[str], cut: set[str], joined: dict[str, str]) -> Iterator[str]:
    """What is reached today, and no more without `gone` and the arrows `cut`."""
    before = _reached(diagram, set(), set(), {})
    after = _reached(diagram, gone, cut, joined)
    yield from (key for key in diagram.elements if key in before and key not in after)


def _reached(diagram: Diagram, gone: set[str], cut: set[str], joined: dict[str, str]) -> set[str]:
    inner = {each.parent for each in diagram.elements.values()}
    found = {
        each.id
        for each in diagram.elements.values()
        if each.triggered_by_event or (each.kind == "startEvent" and each.parent == diagram.id)
    } - gone
    waiting = list(found)
    while waiting:
        here = waiting.pop()
        nexts = [
            joined.get(flow.id, flow.target) for flow in diagram.leaving(here) if flow.id not in cut
        ]
        nexts += [each.id for each in diagram.elements.values() if each.attached_to == here]
        if here in inner:
            nexts += [e.id for e in diagram.inside(here) if e.kind == "startEvent"]
        for key in nexts:
            if key in diagram.elements and key not in found and key not in gone:
                found.add(key)
                waiting.append(key)
    return found


def _remove(
    source: bytes,
    diagram: Diagram,
    gone: set[str],
    joined: dict[str, str],
    arrows: Iterable[str] = (),
) -> bytes:
    file = Written(source)
    canvas = Canvas(file)
    dead = {
        flow.id
        for flow in diagram.flows.values()
        if flow.source in gone or (flow.target in gone and flow.id not in joined)
    } | set(arrows)
    changes: list[Change | None] = []
    for arrow, target in joined.items():
        changes.append(file.attribute(file.element(arrow), "targetRef", target))
        _join_lines(canvas, diagram, arrow, target)
    outer = [file.element(key) for key in gone]
    inside = {id(node) for node in file.nodes if any(_within(node, each) for each in outer)}
    keys = {_id(node) for node in file.nodes if id(node) in inside} | gone | dead
    notes = [node for node in file.nodes if _joins(node, keys) and id(node) not in inside]
    top = [node for node in outer if node.parent is None or id(node.parent) not in inside]
    lines = [file.element(key) for key in dead if id(file.element(key)) not in inside]
    silent = unused_messages(file, inside)
    changes += [file.without(node) for node in (*top, *lines, *notes, *silent)]
    changes += _joints(file, dead, joined, inside)
    changes += [
        file.without(node)
        for node in file.nodes
        if node.name == f"{BPMN}flowNodeRef" and file.content(node) in keys
    ]
    for key in (*keys, *map(_id, notes)):
        canvas.remove(key)
    return file.put([*changes, *canvas.changes()])


def _joints(
    file: Written, dead: set[str], joined: dict[str, str], inside: set[int]
) -> Iterator[Change]:
    """What says at the elements that stay which arrows come in and go out."""
    missing: dict[str, list[str]] = {}
    for arrow, target in joined.items():
        missing.setdefault(target, []).append(arrow)
    for node in file.nodes:
        if node.name not in (_IN, _OUT) or id(node) in inside or file.content(node) not in dead:
            continue
        came = missing.pop(_id(node.parent), []) if node.parent and node.name == _IN else []
        if not came:
            yield file.without(node)
            continue
        yield node.inside, node.closes, came[0].encode()
        names = Names(node)
        space = file.space_before(node)
        more = b"".join(piece.written(space) for piece in names.texts("incoming", *came[1:]))
        yield node.end, node.end, more


def _join_lines(canvas: Canvas, diagram: Diagram, arrow: str, target: str) -> None:
    """The line of the arrow goes on along the one that led on from where it ended."""
    line = canvas.lines.get(arrow)
    onward = next(
        (
            canvas.lines[flow.id]
            for flow in diagram.leaving(diagram.flows[arrow].target)
            if flow.target == target and flow.id in canvas.lines
        ),
        None,
    )
    if line is None or onward is None:
        return
    line.points = _joined(line, onward)
    line.target = target


def _joined(line: Line, onward: Line) -> list[Point]:
    (x, y), (left, top) = line.points[-1], onward.points[0]
    before = line.points[-2]
    corner = (left, y) if abs(before[1] - y) < 1 else (x, top)
    whole = [*line.points[:-1], corner, *onward.points[1:]]
    found = whole[:1]
    for here, after in pairwise(whole[1:]):
        last = found[-1]
        level = abs(last[0] - here[0]) < 1 and abs(here[0] - after[0]) < 1
        level = level or (abs(last[1] - here[1]) < 1 and abs(here[1] - after[1]) < 1)
        if not level:
            found.append(here)
    return [*found, whole[-1]]


def _within(node: Node, outer: Node) -> bool:
    return outer.start <= node.start and node.end <= outer.end


def _joins(node: Node, keys: set[str]) -> bool:
    """Whether it is an association with something that is gone."""
    if node.name != f"{BPMN}association":
        return False
    ends = (node.attribute("sourceRef"), node.attribute("targetRef"))
    return any(held is not None and held.value in keys for held in ends)


def _id(node: Node | None) -> str:
    held = node.attribute("id") if node else None
    return held.value if held else ""

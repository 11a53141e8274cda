"""A diagram's file that says nothing of where its shapes stand, with that written into it."""

from collections.abc import Iterator
from typing import Final

from engine.diagrams.diagram import BPMN, parse
from engine.diagrams.layout import Box, layout
from engine.diagrams.read import as_text
from engine.diagrams.setting_out import SetOut, set_out
from engine.diagrams.spans import Node, read_nodes
from engine.diagrams.written import escaped

_FILE: Final = "diagram"
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMES: Final = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)


def draw_anew(source: bytes) -> bytes:
    """The file, in UTF-8, with a place for each shape and arrow; as it is where it has places.

    A file with a drawing of which nothing can be used keeps it beside the new one. Raises
    `Unreadable` for what is no diagram.
    """
    if layout(source) is not None:
        return source
    diagram = parse(source)
    text = as_text(source, _FILE).lstrip().encode()
    nodes = read_nodes(text)
    places = set_out(diagram)
    if not places.boxes:
        return source
    written = "".join(_written(nodes, diagram.id, places)).encode()
    return _DECLARATION + text[: nodes[0].closes] + written + text[nodes[0].closes :]


def _written(nodes: list[Node], process: str, places: SetOut) -> Iterator[str]:
    pool = next(
        (
            node
            for node in nodes
            if node.name == f"{BPMN}participant" and _value(node, "processRef") == process
        ),
        None,
    )
    plane = _value(pool.parent, "id") if pool is not None and pool.parent is not None else process
    written = {_value(node, "id") for node in nodes}
    yield f"  <bpmndi:BPMNDiagram {_NAMES}>\n    <bpmndi:BPMNPlane{_about(plane)}>\n"
    if pool is not None and _value(pool, "id"):
        yield _shape(_value(pool, "id"), _around(places), ' isHorizontal="true"')
    for key, box in places.boxes.items():
        if key in written:
            yield _shape(key, box, ' isExpanded="true"')
    for key, points in places.lines.items():
        if key in written:
            turns = "".join(f'\n        <di:waypoint x="{x:g}" y="{y:g}" />' for x, y in points)
            yield f"      <bpmndi:BPMNEdge{_about(key)}>{turns}\n      </bpmndi:BPMNEdge>\n"
    yield "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"


def _shape(key: str, box: Box, more: str) -> str:
    bounds = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    return (
        f"      <bpmndi:BPMNShape{_about(key)}{more}>\n        <dc:Bounds {bounds} />\n"
        "      </bpmndi:BPMNShape>\n"
    )


def _around(places: SetOut) -> Box:
    boxes = places.boxes.values()
    right = max(box.x + box.width for box in boxes) + 50
    lowest = max(box.y + box.height for box in boxes) + 80
    return Box(x=-30, y=0, width=right + 30, height=lowest)


def _about(key: str) -> str:
    return f' bpmnElement="{escaped(key).decode()}"'


def _value(node: Node | None, name: str) -> str:
    held = node.attribute(name) if node is not None else None
    return held.value.rpartition(":")[2] if held is not None else ""

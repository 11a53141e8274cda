"""A file without places gets them: nothing lies on anything else, and nothing else is changed."""

import re
from itertools import combinations

from engine.diagrams.diagram import Diagram, parse
from engine.diagrams.drawn_anew import draw_anew
from engine.diagrams.layout import Box, Layout, layout
from tests.webui.office import NEL

FILE = NEL / "positive-challenge.bpmn"
LOOP = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<process id="p"><startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><endEvent id="e"/>
<boundaryEvent id="b" attachedToRef="a"/><endEvent id="late"/>
<sequenceFlow id="1" sourceRef="s" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="g"/>
<sequenceFlow id="3" sourceRef="g" targetRef="a"/><sequenceFlow id="4" sourceRef="g" targetRef="e"/>
<sequenceFlow id="5" sourceRef="b" targetRef="late"/>
<sequenceFlow id="6" sourceRef="e" targetRef="nowhere"/>
</process></definitions>"""


def drawn(source: bytes) -> Layout:
    found = layout(draw_anew(source))
    assert found is not None
    return found


def boxes(source: bytes) -> dict[str, Box]:
    return {shape.id: shape.box for shape in drawn(source).shapes}


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def test_a_whole_procedure_is_set_out_without_anything_lying_on_another() -> None:
    drawing = rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>"
    source = re.sub(drawing, b"", FILE.read_bytes(), flags=re.DOTALL)
    assert layout(source) is None
    before, after = parse(source), parse(draw_anew(source))
    assert (before.elements.keys(), before.flows.keys()) == (
        after.elements.keys(),
        after.flows.keys(),
    )
    placed = boxes(source)
    assert placed.keys() == before.elements.keys()
    assert {edge.id for edge in drawn(source).edges} == before.flows.keys()
    for one, other in combinations(beside(before), 2):
        if before.elements[one].parent == before.elements[other].parent:
            assert not overlap(placed[one], placed[other]), (one, other)
    for element in before.elements.values():
        if element.parent in placed and not element.attached_to:
            inner, outer = placed[element.id], placed[element.parent]
            assert outer.x < inner.x
            assert inner.x + inner.width < outer.x + outer.width
            assert inner.y + inner.height < outer.y + outer.height


def beside(diagram: Diagram) -> list[str]:
    """What sits on nothing."""
    return [each.id for each in diagram.elements.values() if not each.attached_to]


def test_it_runs_from_left_to_right_and_a_loop_leads_back() -> None:
    placed = boxes(LOOP.encode())
    assert placed["s"].x < placed["a"].x < placed["g"].x < placed["e"].x
    assert placed["late"].x > placed["a"].x
    assert placed["b"].y == placed["a"].y + placed["a"].height - 18
    lines = {edge.id: edge.points for edge in drawn(LOOP.encode()).edges}
    assert sorted(lines) == ["1", "2", "3", "4", "5"]
    assert lines["3"][0][0] > lines["3"][-1][0]


def test_a_pool_lies_around_it_and_what_has_places_keeps_them() -> None:
    pool = '<collaboration id="c"><participant id="q" processRef="p"/></collaboration><process'
    source = LOOP.replace("<process", pool, 1).encode()
    once = draw_anew(source)
    assert b'<bpmndi:BPMNPlane bpmnElement="c">' in once
    placed = boxes(source)
    assert all(overlap(placed["q"], box) for box in placed.values())
    assert draw_anew(once) == once


def test_without_shapes_there_is_nothing_to_set_out() -> None:
    empty = LOOP[: LOOP.index("<process")].encode() + b"<process /></definitions>"
    assert draw_anew(empty) == empty

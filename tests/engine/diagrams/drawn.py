"""Small diagrams with a layout, as a modeller saves them: plain, in lanes of a pool, from above."""

from typing import Final

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" \
xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">
"""
_TAIL: Final = "</bpmn:definitions>\n"
_LANES: Final = """    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane_tm" name="Team Manager">
        <bpmn:flowNodeRef>start</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>answer</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="lane_raiser" name="Raiser">
        <bpmn:flowNodeRef>decide</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>over</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
"""
_POOL: Final = """  <bpmn:collaboration id="co">
    <bpmn:participant id="pool" name="Council" processRef="plain" />
  </bpmn:collaboration>
"""


def _process(lanes: str = "") -> str:
    return f"""  <bpmn:process id="plain" isExecutable="true">
{lanes}    <bpmn:startEvent id="start" camunda:formKey="raise">
      <bpmn:outgoing>f1</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="answer" name="Answer" camunda:formKey="answer" \
camunda:candidateGroups="tm">
      <bpmn:incoming>f1</bpmn:incoming>
      <bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <!-- the raiser has the last word -->
    <bpmn:userTask id="decide" name="Decide" camunda:formKey="decide" \
camunda:candidateGroups="raiser">
      <bpmn:incoming>f2</bpmn:incoming>
      <bpmn:outgoing>f3</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="over" name="Over">
      <bpmn:incoming>f3</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="answer" />
    <bpmn:sequenceFlow id="f2" sourceRef="answer" targetRef="decide" />
    <bpmn:sequenceFlow id="f3" sourceRef="decide" targetRef="over" />
  </bpmn:process>
"""


def _shape(key: str, *box: int, more: str = "") -> str:
    x, y, width, height = box
    return (
        f'      <bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}"{more}>\n'
        f'        <dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />\n'
        "      </bpmndi:BPMNShape>\n"
    )


def _edge(key: str, *points: tuple[int, int]) -> str:
    inner = "".join(f'        <di:waypoint x="{x}" y="{y}" />\n' for x, y in points)
    start = f'      <bpmndi:BPMNEdge id="{key}_di" bpmnElement="{key}">\n'
    return f"{start}{inner}      </bpmndi:BPMNEdge>\n"


def _drawn(plane: str, inner: str) -> str:
    return (
        '  <bpmndi:BPMNDiagram id="drawing">\n'
        f'    <bpmndi:BPMNPlane id="plane" bpmnElement="{plane}">\n'
        f"{inner}    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"
    )


BARE: Final = f"{_HEAD}{_process()}{_TAIL}".encode()
"""Start, Answer, Decide, Over, without a layout."""

PLAIN: Final = (
    _HEAD
    + _process()
    + _drawn(
        "plain",
        _shape("start", 100, 102, 36, 36)
        + _shape("answer", 190, 80, 100, 80)
        + _shape("decide", 350, 80, 100, 80)
        + _shape("over", 520, 102, 36, 36)
        + _edge("f1", (136, 120), (190, 120))
        + _edge("f2", (290, 120), (350, 120))
        + _edge("f3", (450, 120), (520, 120)),
    )
    + _TAIL
).encode()
"""The same, drawn from left to right."""

_FLAT: Final = ' isHorizontal="true"'
POOL: Final = (
    _HEAD
    + _POOL
    + _process(_LANES)
    + _drawn(
        "co",
        _shape("pool", 20, 40, 700, 260, more=_FLAT)
        + _shape("lane_tm", 50, 40, 670, 130, more=_FLAT)
        + _shape("lane_raiser", 50, 170, 670, 130, more=_FLAT)
        + _shape("start", 100, 87, 36, 36)
        + _shape("answer", 190, 65, 100, 80)
        + _shape("decide", 350, 195, 100, 80)
        + _shape("over", 520, 217, 36, 36)
        + _edge("f1", (136, 105), (190, 105))
        + _edge("f2", (290, 105), (320, 105), (320, 235), (350, 235))
        + _edge("f3", (450, 235), (520, 235)),
    )
    + _TAIL
).encode()
"""The same in a pool: Answer in the lane “Team Manager”, Decide in the lane “Raiser”."""

DOWNWARDS: Final = (
    _HEAD
    + _process()
    + _drawn(
        "plain",
        _shape("start", 132, 20, 36, 36)
        + _shape("answer", 100, 100, 100, 80)
        + _shape("decide", 160, 240, 100, 80)
        + _shape("over", 192, 400, 36, 36)
        + _edge("f1", (150, 56), (150, 100))
        + _edge("f2", (150, 180), (210, 240))
        + _edge("f3", (210, 320), (210, 400)),
    )
    + _TAIL
).encode()
"""The same from above to below, one arrow askew."""

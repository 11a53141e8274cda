"""Shapes and events: what may not be drawn, and what to draw instead."""
# ruff: noqa: E501 -- a row of a table is one line

import pytest

from engine.diagrams.diagram import parse
from engine.diagrams.specs import build
from tests.engine.diagrams.check.good import (
    GOOD,
    PHONE,
    RECORD,
    TIMER,
    broken,
    instead,
    only,
    problems,
)


def test_the_good_diagram_is_clean_and_runs() -> None:
    assert problems(GOOD.encode()) == []
    build(parse(GOOD.encode()))


SHAPES = [
    ("task", "a task", "user task"),
    ("manualTask", "manual task", "user task"),
    ("serviceTask", "service task", "user task"),
    ("sendTask", "send task", "tell and message"),
    ("receiveTask", "receive task", "user task"),
    ("businessRuleTask", "business rule task", "user task"),
    ("callActivity", "call activity", "sub-process"),
    ("adHocSubProcess", "an ad-hoc sub-process", "parallel gateway"),
    ("transaction", "transaction", "sub-process"),
    ("inclusiveGateway", "inclusive gateway", "exclusive gateway"),
    ("complexGateway", "complex gateway", "exclusive gateway"),
    ("eventBasedGateway", "event based gateway", "edge"),
    ("dataStoreReference", "data store reference", "text annotation"),
    ("subChoreography", "sub choreography", "user task"),
]


@pytest.mark.parametrize(("kind", "said", "mend"), SHAPES)
def test_a_shape_that_cannot_be_run_is_refused_with_what_to_draw_instead(
    kind: str, said: str, mend: str
) -> None:
    found = only(broken(instead(kind)))

    assert (found.element, found.severity) == ("record", "error")
    assert found.problem.startswith("“Record” is ")
    assert said in found.problem
    assert mend in found.mend


def test_a_script_task_is_refused_once_with_its_script() -> None:
    old = '<bpmn:userTask id="phone" name="Phone"'
    script = "<bpmn:script>import os; os.system('touch /tmp/ran')</bpmn:script></bpmn:scriptTask>"
    new = PHONE.replace("userTask", "scriptTask").replace(" />", f">{script}")
    found = only(broken((PHONE, new)))

    assert old in GOOD
    assert (found.element, found.problem) == (
        "phone",
        "“Phone” is a script task. No code runs in a procedure.",
    )


def test_all_that_lies_in_a_refused_shape_is_passed_over() -> None:
    inner = '<bpmn:scriptTask id="x" /><bpmn:sequenceFlow id="y" sourceRef="x" targetRef="gone" />'
    new = RECORD.replace("userTask", "transaction").replace(" />", f">{inner}</bpmn:transaction>")

    assert {each.element for each in problems(broken((RECORD, new)))} == {"record", "x"}


EVENTS = [
    ((TIMER, '<bpmn:signalEventDefinition id="t3" />'), "limit", "“signal”", "dashed border"),
    ((TIMER, ""), "limit", "no symbol", "dashed border"),
    ((TIMER, TIMER + '<bpmn:errorEventDefinition id="t9" />'), "limit", "several", "dashed border"),
    (
        ('<bpmn:endEvent id="referred" />', "<bpmn:endEvent id='referred'><bpmn:signalEventDefinition/></bpmn:endEvent>"),
        "referred", "“signal”", "tell and message",
    ),
    (
        ('<bpmn:endEvent id="withdrawn" name="Withdrawn" />', "<bpmn:endEvent id='withdrawn' name='Withdrawn'><bpmn:terminateEventDefinition/></bpmn:endEvent>"),
        "withdrawn", "CAFCASS", "end without a symbol",
    ),
    (
        ('<bpmn:intermediateThrowEvent id="told" name="Told" />', "<bpmn:intermediateThrowEvent id='told' name='Told'><bpmn:linkEventDefinition/></bpmn:intermediateThrowEvent>"),
        "told", "“link”", "without a symbol",
    ),
    (
        ('<bpmn:intermediateThrowEvent id="told" name="Told" />', "<bpmn:intermediateCatchEvent id='told' name='Told'><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>"),
        "told", "intermediate catch event", "on the edge",
    ),
    (
        ('<bpmn:startEvent id="s_start" />', "<bpmn:startEvent id='s_start'><bpmn:timerEventDefinition/></bpmn:startEvent>"),
        "s_start", "“timer”", "start without a symbol",
    ),
    (('id="refer" isInterrupting="false"', 'id="refer"'), "refer", "stop everything", "dashed"),
    (
        ('<bpmn:messageEventDefinition id="t6" messageRef="m_refer" />', "<bpmn:timerEventDefinition/>"),
        "refer", "“timer”", "dashed",
    ),
    (('attachedToRef="outcome"', 'attachedToRef="settled"'), "withdraw", "does not sit", "Move it"),
    (('attachedToRef="outcome"', 'attachedToRef="gone"'), "withdraw", "does not sit", "Move it"),
    (('attachedToRef="outcome"', 'attachedToRef="phone"'), "withdraw", "another", "draw it again"),
    (('attachedToRef="outcome"', 'attachedToRef="cafcass"'), "withdraw", "not sit", "Move it"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "element", "said", "mend"), EVENTS)
def test_an_event_that_would_not_happen_is_refused(
    change: tuple[str, str], element: str, said: str, mend: str
) -> None:
    found = only(broken(change))

    assert (found.element, found.severity) == (element, "error")
    assert said in found.problem
    assert mend in found.mend


def test_an_event_sub_process_inside_another_one_would_never_start() -> None:
    inner = (
        '<bpmn:subProcess id="inner" name="Inner" triggeredByEvent="true">'
        '<bpmn:startEvent id="i1" isInterrupting="false"><bpmn:messageEventDefinition/>'
        "</bpmn:startEvent></bpmn:subProcess>"
    )
    found = only(
        broken(('<bpmn:endEvent id="referred" />', f'{inner}<bpmn:endEvent id="referred" />'))
    )

    assert found.element == "inner"
    assert "never start" in found.problem
    assert "Move it out" in found.mend


@pytest.mark.parametrize("kind", ["standardLoop", "multiInstanceLoop"])
def test_a_task_that_repeats_itself_is_refused(kind: str) -> None:
    marker = f"><bpmn:{kind}Characteristics /></bpmn:userTask>"
    found = only(broken((RECORD, RECORD.replace(" />", marker))))

    assert (found.element, "repeated" in found.problem) == ("record", True)


def test_a_second_pool_is_refused() -> None:
    pool = '<bpmn:participant id="court" name="CAFCASS" />'
    found = only(broken(("</bpmn:collaboration>", f"{pool}</bpmn:collaboration>")))

    assert found.element == "court"
    assert found.problem.startswith("“CAFCASS” is a pool")

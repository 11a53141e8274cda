"""The vocabulary of a diagram, read into plain records."""

import dataclasses

import pytest

from engine.diagrams.diagram import Diagram, parse
from engine.diagrams.read import Unreadable, read

DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d">
  <bpmn:message id="m1" name="Decide without an answer" />
  <bpmn:process id="challenge" name="Positive  challenge">
    <bpmn:documentation>NEL M1</bpmn:documentation>
    <!-- a remark -->
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="l1" name="Team manager"><bpmn:flowNodeRef>stage</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="raised" camunda:formKey="raise" />
    <bpmn:subProcess id="stage" name="Stage 1">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="stage" value="1" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:userTask id="respond" name="Respond" camunda:candidateGroups="tm, sw"
          camunda:formKey="answer">
        <bpmn:documentation>NEL M4</bpmn:documentation>
      </bpmn:userTask>
      <bpmn:boundaryEvent id="late" attachedToRef="respond" cancelActivity="false">
        <bpmn:timerEventDefinition>
          <bpmn:timeDuration>5 working days</bpmn:timeDuration>
        </bpmn:timerEventDefinition>
      </bpmn:boundaryEvent>
      <bpmn:endEvent id="over"><bpmn:terminateEventDefinition /></bpmn:endEvent>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="decide" attachedToRef="stage">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="post" value="raiser" />
        <camunda:property name="form" value="decide" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:messageEventDefinition messageRef="m1" />
    </bpmn:boundaryEvent>
    <bpmn:exclusiveGateway id="settled" default="no" />
    <bpmn:sequenceFlow id="yes" name="Yes" sourceRef="settled" targetRef="end">
      <bpmn:conditionExpression>decision = "settled"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="no" sourceRef="settled" targetRef="stage" />
    <bpmn:subProcess id="cafcass" triggeredByEvent="true">
      <bpmn:startEvent id="refer" isInterrupting="false">
        <bpmn:messageEventDefinition messageRef="gone" />
      </bpmn:startEvent>
    </bpmn:subProcess>
    <bpmn:endEvent id="end" />
    <bpmn:endEvent id="end" />
    <bpmn:textAnnotation id="note"><bpmn:text>20 days</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="a" sourceRef="stage" targetRef="note" />
  </bpmn:process>
</bpmn:definitions>
"""


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    return parse(DRAWN.encode(), "challenge.bpmn")


def test_a_task_says_which_post_answers_it_with_which_form(diagram: Diagram) -> None:
    respond = diagram.elements["respond"]
    assert (respond.kind, respond.name, respond.parent) == ("userTask", "Respond", "stage")
    assert respond.posts == ("tm", "sw")
    assert respond.form == "answer"
    assert respond.documentation == "NEL M4"
    assert respond.line == 17
    assert respond.event is None


def test_a_timer_keeps_the_words_it_was_drawn_with(diagram: Diagram) -> None:
    late = diagram.elements["late"]
    assert (late.event, late.time_kind, late.time) == ("timer", "timeDuration", "5 working days")
    assert late.attached_to == "respond"
    assert not late.interrupting


def test_a_message_event_is_a_button_with_a_label_a_post_and_a_form(diagram: Diagram) -> None:
    decide = diagram.elements["decide"]
    assert (decide.event, decide.message) == ("message", "Decide without an answer")
    assert (decide.posts, decide.form) == (("raiser",), "decide")
    assert decide.interrupting
    refer = diagram.elements["refer"]
    assert (refer.event, refer.message, refer.interrupting) == ("message", None, False)
    assert diagram.elements["cafcass"].triggered_by_event


def test_a_stage_is_looked_up_through_what_an_element_sits_on_and_lies_in(diagram: Diagram) -> None:
    stages = {key: element.stage for key, element in diagram.elements.items()}
    assert [stages[key] for key in ("stage", "respond", "late", "over", "decide")] == ["1"] * 5
    assert stages["raised"] is None


def test_an_element_inside_a_sub_process_lies_in_its_lane(diagram: Diagram) -> None:
    assert diagram.elements["respond"].lane == "Team manager"
    assert diagram.elements["raised"].lane is None
    assert diagram.lanes[0].elements == ("stage",)


def test_flows_and_the_default(diagram: Diagram) -> None:
    assert diagram.flows["yes"].condition == 'decision = "settled"'
    assert diagram.flows["no"].condition is None
    assert diagram.elements["settled"].default == "no"
    assert [flow.id for flow in diagram.leaving("settled")] == ["yes", "no"]
    assert [flow.id for flow in diagram.reaching("stage")] == ["no"]


def test_what_the_check_needs_to_know_is_kept(diagram: Diagram) -> None:
    assert diagram.repeated == {"end"}
    assert diagram.elements["note"].name == "20 days"
    assert diagram.elements["respond"].attributes["candidateGroups"] == "tm, sw"
    assert "timerEventDefinition" in diagram.elements["late"].parts
    assert "a" not in diagram.elements
    assert (diagram.name, diagram.documentation) == ("Positive challenge", "NEL M1")


def test_the_records_cannot_be_changed(diagram: Diagram) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        diagram.elements["respond"].name = "Answer"  # type: ignore[misc]
    with pytest.raises(TypeError):
        diagram.elements["respond"].properties["stage"] = "2"  # type: ignore[index]


def test_what_is_no_diagram_is_refused_in_words() -> None:
    with pytest.raises(Unreadable, match="not a BPMN 2.0 diagram"):
        parse(b"<html><body/></html>", "page.bpmn")
    with pytest.raises(Unreadable, match="no process, only a choreography"):
        parse(read(DRAWN.replace("bpmn:process", "bpmn:choreography").encode(), "x"), "x")

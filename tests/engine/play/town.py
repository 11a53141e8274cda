"""A small council with a small procedure of another shape: one question and no stages."""

from pathlib import Path

from engine.procedures import Package, read_package

_COUNCIL = """
name = "Town"
kept_informed = "boss"
record_system = "Mosaic"
help_contact = "the review service"

[posts.raiser]
title = "Reviewing Officer"
scope = "service"

[posts.tm]
title = "Team Manager"
scope = "team"

[posts.boss]
title = "Head of Reviewing"
scope = "service"
"""
_DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="file" targetNamespace="urn:town">
  <bpmn:message id="m_stop" name="Stop" />
  <bpmn:process id="alert" name="Quality Alert" isExecutable="true">
    <bpmn:startEvent id="raised" name="Raised" camunda:formKey="raise" />
    <bpmn:sequenceFlow id="f1" sourceRef="raised" targetRef="respond" />
    <bpmn:userTask id="respond" name="Respond" camunda:formKey="answer"
        camunda:candidateGroups="tm">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="stage" value="alert" />
        <camunda:property name="tell_on_answer" value="boss" />
        <camunda:property name="answer_message" value="answered" />
      </camunda:properties></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="due" name="24 hours" attachedToRef="respond" cancelActivity="false">
      <bpmn:timerEventDefinition id="t1">
        <bpmn:timeDuration>24 hours</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="due" targetRef="noted" />
    <bpmn:endEvent id="noted" name="Noted" />
    <bpmn:boundaryEvent id="stop" name="Stop" attachedToRef="respond">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="post" value="raiser" />
        <camunda:property name="form" value="answer" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:messageEventDefinition id="m1" messageRef="m_stop" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="stop" targetRef="stopped" />
    <bpmn:endEvent id="stopped" name="Stopped">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="outcome" value="Stopped" />
      </camunda:properties></bpmn:extensionElements>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="f4" sourceRef="respond" targetRef="over" />
    <bpmn:endEvent id="over" name="Over">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="outcome" value="Answered" />
      </camunda:properties></bpmn:extensionElements>
    </bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
_FORM = """{"type": "default", "id": "%s", "schemaVersion": 18, "components": [
  {"type": "textfield", "id": "f_%s", "key": "%s", "label": "%s", "validate": {"required": true}}
]}
"""
RAISED = """
[[step]]
at = 2026-03-23T10:00:00
does = "raise"
answers = { concern = "No visits." }
"""


def build(processes: Path) -> Package:
    """Write the council with its procedure into the folder, and read it."""
    folder = processes / "town" / "alert"
    for name in ("forms", "messages", "scenarios"):
        (folder / name).mkdir(parents=True)
    (processes / "town" / "council.toml").write_text(_COUNCIL, encoding="utf-8")
    (folder / "alert.bpmn").write_text(_DIAGRAM, encoding="utf-8")
    (folder / "procedure.toml").write_text('title = "Quality Alert"\n', encoding="utf-8")
    for form, key, label in (("raise", "concern", "Concern"), ("answer", "answer", "Answer")):
        text = _FORM % (form, key, key, label)
        (folder / "forms" / f"{form}.form").write_text(text, encoding="utf-8")
    for message in ("new-task", "more-time", "answered"):
        text = f"Subject: Case {{{{ case_number }}}}\n\n{message}: {{{{ task }}}}\n"
        (folder / "messages" / f"{message}.md").write_text(text, encoding="utf-8")
    return read_package(folder)

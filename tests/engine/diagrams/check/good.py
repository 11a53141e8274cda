"""A small procedure without a fault. The tests break one thing in it at a time."""
# ruff: noqa: E501 -- a row of a table is one line

from engine.diagrams.check import Beside, Problem, Question, check_diagram

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="file" targetNamespace="urn:test">
  <bpmn:collaboration id="pools">
    <bpmn:participant id="pool" name="The council" processRef="challenge" />
  </bpmn:collaboration>
  <bpmn:message id="m_decide" name="Decide without an answer" />
  <bpmn:message id="m_withdraw" name="Withdraw" />
  <bpmn:message id="m_refer" name="Refer to CAFCASS" />
  <bpmn:process id="challenge" name="Challenge" isExecutable="true">
    <bpmn:documentation>A small procedure.</bpmn:documentation>
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="l_raiser" name="Reviewing Officer"><bpmn:flowNodeRef>outcome</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="l_sm" name="Service Manager"><bpmn:flowNodeRef>inform</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="raised" name="Concern raised" camunda:formKey="raise" />
    <bpmn:sequenceFlow id="f1" sourceRef="raised" targetRef="again" />
    <bpmn:exclusiveGateway id="again" />
    <bpmn:sequenceFlow id="f2" sourceRef="again" targetRef="stage" />
    <bpmn:subProcess id="stage" name="Stage 1">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="stage" value="1" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:startEvent id="s_start" />
      <bpmn:sequenceFlow id="s1" sourceRef="s_start" targetRef="respond" />
      <bpmn:userTask id="respond" name="Respond" camunda:candidateGroups="tm, sw" camunda:formKey="answer">
        <bpmn:extensionElements><camunda:properties>
          <camunda:property name="picked_by" value="ask" />
          <camunda:property name="milestone" value="10 working days" />
          <camunda:property name="tell_on_answer" value="raiser" />
          <camunda:property name="answer_message" value="answered" />
        </camunda:properties></bpmn:extensionElements>
      </bpmn:userTask>
      <bpmn:sequenceFlow id="s2" sourceRef="respond" targetRef="s_end" />
      <bpmn:boundaryEvent id="due" name="5 working days" attachedToRef="respond" cancelActivity="false">
        <bpmn:extensionElements><camunda:properties>
          <camunda:property name="kept_when" value="decision = &quot;return&quot;" />
          <camunda:property name="tell" value="raiser, tm" />
          <camunda:property name="message" value="overdue" />
        </camunda:properties></bpmn:extensionElements>
        <bpmn:timerEventDefinition id="t1"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">5 working days, or answer_by if earlier</bpmn:timeDuration></bpmn:timerEventDefinition>
      </bpmn:boundaryEvent>
      <bpmn:sequenceFlow id="s3" sourceRef="due" targetRef="told" />
      <bpmn:intermediateThrowEvent id="told" name="Told" />
      <bpmn:sequenceFlow id="s4" sourceRef="told" targetRef="s_told" />
      <bpmn:endEvent id="s_told" />
      <bpmn:endEvent id="s_end"><bpmn:terminateEventDefinition id="t2" /></bpmn:endEvent>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="limit" name="20 working days" attachedToRef="stage" cancelActivity="false">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="limit" value="case" />
        <camunda:property name="calendar" value="statutory" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:timerEventDefinition id="t3"><bpmn:timeDuration>20 working days</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:boundaryEvent id="decide" attachedToRef="stage">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="post" value="raiser" />
        <camunda:property name="form" value="decide" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:messageEventDefinition id="t4" messageRef="m_decide" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="decide" targetRef="outcome" />
    <bpmn:sequenceFlow id="f4" sourceRef="stage" targetRef="outcome" />
    <bpmn:userTask id="outcome" name="Decide" camunda:candidateGroups="raiser" camunda:formKey="outcome" />
    <bpmn:boundaryEvent id="withdraw" attachedToRef="outcome">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="post" value="raiser" />
        <camunda:property name="form" value="withdraw" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:messageEventDefinition id="t5" messageRef="m_withdraw" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="withdraw" targetRef="withdrawn" />
    <bpmn:endEvent id="withdrawn" name="Withdrawn" />
    <bpmn:sequenceFlow id="f6" sourceRef="outcome" targetRef="settled" />
    <bpmn:exclusiveGateway id="settled" name="Settled?" />
    <bpmn:sequenceFlow id="yes" name="yes" sourceRef="settled" targetRef="both">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">decision = "settled"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="no" name="no" sourceRef="settled" targetRef="again">
      <bpmn:conditionExpression>decision != "settled"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:parallelGateway id="both" />
    <bpmn:sequenceFlow id="f7" sourceRef="both" targetRef="inform" />
    <bpmn:sequenceFlow id="f8" sourceRef="both" targetRef="record" />
    <bpmn:userTask id="inform" name="Inform" camunda:candidateGroups="sm" camunda:formKey="note" />
    <bpmn:userTask id="record" name="Record" camunda:candidateGroups="raiser" camunda:formKey="note" />
    <bpmn:sequenceFlow id="f9" sourceRef="inform" targetRef="all" />
    <bpmn:sequenceFlow id="f10" sourceRef="record" targetRef="all" />
    <bpmn:parallelGateway id="all" />
    <bpmn:sequenceFlow id="f11" sourceRef="all" targetRef="over" />
    <bpmn:endEvent id="over" name="Over">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="outcome" value="Settled" />
        <camunda:property name="tell" value="tm" />
        <camunda:property name="message" value="closed" />
      </camunda:properties></bpmn:extensionElements>
    </bpmn:endEvent>
    <bpmn:subProcess id="cafcass" name="Referral" triggeredByEvent="true">
      <bpmn:startEvent id="refer" isInterrupting="false">
        <bpmn:extensionElements><camunda:properties>
          <camunda:property name="post" value="raiser" />
          <camunda:property name="form" value="refer" />
        </camunda:properties></bpmn:extensionElements>
        <bpmn:messageEventDefinition id="t6" messageRef="m_refer" />
      </bpmn:startEvent>
      <bpmn:sequenceFlow id="c1" sourceRef="refer" targetRef="phone" />
      <bpmn:userTask id="phone" name="Phone" camunda:candidateGroups="raiser" camunda:formKey="note" />
      <bpmn:sequenceFlow id="c2" sourceRef="phone" targetRef="referred" />
      <bpmn:endEvent id="referred" />
    </bpmn:subProcess>
    <bpmn:textAnnotation id="remark"><bpmn:text>20 days</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="remark_to_stage" sourceRef="stage" targetRef="remark" />
  </bpmn:process>
</bpmn:definitions>
"""

POSTS = {
    "raiser": "Reviewing Officer",
    "sw": "Social Worker",
    "tm": "Team Manager",
    "sm": "Service Manager",
}
DECISION = Question(kind="text", options=("settled", "next stage", "return"), required=True)
TEXT = Question(kind="text", options=None, required=True)
FORMS = {
    "raise": {
        "ask": Question(kind="text", options=("tm", "sw", "both"), required=True),
        "answer_by": Question(kind="date", options=None, required=False),
        "urgent": Question(kind="tick", options=None, required=True),
        "children": Question(kind="number", options=None, required=False),
    },
    "answer": {"reply": TEXT},
    "outcome": {"decision": DECISION},
    "decide": {"reason": TEXT},
    "withdraw": {"reason": TEXT},
    "refer": {},
    "note": {"note": TEXT},
}
MESSAGES = frozenset({"new-task", "answered", "overdue", "closed"})
BESIDE = Beside(posts=POSTS, forms=FORMS, messages=MESSAGES, whole=True)


def broken(*changes: tuple[str, str]) -> bytes:
    """The good diagram with each first text, which stands in it once, in place of the second."""
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text.encode()


def watched(source: bytes) -> bytes:
    """The diagram with a clock on each task that has none, so that no silence goes unnoticed."""
    text = source.decode()
    for before, tasks in (
        ('<bpmn:textAnnotation id="remark">', ("outcome", "inform", "record")),
        ('<bpmn:endEvent id="referred" />', ("phone",)),
    ):
        clocks = "".join(_CLOCK.format(task=task) for task in tasks)
        assert text.count(before) == 1
        text = text.replace(before, clocks + before)
    return text.encode()


_CLOCK = """<bpmn:boundaryEvent id="{task}_late" name="1 working day" attachedToRef="{task}" cancelActivity="false">
  <bpmn:extensionElements><camunda:properties>
    <camunda:property name="tell" value="sm" />
    <camunda:property name="message" value="overdue" />
  </camunda:properties></bpmn:extensionElements>
  <bpmn:timerEventDefinition id="{task}_time"><bpmn:timeDuration>1 working day</bpmn:timeDuration></bpmn:timerEventDefinition>
</bpmn:boundaryEvent>
"""


def problems(source: bytes, beside: Beside | None = BESIDE) -> list[Problem]:
    """What the check says of `source`."""
    return check_diagram(source, "challenge.bpmn", beside)[1]


F6 = '<bpmn:sequenceFlow id="f6" sourceRef="outcome" targetRef="settled" />'
RECORD = '<bpmn:userTask id="record" name="Record" camunda:candidateGroups="raiser" camunda:formKey="note" />'
INFORM = '<bpmn:userTask id="inform" name="Inform" camunda:candidateGroups="sm" camunda:formKey="note" />'
TIMER = '<bpmn:timerEventDefinition id="t3"><bpmn:timeDuration>20 working days</bpmn:timeDuration></bpmn:timerEventDefinition>'
SETTLED = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">decision = "settled"</bpmn:conditionExpression>'
PHONE = '<bpmn:userTask id="phone" name="Phone" camunda:candidateGroups="raiser" camunda:formKey="note" />'


def instead(kind: str, old: str = RECORD) -> tuple[str, str]:
    """`old`, a user task, drawn as another kind of shape."""
    return old, old.replace("bpmn:userTask", f"bpmn:{kind}")


def extended(inner: str, old: str = RECORD) -> tuple[str, str]:
    """`old`, a user task, with an extension element."""
    closed = f"><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:userTask>"
    return old, old.replace(" />", closed)


def with_property(name: str, value: str, old: str = RECORD) -> tuple[str, str]:
    """`old`, a user task, with a property."""
    inner = f'<camunda:properties><camunda:property name="{name}" value="{value}" />'
    return extended(f"{inner}</camunda:properties>", old)


def only(source: bytes, beside: Beside | None = BESIDE) -> Problem:
    """The one problem of a diagram."""
    found = problems(source, beside)
    assert len(found) == 1, found
    return found[0]

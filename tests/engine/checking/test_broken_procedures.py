"""Broken procedures: of each the whole check says the one thing that is wrong, where it is.

Each is the sound procedure with one thing spoilt. With it mended nothing is left to be said: that
is the sound procedure itself. Drawings whose paths go wrong have a table of their own, in
tests.engine.diagrams.exploring.test_exploring.
"""
# ruff: noqa: E501 -- a row of a table is one line

import pytest

from engine.checking import check
from tests.engine.checking.test_procedure import FILES, choice, form, question
from tests.engine.diagrams.check.good import F6, INFORM, POSTS, RECORD, TIMER, broken, watched

Spoilt = tuple[str, str]

STEP = '<bpmn:userTask id="more" name="More" camunda:candidateGroups="raiser" camunda:formKey="note" />'
ARROW = '<bpmn:sequenceFlow id="{0}" sourceRef="{1}" targetRef="{2}" />'
NO_END = '<bpmn:endEvent id="withdrawn" name="Withdrawn" />'
PLAIN_END = (
    '<bpmn:endEvent id="s_end"><bpmn:terminateEventDefinition id="t2" /></bpmn:endEvent>',
    '<bpmn:endEvent id="s_end" />',
)
ASKED = '<bpmn:intermediateThrowEvent id="told" name="Told" />'
DEADLINE = "<bpmn:timeDuration>20 working days</bpmn:timeDuration>"

DRAWN: dict[str, tuple[list[Spoilt], str, str]] = {
    "a step that nobody comes to": ([(F6, F6 + STEP + ARROW.format("f90", "more", "over"))], "more", "No arrow leads to"),
    "a step that leads nowhere": ([('targetRef="withdrawn"', 'targetRef="more"'), (NO_END, STEP)], "more", "No arrow leaves"),
    "two arrows out of a task": ([(F6, F6 + ARROW.format("f90", "outcome", "over"))], "outcome", "2 arrows leave"),
    "an arrow to nothing": ([(F6, F6 + ARROW.format("f90", "both", "gone"))], "f90", "gone"),
    "two starts": ([(F6, F6 + '<bpmn:startEvent id="raised2" camunda:formKey="raise" />' + ARROW.format("f90", "raised2", "again"))], "raised2", "more than one start"),
    "a choice where all must come": ([('<bpmn:parallelGateway id="both" />', '<bpmn:exclusiveGateway id="both" default="f7" />'), ('<bpmn:sequenceFlow id="f8" sourceRef="both" targetRef="record" />', '<bpmn:sequenceFlow id="f8" sourceRef="both" targetRef="record"><bpmn:conditionExpression>ask = "sw"</bpmn:conditionExpression></bpmn:sequenceFlow>')], "all", "waits for all"),
    "a join of ways that exclude each other": ([('<bpmn:exclusiveGateway id="again" />', '<bpmn:parallelGateway id="again" />')], "again", "waits for all"),
    "an answer without an arrow": ([('decision != "settled"', 'decision = "return"')], "settled", "No arrow of the gateway “Settled?” applies"),
    "an arrow without a condition": ([("<bpmn:conditionExpression>decision != \"settled\"</bpmn:conditionExpression>", "")], "no", "Nothing says when"),
    "a condition on a plain arrow": ([(F6, F6.replace(" />", '><bpmn:conditionExpression>decision = "return"</bpmn:conditionExpression></bpmn:sequenceFlow>'))], "f6", "only the arrows of an exclusive gateway"),
    "a condition that cannot be read": ([('decision != "settled"', '${decision != "settled"}')], "no", "cannot be read"),
    "a condition about what nobody asks": ([('>decision != "settled"', '>decided != "settled"')], "no", "no question of any form"),
    "a condition about no answer of the form": ([('decision != "settled"', 'decision != "agreed"')], "no", "which is never its answer"),
    "a post that the council does not have": ([(INFORM, INFORM.replace('"sm"', '"hos"'))], "inform", "which the council does not have"),
    "a task that waits for nobody": ([(INFORM, INFORM.replace(' camunda:candidateGroups="sm"', ""))], "inform", "waits for nobody"),
    "a form that is not there": ([(INFORM, INFORM.replace('"note"', '"inform"'))], "inform", "not in the forms folder"),
    "a message that is not there": ([('name="message" value="closed"', 'name="message" value="ended"')], "over", "not in the messages folder"),
    "posts told without a message": ([('<camunda:property name="message" value="closed" />', "")], "over", "no message says what"),
    "a clock without a time": ([(TIMER, TIMER.replace(DEADLINE, ""))], "limit", "has no time"),
    "a time that cannot be read": ([(TIMER, TIMER.replace("20 working", "twenty"))], "limit", "cannot be read"),
    "a clock that ends what it sits on": ([('attachedToRef="respond" cancelActivity="false"', 'attachedToRef="respond"')], "due", "move by itself"),
    "a time counted from no date": ([("answer_by if earlier", "ask if earlier")], "due", "which is no date"),
    "a button without words": ([('<bpmn:message id="m_withdraw" name="Withdraw" />', '<bpmn:message id="m_withdraw" />')], "withdraw", "button would be blank"),
    "a button that nobody may press": ([('<bpmn:startEvent id="refer" isInterrupting="false">\n        <bpmn:extensionElements><camunda:properties>\n          <camunda:property name="post" value="raiser" />', '<bpmn:startEvent id="refer" isInterrupting="false">\n        <bpmn:extensionElements><camunda:properties>')], "refer", "Nobody may do"),
    "a step that runs by itself": ([(RECORD, RECORD.replace("userTask", "serviceTask").replace(' camunda:candidateGroups="raiser" camunda:formKey="note"', ""))], "record", "service task"),
    "a gateway that nobody can read": ([('<bpmn:exclusiveGateway id="again" />', '<bpmn:inclusiveGateway id="again" />')], "again", "inclusive gateway"),
    "a lane of another post": ([('name="Service Manager"><', 'name="Team Manager"><')], "inform", "lane"),
    "an end that leaves a question open": ([PLAIN_END, (ASKED, '<bpmn:userTask id="told" name="Chase" camunda:candidateGroups="raiser" camunda:formKey="note" />')], "s_end", "does not end the task “Chase”"),
    "a task of whose silence nobody learns": ([('<bpmn:sequenceFlow id="c2" sourceRef="phone" targetRef="referred" />', '<bpmn:sequenceFlow id="c2" sourceRef="phone" targetRef="call" /><bpmn:userTask id="call" name="Call back" camunda:candidateGroups="sm" camunda:formKey="note" />' + ARROW.format("c3", "call", "referred"))], "call", "Nobody is told or asked"),
    "two buttons of one name": ([(F6, F6 + '<bpmn:boundaryEvent id="drop" attachedToRef="outcome"><bpmn:extensionElements><camunda:properties><camunda:property name="post" value="raiser" /><camunda:property name="form" value="withdraw" /></camunda:properties></bpmn:extensionElements><bpmn:messageEventDefinition messageRef="m_withdraw" /></bpmn:boundaryEvent>' + ARROW.format("f90", "drop", "over"))], "drop", "nobody could tell them apart"),
    "a property that nothing looks at": ([('name="milestone"', 'name="millstone"')], "respond", "nothing looks at"),
}  # fmt: skip

BESIDE: dict[str, tuple[str, bytes | None, str | None, str]] = {
    "a form that is gone": ("forms/outcome.form", None, "outcome", "not in the forms folder"),
    "a form without the option that is asked for": ("forms/outcome.form", form(choice("decision", "agreed", "next stage", "return")), "no", "which is never its answer"),
    "a message about the child": ("messages/closed.md", b"Subject: {{ child_name }}\n\n{{ link }}\n", None, "signed-in page"),
    "a question asked as a text, counted from as a date": ("forms/raise.form", form(choice("ask", "tm", "sw", "both"), question("answer_by")), "due", "which is no date"),
}  # fmt: skip


def test_there_are_more_than_thirty() -> None:
    assert len(DRAWN) + len(BESIDE) >= 30


@pytest.mark.parametrize("name", DRAWN)
def test_a_broken_drawing_is_told_once_and_at_its_element(name: str) -> None:
    changes, element, words = DRAWN[name]

    found = check({**FILES, "challenge.bpmn": watched(broken(*changes))}, posts=POSTS)

    assert {each.element for each in found} == {element}, found
    assert words in found[0].problem
    assert found[0].mend


@pytest.mark.parametrize("name", BESIDE)
def test_a_broken_file_beside_it_is_told_where_it_is_missed(name: str) -> None:
    path, content, element, words = BESIDE[name]
    files = {key: each for key, each in {**FILES, path: content}.items() if each is not None}

    found = check(files, posts=POSTS)

    assert any(each.element == element and words in each.problem for each in found), found


def test_mended_each_of_them_is_clean() -> None:
    assert check(FILES, posts=POSTS) == []

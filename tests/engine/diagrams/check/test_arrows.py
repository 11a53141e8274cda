"""Arrows: nothing hangs loose, goes round for ever or waits for ever."""
# ruff: noqa: E501 -- a row of a table is one line

import pytest

from tests.engine.diagrams.check.good import F6, RECORD, broken, only, problems

RECORD_OUT = '<bpmn:sequenceFlow id="f10" sourceRef="record" targetRef="all" />'
LOOSE = (
    '<bpmn:userTask id="loose" name="Loose" camunda:candidateGroups="tm" camunda:formKey="note" />'
)
END_LOOSE = (
    '<bpmn:endEvent id="e9" /><bpmn:sequenceFlow id="f90" sourceRef="loose" targetRef="e9" />'
)


CONNECTIONS = [
    ([(F6, F6 + '<bpmn:sequenceFlow id="f99" sourceRef="gone" targetRef="settled" />')], "f99", "gone", "draw it again"),
    ([(F6, F6 + '<bpmn:sequenceFlow id="f99" sourceRef="phone" targetRef="settled" />')], {"f99", "phone"}, "border of a sub-process", "border"),
    ([('<bpmn:startEvent id="s_start" />', ""), ('<bpmn:sequenceFlow id="s1" sourceRef="s_start" targetRef="respond" />', "")], {"stage", "respond"}, "no start", "one start event"),
    ([(F6, F6 + '<bpmn:startEvent id="raised2" camunda:formKey="raise" /><bpmn:sequenceFlow id="f99" sourceRef="raised2" targetRef="again" />')], "raised2", "more than one start", "Keep one"),
    ([(F6, F6 + LOOSE + END_LOOSE)], "loose", "No arrow leads to", "Draw an arrow"),
    ([(RECORD_OUT, RECORD_OUT.replace("f10", "f98").replace('"all"', '"loose"') + LOOSE), ('<bpmn:parallelGateway id="all" />', '<bpmn:exclusiveGateway id="all" />')], "loose", "No arrow leaves", "to an end"),
    ([(F6, F6 + '<bpmn:sequenceFlow id="f99" sourceRef="outcome" targetRef="again" />')], "outcome", "2 arrows leave", "exclusive gateway"),
    ([(F6, F6 + '<bpmn:sequenceFlow id="f99" sourceRef="over" targetRef="again" />')], "over", "An arrow leaves", "Delete the arrow"),
    ([('targetRef="withdrawn"', 'targetRef="raised"'), ('<bpmn:endEvent id="withdrawn" name="Withdrawn" />', "")], "raised", "where nothing can arrive", "Lead the arrow"),
    ([('<bpmn:sequenceFlow id="f5" sourceRef="withdraw" targetRef="withdrawn" />', ""), ('<bpmn:endEvent id="withdrawn" name="Withdrawn" />', "")], "withdraw", "No arrow leaves", "Draw an arrow"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said", "mend"), CONNECTIONS)
def test_nothing_hangs_loose(
    changes: list[tuple[str, str]], element: str | set[str], said: str, mend: str
) -> None:
    found = problems(broken(*changes))

    assert {each.element for each in found} == ({element} if isinstance(element, str) else element)
    assert said in found[0].problem + found[-1].problem
    assert mend in found[0].mend + found[-1].mend


def test_an_island_is_told_once() -> None:
    island = (
        '<bpmn:exclusiveGateway id="i1" default="i1_out" />'
        '<bpmn:userTask id="i2" name="I2" camunda:candidateGroups="tm" camunda:formKey="note" />'
        '<bpmn:sequenceFlow id="i1_i2" sourceRef="i1" targetRef="i2" />'
        '<bpmn:sequenceFlow id="i2_i1" sourceRef="i2" targetRef="i1" />'
    ).replace(' default="i1_out"', "")
    found = problems(broken((F6, F6 + island)))

    assert [(each.element, "No way leads from the start" in each.problem) for each in found][
        :1
    ] == [("i1", True)]


def test_a_circle_without_a_way_out_is_told() -> None:
    found = only(broken(('targetRef="withdrawn"', 'targetRef="w1"'), (
        '<bpmn:endEvent id="withdrawn" name="Withdrawn" />',
        ('<bpmn:userTask id="w1" name="W1" camunda:candidateGroups="tm" camunda:formKey="note" />'
        '<bpmn:userTask id="w2" name="W2" camunda:candidateGroups="tm" camunda:formKey="note" />'
        '<bpmn:sequenceFlow id="w12" sourceRef="w1" targetRef="w2" />'
        '<bpmn:sequenceFlow id="w21" sourceRef="w2" targetRef="w1" />'),
    )))  # fmt: skip

    assert found.element == "withdraw"
    assert "round for ever" in found.problem
    assert "way out" in found.mend


def test_a_task_may_lead_straight_back_to_an_earlier_one() -> None:
    back = ('<bpmn:sequenceFlow id="f2" sourceRef="again" targetRef="stage" />', "")
    straight = (
        back,
        ('<bpmn:exclusiveGateway id="again" />', ""),
        ('sourceRef="raised" targetRef="again"', 'sourceRef="raised" targetRef="stage"'),
        ('sourceRef="settled" targetRef="again"', 'sourceRef="settled" targetRef="stage"'),
    )

    assert problems(broken(*straight)) == []


def test_a_circle_in_which_nobody_is_asked_is_told() -> None:
    found = only(broken(
        ('sourceRef="raised" targetRef="again"', 'sourceRef="raised" targetRef="g1"'),
        ('<bpmn:exclusiveGateway id="again" />',
         ('<bpmn:exclusiveGateway id="again" /><bpmn:exclusiveGateway id="g1" />'
         '<bpmn:exclusiveGateway id="g2" default="g23" />'
         '<bpmn:sequenceFlow id="g12" sourceRef="g1" targetRef="g2" />'
         '<bpmn:sequenceFlow id="g23" sourceRef="g2" targetRef="again" />'
         '<bpmn:sequenceFlow id="g21" sourceRef="g2" targetRef="g1">'
         "<bpmn:conditionExpression>urgent</bpmn:conditionExpression></bpmn:sequenceFlow>")),
    ))  # fmt: skip

    assert (found.element, "where nothing can change" in found.problem) == ("g1", True)
    assert "Draw a user task in the circle" in found.mend


JOINS = [
    # One of two ways is chosen, then both are waited for.
    [('<bpmn:parallelGateway id="both" />', '<bpmn:exclusiveGateway id="both" default="f7" />'),
     ('<bpmn:sequenceFlow id="f8" sourceRef="both" targetRef="record" />', '<bpmn:sequenceFlow id="f8" sourceRef="both" targetRef="record"><bpmn:conditionExpression>urgent</bpmn:conditionExpression></bpmn:sequenceFlow>')],
    # One of the two ways may lead elsewhere.
    [(RECORD_OUT, '<bpmn:exclusiveGateway id="g1" default="g2" /><bpmn:endEvent id="g4" /><bpmn:sequenceFlow id="f10" sourceRef="record" targetRef="g1" /><bpmn:sequenceFlow id="g2" sourceRef="g1" targetRef="all" /><bpmn:sequenceFlow id="g3" sourceRef="g1" targetRef="g4"><bpmn:conditionExpression>urgent</bpmn:conditionExpression></bpmn:sequenceFlow>')],
    # What only happens when a clock runs out.
    [(RECORD, RECORD + '<bpmn:boundaryEvent id="late" attachedToRef="record" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeDuration>1 day</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:sequenceFlow id="l1" sourceRef="late" targetRef="all" />')],
    # What stops a step leads past the join.
    [('attachedToRef="outcome"', 'attachedToRef="record"')],
]  # fmt: skip


@pytest.mark.parametrize("changes", JOINS)
def test_a_join_that_would_wait_for_ever_is_refused(changes: list[tuple[str, str]]) -> None:
    found = only(broken(*changes))

    assert found.element == "all"
    assert "may never come" in found.problem
    assert "exclusive gateway" in found.mend


def test_a_choice_that_ends_the_waiting_too_is_allowed() -> None:
    stopped = (
        '<bpmn:sequenceFlow id="s2" sourceRef="respond" targetRef="s_end" />',
        (
            '<bpmn:parallelGateway id="p1" /><bpmn:parallelGateway id="p2" />'
            '<bpmn:exclusiveGateway id="g1" default="g2" />'
            '<bpmn:endEvent id="g4"><bpmn:terminateEventDefinition /></bpmn:endEvent>'
            '<bpmn:sequenceFlow id="p3" sourceRef="respond" targetRef="p1" />'
            '<bpmn:sequenceFlow id="p4" sourceRef="p1" targetRef="p2" />'
            '<bpmn:sequenceFlow id="p5" sourceRef="p1" targetRef="g1" />'
            '<bpmn:sequenceFlow id="g2" sourceRef="g1" targetRef="p2" />'
            '<bpmn:sequenceFlow id="g3" sourceRef="g1" targetRef="g4">'
            "<bpmn:conditionExpression>urgent</bpmn:conditionExpression></bpmn:sequenceFlow>"
            '<bpmn:sequenceFlow id="s2" sourceRef="p2" targetRef="s_end" />'
        ),
    )

    assert problems(broken(stopped)) == []

"""Tasks, acts and clocks."""
# ruff: noqa: E501 -- a row of a table is one line

import pytest

from tests.engine.diagrams.check.good import F6, INFORM, TIMER, broken, only

TASKS = [
    ([('name="Inform" ', "")], "inform", "has no name", "what is to be done"),
    ([(INFORM, INFORM.replace(' camunda:candidateGroups="sm"', ""))], "inform", "waits for nobody", "candidate groups"),
    ([('name="Phone" camunda:candidateGroups="raiser"', 'name="Phone" camunda:candidateGroups="Team manager"')], "phone", "the post “Team manager”", "Did you mean “tm”?"),
    ([('name="Phone" camunda:candidateGroups="raiser"', 'name="Phone" camunda:candidateGroups="raiser, director"')], "phone", "the post “director”", "Use one of"),
    ([(INFORM, INFORM.replace(' camunda:formKey="note"', ""))], "inform", "has no form", "form key"),
    ([(INFORM, INFORM.replace('"note"', '"notes"'))], "inform", "the form “notes”", "Did you mean “note”?"),
    ([(' camunda:formKey="raise"', "")], "raised", "has no form", "form key"),
    ([('"picked_by" value="ask"', '"picked_by" value="asked"')], "respond", "“asked”, which no form", "“ask”"),
    ([('"picked_by" value="ask"', '"picked_by" value="decision"')], "respond", "“settled”, “next stage” and “return”", "posts of the task"),
    ([('"picked_by" value="ask"', '"picked_by" value="${x}"')], "respond", "no key", "the key"),
    ([('id="told" name="Told" />', 'id="told" name="Told"><bpmn:extensionElements><camunda:properties><camunda:property name="picked_by" value="asked" /></camunda:properties></bpmn:extensionElements></bpmn:intermediateThrowEvent>')], "told", "“asked”, which no form", "“ask”"),
    ([('"picked_by" value="ask"', '"chosen_by" value="asked"')], "respond", "“asked”, which no form", "“ask”"),
    ([('"picked_by" value="ask"', '"chosen_by" value="ask"')], "respond", "“both”: no post", "posts of the task"),
    ([(' messageRef="m_decide"', "")], "decide", "no message with a name", "button"),
    ([('name="Decide without an answer"', 'name=" "')], "decide", "no message with a name", "button"),
    ([('<camunda:property name="form" value="decide" />', "")], "decide", "has no form", "property form"),
    ([('value="raiser" />\n        <camunda:property name="form" value="withdraw" />', 'value="" />\n        <camunda:property name="form" value="withdraw" />')], "withdraw", "Nobody may do", "property post"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said", "mend"), TASKS)
def test_a_task_says_who_is_asked_and_what(
    changes: list[tuple[str, str]], element: str, said: str, mend: str
) -> None:
    found = only(broken(*changes))

    assert (found.element, found.severity) == (element, "error")
    assert said in found.problem
    assert mend in found.mend


def test_two_buttons_on_one_task_cannot_say_the_same() -> None:
    second = (
        '<bpmn:boundaryEvent id="again2" attachedToRef="outcome"><bpmn:extensionElements>'
        '<camunda:properties><camunda:property name="post" value="raiser" />'
        '<camunda:property name="form" value="withdraw" /></camunda:properties>'
        '</bpmn:extensionElements><bpmn:messageEventDefinition messageRef="m_withdraw" />'
        '</bpmn:boundaryEvent><bpmn:sequenceFlow id="a2" sourceRef="again2" targetRef="again" />'
    )
    found = only(broken((F6, F6 + second)))

    assert (found.element, "“Withdraw”" in found.problem) == ("again2", True)


CLOCKS = [
    ([('attachedToRef="respond" cancelActivity="false"', 'attachedToRef="respond"')], "due", "move by itself", "dashed border"),
    ([(TIMER, TIMER.replace("20 working days", "soon-ish"))], "limit", "cannot be read", "5 working days"),
    ([(TIMER, TIMER.replace("20 working days", "${__import__('os').system('x')}"))], "limit", "is code", "5 working days"),
    ([(TIMER, TIMER.replace("20 working days", "20wd"))], "limit", "cannot be read", '"20 working days"'),
    ([(TIMER, TIMER.replace("timeDuration", "timeCycle"))], "limit", "repeats", "duration"),
    ([(TIMER, TIMER.replace("timeDuration", "timeDate"))], "limit", "fixed date", "duration"),
    ([(TIMER, TIMER.replace("20 working days", ""))], "limit", "no time", "duration"),
    ([("or answer_by if", "or answerby if")], "due", "“answerby”, which is no question", "Did you mean “answer_by”?"),
    ([("or answer_by if", "or urgent if")], "due", "no date", "answer_by"),
    ([('"milestone" value="10 working days"', '"milestone" value="ten"')], "respond", "The milestone of the task “Respond”", "Write"),
    ([('name="limit" value="case"', 'name="limit" value="20"')], "limit", "means nothing", "Write case"),
    ([('name="tell" value="raiser, tm"', 'name="limit" value="case"'), ('<camunda:property name="message" value="overdue" />', "")], "limit", "so is the clock “5 working days”", "one of them"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said", "mend"), CLOCKS)
def test_a_clock_has_a_time_and_moves_nothing_by_itself(
    changes: list[tuple[str, str]], element: str, said: str, mend: str
) -> None:
    found = only(broken(*changes))

    assert (found.element, found.severity) == (element, "error")
    assert said in found.problem
    assert mend in found.mend

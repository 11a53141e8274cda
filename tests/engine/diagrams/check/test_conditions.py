"""Conditions and the gateways that ask them."""
# ruff: noqa: E501 -- a row of a table is one line

from dataclasses import replace

import pytest

from engine.diagrams.check import Question
from tests.engine.diagrams.check.good import BESIDE, F6, FORMS, broken, only, problems

NO = '<bpmn:conditionExpression>decision != "settled"</bpmn:conditionExpression>'


CONDITIONS = [
    ([(NO, NO.replace("!=", "=="))], "no", "== is not used", 'Write decision = "settled"'),
    ([(NO, NO.replace('decision != "settled"', "${decision != 'settled'}"))], "no", "cannot be read", 'Write decision != "settled"'),
    ([(NO, NO.replace('decision != "settled"', "__import__('os').system('x')"))], "no", "cannot be read", "Take it away"),
    ([(NO, NO.replace('decision != "settled"', "open(1)"))], "no", "cannot be read", "Take it away"),
    ([(NO, NO.replace("decision", "decison"))], "no", "“decison”, which is no question", "Did you mean “decision”?"),
    ([(NO, NO.replace('"settled"', '"setled"'))], "no", 'with "setled", which is never', 'Did you mean "settled"?'),
    ([(NO, NO.replace('"settled"', "true"))], "no", "with true", '"settled"'),
    ([(NO, NO.replace('"settled"', '"settled" or urgent = "yes"'))], "no", 'with "yes"', "true or false"),
    ([(NO, NO.replace('"settled"', '"settled" or children = "2"'))], "no", 'with "2"', "a number"),
    ([(NO, NO.replace('"settled"', '"settled" or answer_by = "soon"'))], "no", 'with "soon"', "a date"),
    ([(NO, NO.replace('"settled"', '"settled" or answer_by = null'))], None, "", ""),
    ([("decision = &quot;return&quot;", "decision == 1")], "due", "kept_when", "Write decision = 1"),
    ([("decision = &quot;return&quot;", "decision = &quot;returned&quot;")], "due", "kept_when", '"return"'),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said", "mend"), CONDITIONS)
def test_a_condition_can_be_read_and_be_true(
    changes: list[tuple[str, str]], element: str | None, said: str, mend: str
) -> None:
    found = [each for each in problems(broken(*changes)) if each.element != "settled"]

    assert [each.element for each in found] == ([element] if element else [])
    for each in found:
        assert said in each.problem
        assert mend in each.mend


GATEWAYS = [
    ([(NO, "")], "no", "Nothing says when the arrow “no” is taken", "condition"),
    ([(NO, NO.replace('!= "settled"', '= "return"'))], "settled", "when decision is “next stage”", "default flow"),
    ([(NO, NO.replace("decision", "reply").replace("settled", "x"))], "settled", "may be anything", "default flow"),
    ([('id="settled" name="Settled?"', 'id="settled" name="Settled?" default="f6"')], "settled", "does not leave it", "its own arrows"),
    ([('<bpmn:sequenceFlow id="f7" sourceRef="both" targetRef="inform" />', '<bpmn:sequenceFlow id="f7" sourceRef="both" targetRef="inform"><bpmn:conditionExpression>urgent</bpmn:conditionExpression></bpmn:sequenceFlow>')], "f7", "takes all of its arrows", "exclusive"),
    ([(F6, F6.replace(" />", "><bpmn:conditionExpression>urgent</bpmn:conditionExpression></bpmn:sequenceFlow>"))], "f6", "only the arrows of an exclusive gateway", "in between"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said", "mend"), GATEWAYS)
def test_some_arrow_of_a_gateway_always_applies(
    changes: list[tuple[str, str]], element: str, said: str, mend: str
) -> None:
    found = only(broken(*changes))

    assert (found.element, found.severity) == (element, "error")
    assert said in found.problem
    assert mend in found.mend


def test_a_default_flow_needs_no_condition_and_none_is_looked_at() -> None:
    default = ('id="settled" name="Settled?"', 'id="settled" name="Settled?" default="no"')

    assert problems(broken(default, (NO, ""))) == []
    found = only(broken(default))
    assert (found.element, found.severity) == ("no", "warning")
    assert "never looked at" in found.problem


def test_an_answer_that_was_sorted_out_before_need_not_be_covered() -> None:
    sorted_out = (
        F6,
        (
            '<bpmn:sequenceFlow id="f6" sourceRef="outcome" targetRef="first" />'
            '<bpmn:exclusiveGateway id="first" default="f61" />'
            '<bpmn:sequenceFlow id="f61" sourceRef="first" targetRef="settled" />'
            '<bpmn:sequenceFlow id="f62" sourceRef="first" targetRef="again">'
            '<bpmn:conditionExpression>decision = "next stage"</bpmn:conditionExpression>'
            "</bpmn:sequenceFlow>"
        ),
    )

    assert problems(broken(sorted_out, (NO, NO.replace('!= "settled"', '= "return"')))) == []


def test_an_answer_that_need_not_be_given_must_be_covered() -> None:
    question = Question(kind="text", options=("settled", "other"), required=False)
    beside = replace(BESIDE, forms={**FORMS, "outcome": {"decision": question}})
    kept = ("decision = &quot;return&quot;", "decision = &quot;other&quot;")
    found = only(broken(kept, (NO, NO.replace('!= "settled"', '= "other"'))), beside)

    assert (found.element, "when decision has no answer" in found.problem) == ("settled", True)

"""Code of other engines, and ids."""
# ruff: noqa: E501 -- a row of a table is one line

import pytest

from tests.engine.diagrams.check.good import F6, RECORD, SETTLED, broken, extended, only, problems

CODE = [
    extended('<camunda:executionListener event="start" class="com.example.Steal" />'),
    extended('<camunda:taskListener delegateExpression="${steal}" event="create" />'),
    extended("<camunda:inputOutput><camunda:inputParameter name='x'>${1}</camunda:inputParameter></camunda:inputOutput>"),
    extended("<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>"),
    extended('<s:preScript xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">x</s:preScript>'),
    (RECORD, RECORD.replace(" />", ' camunda:delegateExpression="${steal}" />')),
    (RECORD, RECORD.replace(" />", ' camunda:class="com.example.Steal" />')),
    (RECORD, RECORD.replace(" />", ' camunda:assignee="${user}" />')),
    (
        RECORD,
        RECORD.replace(" />", "><bpmn:documentation><script xmlns='http://www.w3.org/1999/xhtml'>"
                       "alert(1)</script></bpmn:documentation></bpmn:userTask>"),
    ),
    extended('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" />'),
]  # fmt: skip


@pytest.mark.parametrize("change", CODE)
def test_code_of_other_engines_is_refused_wherever_it_hides(change: tuple[str, str]) -> None:
    found = only(broken(change))

    assert (found.element, found.severity) == ("record", "error")
    assert "code" in found.problem or "another file" in found.problem
    assert found.mend


def test_a_condition_in_another_language_is_refused() -> None:
    new = SETTLED.replace(
        "<bpmn:conditionExpression", '<bpmn:conditionExpression language="groovy"'
    )
    found = only(broken((SETTLED, new)))

    assert (found.element, "“groovy”" in found.problem) == ("yes", True)
    feel = new.replace("groovy", "https://www.omg.org/spec/DMN/20191111/FEEL/")
    assert problems(broken((SETTLED, feel))) == []


IDS = [
    ([('id="all"', 'id="End"'), ('"f9" sourceRef="inform" targetRef="all"', '"f9" sourceRef="inform" targetRef="End"'), ('"f10" sourceRef="record" targetRef="all"', '"f10" sourceRef="record" targetRef="End"'), ('"f11" sourceRef="all"', '"f11" sourceRef="End"')], "End", "keeps for itself"),
    ([('<bpmn:endEvent id="s_told" />', '<bpmn:endEvent id="s.EndJoin" />'), ('targetRef="s_told"', 'targetRef="s.EndJoin"')], "s.EndJoin", "keeps for itself"),
    ([('<bpmn:endEvent id="s_told" />', '<bpmn:endEvent id="1 2" />'), ('targetRef="s_told"', 'targetRef="1 2"')], "1 2", "cannot be part of an address"),
    ([('<bpmn:association id="remark_to_stage"', '<bpmn:association id="stage"')], "stage", "more than once"),
    ([('<bpmn:endEvent id="referred" />', '<bpmn:endEvent id="over" />'), ('targetRef="referred"', 'targetRef="over"')], "over", "more than once"),
    ([('<bpmn:textAnnotation id="remark">', '<bpmn:textAnnotation id="challenge">')], "challenge", "the id of the procedure itself"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said"), IDS)
def test_an_id_is_the_elements_own(changes: list[tuple[str, str]], element: str, said: str) -> None:
    found = only(broken(*changes))

    assert (found.element, found.severity) == (element, "error")
    assert said in found.problem


def test_an_element_without_an_id_is_named_by_its_line() -> None:
    new = '<bpmn:sequenceFlow sourceRef="outcome" targetRef="settled" />'
    found = only(broken((F6, new)))

    assert "has no id" in found.problem
    assert "on line" in found.problem

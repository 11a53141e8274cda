"""Files as other vendors' tools write them: each is opened, and told what is to be drawn otherwise.

Small imitations; the tools' own samples, some 8,000 of public collections, were tried out by hand.
"""

import pytest

from engine.diagrams.check import check_diagram
from engine.diagrams.editing import set_attribute
from tests.engine.diagrams.exploring.small import drawn, explored

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = f'<definitions xmlns="{MODEL}" id="d" targetNamespace="urn:x"'
FLOWS = (
    '<startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>{0}'
    '<sequenceFlow id="b" sourceRef="t" targetRef="e"/><endEvent id="e"/>'
)
FILES = {
    "Camunda 8": (
        f'{HEAD} xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="p">'
        + FLOWS.format(
            '<serviceTask id="t" name="Send"><extensionElements><zeebe:taskDefinition '
            'type="mail"/></extensionElements></serviceTask>'
        )
        + "</process></definitions>",
        "t",
        "service task",
    ),
    "Signavio": (
        f'{HEAD} xmlns:signavio="http://www.signavio.com"><collaboration id="c"><participant '
        'id="pool" processRef="p"/><participant id="other" name="CAFCASS" processRef="q"/>'
        '</collaboration><process id="p"><laneSet id="l"><lane id="l1" name=""/></laneSet>'
        + FLOWS.format(
            '<task id="t" name="Answer"><extensionElements><signavio:signavioMetaData '
            'metaKey="bgcolor" metaValue="#ffffcc"/></extensionElements></task>'
        )
        + '</process><process id="q"/></definitions>',
        "other",
        "a pool beside the procedure",
    ),
    "Flowable": (
        f'{HEAD} xmlns:flowable="http://flowable.org/bpmn"><process id="p">'
        + FLOWS.format('<userTask id="t" name="Answer" flowable:assignee="${initiator}"/>')
        + "</process></definitions>",
        "t",
        "“${initiator}” as its",
    ),
    "Bizagi": (
        f'{HEAD}><process id="p"><subProcess id="box" name="Closed"/>'
        + FLOWS.format('<callActivity id="t" name="Call" calledElement="other"/>')
        + "</process></definitions>",
        "t",
        "call activity",
    ),
    "a choreography": (
        f'{HEAD}><choreography id="c"><choreographyTask id="t"/></choreography></definitions>',
        None,
        "no process, only a choreography",
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("name", FILES)
def test_another_tools_file_is_told_what_to_draw_otherwise(name: str, encoding: str) -> None:
    text, element, words = FILES[name]
    source = f"\n{text}".encode(encoding)

    _, found = check_diagram(source, "theirs.bpmn")

    assert any(each.element == element and words in each.problem for each in found), found


def test_an_edit_leaves_what_another_tool_wrote() -> None:
    source = FILES["Signavio"][0].encode()

    there = set_attribute(source, "t", "name", "Née & told")

    assert there == source.replace(b"Answer", "Née &amp; told".encode())
    assert set_attribute(there, "t", "name", "Answer") == source


def test_hundreds_of_steps_without_a_layout_are_gone_in_their_time() -> None:
    tasks = "; ".join(
        f"task t{n} go; clock c{n} on t{n}; end l{n}; c{n} > l{n}" for n in range(120)
    )
    chain = " > ".join(f"t{n}" for n in range(120))

    found = explored(drawn(f"start s; {tasks}; end e; s > {chain} > e"))

    assert found.whole


def test_a_step_that_nobody_waits_for_is_no_silence() -> None:
    text = drawn("start s; task a; end e; s > a > e")
    marked = text.replace(
        b'camunda:formKey="note"/>',
        b'camunda:formKey="note"><bpmn:extensionElements><camunda:properties><camunda:property '
        b'name="waited_for" value="nobody"/></camunda:properties></bpmn:extensionElements>'
        b"</bpmn:userTask>",
    )

    assert [each.element for each in explored(text).problems] == ["a"]
    assert marked != text
    assert explored(marked).problems == ()

"""Files that a stranger made to do harm, and files that chance made: each is only read."""
# ruff: noqa: E501 -- a row of a table is one line

import resource
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.diagrams.check import Problem, Question, check_diagram
from engine.diagrams.check.problem import Beside
from engine.diagrams.diagram import parse
from engine.diagrams.run import Run
from engine.diagrams.specs import build
from tests.engine.diagrams.check.good import BESIDE, GOOD, broken, problems

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
BODY = GOOD.removeprefix(HEAD)
SECOND = '<bpmn:process id="b"/>'
POOL = (
    '<bpmn:collaboration id="c"><bpmn:participant id="p1" processRef="challenge"/>'
    '<bpmn:participant id="p2" name="CAFCASS" processRef="b"/></bpmn:collaboration>'
)
FILES = {
    "external entity": f'{HEAD}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    + BODY.replace("A small procedure.", "&e;"),
    "billion laughs": f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
    + BODY.replace("A small procedure.", "&l9;"),
    "50 MB": GOOD.replace("A small procedure.", "x" * 50_000_000),
    "100,000 nested": HEAD + "<a>" * 100_000 + "</a>" * 100_000,
    "nested sub-processes": GOOD.replace(
        "<bpmn:textAnnotation", '<bpmn:subProcess id="n">' * 100_000 + "<bpmn:textAnnotation"
    ),
    "not XML": "PK\x03\x04 this is no diagram",
    "empty": "",
    "another XML": "<html><body>Hello</body></html>",
    "no process": GOOD.replace("bpmn:process", "bpmn:choreography"),
    "49,000 shapes without an id": GOOD.replace(
        "<bpmn:textAnnotation", "<bpmn:task/>" * 49_000 + "<bpmn:textAnnotation"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_a_sentence_and_in_less_than_a_second(name: str) -> None:
    source = FILES[name].encode()
    before, began = _memory(), time.process_time()

    (found,) = problems(source)

    assert time.process_time() - began < 1
    assert _memory() - before < 400_000_000
    assert (found.element, found.severity) == (None, "error")
    assert found.problem.endswith(".")
    assert found.mend.endswith(".")
    assert "root:" not in found.problem


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_the_same_file_without_its_defect_is_clean() -> None:
    assert problems((HEAD + BODY).encode()) == []


def test_of_two_processes_the_larger_one_is_judged_and_the_other_is_told() -> None:
    empty = GOOD.replace("</bpmn:definitions>", f"{SECOND}</bpmn:definitions>").encode()
    pool = empty.replace(b"<bpmn:process ", POOL.encode() + b"<bpmn:process ", 1)

    (alone,) = problems(empty)
    (in_a_pool,) = problems(pool)

    assert (alone.element, alone.severity) == ("b", "error")
    assert "second process" in alone.problem
    assert (in_a_pool.element, "beside the procedure" in in_a_pool.problem) == ("p2", True)


def chained_events() -> str:
    """Each event sits on the edge of the next one."""
    return "".join(
        f'<bpmn:boundaryEvent id="b{n}" attachedToRef="b{n + 1}">'
        '<bpmn:messageEventDefinition/></bpmn:boundaryEvent>'
        for n in range(420)
    )  # fmt: skip


def ladder_of_joins() -> str:
    """As many choices before as many joins as there may be."""
    choices = "".join(
        f'<bpmn:exclusiveGateway id="x{n}"/><bpmn:parallelGateway id="j{n}"/>'
        f'<bpmn:sequenceFlow id="a{n}" sourceRef="x{n}" targetRef="j{n}"/>'
        f'<bpmn:sequenceFlow id="b{n}" sourceRef="x{n}" targetRef="x{n + 1}"/>'
        f'<bpmn:sequenceFlow id="c{n}" sourceRef="j{n}" targetRef="j{n + 1}"/>'
        f'<bpmn:sequenceFlow id="d{n}" sourceRef="j{n}" targetRef="x{n // 2}"/>'
        for n in range(220)
    )
    return f'{choices}<bpmn:sequenceFlow id="y" sourceRef="again" targetRef="x0"/>'


def wide_answers() -> str:
    """Gateways in a circle that all ask for all there is."""
    asked = " or ".join(f'q{n} = "o0"' for n in range(4))
    return (
        "".join(
            f'<bpmn:userTask id="t{n}" name="T" camunda:candidateGroups="tm" camunda:formKey="wide"/>'
            f'<bpmn:sequenceFlow id="i{n}" sourceRef="t{n}" targetRef="g{n}"/>'
            f'<bpmn:exclusiveGateway id="g{n}"/>'
            f'<bpmn:sequenceFlow id="a{n}" sourceRef="g{n}" targetRef="t{(n + 1) % 200}">'
            f"<bpmn:conditionExpression>{asked}</bpmn:conditionExpression></bpmn:sequenceFlow>"
            f'<bpmn:sequenceFlow id="b{n}" sourceRef="g{n}" targetRef="t{n * 7 % 200}">'
            f"<bpmn:conditionExpression>not({asked})</bpmn:conditionExpression></bpmn:sequenceFlow>"
            for n in range(200)
        )
        + '<bpmn:sequenceFlow id="y" sourceRef="again" targetRef="t0"/>'
    )


WIDE = Beside(
    forms={
        "wide": {
            f"q{n}": Question(kind="text", options=tuple(f"o{m}" for m in range(4)), required=True)
            for n in range(4)
        }
    }
)


@pytest.mark.parametrize("inner", [chained_events(), ladder_of_joins(), wide_answers()])
def test_a_tangled_drawing_takes_a_bounded_time(inner: str) -> None:
    source = GOOD.replace("<bpmn:textAnnotation", f"{inner}<bpmn:textAnnotation").encode()
    began = time.process_time()

    assert problems(source, WIDE)

    assert time.process_time() - began < 10


def test_a_sub_process_that_bears_its_own_parents_name_is_only_told() -> None:
    source = broken(('<bpmn:subProcess id="cafcass"', '<bpmn:subProcess id="challenge"'))

    assert [each.element for each in problems(source)] == ["challenge"]


def test_code_that_is_checked_does_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    code = f"__import__(&quot;os&quot;).system(&quot;touch {ran}&quot;)"
    shown = code.replace("&quot;", '"')
    source = broken(
        ('decision != "settled"', shown),
        ("5 working days, or answer_by if earlier", shown),
        ("decision = &quot;return&quot;", code),
        (
            (
                '<bpmn:userTask id="record" name="Record" camunda:candidateGroups="raiser" '
                'camunda:formKey="note" />'
            ),
            f'<bpmn:scriptTask id="record"><bpmn:script>{shown}</bpmn:script></bpmn:scriptTask>',
        ),
    )

    assert {each.element for each in problems(source)} == {"no", "due", "record"}
    assert not ran.exists()


def all_well_formed(found: list[Problem]) -> bool:
    """Whether each problem is two sentences."""
    return all(
        each.mend.strip()
        and each.problem[:1].strip()
        and each.problem[0] == each.problem[0].upper()
        for each in found
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_no_change_of_bytes_makes_the_check_fail(data: st.DataObject) -> None:
    source = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source) - 1))
        length = data.draw(st.integers(0, 40))
        source[at : at + length] = data.draw(
            st.one_of(st.binary(max_size=8), st.sampled_from(PIECES))
        )
    diagram, found = check_diagram(bytes(source), "challenge.bpmn", BESIDE)

    assert all_well_formed(found)
    assert diagram is not None or found


PIECES = [
    *(b'"', b"<", b">", b"/>", b"&", b"]]>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b""),
    b'<bpmn:subProcess id="stage">', b' id="stage"', b' attachedToRef="due"', b"<?x?>", b"<!-- -->",
    b'<bpmn:sequenceFlow id="z" sourceRef="stage" targetRef="stage"/>', b"<!DOCTYPE x>",
]  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_what_the_check_lets_through_can_be_run(data: st.DataObject) -> None:
    """Parts are taken out, moved and renamed; without an error, the engine must start on it."""
    root = etree.fromstring(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        nodes = [node for node in root.iter(etree.Element) if node.getparent() is not None]
        node = data.draw(st.sampled_from(nodes))
        change = data.draw(st.sampled_from(["remove", "move", "attribute", "rename"]))
        if change == "remove":
            above = node.getparent()
            assert above is not None
            above.remove(node)
        elif change == "move":
            outside = [each for each in nodes if node not in each.iterancestors() and each != node]
            data.draw(st.sampled_from(outside)).append(node)
        elif change == "attribute" and node.attrib:
            name = data.draw(st.sampled_from(sorted(node.attrib)))
            others = sorted({str(each.get("id")) for each in nodes if each.get("id")})
            node.set(name, data.draw(st.sampled_from([*others, "", "true", "false"])))
        elif change == "rename":
            node.tag = data.draw(st.sampled_from([str(each.tag) for each in nodes]))
    source = etree.tostring(root)
    found = problems(source)
    assert all_well_formed(found)
    if not any(each.severity == "error" for each in found):
        Run.start(build(parse(source)), {})

"""Who is told, properties, lanes, sizes, and a diagram on its own."""
# ruff: noqa: E501 -- a row of a table is one line

from dataclasses import replace

import pytest

from engine.diagrams.check import Beside
from tests.engine.diagrams.check.good import (
    BESIDE,
    F6,
    GOOD,
    INFORM,
    RECORD,
    broken,
    only,
    problems,
    with_property,
)

TELLING = [
    ([('<camunda:property name="message" value="closed" />', "")], "over", "error", "no message says what", "property message"),
    ([('<camunda:property name="tell" value="tm" />', "")], "over", "warning", "nobody is told", "property tell"),
    ([('name="message" value="closed"', 'name="message" value="close"')], "over", "error", "not in the messages folder", "Did you mean “closed”?"),
    ([('name="answer_message" value="answered"', 'name="answer_message" value="xyz"')], "respond", "error", "not in the messages folder", "Add xyz.md"),
    ([('name="tell" value="tm"', 'name="tell" value="raisr"')], "over", "error", "the post “raisr”", "Did you mean “raiser”?"),
    ([with_property("digest", "raiser, nobody")], "record", "error", "the post “nobody”", "Use one of"),
    ([with_property("digest_on_answer", "nobody")], "record", "error", "the post “nobody”", "Use one of"),
    ([('<camunda:property name="form" value="refer" />', '<camunda:property name="form" value="refer" /><camunda:property name="diary" value="answer_by" />')], "refer", "warning", "nobody is sent a message with it", "property tell"),
    ([('<camunda:property name="form" value="refer" />', '<camunda:property name="form" value="refer" /><camunda:property name="tell" value="tm" /><camunda:property name="message" value="closed" /><camunda:property name="diary" value="decision" />')], "refer", "error", "no form asks for as a date", "question for a date"),
    ([with_property("seen_by", "raiser, nobody")], "record", "error", "the post “nobody”", "Use one of"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "severity", "said", "mend"), TELLING)
def test_whoever_is_told_is_told_something(
    changes: list[tuple[str, str]], element: str, severity: str, said: str, mend: str
) -> None:
    found = only(broken(*changes))

    assert (found.element, found.severity) == (element, severity)
    assert said in found.problem
    assert mend in found.mend


def test_the_message_for_new_tasks_is_there() -> None:
    found = only(GOOD.encode(), replace(BESIDE, messages=BESIDE.messages - {"new-task"}))  # type: ignore[operator]

    assert (found.element, found.mend) == (None, "Add messages/new-task.md.")


PROPERTIES = [
    ([with_property("mile_stone", "5 days")], "record", "“mile_stone”", "Did you mean “milestone”?"),
    ([with_property("outcome", "Over")], "record", "no effect there", "Take it away"),
    ([with_property("zzz", "1")], "record", "nothing looks at", "use one of"),
    ([(RECORD, RECORD.replace(" />", ' camunda:assignee="asha" />'))], "record", "assignee", "post"),
    ([('<bpmn:endEvent id="referred" />', '<bpmn:endEvent id="referred"><bpmn:extensionElements><camunda:properties><camunda:property name="outcome" value="x" /></camunda:properties></bpmn:extensionElements></bpmn:endEvent>')], "referred", "the case does not end there", "no sub-process"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "element", "said", "mend"), PROPERTIES)
def test_a_property_that_nothing_looks_at_is_a_warning(
    changes: list[tuple[str, str]], element: str, said: str, mend: str
) -> None:
    found = only(broken(*changes))

    assert (found.element, found.severity) == (element, "warning")
    assert said in found.problem
    assert mend in found.mend


def test_a_task_lies_in_the_lane_of_its_post() -> None:
    found = only(broken((INFORM, INFORM.replace('"sm"', '"tm"'))))

    assert (found.element, found.severity) == ("inform", "error")
    assert "lies in the lane “Service Manager”, but waits for “tm”" in found.problem
    assert "to sm" in found.mend


def test_a_lane_bears_the_title_of_a_post() -> None:
    found = only(broken(('name="Service Manager"', 'name="Service manger"')))

    assert (found.element, found.mend) == ("l_sm", "Did you mean “Service Manager”?")
    assert problems(broken(('name="Service Manager"', 'name="service  manager"'))) == []


@pytest.mark.parametrize(
    ("change", "element"),
    [
        (('name="Inform"', f'name="{"Inform " * 40}"'), "inform"),
        (with_property("stage", "9" * 1_001), "record"),
        (('name="no"', f'name="{"n" * 201}"'), "no"),
    ],
)
def test_a_text_that_is_too_long_to_be_shown_is_refused(
    change: tuple[str, str], element: str
) -> None:
    found = only(broken(change))

    assert (found.element, found.severity) == (element, "error")
    assert "characters" in found.problem


def test_a_drawing_with_more_than_500_shapes_is_refused_whole() -> None:
    many = "".join(f'<bpmn:task id="x{number}" />' for number in range(500))
    found = only(broken((F6, F6 + many)))

    assert found.element is None
    assert "a procedure has at most 500" in found.problem


def test_a_diagram_on_its_own_is_not_asked_for_what_does_not_lie_beside_it() -> None:
    alone = Beside()
    found = problems(broken((' camunda:formKey="raise"', "")), alone)

    assert [(each.element, each.severity) for each in found] == [
        ("raised", "warning"),
        ("settled", "warning"),
    ]
    assert problems(broken(('value="tm"', 'value="anybody"')), alone)[0].severity == "warning"
    wrong = problems(broken(('name="tell" value="tm"', 'name="tell" value="Team Manager"')), alone)
    assert [(each.element, each.severity) for each in wrong if each.severity == "error"] == [
        ("over", "error")
    ]


def test_the_problems_stand_in_the_order_of_the_file() -> None:
    found = problems(
        broken(
            (INFORM, INFORM.replace('"note"', '"notes"')),
            ('value="overdue"', 'value="x"'),
            ('name="tell" value="tm"', 'name="tell" value="x"'),
        )
    )

    assert [each.element for each in found] == ["due", "inform", "over"]

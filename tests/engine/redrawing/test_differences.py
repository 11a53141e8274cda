"""What of a procedure is otherwise in another version of it is told in words, whatever it is."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from engine.councils import read_council
from engine.diagrams.diagram import Element
from engine.diagrams.expressions import parse
from engine.forms import Field, Option
from engine.procedures import Package
from engine.redrawing.differences import _Reader, find_differences, find_marks
from engine.redrawing.form_differences import _of_one
from tests.stories import COUNCIL, PROCESSES, procedure


def with_files(files: Mapping[str, bytes | None]) -> Package:
    old = procedure()
    merged = {path: each for path, each in {**old.files, **files}.items() if each is not None}
    return Package(council=old.council, key=old.key, files=merged)


def drawn(was: str, now: str) -> Package:
    """The procedure with one place of its diagram written otherwise."""
    source = procedure().diagram_source.decode()
    assert source.count(was) == 1, (was, source.count(was))
    return with_files({procedure().diagram_path: source.replace(was, now).encode()})


def said(new: Package, old: Package | None = None) -> list[str]:
    council = read_council(PROCESSES / COUNCIL)
    return [each.words for each in find_differences(old or procedure(), new, council)]


def test_a_button_that_no_longer_ends_its_step_is_told_both_ways() -> None:
    button = next(
        each
        for each in procedure().diagram.elements.values()
        if each.kind == "boundaryEvent" and each.event == "message" and each.interrupting
    )
    new = drawn(
        f'<bpmn:boundaryEvent id="{button.id}"',
        f'<bpmn:boundaryEvent id="{button.id}" cancelActivity="false"',
    )
    host = procedure().diagram.elements[button.attached_to or ""].name
    (sentence,) = said(new)
    assert sentence.endswith(
        f": when it is done, “{host}” stays open now; before, “{host}” ended."
    ), sentence
    (back,) = said(procedure(), new)
    assert back.endswith(f": when it is done, “{host}” ends now; before, “{host}” stayed open.")
    council = read_council(PROCESSES / COUNCIL)
    assert find_marks(procedure(), new, council) == ({}, {button.id: "changed"})


def test_a_clock_that_ends_its_step_says_so() -> None:
    source = procedure().diagram_source.decode()
    start = source.index('<bpmn:boundaryEvent id="stage1_due"')
    tag = source[start : source.index(">", start) + 1]
    (sentence,) = said(drawn(tag, tag.replace(' cancelActivity="false"', "")))
    assert sentence == (
        "Respond at Stage 1: when its time has passed, “Respond at Stage 1” ends now; before, "
        "“Respond at Stage 1” stayed open."
    )


def test_a_clock_that_is_new_or_gone_stands_under_its_step() -> None:
    source = procedure().diagram_source.decode()
    start = source.index('<bpmn:boundaryEvent id="stage1_due"')
    end = source.index("</bpmn:boundaryEvent>", start) + len("</bpmn:boundaryEvent>")
    without = with_files({procedure().diagram_path: (source[:start] + source[end:]).encode()})
    told = "Respond at Stage 1: the time to answer, 5 working days, is"
    assert said(without)[0] == f"{told} gone."
    assert said(procedure(), without)[0] == f"{told} new."


OTHERWISE: Mapping[str, Any] = {
    "kind": "manualTask",
    "name": "Otherwise",
    "event": "signal",
    "properties": {"milestone": "other"},
    "attributes": {"asyncBefore": "true"},
    "parts": frozenset({"standardLoopCharacteristics"}),
    "posts": ("dcs",),
    "form": "phone",
    "time": "9 working days",
    "time_kind": "timeDate",
    "message": "Otherwise",
    "attached_to": "stage2_respond",
    "interrupting": True,
    "default": "stage1_start_to_stage1_respond",
    "triggered_by_event": True,
    "stage": "99",
    "parent": "stage2",
}
_OF_THE_DRAWING = {"id", "documentation", "line", "lane"}


def test_whatever_an_element_says_is_told_where_it_is_otherwise() -> None:
    assert {each.name for each in fields(Element)} == OTHERWISE.keys() | _OF_THE_DRAWING
    reader = _Reader(procedure(), procedure(), read_council(PROCESSES / COUNCIL))
    clock = procedure().diagram.elements["stage1_due"]
    for name, value in OTHERWISE.items():
        told = list(reader.changes(clock, replace(clock, **{name: value})))
        assert told, name
        assert not any("{" in each or "frozenset" in each for each in told), told
    assert list(reader.changes(clock, replace(clock, documentation="x", line=0, lane="x"))) == []


def test_what_the_procedure_itself_says_and_stands_beside_an_arrow_is_told() -> None:
    whole = procedure().diagram
    source = procedure().diagram_source.decode()
    flow = next(each for each in whole.flows.values() if each.name and each.condition)
    start = source.index(f'id="{flow.id}"')
    tag = source[start : source.index(">", start)]
    (sentence,) = said(drawn(tag, tag.replace(flow.name, "Quite otherwise")))
    assert sentence.startswith("The arrow from “")
    assert sentence.endswith(
        f": what stands beside it was “{flow.name}”, and is now “Quite otherwise”."
    )
    council = read_council(PROCESSES / COUNCIL)
    new = drawn(tag, tag.replace(flow.name, "Quite otherwise"))
    assert find_marks(procedure(), new, council)[1] == {flow.id: "changed"}


def a_form(old: Package, change: Any, name: str = "answer") -> Package:
    data = json.loads(old.files[f"forms/{name}.form"])
    change(data["components"])
    return with_files({f"forms/{name}.form": json.dumps(data).encode()})


def test_each_question_of_a_form_that_is_otherwise_is_told() -> None:
    def change(components: list[dict[str, Any]]) -> None:
        by_key = {each.get("key"): each for each in components}
        components[0]["text"] = "# Answer the challenge"
        by_key["answer"]["label"] = "What did you do?"
        by_key["answer"]["validate"] = {}
        by_key["position"]["values"][0]["label"] = "Yes, all of it"
        by_key["position"]["values"].append({"value": "later", "label": "Not yet"})
        by_key["actions"]["description"] = "Who does what, and when"
        components.remove(by_key["documents"])
        components.append(
            {"type": "textfield", "id": "new", "key": "new_one", "label": "Who was asked?"}
        )

    before = {field.key: field for field in procedure().forms["answer"].fields}
    heading = "Respond on the Positive Challenge Form"
    answer, position, actions, documents = (
        before[key].label for key in ("answer", "position", "actions", "documents")
    )
    full = before["position"].options[0].label
    new = a_form(procedure(), change)
    assert said(new) == [
        f"The form “answer”: {each}."
        for each in (
            f"the heading was “{heading}”, and is now “Answer the challenge”",
            f"the question was “{answer}”, and is now “What did you do?”",
            "“What did you do?” need not be answered now",
            f"a choice of “{position}” was “{full}”, and is now “Yes, all of it”",
            f"“{position}” can also be answered with “Not yet”",
            f"the help at “{actions}” was none, and is now “Who does what, and when”",
            "the question “Who was asked?” is new",
            f"the question “{documents}” is gone",
        )
    ]
    back = said(procedure(), new)
    assert "The form “answer”: the question “Who was asked?” is gone." in back
    assert "The form “answer”: “What did you do?” must be answered now." not in back
    assert f"The form “answer”: “{position}” cannot be answered with “Not yet” any more." in back


QUESTION = Field(key="why", kind="textarea", label="Why?")
OF_A_QUESTION: Mapping[str, Any] = {
    "kind": "radio",
    "label": "Why not?",
    "description": "In your own words",
    "required": True,
    "options": (Option(value="a", label="A"),),
    "min_length": 5,
    "max_length": 50,
    "pattern": "[0-9]+",
    "minimum": 1,
    "maximum": 9,
    "whole": True,
    "subtype": "email",
    "default": "so",
    "asked_if": parse('decision = "resolved"'),
    "within": "group",
    "fields": (QUESTION,),
    "rows": 2,
    "fixed": True,
    "accept": (),
    "multiple": True,
}


def test_whatever_a_question_says_is_told_where_it_is_otherwise() -> None:
    assert {each.name for each in fields(Field)} == OF_A_QUESTION.keys() | {"key", "shown_if"}
    for name, value in OF_A_QUESTION.items():
        told = list(_of_one(QUESTION, replace(QUESTION, **{name: value})))
        assert len(told) == (name != "accept"), (name, told)


def test_a_form_that_is_only_written_otherwise_and_one_that_cannot_be_read() -> None:
    assert said(a_form(procedure(), lambda components: None)) == [
        "The form “answer”: is written otherwise in its file, and asks the same."
    ]
    assert said(with_files({"forms/answer.form": b"{}"})) == [
        "The form “answer”: is otherwise, and cannot be read; the check says what is wrong."
    ]

    def turned(components: list[dict[str, Any]]) -> None:
        components[1], components[2] = components[2], components[1]

    assert said(a_form(procedure(), turned)) == [
        "The form “answer”: what it asks stands in another order."
    ]


def test_a_message_is_told_by_what_is_otherwise_in_it() -> None:
    path = "messages/chase.md"
    text = procedure().files[path].decode()
    first, *paragraphs = text.strip().split("\n\n")
    assert len(paragraphs) > 1
    new = [f"{paragraphs[0]} Today.", *paragraphs[1:], "Ask us where you need help."]
    written = "\n\n".join(["Subject: Once more", *new]) + "\n"
    subject = first.removeprefix("Subject: ")
    sentences = said(with_files({path: written.encode()}))
    assert sentences[0] == (
        f"The message “chase”: the subject was “{subject}”, and is now “Once more”."
    )
    assert "Today.”" in sentences[1]
    assert sentences[2:] == ["The message “chase”: it also says “Ask us where you need help.”."]
    back = said(procedure(), with_files({path: written.encode()}))
    assert "it does not say “Ask us where you need help.” any more" in back[-1]


@pytest.mark.parametrize("place", [0, 150, 299])
def test_one_word_in_a_long_text_is_seen_wherever_it_stands(place: int) -> None:
    words = [f"word{number}" for number in range(300)]
    path = "messages/chase.md"
    old = with_files({path: f"Subject: S\n\n{' '.join(words)}\n".encode()})
    words[place] = "OTHERWISE"
    new = with_files({path: f"Subject: S\n\n{' '.join(words)}\n".encode()})
    (sentence,) = said(new, old)
    assert "OTHERWISE" in sentence
    assert f" word{place} " in f" {sentence} ".replace("“", " ").replace("”", " ")
    assert len(sentence) < 500


def test_what_the_settings_say_is_told_by_its_name() -> None:
    text = procedure().files["procedure.toml"].decode()
    title = procedure().title
    changed = (
        text.replace(f'title = "{title}"', 'title = "Challenge"') + "\n[more_time]\nask = true\n"
    )
    assert said(with_files({"procedure.toml": changed.encode()})) == [
        f"The procedure’s settings: “title” was “{title}”, and is now “Challenge”.",
        "The procedure’s settings: “more_time.ask” was none, and is now true.",
    ]
    assert said(with_files({"procedure.toml": f"# Read on\n{text}".encode()})) == [
        "The procedure’s settings: are written otherwise in their file, and say the same."
    ]

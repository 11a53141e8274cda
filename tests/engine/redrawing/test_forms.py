"""A form's questions are changed in its own JSON; what is not known of it stays."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.procedures import find_folders, read_package
from engine.redrawing.conditions import Part
from engine.redrawing.forms import (
    CannotChange,
    NoForm,
    add_question,
    change_question,
    faults,
    find_question,
    form_names,
    move_question,
    new_form,
    new_key,
    new_name,
    path_of,
    read_questions,
    remove_question,
    set_title,
    shown,
    title_of,
    used_by,
    where_asked,
)
from engine.redrawing.questions import KINDS, Question, choices_from
from tests.stories import PROCESSES, procedure

ANSWER = procedure().files[path_of("answer")]


def labels(content: bytes) -> list[str]:
    return [each.label for each in read_questions(content)]


@pytest.mark.parametrize("folder", find_folders(PROCESSES), ids=lambda folder: str(folder.name))
def test_a_question_that_is_kept_as_it_is_changes_no_byte(folder: Path) -> None:
    package = read_package(folder)
    for name in form_names(package):
        content = package.files[path_of(name)]
        assert set_title(content, title_of(content)) == content
        for question in read_questions(content):
            assert change_question(content, question) == content, (name, question)


def test_words_help_and_choices_are_changed_and_what_the_diagram_compares_stays() -> None:
    question = find_question(ANSWER, "2")
    assert question.choices == (
        ("agreed", "Agreed"),
        ("in part", "Agreed in part"),
        ("not agreed", "Not agreed"),
    )
    wanted = replace(
        question,
        label="Do you agree?",
        help="Say so plainly.",
        required=True,
        choices=choices_from(["Agreed", "Partly", "Not agreed"], question.choices),
    )
    assert wanted.choices[1] == ("in part", "Partly")
    after = change_question(ANSWER, wanted)
    assert find_question(after, "2") == wanted
    component = json.loads(after)["components"][2]
    assert (component["id"], component["key"]) == ("field_position", "position")
    form = shown(after)
    assert form is not None
    field = form.field("position")
    assert field is not None
    assert (field.label, field.required) == ("Do you agree?", True)


def test_what_is_not_known_of_a_component_stays_in_it() -> None:
    data = json.loads(ANSWER)
    data["components"][1]["properties"] = {"vendor": "x"}
    data["exporter"] = {"name": "other"}
    odd = json.dumps(data).encode()
    question = find_question(odd, "1")
    after = json.loads(change_question(odd, replace(question, label="Otherwise")))
    assert after["components"][1]["properties"] == {"vendor": "x"}
    assert after["exporter"] == {"name": "other"}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_that_is_offered_can_be_shown(kind: str) -> None:
    choices = (("a", "A"), ("b", "B")) if kind in ("radio", "checklist") else ()
    wanted = Question(place="", kind=kind, label="More?", help="Help", choices=choices)
    after = add_question(ANSWER, wanted, "more")
    assert faults(after) == ()
    form = shown(after)
    assert form is not None
    assert form.fields[-1].label == "More?"
    for other in KINDS:
        last = read_questions(after)[-1]
        options = (("a", "A"),) if other in ("radio", "checklist") else ()
        made = change_question(after, replace(last, kind=other, key="more", choices=options))
        if not (kind == "text" and other != "text"):
            assert faults(made) == (), (kind, other, faults(made))


def test_a_question_is_asked_only_after_an_answer_to_an_earlier_one() -> None:
    part = Part(text='position = "not agreed"')
    wanted = Question(place="", kind="textarea", label="Why not?", shown_if=part)
    after = add_question(ANSWER, wanted, "why_not")
    assert json.loads(after)["components"][-1]["conditional"] == {
        "hide": '=position != "not agreed"'
    }
    made = read_questions(after)[-1]
    assert made.shown_if == part
    always = change_question(after, replace(made, shown_if=None))
    assert "conditional" not in json.loads(always)["components"][-1]
    first = move_question(after, "6", -1)
    for place in ("5", "4", "3"):
        first = move_question(first, place, -1)
    assert "not answered before it" in " ".join(faults(first))


def test_questions_change_places_and_the_heading_stays_first() -> None:
    down = move_question(ANSWER, "1", 1)
    assert labels(down)[:2] == ["Do you agree with the concern?", "Your answer"]
    assert move_question(down, "2", -1) == ANSWER
    for place, by in (("1", -1), ("5", 1), ("9", 1), ("x", 1), ("0.1", 1), ("-1", 1)):
        with pytest.raises(NoForm):
            move_question(ANSWER, place, by)


def test_a_group_without_questions_goes_too() -> None:
    data = json.loads(ANSWER)
    inner = data["components"].pop()
    data["components"].append({"type": "group", "label": "Papers", "components": [inner]})
    grouped = json.dumps(data, indent=2).encode()
    assert [each.place for each in read_questions(grouped)][-2:] == ["5", "5.0"]
    assert labels(remove_question(grouped, "5.0")) == labels(ANSWER)[:-1]


def test_a_new_form_has_names_of_its_own() -> None:
    package = procedure()
    assert new_name(form_names(package), "Answer!") == "answer-2"
    assert new_key(package, "Position") == "position_2"
    assert new_key(package, "4 eyes?") == "q_4_eyes"
    content = new_form("x", "A form", "What was done?", "done_x")
    form = shown(content)
    assert form is not None
    assert (form.title, form.fields[0].key) == ("A form", "done_x")
    assert title_of(set_title(content, "Another")) == "Another"


def test_who_counts_on_an_answer_is_told() -> None:
    package = procedure()
    assert any("What now?" in each for each in where_asked(package, "silence"))
    assert where_asked(package, "documents") == ()
    assert used_by(package, "answer")[0] == "“Respond at Stage 1”"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"components": [1]}', b"\xff{"])
def test_what_is_no_form_is_said(content: bytes) -> None:
    with pytest.raises(CannotChange):
        read_questions(content)

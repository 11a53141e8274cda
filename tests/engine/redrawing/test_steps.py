"""A step is changed in the diagram, and nothing else of it; what changed is said in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.councils import read_council
from engine.diagrams.times import parse
from engine.procedures import Package, find_folders, read_package
from engine.redrawing.differences import find_differences
from engine.redrawing.steps import NoStep, Step, change_step, find_step, read_steps, with_posts
from tests.stories import COUNCIL, PROCESSES, procedure


def after(package: Package, wanted: Step) -> Package:
    content = change_step(package, find_step(package, wanted.element), wanted)
    files = {**package.files, package.diagram_path: content}
    return Package(council=package.council, key=package.key, files=files)


def said(old: Package, new: Package) -> list[str]:
    council = read_council(PROCESSES / old.council)
    return [each.words for each in find_differences(old, new, council)]


def test_all_that_can_be_changed_of_a_step_is_changed_and_said() -> None:
    package = procedure()
    step = find_step(package, "stage1_respond")
    wanted = replace(
        step,
        name="Answer at Stage 1",
        posts=("hos", "tm"),
        form="informal-answer",
        clocks=(replace(step.clocks[0], text="3 working days", time=parse("3 working days")),),
        told=(
            replace(step.told[0], posts=("ad", "dcs"), message="overdue"),
            replace(step.told[1], posts=()),
            *step.told[2:],
        ),
    )
    new = after(package, wanted)
    read = find_step(new, "stage1_respond")
    assert (read.name, read.posts, read.form) == (wanted.name, wanted.posts, wanted.form)
    assert (read.told, read.clocks[0].text) == (wanted.told, "3 working days")
    assert read.clocks[0].name == "3 working days"  # the picture must not say five
    form = "“Respond on the Positive Challenge Form”"
    assert said(package, new) == [
        "Answer at Stage 1: the name was “Respond at Stage 1”, and is now “Answer at Stage 1”.",
        (
            "Answer at Stage 1: who does it was Team Manager, and is now Head of Service, Team "
            "Manager."
        ),
        f"Answer at Stage 1: the form was {form} (answer), and is now {form} (informal-answer).",
        (
            "Answer at Stage 1: who reads of it in their morning digest was Safeguarding and "
            "Review Service Manager, and is now nobody."
        ),
        (
            "Answer at Stage 1: who is sent a message was nobody, and is now Assistant Director, "
            "Director of Children's Services."
        ),
        "Answer at Stage 1: the message was none, and is now “overdue”.",
        "Answer at Stage 1: the time to answer was 5 working days, and is now 3 working days.",
    ]
    assert find_differences(package, package, read_council(PROCESSES / COUNCIL)) == ()


def test_a_clock_with_a_name_of_its_own_keeps_it() -> None:
    step = find_step(procedure(), "informal_respond")
    assert step.clocks[0].name == "1 working day from first contact"
    assert not step.clocks[0].is_picked
    clock = replace(step.clocks[0], text="2 working days", time=parse("2 working days"))
    new = after(procedure(), replace(step, clocks=(clock,)))
    assert find_step(new, "informal_respond").clocks[0].name == step.clocks[0].name


def test_who_was_told_before_stays_first() -> None:
    told = replace(find_step(procedure(), "stage1_respond").told[1], posts=("tm", "ad"))
    assert with_posts(told, ["dcs", "ad"], "").posts == ("ad", "dcs")
    assert with_posts(told, [], "overdue").message == ""


@pytest.mark.parametrize("folder", find_folders(PROCESSES), ids=lambda folder: str(folder.name))
def test_a_step_that_is_kept_as_it_is_changes_no_byte(folder: Path) -> None:
    package = read_package(folder)
    steps = read_steps(package)
    assert len(steps) > 20
    for step in steps:
        assert change_step(package, step, step) == package.diagram_source


def test_there_is_no_step_that_is_no_task() -> None:
    for element in ("stage1", "stage1_due", "nothing"):
        with pytest.raises(NoStep):
            find_step(procedure(), element)


def test_what_else_is_otherwise_is_told_too() -> None:
    old = procedure()
    source = old.diagram_source.decode()
    condition = source.replace('silence = "chase"', 'silence = "wait"', 1)
    files = {
        **old.files,
        old.diagram_path: condition.encode(),
        "messages/new.md": b"Subject: New\n\nNew.",
        "forms/answer.form": old.files["forms/answer.form"] + b"\n",
    }
    del files["messages/chase.md"]
    new = Package(council=old.council, key=old.key, files=files)
    assert said(old, new) == [
        (
            'An arrow: from “What now?” to “Reminder sent”, when silence = "chase" is now from '
            '“What now?” to “Reminder sent”, when silence = "wait".'
        ),
        "The form “answer”: is written otherwise in its file, and asks the same.",
        "The message “chase”: is gone.",
        "The message “new”: is new.",
    ]
    drawn = source.replace("<dc:Bounds x=", "<dc:Bounds  x=", 1)
    moved = Package(
        council=old.council, key=old.key, files={**old.files, old.diagram_path: drawn.encode()}
    )
    assert said(old, moved) == ["The drawing: only how it is drawn, or its notes, are otherwise."]

"""The questions by which a step is added to a draft, and what their answers ask for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.councils import Council, stage_in_words
from engine.diagrams.expressions import parse
from engine.forms import Answer, Field, Form, Option
from engine.procedures import Package
from engine.redrawing.arrows import Place
from engine.redrawing.building import Wanted
from engine.redrawing.steps import NEW, NEW_CLOCK, Step, blank_step, properties_of
from webui.redraw_words import (
    bad_times,
    forms_to_pick,
    missing_messages,
    posts_to_pick,
    step_name_field,
    time_fields,
    told_fields,
    wanted_step,
)

NEW_FORM: Final = "+"
"""What stands for a form that is made on the spot, where forms are picked."""
_LONGEST: Final = 200


def adding_form(package: Package, council: Council, places: Sequence[Place]) -> Form:
    """The questions, of which the first is on which of the arrows."""
    fields = (place_field(council, places), *step_fields(package, council))
    return Form(id="add_step", title="Add a step", fields=fields)


def clock_form(package: Package, council: Council, title: str) -> Form:
    """The questions by which a step or box gets a clock."""
    step = blank_step()
    posts = posts_to_pick(council, step)
    late = [(n, told) for n, told in enumerate(step.told, 1) if told.element == NEW_CLOCK]
    fields = [*time_fields(step.clocks[0], 1, required=False)]
    for place, told in late:
        fields += told_fields(package, step, told, place, posts)
    return Form(id="clock", title=title, fields=tuple(fields))


def clock_from(answers: Mapping[str, Answer]) -> tuple[str, dict[str, str], dict[str, str]]:
    """The time, who is told as properties, and what is wrong with the answers, by question."""
    step = wanted_step(blank_step(), {"step_name": "", "form": "", **answers})
    errors = {**missing_messages(step), **bad_times(step), **_late_without_time(step, answers)}
    if not step.clocks[0].text and not errors:
        errors["amount_1"] = "Write how long they have"
    return step.clocks[0].text, properties_of(step, NEW_CLOCK), errors


def place_field(council: Council, places: Sequence[Place]) -> Field:
    """Where something is put: which of the arrows."""
    stages = len({place.stage for place in places}) > 1
    return Field(
        key="arrow",
        kind="select",
        label="Where is it put?",
        description="What is drawn after it moves on to the right.",
        required=True,
        options=tuple(
            Option(value=each.arrow, label=_placed(council, each) if stages else each.words)
            for each in places
        ),
    )


def wanted_from(answers: Mapping[str, Answer]) -> tuple[Wanted, dict[str, str]]:
    """The step that is asked for, and what is still wrong with the answers, by question."""
    step = wanted_step(blank_step(), {"form": "", **answers})
    form = str(answers.get("form") or "")
    errors = {**missing_messages(step), **bad_times(step), **_late_without_time(step, answers)}
    wanted = Wanted(
        arrow=str(answers["arrow"]),
        name=step.name,
        posts=step.posts,
        form="" if form == NEW_FORM else form,
        new_title=" ".join(str(answers.get("new_title") or "").split()),
        new_question=" ".join(str(answers.get("new_question") or "").split()),
        time=step.clocks[0].text,
        told=properties_of(step, NEW),
        late_told=properties_of(step, NEW_CLOCK),
        draws_lane=answers.get("lane") is True,
    )
    return wanted, errors


def _late_without_time(step: Step, answers: Mapping[str, Answer]) -> dict[str, str]:
    told = properties_of(step, NEW_CLOCK)
    if step.clocks[0].text:
        return {} if told else {_first_late(step): "Say who learns that the time has passed"}
    if answers.get("amount_1"):
        return {"unit_1": "Select what the number counts"}
    return {"amount_1": "Write how long they have, for somebody is told of it"} if told else {}


def _first_late(step: Step) -> str:
    place = next(n for n, told in enumerate(step.told, 1) if told.element == NEW_CLOCK)
    return f"told_{place}"


def _placed(council: Council, place: Place) -> str:
    stage = stage_in_words(council, place.stage) if place.stage else "At no stage"
    return f"{stage}: {place.words}"


def step_fields(package: Package, council: Council) -> Iterator[Field]:
    """What a new step is called, whose it is, with which form, in what time, who is told."""
    step = blank_step()
    posts = posts_to_pick(council, step)
    yield step_name_field()
    yield Field(
        key="owner",
        kind="select",
        label="Who does it?",
        description="This post owns the due date. New posts are not made here: they hold for all "
        "procedures, and whoever runs Stepladder adds them to council.toml.",
        required=True,
        options=posts,
    )
    yield Field(key="others", kind="checklist", label="Who else may do it?", options=posts)
    yield Field(
        key="lane",
        kind="checkbox",
        label="Draw a new lane for who does it",
        description="A lane is a band of the drawing that bears the post’s title. Where the steps "
        "around it lie in lanes it is drawn in its post’s lane anyway, and a lane is added for a "
        "post that has none.",
    )
    yield Field(
        key="form",
        kind="select",
        label="Which form do they fill in?",
        required=True,
        options=(Option(value=NEW_FORM, label="A new form"), *forms_to_pick(package, step)),
    )
    yield from _new_form_fields()
    yield from time_fields(step.clocks[0], 1, required=False)
    for place, told in enumerate(step.told, 1):
        yield from told_fields(package, step, told, place, posts)


def _new_form_fields() -> Iterator[Field]:
    more = (
        "It is answered in a long text. More is asked, and in other ways, on the form’s own page, "
        "which comes next."
    )
    for key, label, hint in (
        ("new_title", "Title of the new form", ""),
        ("new_question", "Its first question", more),
    ):
        yield Field(
            key=key,
            kind="textfield",
            label=label,
            description=hint,
            required=True,
            max_length=_LONGEST,
            shown_if=parse(f'form = "{NEW_FORM}"'),
        )

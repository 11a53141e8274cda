"""One step of a draft: its name, who does it, with which form, in what time, and who is told; its
stage, and its notes.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from engine.councils import stage_in_words
from engine.diagrams.moving import find_pair
from engine.diagrams.written import CannotEdit
from engine.forms import check_answers
from engine.redrawing.drafts import Draft, with_files
from engine.redrawing.elements import find_part, write_said
from engine.redrawing.steps import Step, change_step, find_step
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_elements import Asked, asked_of, changed_by, words_of
from webui.redraw_panel import read_panels
from webui.redraw_words import bad_times, known_answers, missing_messages, step_form, wanted_step
from webui.visit import installation, me

redraw_step = Blueprint("redraw_step", __name__)

_BESIDE = ("step_stage", "step_notes")


@redraw_step.get("/procedures/<key>/redraw/steps/<element>")
@confirmers
@own_draft
def show(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """The step as the draft has it."""
    step = find_step(draft.package, element)
    asked = _beside(draft, element)
    return _form(draft, step, asked).show(known={**known_answers(step), **asked.known})


@redraw_step.post("/procedures/<key>/redraw/steps/<element>")
@confirmers
@own_draft
def change(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """Keep it as it is wanted now."""
    step = find_step(draft.package, element)
    asked = _beside(draft, element)
    small = _form(draft, step, asked)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    wanted = wanted_step(step, checked.answers)
    wrong = {**missing_messages(wanted), **bad_times(wanted)}
    if wrong:
        return small.show(raw=raw, errors=wrong), 400
    part = find_part(draft.package.diagram, element)
    more, _ = changed_by(asked, part, raw, check_answers(asked.form, raw))
    path = draft.package.diagram_path
    try:
        changed = with_files(draft.package, {path: change_step(draft.package, step, wanted)})
        files = {path: write_said(changed, part, more)}
    except CannotEdit as error:
        return small.wrong(raw, error)
    words = words_of(draft.package, installation().council(me().council), part, more, files)
    then = url_for("redraw.show", key=key)
    return keep_small(small, raw, key, lambda: files, then=then, words=words)


def _beside(draft: Draft, element: str) -> Asked:
    """What the panel beside the drawing asks about a step and the table's questions do not."""
    part = find_part(draft.package.diagram, element)
    panels = read_panels(draft.package, installation().council(me().council))
    asked = asked_of(draft.package, panels, part)
    fields = tuple(field for field in asked.form.fields if field.key in _BESIDE)
    known = {key: answer for key, answer in asked.known.items() if key in _BESIDE}
    return replace(asked, form=replace(asked.form, fields=fields), known=known)


def _form(draft: Draft, step: Step, asked: Asked) -> SmallForm:
    council = installation().council(me().council)
    stage = stage_in_words(council, step.stage) if step.stage else "at no stage"
    key = draft.row.procedure
    shared = step_form(draft.package, council, step)
    return SmallForm(
        form=replace(shared, fields=(*shared.fields, *asked.form.fields)),
        caption=f"{draft.package.title}, {stage}",
        back=url_for("redraw.show", key=key),
        back_text="The steps of the draft",
        button="Keep it in the draft",
        intro=("Nothing changes for anybody until the draft is published.",),
        hidden=((SEEN, draft.state),),
        links=(
            ("Add a step beside this one", url_for("redraw_add.show", key=key, after=step.element)),
            (
                "Add a choice beside it",
                url_for("redraw_choice.show", key=key, after=step.element),
            ),
            *_times(key, step),
            ("Add a button to it", url_for("redraw_button.show", key=key, element=step.element)),
            *_buttons(draft, step),
            *_moves(draft, step),
            ("Take it out", url_for("redraw_remove.ask", key=key, element=step.element)),
        ),
    )


def _times(key: str, step: Step) -> tuple[tuple[str, str], ...]:
    if not step.clocks:
        address = url_for("redraw_add.time", key=key, element=step.element)
        return (("Give it a time to answer", address),)
    return tuple(
        (
            f"Take its time away: {clock.words}",
            url_for("redraw_remove.ask", key=key, element=clock.element),
        )
        for clock in step.clocks
    )


def _buttons(draft: Draft, step: Step) -> Iterator[tuple[str, str]]:
    """Those that can be pressed while it is open."""
    for each in draft.package.diagram.elements.values():
        if each.attached_to == step.element and each.event == "message":
            address = url_for("redraw_element.show", key=draft.row.procedure, element=each.id)
            yield f"The button “{each.message or each.name}”", address


def _moves(draft: Draft, step: Step) -> Iterator[tuple[str, str]]:
    """Where it can change places with a step beside it."""
    for to in ("earlier", "later"):
        with suppress(CannotEdit):
            find_pair(draft.package.diagram, step.element, earlier=to == "earlier")
            address = url_for(
                "redraw_move.ask", key=draft.row.procedure, element=step.element, to=to
            )
            yield f"Move it {to}", address

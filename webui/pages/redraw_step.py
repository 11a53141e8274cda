"""One step of a draft: its name, who does it, with which form, in what time, and who is told."""

from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from engine.councils import stage_in_words
from engine.diagrams.moving import find_pair
from engine.diagrams.written import CannotEdit
from engine.redrawing.drafts import Draft
from engine.redrawing.steps import Step, change_step, find_step
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_words import bad_times, known_answers, missing_messages, step_form, wanted_step
from webui.visit import installation, me

redraw_step = Blueprint("redraw_step", __name__)


@redraw_step.get("/procedures/<key>/redraw/steps/<element>")
@confirmers
@own_draft
def show(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """The step as the draft has it."""
    step = find_step(draft.package, element)
    return _form(draft, step).show(known=known_answers(step))


@redraw_step.post("/procedures/<key>/redraw/steps/<element>")
@confirmers
@own_draft
def change(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """Keep it as it is wanted now."""
    step = find_step(draft.package, element)
    small = _form(draft, step)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    wanted = wanted_step(step, checked.answers)
    wrong = {**missing_messages(wanted), **bad_times(wanted)}
    if wrong:
        return small.show(raw=raw, errors=wrong), 400
    path = draft.package.diagram_path
    return keep_small(
        small,
        raw,
        key,
        lambda: {path: change_step(draft.package, step, wanted)},
        then=url_for("redraw.show", key=key),
    )


def _form(draft: Draft, step: Step) -> SmallForm:
    council = installation().council(me().council)
    stage = stage_in_words(council, step.stage) if step.stage else "at no stage"
    key = draft.row.procedure
    return SmallForm(
        form=step_form(draft.package, council, step),
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


def _moves(draft: Draft, step: Step) -> Iterator[tuple[str, str]]:
    """Where it can change places with a step beside it."""
    for to in ("earlier", "later"):
        with suppress(CannotEdit):
            find_pair(draft.package.diagram, step.element, earlier=to == "earlier")
            address = url_for(
                "redraw_move.ask", key=draft.row.procedure, element=step.element, to=to
            )
            yield f"Move it {to}", address

"""One step of a draft: its name, who does it, with which form, in what time, and who is told."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import read_procedure_file
from engine.councils import stage_in_words
from engine.diagrams.written import CannotEdit
from engine.redrawing.drafts import (
    Draft,
    DraftChanged,
    HeldByAnother,
    NoDraft,
    demand_draft,
    replace_diagram,
)
from engine.redrawing.steps import NoStep, Step, change_step, find_step
from webui.child_forms import SmallForm
from webui.error_pages import page
from webui.guards import confirmers
from webui.pages.redraw import refused
from webui.redraw_words import known_answers, missing_messages, step_form, wanted_step
from webui.visit import installation, me

redraw_step = Blueprint("redraw_step", __name__)

_SEEN = "draft.seen"


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A draft that is one's own to change, and the step that the address names."""

    draft: Draft
    step: Step


@redraw_step.get("/procedures/<key>/redraw/steps/<element>")
@confirmers
def show(key: str, element: str) -> ResponseReturnValue:
    """The step as the draft has it."""
    found = _find(key, element)
    if not isinstance(found, _Found):
        return found
    draft, step = found.draft, found.step
    return _form(draft, step).show(known=known_answers(step))


@redraw_step.post("/procedures/<key>/redraw/steps/<element>")
@confirmers
def change(key: str, element: str) -> ResponseReturnValue:
    """Keep it as it is wanted now."""
    found = _find(key, element)
    if not isinstance(found, _Found):
        return found
    draft, step = found.draft, found.step
    small = _form(draft, step)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    wanted = wanted_step(step, checked.answers)
    missing = missing_messages(wanted)
    if missing:
        return small.show(raw=raw, errors=missing), 400
    try:
        words = _keep(key, draft, step, wanted)
    except (CannotEdit, DraftChanged) as error:
        return small.wrong(raw, error)
    except (NoDraft, HeldByAnother) as error:
        return refused(key, error)
    flash("\n".join(words) or "Nothing was changed.")
    return redirect(url_for("redraw.show", key=key), 303)


def _keep(key: str, draft: Draft, step: Step, wanted: Step) -> list[str]:
    """What was changed, in sentences."""
    if wanted == step:
        return []
    content = change_step(draft.package, step, wanted)
    seen = request.form.get(_SEEN, "")
    return [*replace_diagram(installation(), key, by=me(), seen=seen, content=content)]


def _find(key: str, element: str) -> _Found | ResponseReturnValue:
    """The draft and its step, for who has it; or the page that says why not."""
    read_procedure_file(installation(), key, me())
    try:
        draft = demand_draft(installation(), key, me())
        step = find_step(draft.package, element)
        if draft.row.editor_id != me().id:
            raise HeldByAnother(draft.row.editor, draft.row.held_since)
    except NoStep as error:
        return page(409, "There is no such step", str(error))
    except (NoDraft, HeldByAnother) as error:
        return refused(key, error)
    return _Found(draft=draft, step=step)


def _form(draft: Draft, step: Step) -> SmallForm:
    council = installation().council(me().council)
    stage = stage_in_words(council, step.stage) if step.stage else "at no stage"
    return SmallForm(
        form=step_form(draft.package, council, step),
        caption=f"{draft.package.title}, {stage}",
        back=url_for("redraw.show", key=draft.row.procedure),
        back_text="The steps of the draft",
        button="Keep it in the draft",
        intro=("Nothing changes for anybody until the draft is published.",),
        hidden=((_SEEN, draft.state),),
    )

"""One thing that is drawn in a draft: a clock, a button, an end, a box, a lane, a note."""

from collections.abc import Iterator

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.written import CannotEdit
from engine.redrawing.drafts import Draft
from engine.redrawing.elements import Part, find_part, write_said
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_elements import Asked, asked_of, changed_by, title_of, where_of, words_of
from webui.redraw_panel import read_panels
from webui.visit import installation, me

redraw_element = Blueprint("redraw_element", __name__)

_NOT_YET = "Nothing changes for anybody until the draft is published."


@redraw_element.get("/procedures/<key>/redraw/elements/<element>")
@confirmers
@own_draft
def show(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """It as the draft has it; a step has a page of its own."""
    part = find_part(draft.package.diagram, element)
    if part.kind == "step":
        return redirect(url_for("redraw_step.show", key=key, element=element), 303)
    asked = _asked(draft, part)
    return _form(draft, part, asked).show(known=asked.known)


@redraw_element.post("/procedures/<key>/redraw/elements/<element>")
@confirmers
@own_draft
def change(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """Keep it as it is wanted now."""
    part = find_part(draft.package.diagram, element)
    asked = _asked(draft, part)
    small = _form(draft, part, asked)
    raw, checked = small.read()
    changed, errors = changed_by(asked, part, raw, checked)
    errors = {**checked.errors, **errors}
    if errors:
        return small.show(raw=raw, errors=errors), 400
    path = draft.package.diagram_path
    try:
        files = {path: write_said(draft.package, part, changed)}
    except CannotEdit as error:
        return small.wrong(raw, error)
    return keep_small(
        small,
        raw,
        key,
        lambda: files,
        then=url_for("redraw_elements.show", key=key),
        words=words_of(draft.package, installation().council(me().council), part, changed, files),
    )


def _asked(draft: Draft, part: Part) -> Asked:
    panels = read_panels(draft.package, installation().council(me().council))
    return asked_of(draft.package, panels, part)


def _form(draft: Draft, part: Part, asked: Asked) -> SmallForm:
    key, diagram = draft.row.procedure, draft.package.diagram
    where = where_of(diagram, installation().council(me().council), part)
    return SmallForm(
        form=asked.form,
        caption=draft.package.title,
        back=url_for("redraw_elements.show", key=key),
        back_text="All that is drawn",
        button="Keep it in the draft",
        intro=tuple(filter(None, (f"{where}." if where else "", _NOT_YET))),
        hidden=((SEEN, draft.state),),
        links=tuple(_links(draft, part)),
    )


def _links(draft: Draft, part: Part) -> Iterator[tuple[str, str]]:
    key, element = draft.row.procedure, part.element
    if part.kind == "box" and element is not None and not element.triggered_by_event:
        yield "Give it a time limit", url_for("redraw_add.time", key=key, element=part.key)
        yield "Add a button", url_for("redraw_button.show", key=key, element=part.key)
    for each in draft.package.diagram.elements.values():
        if each.attached_to == part.key:
            title = title_of(draft.package.diagram, find_part(draft.package.diagram, each.id))
            yield f"{title}", url_for("redraw_element.show", key=key, element=each.id)
    if element is not None and part.kind != "note":
        yield "Add a note", url_for("redraw_more.show", key=key, what="note", element=part.key)
    if part.kind == "choice":
        yield "Choices: when each way is taken", url_for("redraw_choices.show", key=key)
    if part.kind == "arrow":
        yield "When this way is taken", url_for("redraw_arrow.show", key=key, arrow=part.key)
    on_edge = element is not None and element.kind == "boundaryEvent"
    if on_edge or part.kind in ("lane", "box", "tell", "note"):
        yield "Take it out", url_for("redraw_remove.ask", key=key, element=part.key)

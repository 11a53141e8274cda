"""A button is added to a step or a box of a draft: what it says, who may press it, who is told."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Form
from engine.redrawing.arrows import name_of
from engine.redrawing.building import build_button
from engine.redrawing.drafts import Draft
from engine.redrawing.elements import demand_host
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_elements import ends_field
from webui.redraw_more import button_fields, button_from, wrong_telling
from webui.redraw_words import titles
from webui.visit import installation, me

redraw_button = Blueprint("redraw_button", __name__)


@redraw_button.get("/procedures/<key>/redraw/elements/<element>/button")
@confirmers
@own_draft
def show(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """The questions about a new one."""
    return _form(draft, element).show(known={"ends": "no"})


@redraw_button.post("/procedures/<key>/redraw/elements/<element>/button")
@confirmers
@own_draft
def add(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """Draw it."""
    small = _form(draft, element)
    raw, checked = small.read()
    errors = {**checked.errors, **wrong_telling(checked.answers, "act")}
    if errors:
        return small.show(raw=raw, errors=errors), 400
    button = button_from(checked.answers)
    council = installation().council(me().council)
    return keep_small(
        small,
        raw,
        key,
        lambda: build_button(draft.package, element, button),
        then=url_for("redraw_elements.show", key=key, _anchor="buttons"),
        words=f"The button “{button.words}” was added to "
        f"{name_of(draft.package.diagram, element)}, for {titles(council, button.posts)}.",
    )


def _form(draft: Draft, element: str) -> SmallForm:
    key, diagram = draft.row.procedure, draft.package.diagram
    host = demand_host(diagram, element)
    fields = button_fields(draft.package, installation().council(me().council))
    page = "redraw_step.show" if host.kind == "step" else "redraw_element.show"
    return SmallForm(
        form=Form(id="button", title="Add a button", fields=(*fields, ends_field("act"))),
        caption=f"{draft.package.title}, {name_of(diagram, element)}",
        back=url_for(page, key=key, element=element),
        back_text="The step" if host.kind == "step" else "The box",
        button="Add it to the draft",
        intro=(
            "It is there as long as the step or box is open.",
            "It leads to an end of its own. Add steps or a choice on the way there.",
        ),
        hidden=((SEEN, draft.state),),
    )

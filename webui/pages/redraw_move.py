"""A step of a draft changes places with the step before it, or the one after it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.moving import find_pair
from engine.forms import Form
from engine.redrawing.arrows import name_of
from engine.redrawing.building import change_places
from engine.redrawing.drafts import Draft
from engine.redrawing.steps import find_step
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft

redraw_move = Blueprint("redraw_move", __name__)


@redraw_move.get("/procedures/<key>/redraw/steps/<element>/move")
@confirmers
@own_draft
def ask(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """With which step it changes places."""
    return _form(key, draft, element).show()


@redraw_move.post("/procedures/<key>/redraw/steps/<element>/move")
@confirmers
@own_draft
def move(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """They change places."""
    small = _form(key, draft, element)
    raw, _ = small.read()
    return keep_small(
        small,
        raw,
        key,
        lambda: change_places(draft.package, element, earlier=_earlier()),
        then=url_for("redraw.show", key=key),
        words=f"{small.form.title.replace('Move ', '', 1)}: they changed places.",
    )


def _earlier() -> bool:
    return request.args.get("to") != "later"


def _form(key: str, draft: Draft, element: str) -> SmallForm:
    step = find_step(draft.package, element)
    diagram = draft.package.diagram
    pair = find_pair(diagram, element, earlier=_earlier())
    other = name_of(diagram, pair.first if _earlier() else pair.second)
    where = "before" if _earlier() else "after"
    return SmallForm(
        form=Form(id="move", title=f"Move “{step.name}” {where} {other}", fields=()),
        caption=draft.package.title,
        back=url_for("redraw_step.show", key=key, element=element),
        back_text="The step",
        button="Move it",
        intro=("Each keeps its form, its time and who is told. It can be undone.",),
        hidden=((SEEN, draft.state),),
    )

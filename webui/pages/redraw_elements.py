"""All that is drawn in a draft besides its steps: clocks, buttons, ends, boxes, lanes, notes."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.redrawing.drafts import Draft
from webui.guards import confirmers
from webui.redraw_draft import own_draft
from webui.redraw_elements import groups_of
from webui.visit import installation, me

redraw_elements = Blueprint("redraw_elements", __name__)


@redraw_elements.get("/procedures/<key>/redraw/elements")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """All of it, under headings."""
    council = installation().council(me().council)
    groups = groups_of(draft.package, council)
    return render_template("redraw_elements.html", key=key, draft=draft, groups=groups)

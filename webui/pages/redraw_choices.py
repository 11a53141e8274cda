"""The choices of a draft, where one of several ways is taken, and when each is."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.councils import stage_in_words
from engine.redrawing.arrows import Choice, read_choices
from engine.redrawing.conditions import answers_before, in_words
from engine.redrawing.drafts import Draft
from webui.guards import confirmers
from webui.redraw_draft import own_draft
from webui.visit import installation, me

redraw_choices = Blueprint("redraw_choices", __name__)


@redraw_choices.get("/procedures/<key>/redraw/choices")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """All of them, under their stages."""
    council = installation().council(me().council)
    stages: dict[str, list[tuple[Choice, dict[str, str]]]] = {}
    for choice in read_choices(draft.package.diagram):
        known = {a.text: a.words for a in answers_before(draft.package, choice.element)}
        when = {arrow.key: in_words(arrow.condition, known) for arrow in choice.arrows}
        stage = stage_in_words(council, choice.stage) if choice.stage else "At no stage"
        stages.setdefault(stage, []).append((choice, when))
    return render_template("redraw_choices.html", key=key, draft=draft, stages=stages)

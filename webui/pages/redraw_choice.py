"""A choice is added to a draft, or one more way to a choice that it has."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Answer, Field, Form
from engine.redrawing.arrows import find_choice, name_of, places_at, read_places
from engine.redrawing.building import build_arrow, build_choice
from engine.redrawing.conditions import answers_before
from engine.redrawing.drafts import Draft
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_adding import place_field
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_ways import NEW_END, way_fields, when_fields, when_from
from webui.visit import installation, me

redraw_choice = Blueprint("redraw_choice", __name__)


@redraw_choice.get("/procedures/<key>/redraw/choices/add")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """First where it is put; then what it asks, of the answers that are known there."""
    arrow = request.args.get("arrow", "")
    if arrow not in draft.package.diagram.flows:
        return _place(key, draft).show()
    return _form(key, draft, arrow).show(known={"joined": "and", "how_1": "is", "target": NEW_END})


@redraw_choice.post("/procedures/<key>/redraw/choices/add")
@confirmers
@own_draft
def add(key: str, draft: Draft) -> ResponseReturnValue:
    """Go on to what it asks; then add it."""
    arrow = request.args.get("arrow", "")
    if arrow not in draft.package.diagram.flows:
        return _placed(key, draft)
    small = _form(key, draft, arrow)
    raw, checked = small.read()
    when, errors = when_from(checked.answers)
    errors = {**checked.errors, **errors, **_never(when, errors)}
    if errors:
        return small.show(raw=raw, errors=errors), 400
    name, way, target, end = _wanted(checked.answers)
    return keep_small(
        small,
        raw,
        key,
        lambda: build_choice(
            draft.package, arrow, name=name, way=way, target=target, end=end, when=when
        ),
        then=url_for("redraw_choices.show", key=key),
        words=f"The choice “{name}” was added. {_leads(draft, way, target, end, when)}",
    )


@redraw_choice.get("/procedures/<key>/redraw/choices/<choice>/add")
@confirmers
@own_draft
def more(key: str, draft: Draft, choice: str) -> ResponseReturnValue:
    """The questions about one more way out of the choice."""
    known: dict[str, Answer] = {"joined": "and", "how_1": "is", "target": NEW_END}
    return _more(key, draft, choice).show(known=known)


@redraw_choice.post("/procedures/<key>/redraw/choices/<choice>/add")
@confirmers
@own_draft
def add_way(key: str, draft: Draft, choice: str) -> ResponseReturnValue:
    """Add it."""
    small = _more(key, draft, choice)
    raw, checked = small.read()
    when, errors = when_from(checked.answers)
    errors = {**checked.errors, **errors, **_never(when, errors)}
    if errors:
        return small.show(raw=raw, errors=errors), 400
    _, way, target, end = _wanted(checked.answers)
    return keep_small(
        small,
        raw,
        key,
        lambda: build_arrow(draft.package, choice, way=way, target=target, end=end, when=when),
        then=url_for("redraw_choices.show", key=key),
        words=f"{_called(draft, choice)} has one more way. {_leads(draft, way, target, end, when)}",
    )


def _called(draft: Draft, choice: str) -> str:
    name = find_choice(draft.package.diagram, choice).name
    return f"The choice “{name}”" if name else "A choice"


def _leads(draft: Draft, way: str, target: str | None, end: str, when: str) -> str:
    to = name_of(draft.package.diagram, target) if target else f"the new end “{end}”"
    return f"“{way}” leads to {to} when {when}."


def _placed(key: str, draft: Draft) -> ResponseReturnValue:
    small = _place(key, draft)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    arrow = str(checked.answers["arrow"])
    return redirect(url_for("redraw_choice.show", key=key, arrow=arrow), 303)


def _never(when: str, errors: dict[str, str]) -> dict[str, str]:
    return {} if when or errors else {"part_1": "Select what must have been answered"}


def _wanted(answers: Mapping[str, Answer]) -> tuple[str, str, str | None, str]:
    """The choice's name, the way's name, the element that it leads to, the new end's name."""
    name, way, end = (" ".join(str(answers.get(k) or "").split()) for k in ("name", "way", "end"))
    target = str(answers["target"])
    return name, way, None if target == NEW_END else target, end


def _place(key: str, draft: Draft) -> SmallForm:
    diagram = draft.package.diagram
    after = request.args.get("after", "")
    places = places_at(diagram, after) if after in diagram.elements else read_places(diagram)
    council = installation().council(me().council)
    form = Form(id="place", title="Add a choice", fields=(place_field(council, places),))
    return _small(key, draft, form, "Go on")


def _form(key: str, draft: Draft, arrow: str) -> SmallForm:
    package = draft.package
    flow = package.diagram.flows[arrow]
    name = Field(
        key="name",
        kind="textfield",
        label="What the choice asks",
        description="Short, as a question: Is it settled?",
        required=True,
        max_length=100,
    )
    fields = (
        name,
        *way_fields(package, flow.parent),
        *when_fields(answers_before(package, flow.source), ""),
    )
    form = Form(id="choice", title="Add a choice: the second way", fields=fields)
    told = "In every other case it goes on as today."
    return _small(key, draft, form, "Add it to the draft", told)


def _more(key: str, draft: Draft, choice: str) -> SmallForm:
    found = find_choice(draft.package.diagram, choice)
    fields = (
        *way_fields(draft.package, draft.package.diagram.elements[choice].parent, choice),
        *when_fields(answers_before(draft.package, choice), ""),
    )
    form = Form(id="way", title=f"Add a way: {found.name or 'a choice'}", fields=fields)
    return _small(key, draft, form, "Add it to the draft")


def _small(key: str, draft: Draft, form: Form, button: str, *told: str) -> SmallForm:
    return SmallForm(
        form=form,
        caption=draft.package.title,
        back=url_for("redraw_choices.show", key=key),
        back_text="Choices",
        button=button,
        intro=told,
        hidden=((SEEN, draft.state),),
    )

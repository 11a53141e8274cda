"""One way out of a choice of a draft: what it is called, and when it is taken."""

from collections.abc import Mapping

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.choices import set_condition, set_default
from engine.diagrams.editing import NAME, set_attribute
from engine.forms import Answer, Field, Form
from engine.redrawing.arrows import Arrow, Choice, find_arrow
from engine.redrawing.conditions import answers_before
from engine.redrawing.drafts import Draft
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, Files, keep_small, own_draft
from webui.redraw_ways import known_when, when_fields, when_from

redraw_arrow = Blueprint("redraw_arrow", __name__)


@redraw_arrow.get("/procedures/<key>/redraw/arrows/<arrow>")
@confirmers
@own_draft
def show(key: str, draft: Draft, arrow: str) -> ResponseReturnValue:
    """The way as the draft has it."""
    choice, found = find_arrow(draft.package.diagram, arrow)
    known = {"way": found.name, "default": found.is_default, **known_when(found.condition)}
    return _form(key, draft, choice, found).show(known=known)


@redraw_arrow.post("/procedures/<key>/redraw/arrows/<arrow>")
@confirmers
@own_draft
def change(key: str, draft: Draft, arrow: str) -> ResponseReturnValue:
    """Keep it as it is wanted now."""
    choice, found = find_arrow(draft.package.diagram, arrow)
    small = _form(key, draft, choice, found)
    raw, checked = small.read()
    when, errors = when_from(checked.answers)
    default = found.is_default or checked.answers.get("default") is True
    if not (when or default or errors):
        errors = {"part_1": "Select what must have been answered"}
    if checked.errors or errors:
        return small.show(raw=raw, errors={**checked.errors, **errors}), 400
    return keep_small(
        small,
        raw,
        key,
        lambda: _changed(draft, choice, found, checked.answers, "" if default else when),
        then=url_for("redraw_choices.show", key=key),
        words=_said(choice, found, checked.answers, "" if default else when),
    )


def _said(choice: Choice, found: Arrow, answers: Mapping[str, Answer], when: str) -> str:
    name = " ".join(str(answers.get("way") or "").split())
    taken = f"when {when}" if when else "when no other way is"
    of = f"of “{choice.name}”" if choice.name else "of a choice"
    return f"The way “{name}” {of}, to {found.to}, is taken {taken}."


def _changed(
    draft: Draft, choice: Choice, found: Arrow, answers: Mapping[str, Answer], when: str
) -> Files:
    source = draft.package.diagram_source
    name = " ".join(str(answers.get("way") or "").split())
    if name != found.name:
        source = set_attribute(source, found.key, NAME, name)
    if not when and not found.is_default:
        source = set_default(source, choice.element, found.key)
    elif when != found.condition:
        source = set_condition(source, found.key, when)
    return {draft.package.diagram_path: source}


def _form(key: str, draft: Draft, choice: Choice, arrow: Arrow) -> SmallForm:
    name = Field(key="way", kind="textfield", label="What the way is called", max_length=100)
    default = Field(
        key="default",
        kind="checkbox",
        label="It is taken when no other way is",
        description="Then it asks for no answers. The way that is so today is not any more, and "
        "needs answers of its own.",
    )
    known = answers_before(draft.package, choice.element)
    fields = (name,) if arrow.is_default else (name, default, *when_fields(known, arrow.condition))
    told = ("It is taken when no other way is.",) if arrow.is_default else ()
    removal = url_for("redraw_remove.ask_arrow", key=key, arrow=arrow.key)
    notes = ("Its notes", url_for("redraw_element.show", key=key, element=arrow.key))
    return SmallForm(
        form=Form(id="arrow", title=f"The way to {arrow.to}", fields=fields),
        caption=f"{draft.package.title}, {choice.name or 'a choice'}",
        back=url_for("redraw_choices.show", key=key),
        back_text="Choices",
        button="Keep it in the draft",
        intro=told,
        hidden=((SEEN, draft.state),),
        links=(notes,) if arrow.is_default else (notes, ("Take this way out", removal)),
    )

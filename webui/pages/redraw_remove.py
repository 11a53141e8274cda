"""A step, or a way out of a choice, is taken out of a draft; first is told what goes with it."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.written import CannotEdit
from engine.forms import Form
from engine.redrawing.arrows import find_arrow, name_of, names_of_gone, names_of_gone_arrow
from engine.redrawing.building import Files, take_arrow_out, take_step_out
from engine.redrawing.drafts import Draft, DraftChanged
from engine.redrawing.steps import find_step, step_of
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_files, own_draft

redraw_remove = Blueprint("redraw_remove", __name__)

_LEADS_ON = ("What led to it leads on to what came after it.",)


@redraw_remove.get("/procedures/<key>/redraw/steps/<element>/remove")
@confirmers
@own_draft
def ask(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """What goes with the step."""
    return _of_step(key, draft, element).show()


@redraw_remove.post("/procedures/<key>/redraw/steps/<element>/remove")
@confirmers
@own_draft
def step(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """It is gone from the draft."""
    small = _of_step(key, draft, element)
    words = _said(
        name_of(draft.package.diagram, element), names_of_gone(draft.package.diagram, element)
    )
    return _gone(small, key, "show", lambda: take_step_out(draft.package, element), words)


@redraw_remove.get("/procedures/<key>/redraw/arrows/<arrow>/remove")
@confirmers
@own_draft
def ask_arrow(key: str, draft: Draft, arrow: str) -> ResponseReturnValue:
    """What goes with the way out of a choice."""
    return _of_arrow(key, draft, arrow).show()


@redraw_remove.post("/procedures/<key>/redraw/arrows/<arrow>/remove")
@confirmers
@own_draft
def way(key: str, draft: Draft, arrow: str) -> ResponseReturnValue:
    """It is gone from the draft."""
    small = _of_arrow(key, draft, arrow)
    diagram = draft.package.diagram
    choice, found = find_arrow(diagram, arrow)
    of = f"The way “{found.name}” of “{choice.name or 'a choice'}”, to {found.to}"
    words = _said(of, names_of_gone_arrow(diagram, arrow))
    return _gone(small, key, "choices", lambda: take_arrow_out(draft.package, arrow), words)


def _said(what: str, gone: Sequence[str]) -> str:
    said = f"{what[:1].upper()}{what[1:]} was taken out"
    return f"{said}, with {'; '.join(gone)}." if gone else f"{said}."


def _gone(
    small: SmallForm, key: str, then: str, make: Callable[[], Files], said: str
) -> ResponseReturnValue:
    raw, _ = small.read()
    try:
        words = keep_files(key, make(), said)
    except (CannotEdit, DraftChanged) as error:
        return small.wrong(raw, error)
    flash(words)
    page = "redraw.show" if then == "show" else "redraw_choices.show"
    return redirect(url_for(page, key=key), 303)


def _of_step(key: str, draft: Draft, element: str) -> SmallForm:
    """Of a step, or of the clock on one."""
    diagram = draft.package.diagram
    on = step_of(diagram, element) or element
    found = find_step(draft.package, on)
    gone = names_of_gone(diagram, element)
    back = (url_for("redraw_step.show", key=key, element=on), "The step")
    if on == element:
        return _form(draft, f"Take out “{found.name}”", gone, back, _LEADS_ON)
    told = ("Nothing falls due at the step any more, and nobody learns of silence.",)
    return _form(draft, f"Take away {name_of(diagram, element)}", gone, back, told)


def _of_arrow(key: str, draft: Draft, arrow: str) -> SmallForm:
    choice, found = find_arrow(draft.package.diagram, arrow)
    gone = names_of_gone_arrow(draft.package.diagram, arrow)
    title = f"Take out the way to {found.to}"
    back = url_for("redraw_arrow.show", key=key, arrow=arrow)
    more = (
        ("The choice goes too, for it has one way only then.",) if len(choice.arrows) == 2 else ()
    )
    return _form(draft, title, gone, (back, "The way"), more)


def _form(
    draft: Draft, title: str, gone: Sequence[str], back: tuple[str, str], more: Sequence[str] = ()
) -> SmallForm:
    told = (
        f"These go with it, for nothing else leads to them: {'; '.join(gone)}."
        if gone
        else "Nothing else goes with it."
    )
    return SmallForm(
        form=Form(id="remove", title=title, fields=()),
        caption=draft.package.title,
        back=back[0],
        back_text=back[1],
        button="Take it out",
        intro=(told, *more, "It can be undone."),
        hidden=((SEEN, draft.state),),
    )

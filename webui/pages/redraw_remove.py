"""A step, or what sits on one, a way out of a choice, or a lane is taken out of a draft.

First is told what goes with it.
"""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.written import CannotEdit
from engine.forms import Form
from engine.redrawing.arrows import find_arrow, name_of, names_of_gone, names_of_gone_arrow
from engine.redrawing.building import Files, take_arrow_out, take_lane_out, take_step_out
from engine.redrawing.drafts import Draft, DraftChanged
from engine.redrawing.elements import Part, find_part
from engine.redrawing.steps import find_step, step_of
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_files, own_draft
from webui.redraw_elements import title_of

redraw_remove = Blueprint("redraw_remove", __name__)

_LEADS_ON = ("What led to it leads on to what came after it.",)
_NOTHING_DUE = "Nothing falls due there any more, and nobody learns of silence."


@redraw_remove.get("/procedures/<key>/redraw/steps/<element>/remove")
@confirmers
@own_draft
def ask(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """What goes with the step, clock, button or lane."""
    return _asking(key, draft, element).show()


@redraw_remove.post("/procedures/<key>/redraw/steps/<element>/remove")
@confirmers
@own_draft
def step(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """It is gone from the draft."""
    small = _asking(key, draft, element)
    lane = _lane(draft, element)
    if lane is not None:
        said = f"The lane “{lane.name}” was taken out. What lay in it stays."
        return _gone(small, key, "show", lambda: take_lane_out(draft.package, element), said)
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


def _lane(draft: Draft, element: str) -> Part | None:
    """The lane with that id; None where it is anything else."""
    part = find_part(draft.package.diagram, element)
    return part if part.lane is not None else None


def _asking(key: str, draft: Draft, element: str) -> SmallForm:
    """Of a step, of a clock or button on a step or box, of a lane, or of what else can go."""
    diagram = draft.package.diagram
    here = (url_for("redraw_element.show", key=key, element=element), "Back")
    lane = _lane(draft, element)
    if lane is not None:
        told = ("What lies in it stays, in no lane. Who does a step is said at the step.",)
        return _form(draft, f"Take out the lane “{lane.name}”", (), here, told)
    part = find_part(diagram, element)
    if part.kind in ("box", "tell", "note"):
        title = title_of(diagram, part)
        gone = names_of_gone(diagram, element)
        on = _LEADS_ON if diagram.leaving(element) else ()
        return _form(draft, f"Take out {title[:1].lower()}{title[1:]}", gone, here, on)
    sits_on = part.element.attached_to if part.element else None
    if sits_on is None:
        found = find_step(draft.package, element)
        back = (url_for("redraw_step.show", key=key, element=element), "The step")
        gone = names_of_gone(diagram, element)
        return _form(draft, f"Take out “{found.name}”", gone, back, _LEADS_ON)
    gone = names_of_gone(diagram, element)
    if step_of(diagram, element) is not None:
        here = (url_for("redraw_step.show", key=key, element=sits_on), "The step")
    is_clock = diagram.elements[element].event == "timer"
    title = f"Take away {name_of(diagram, element)}"
    return _form(draft, title, gone, here, (_NOTHING_DUE,) if is_clock else ())


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

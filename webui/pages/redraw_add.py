"""A step is added to a draft: where, whose, with which form, in what time, and who is told."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.written import CannotEdit
from engine.redrawing.arrows import name_of, places_at, read_places
from engine.redrawing.building import Wanted, build_clock, build_step
from engine.redrawing.drafts import Draft, DraftChanged
from engine.redrawing.elements import demand_host
from engine.redrawing.forms import CannotChange
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_adding import adding_form, clock_form, clock_from, wanted_from
from webui.redraw_draft import SEEN, keep_files, keep_small, own_draft
from webui.redraw_words import titles
from webui.visit import installation, me

redraw_add = Blueprint("redraw_add", __name__)


@redraw_add.get("/procedures/<key>/redraw/add")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """The questions; with `after` only for what is near that step."""
    return _form(key, draft).show(known={"unit_1": "working day"})


@redraw_add.post("/procedures/<key>/redraw/add")
@confirmers
@own_draft
def add(key: str, draft: Draft) -> ResponseReturnValue:
    """Add it; a new form’s page comes next."""
    small = _form(key, draft)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    wanted, errors = wanted_from(checked.answers)
    if errors:
        return small.show(raw=raw, errors=errors), 400
    try:
        added = build_step(draft.package, installation().council(me().council), wanted)
        words = keep_files(key, added.files, _said(draft, wanted, added.form))
    except (CannotEdit, CannotChange, DraftChanged) as error:
        return small.wrong(raw, error)
    flash(words)
    if not wanted.form:
        return redirect(url_for("redraw_form.show", key=key, name=added.form), 303)
    return redirect(url_for("redraw.show", key=key), 303)


@redraw_add.get("/procedures/<key>/redraw/steps/<element>/time")
@confirmers
@own_draft
def time(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """How long a step has to be answered, or a box may be open."""
    return _clock(key, draft, element).show(known={"unit_1": "working day"})


@redraw_add.post("/procedures/<key>/redraw/steps/<element>/time")
@confirmers
@own_draft
def clock(key: str, draft: Draft, element: str) -> ResponseReturnValue:
    """Draw a clock on it."""
    small = _clock(key, draft, element)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    written, told, errors = clock_from(checked.answers)
    if errors:
        return small.show(raw=raw, errors=errors), 400
    council = installation().council(me().council)
    host = demand_host(draft.package.diagram, element)
    is_step = host.kind == "step"
    what = "has to be answered" if is_step else "has a time limit"
    called = f"“{host.name}”" if host.name else name_of(draft.package.diagram, element).capitalize()
    return keep_small(
        small,
        raw,
        key,
        lambda: build_clock(draft.package, council, element, time=written, told=told),
        then=url_for("redraw.show" if is_step else "redraw_elements.show", key=key),
        words=f"{called} {what}: {written}.",
    )


def _said(draft: Draft, wanted: Wanted, form: str) -> str:
    council = installation().council(me().council)
    title = f"the new form “{wanted.new_title}”" if wanted.new_title else f"the form {form}"
    time = f", to be answered: {wanted.time}" if wanted.time else ""
    place = {each.arrow: each.words for each in read_places(draft.package.diagram)}[wanted.arrow]
    where = f"{place[:1].lower()}{place[1:]}"
    posts = titles(council, wanted.posts)
    return f"The step “{wanted.name}” was added {where}: {posts}, with {title}{time}."


def _clock(key: str, draft: Draft, element: str) -> SmallForm:
    host = demand_host(draft.package.diagram, element)
    council = installation().council(me().council)
    is_step = host.kind == "step"
    title = "Give the step a time to answer" if is_step else "Give the box a time limit"
    page = "redraw_step.show" if is_step else "redraw_element.show"
    return SmallForm(
        form=clock_form(draft.package, council, title),
        caption=f"{draft.package.title}, {host.name or name_of(draft.package.diagram, element)}",
        back=url_for(page, key=key, element=element),
        back_text="The step" if is_step else "The box",
        button="Keep it in the draft",
        hidden=((SEEN, draft.state),),
    )


def _form(key: str, draft: Draft) -> SmallForm:
    diagram = draft.package.diagram
    after = request.args.get("after", "")
    places = places_at(diagram, after) if after in diagram.elements else read_places(diagram)
    council = installation().council(me().council)
    return SmallForm(
        form=adding_form(draft.package, council, places),
        caption=draft.package.title,
        back=url_for("redraw.show", key=key),
        back_text="The steps of the draft",
        button="Add it to the draft",
        intro=("Nothing changes for anybody until the draft is published.",),
        hidden=((SEEN, draft.state),),
    )

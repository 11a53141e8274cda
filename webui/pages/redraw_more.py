"""Something is added to a draft's drawing: a note, a button, a box, a step beside another."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.written import CannotEdit
from engine.forms import Answer
from engine.redrawing.arrows import name_of, read_places
from engine.redrawing.building import (
    Files,
    Wanted,
    build_always,
    build_beside,
    build_box,
    build_note,
    build_tell,
)
from engine.redrawing.drafts import Draft, DraftChanged
from engine.redrawing.forms import CannotChange
from webui.child_forms import SmallForm
from webui.guards import confirmers
from webui.redraw_adding import wanted_from
from webui.redraw_draft import SEEN, keep_files, own_draft
from webui.redraw_more import (
    ALWAYS,
    BESIDE,
    BOX,
    NOTE,
    TELL,
    WHATS,
    button_from,
    more_form,
    one_line,
    told_from,
    what_form,
    wrong_telling,
)
from webui.redraw_words import titles
from webui.visit import installation, me

redraw_more = Blueprint("redraw_more", __name__)

_NOT_YET = "Nothing changes for anybody until the draft is published."
_TOLD: Mapping[str, str] = {
    NOTE: "It changes nothing that the procedure does.",
    TELL: "Nobody has to do anything there: they are told as the case comes by.",
    ALWAYS: "It leads to an end in a box of its own. Add steps or a choice on the way there.",
    BESIDE: "Both begin at the same time, and the case goes on when both are done.",
    BOX: "It holds one step at first. Add more steps in it, a time limit and buttons.",
}
_ANCHORS: Mapping[str, str] = {NOTE: "notes", TELL: "told", ALWAYS: "always"}
_AFTER_STEP = "arrow", "element"


@redraw_more.get("/procedures/<key>/redraw/more")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """First what is added; then what is asked about it."""
    known: dict[str, Answer] = {"unit_1": "working day"}
    known |= {name: request.args[name] for name in _AFTER_STEP if name in request.args}
    return _form(key, draft).show(known=known)


@redraw_more.post("/procedures/<key>/redraw/more")
@confirmers
@own_draft
def add(key: str, draft: Draft) -> ResponseReturnValue:
    """Go on to what is asked about it; then add it."""
    small, what = _form(key, draft), _what()
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    if not what:
        return redirect(url_for("redraw_more.show", key=key, what=checked.answers["what"]), 303)
    answers: Mapping[str, Answer] = {"arrow": "", **checked.answers}
    wanted: Wanted | None = None
    errors = _wrong(what, answers)
    if what in (BESIDE, BOX):
        wanted, errors = wanted_from(answers)
    if errors:
        return small.show(raw=raw, errors=errors), 400
    try:
        if wanted is None:
            return _drawn(key, what, *_small(draft, what, answers))
        return _with_step(key, draft, what, answers, wanted)
    except (CannotEdit, CannotChange, DraftChanged) as error:
        return small.wrong(raw, error)


def _what() -> str:
    what = request.args.get("what", "")
    return what if what in WHATS else ""


def _wrong(what: str, answers: Mapping[str, Answer]) -> dict[str, str]:
    kind = {TELL: "tell", ALWAYS: "act"}.get(what)
    return wrong_telling(answers, kind) if kind else {}


def _drawn(key: str, what: str, files: Files, words: str) -> ResponseReturnValue:
    flash(keep_files(key, files, words))
    return redirect(url_for("redraw_elements.show", key=key, _anchor=_ANCHORS[what]), 303)


def _small(draft: Draft, what: str, answers: Mapping[str, Answer]) -> tuple[Files, str]:
    """The files with a note, a place where somebody is told or a button, and what was added."""
    package, council = draft.package, installation().council(me().council)
    if what == NOTE:
        element = str(answers["element"])
        text = "\n".join(line.rstrip() for line in str(answers["text"]).splitlines()).strip()
        to = name_of(package.diagram, element)
        return build_note(package, element, text), f"A note was added to {to}: “{text}”."
    if what == ALWAYS:
        button = button_from(answers)
        who = titles(council, button.posts)
        said = f"The button “{button.words}” was added, which is always there, for {who}."
        return build_always(package, button), said
    name, told = one_line(answers, "tell_name"), told_from(answers, "tell")
    posts = [post for each in ("tell", "digest") for post in told[each].split(", ") if post]
    arrow = str(answers["arrow"])
    said = f"At “{name}”, {_where(draft, arrow)}, are told: {titles(council, posts)}."
    return build_tell(package, arrow, name, told), said


def _with_step(
    key: str, draft: Draft, what: str, answers: Mapping[str, Answer], wanted: Wanted
) -> ResponseReturnValue:
    """Add what has a step of its own; the page of a new form comes next."""
    package, council = draft.package, installation().council(me().council)
    posts = titles(council, wanted.posts)
    if what == BESIDE:
        element = str(answers["element"])
        beside = name_of(package.diagram, element)
        added = build_beside(package, council, element, wanted)
        said = f"The step “{wanted.name}” was added side by side with {beside}: {posts}."
    else:
        name, stage = one_line(answers, "box_name"), str(answers.get("box_stage") or "")
        added = build_box(package, council, name=name, stage=stage, wanted=wanted)
        where = _where(draft, wanted.arrow)
        said = f"The box “{name}” was added {where}, with the step “{wanted.name}”: {posts}."
    flash(keep_files(key, added.files, said))
    if not wanted.form:
        return redirect(url_for("redraw_form.show", key=key, name=added.form), 303)
    return redirect(url_for("redraw.show", key=key), 303)


def _where(draft: Draft, arrow: str) -> str:
    place = {each.arrow: each.words for each in read_places(draft.package.diagram)}[arrow]
    return f"{place[:1].lower()}{place[1:]}"


def _form(key: str, draft: Draft) -> SmallForm:
    what = _what()
    council = installation().council(me().council)
    form = more_form(draft.package, council, what) if what else what_form()
    return SmallForm(
        form=form,
        caption=draft.package.title,
        back=url_for("redraw_more.show" if what else "redraw.show", key=key),
        back_text="What to add" if what else "The steps of the draft",
        button="Add it to the draft" if what else "Go on",
        intro=(_TOLD[what], _NOT_YET) if what else (),
        hidden=((SEEN, draft.state),),
    )

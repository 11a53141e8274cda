"""One form of a draft: its questions in their order, and the form as people will see it."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Form
from engine.redrawing.drafts import Draft
from engine.redrawing.forms import (
    NoForm,
    demand_shown,
    faults,
    find_question,
    move_question,
    path_of,
    read_questions,
    set_title,
    shown,
    title_of,
    used_by,
    where_asked,
)
from webui.child_forms import SmallForm, text_field
from webui.form_fields import render_fields
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_files, keep_small, own_draft

redraw_form = Blueprint("redraw_form", __name__)

_BY: Final = {"up": -1, "down": 1}


@redraw_form.get("/procedures/<key>/redraw/forms/<name>")
@confirmers
@own_draft
def show(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """Its questions, and below them the form."""
    content = form_of(draft, name)
    form = shown(content)
    rows = [
        (
            each,
            where_asked(draft.package, each.key),
            [by for by in ("up", "down") if _may_move(content, each.place, by)],
        )
        for each in read_questions(content)
    ]
    return render_template(
        "redraw_form.html",
        key=key,
        draft=draft,
        name=name,
        heading=title_of(content) or name,
        rows=rows,
        used=used_by(draft.package, name),
        form=form,
        fields=render_fields(form) if form else "",
        faults=faults(content),
        seen=draft.state,
    )


@redraw_form.post("/procedures/<key>/redraw/forms/<name>/move")
@confirmers
@own_draft
def move(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """A question changes places with the one before it or after it."""
    place, by = request.form.get("place", ""), request.form.get("by", "")
    if by not in _BY:
        abort(400)
    content = form_of(draft, name)
    question = find_question(content, place)
    new = move_question(content, place, _BY[by])
    wrong = [fault for fault in faults(new) if fault not in faults(content)]
    if wrong:
        raise NoForm(f"It cannot stand there. {' '.join(wrong)}")
    words = f"The form “{title_of(content) or name}”: “{question.label}” was moved {by}."
    flash(keep_files(key, {path_of(name): new}, words))
    return redirect(url_for("redraw_form.show", key=key, name=name, _anchor="the-questions"), 303)


@redraw_form.get("/procedures/<key>/redraw/forms/<name>/title")
@confirmers
@own_draft
def title(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """What the form is called."""
    content = form_of(draft, name)
    return _title(key, draft, name).show(known={"title": title_of(content)})


@redraw_form.post("/procedures/<key>/redraw/forms/<name>/title")
@confirmers
@own_draft
def retitle(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """Keep what it is called now."""
    small = _title(key, draft, name)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    content = form_of(draft, name)
    wanted = " ".join(str(checked.answers["title"]).split())
    return keep_small(
        small,
        raw,
        key,
        lambda: {path_of(name): demand_shown(set_title(content, wanted), content)},
        then=url_for("redraw_form.show", key=key, name=name),
        words=f"The form “{title_of(content) or name}” is now called “{wanted}”.",
    )


def form_of(draft: Draft, name: str) -> bytes:
    """The form's file. Raises `NoForm`."""
    content = draft.package.files.get(path_of(name))
    if content is None:
        raise NoForm("The draft has no such form. Look in the list of its forms.")
    return content


def _may_move(content: bytes, place: str, by: str) -> bool:
    try:
        return not set(faults(move_question(content, place, _BY[by]))) - set(faults(content))
    except NoForm:
        return False


def _title(key: str, draft: Draft, name: str) -> SmallForm:
    return SmallForm(
        form=Form(
            id="title",
            title="What the form is called",
            fields=(text_field("title", "Title of the form", required=True),),
        ),
        caption=draft.package.title,
        back=url_for("redraw_form.show", key=key, name=name),
        back_text="The form",
        button="Keep it in the draft",
        hidden=((SEEN, draft.state),),
    )

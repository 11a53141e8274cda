"""The forms of a draft: where each is filled in, and a new one."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Form
from engine.redrawing.differences import form_title
from engine.redrawing.drafts import Draft
from engine.redrawing.forms import (
    demand_shown,
    form_names,
    new_form,
    new_key,
    new_name,
    path_of,
    used_by,
)
from webui.child_forms import SmallForm, text_field
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft

redraw_forms = Blueprint("redraw_forms", __name__)


@redraw_forms.get("/procedures/<key>/redraw/forms")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """All of them."""
    rows = [
        (name, form_title(draft.package, name), used_by(draft.package, name))
        for name in form_names(draft.package)
    ]
    return render_template("redraw_forms.html", key=key, draft=draft, rows=rows)


@redraw_forms.get("/procedures/<key>/redraw/forms/add")
@confirmers
@own_draft
def new(key: str, draft: Draft) -> ResponseReturnValue:
    """What a new form is called."""
    return _form(key, draft).show()


@redraw_forms.post("/procedures/<key>/redraw/forms/add")
@confirmers
@own_draft
def add(key: str, draft: Draft) -> ResponseReturnValue:
    """Make it; its page comes next."""
    small = _form(key, draft)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    title, question = (" ".join(str(checked.answers[k]).split()) for k in ("title", "question"))
    name = new_name(form_names(draft.package), title)
    content = new_form(name, title, question, new_key(draft.package, question))
    return keep_small(
        small,
        raw,
        key,
        lambda: {path_of(name): demand_shown(content)},
        then=url_for("redraw_form.show", key=key, name=name),
        words=f"The form “{title}” is new.",
    )


def _form(key: str, draft: Draft) -> SmallForm:
    return SmallForm(
        form=Form(
            id="new_form",
            title="Make a new form",
            fields=(
                text_field("title", "Title of the form", required=True),
                text_field(
                    "question",
                    "Its first question",
                    required=True,
                    description="It is answered in a long text; that can be changed on the form’s "
                    "page, which comes next.",
                ),
            ),
        ),
        caption=draft.package.title,
        back=url_for("redraw_forms.show", key=key),
        back_text="Forms",
        button="Add it to the draft",
        intro=("A step gets it on the step’s page.",),
        hidden=((SEEN, draft.state),),
    )

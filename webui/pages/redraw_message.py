"""One message of a draft: its subject and text, and how it reads with invented values."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Form
from engine.redrawing.drafts import Draft
from engine.redrawing.messages import (
    Text,
    find_faults,
    path_of,
    preview,
    read_text,
    where_used,
    write_text,
)
from webui.child_forms import SmallForm
from webui.form_fields import Raw
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_words import text_fields
from webui.visit import installation, me

redraw_message = Blueprint("redraw_message", __name__)

_TEMPLATE = "redraw_message.html"


@redraw_message.get("/procedures/<key>/redraw/messages/<name>")
@confirmers
@own_draft
def show(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """The message as the draft has it."""
    text = read_text(draft.package, name)
    known = {"subject": text.subject, "body": text.body}
    small = _form(key, draft, name)
    return small.show(known=known, template=_TEMPLATE, sample=_sample(draft, text))


@redraw_message.post("/procedures/<key>/redraw/messages/<name>")
@confirmers
@own_draft
def change(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """Keep it as it is wanted now, or show how it would read."""
    read_text(draft.package, name)
    small = _form(key, draft, name)
    raw, checked = small.read()
    text = Text(subject=_line(raw, "subject"), body="\n".join(raw.get("body", [])))
    wrong = dict(checked.errors)
    content = b""
    if not wrong:
        content = write_text(draft.package, name, text)
        wrong = find_faults(name, content)
    if wrong:
        sample = _sample(draft, text)
        return small.show(raw=raw, errors=wrong, template=_TEMPLATE, sample=sample), 400
    return keep_small(
        small,
        raw,
        key,
        lambda: {path_of(name): content},
        then=url_for("redraw_message.show", key=key, name=name),
        words=f"The message “{name}” reads otherwise.",
    )


def _line(raw: Raw, name: str) -> str:
    return " ".join(" ".join(raw.get(name, [])).split())


def _sample(draft: Draft, text: Text) -> object:
    council = installation().council(me().council)
    return preview(draft.package, council, text)


def _form(key: str, draft: Draft, name: str) -> SmallForm:
    used = where_used(draft.package, name)
    told = f"Sent at: {'; '.join(used)}." if used else "It is sent nowhere yet."
    return SmallForm(
        form=Form(id="message", title=f"Message “{name}”", fields=text_fields()),
        caption=draft.package.title,
        back=url_for("redraw_messages.show", key=key),
        back_text="Messages",
        button="Keep it in the draft",
        intro=(told,),
        hidden=((SEEN, draft.state),),
    )

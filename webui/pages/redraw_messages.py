"""The messages of a draft: when each is sent, and a new one."""

import re

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Form
from engine.redrawing.drafts import Draft
from engine.redrawing.messages import Text, find_faults, path_of, read_text, where_used, write_text
from engine.redrawing.questions import unused
from webui.child_forms import SmallForm, text_field
from webui.guards import confirmers
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_words import message_names, text_fields

redraw_messages = Blueprint("redraw_messages", __name__)


@redraw_messages.get("/procedures/<key>/redraw/messages")
@confirmers
@own_draft
def show(key: str, draft: Draft) -> ResponseReturnValue:
    """All of them."""
    rows = [
        (name, read_text(draft.package, name).subject or name, where_used(draft.package, name))
        for name in message_names(draft.package)
    ]
    return render_template("redraw_messages.html", key=key, draft=draft, rows=rows)


@redraw_messages.get("/procedures/<key>/redraw/messages/add")
@confirmers
@own_draft
def new(key: str, draft: Draft) -> ResponseReturnValue:
    """What a new message says."""
    return _form(key, draft).show()


@redraw_messages.post("/procedures/<key>/redraw/messages/add")
@confirmers
@own_draft
def add(key: str, draft: Draft) -> ResponseReturnValue:
    """Keep it."""
    small = _form(key, draft)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    subject, body = str(checked.answers["subject"]), str(checked.answers["body"])
    called = str(checked.answers["called"]).strip()
    plain = re.sub(r"[^a-z0-9]+", "-", called.casefold()).strip("-")[:40] or "message"
    name = unused(message_names(draft.package), plain, "-")
    content = write_text(draft.package, name, Text(subject=subject, body=body))
    wrong = find_faults(name, content)
    if wrong:
        return small.show(raw=raw, errors=wrong), 400
    return keep_small(
        small,
        raw,
        key,
        lambda: {path_of(name): content},
        then=url_for("redraw_message.show", key=key, name=name),
        words=f"The message “{name}” is new.",
    )


def _form(key: str, draft: Draft) -> SmallForm:
    called = text_field(
        "called",
        "What it is called in the draft",
        longest=40,
        required=True,
        description="Short, as: reminder to the director. Whoever gets it never sees this.",
    )
    return SmallForm(
        form=Form(id="new", title="Write a new message", fields=(called, *text_fields())),
        caption=draft.package.title,
        back=url_for("redraw_messages.show", key=key),
        back_text="Messages",
        button="Add it to the draft",
        intro=("A step gets it on the step’s page, at who is told.",),
        hidden=((SEEN, draft.state),),
    )

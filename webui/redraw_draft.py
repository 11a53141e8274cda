"""A draft that is one's own to change: found, or told why not; and a change of it that is kept."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Final

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import read_procedure_file
from engine.diagrams.written import CannotEdit
from engine.errors import StepladderError
from engine.redrawing.arrows import NoArrow
from engine.redrawing.drafts import (
    DraftChanged,
    DraftThere,
    HeldByAnother,
    NoDraft,
    change_files,
    demand_draft,
    keep,
)
from engine.redrawing.elements import NoElement
from engine.redrawing.forms import CannotChange, NoForm
from engine.redrawing.messages import NoMessage
from engine.redrawing.publishing import NewerVersion
from engine.redrawing.steps import NoStep
from webui.child_forms import SmallForm
from webui.error_pages import page
from webui.form_fields import Raw
from webui.visit import installation, me

SEEN: Final = "draft.seen"
"""The name under which a page sends back of which state of the draft it was made."""

Files = Mapping[str, bytes | None]
_TITLES: Final[Mapping[type[StepladderError], str]] = {
    NoStep: "There is no such step",
    NoArrow: "There is no such way",
    NoElement: "There is nothing like that",
    NoForm: "The form cannot be changed so",
    NoMessage: "There is no such message",
    CannotEdit: "This cannot be changed here",
    CannotChange: "The form cannot be changed here",
}


def own_draft(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """A view of a draft that whoever asks may change: it gets the procedure's key and the draft.

    Where there is none, somebody else has it, or what the address names is not in it, a page says
    so instead.
    """

    @wraps(view)
    def found(key: str, **rest: str) -> ResponseReturnValue:
        read_procedure_file(installation(), key, me())
        try:
            draft = demand_draft(installation(), key, me())
            if draft.row.editor_id != me().id:
                raise HeldByAnother(draft.row.editor, draft.row.held_since)
            return view(key, draft, **rest)
        except (NoDraft, HeldByAnother, DraftChanged) as error:
            return refused(key, error)
        except tuple(_TITLES) as error:
            return page(409, _TITLES[type(error)], str(error))

    return found


def refused(key: str, error: StepladderError) -> ResponseReturnValue:
    """Why nothing was done, with the way to the draft."""
    titles = {
        NoDraft: "There is no draft",
        DraftThere: "There is a draft already",
        HeldByAnother: "Somebody else has the draft",
        DraftChanged: "The draft was changed meanwhile",
        NewerVersion: "Another version was published meanwhile",
    }
    title = titles.get(type(error), "Nothing was done")
    return page(409, title, f"{error} The procedure’s page leads to the draft.")


def keep_small(
    small: SmallForm, raw: Raw, key: str, make: Callable[[], Files], *, then: str, words: str = ""
) -> ResponseReturnValue:
    """Keep the files that `make` gives as one change, and go on to `then`.

    `words` say what it was; without them the differences do. What the engine objects to is said
    above the form, where all that was typed stays.
    """
    try:
        said = keep_files(key, make(), words)
    except (CannotEdit, CannotChange, NoForm, DraftChanged) as error:
        return small.wrong(raw, error)
    flash(said or "Nothing was changed.")
    return redirect(then, 303)


def keep_files(key: str, files: Files, words: str = "") -> str:
    """Keep the files as one change of the draft that the page was made from; what it was.

    Raises as `drafts.keep`.
    """
    seen = request.form.get(SEEN, "")
    if not words:
        return "\n".join(change_files(installation(), key, by=me(), seen=seen, files=files))
    draft = demand_draft(installation(), key, me())
    new = {path: each for path, each in files.items() if each != draft.package.files.get(path)}
    if not new:
        return ""
    keep(installation(), key, by=me(), seen=seen, files=new, words=words)
    return words

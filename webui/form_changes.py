"""What a form's own buttons do: a row more or less, a file uploaded or removed; nothing is sent.

Without a script each is a visit: what was typed is kept as the draft, and the form is shown again
where the reader was. Files that come with any button are kept, also when the form is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.files import NoFile
from engine.forms import Form, rows_sent
from engine.forms.file_types import NotTaken
from engine.writing.drafts import Changed, Gone, NotKept, save_draft
from engine.writing.places import Place
from engine.writing.uploads import TooMany, keep_file, remove_file
from webui.drafting import (
    PERSON,
    REVISION,
    SEEN,
    both_texts,
    demand_same_person,
    new_revision,
    values_of,
)
from webui.error_pages import page
from webui.form_fields import Raw
from webui.visit import installation, me

ADD: Final = "form.add"
REMOVE: Final = "form.remove"
UPLOAD: Final = "form.upload"
DROP: Final = "form.drop"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was asked of the form: `raw` after it, `errors` by key, `anchor` where the reader was.

    `anchor` is empty when the form was sent and not only changed.
    """

    raw: Raw
    errors: Mapping[str, str]
    anchor: str


def take_change(place: Place, form: Form, raw: Raw) -> Change:
    """Keep the files that were sent with the form, and do what its buttons ask for."""
    errors = keep_files(place, form)
    anchor = request.form.get(UPLOAD, "")
    if name := request.form.get(ADD):
        raw, anchor = _with_row(form, raw, name)
    elif row := request.form.get(REMOVE):
        raw, anchor = _without_row(form, raw, row)
    elif DROP in request.form:
        anchor = _drop(place, form, request.form[DROP])
    return Change(raw=raw, errors=errors, anchor=anchor)


def keep_files(place: Place, form: Form) -> dict[str, str]:
    """Keep what was sent with the form; sentences by question on what was not taken."""
    errors: dict[str, list[str]] = {}
    for field in form.fields:
        if field.kind != "filepicker":
            continue
        for sent in request.files.getlist(field.key):
            if not sent.filename:
                continue
            if PERSON in request.form:
                demand_same_person()
            try:
                keep_file(
                    installation(),
                    place,
                    by=me(),
                    field=field.key,
                    name=sent.filename,
                    stream=sent.stream,
                )
            except (NotTaken, TooMany, NoFile) as error:
                errors.setdefault(field.key, []).append(str(error))
    return {key: " ".join(dict.fromkeys(sentences)) for key, sentences in errors.items()}


def shown_again(place: Place, change: Change, page_of_form: str) -> ResponseReturnValue:
    """The form again, after its button was answered; what was typed is kept before."""
    kept = keep_typed(place, change.raw)
    return kept or redirect(f"{url_for(page_of_form, **values_of(place))}#{change.anchor}", 303)


def keep_typed(place: Place, raw: Raw) -> ResponseReturnValue | None:
    """Keep what was typed as the draft; None when it was done, else the page that says why not."""
    if PERSON in request.form:
        demand_same_person()
    try:
        save_draft(
            installation(),
            place,
            by=me(),
            raw=raw,
            seen=request.form.get(SEEN, ""),
            revision=request.form.get(REVISION) or new_revision(),
        )
    except Changed as changed:
        return both_texts(place, raw, changed), 409
    except (Gone, NotKept) as error:
        return page(409, "What you typed is not saved", str(error))
    return None


def _with_row(form: Form, raw: Raw, name: str) -> tuple[dict[str, Any], str]:
    field = form.field(name)
    changed: dict[str, Any] = dict(raw)
    if field is None or field.kind != "dynamiclist":
        return changed, ""
    rows = rows_sent(field, raw)
    new = str(max((int(row) for row in rows), default=0) + 1)
    changed[f"{name}-rows"] = [*rows, new]
    return changed, f"{name}-{new}"


def _without_row(form: Form, raw: Raw, row: str) -> tuple[dict[str, Any], str]:
    name, _, number = row.partition("-")
    field = form.field(name)
    if field is None or field.kind != "dynamiclist":
        return dict(raw), ""
    kept = {key: texts for key, texts in raw.items() if not key.startswith(f"{row}-")}
    return {**kept, f"{name}-rows": [r for r in rows_sent(field, raw) if r != number]}, name


def _drop(place: Place, form: Form, number: str) -> str:
    """Remove a file; where the reader goes on: at the first question for files."""
    if number.isascii() and number.isdecimal() and len(number) <= 15:
        remove_file(installation(), place, by=me(), file_id=int(number))
    return next(field.key for field in form.fields if field.kind == "filepicker")

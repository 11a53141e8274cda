"""A form that is kept while it is written: what its page shows of the draft, and what it sends.

Beside its questions such a form sends three texts of its own, whose names no question can have:
the revision that the page last knew as kept, that of its next save, and who it was opened for.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import render_template, request, url_for

from engine.access import NotAllowed
from engine.clock import in_london
from engine.errors import StepladderError
from engine.forms import Files, Form
from engine.writing.drafts import Changed, Draft, find_draft
from engine.writing.places import AtAct, AtRaising, AtTask, Place
from engine.writing.uploads import find_uploads
from webui.form_fields import Raw
from webui.visit import installation, me
from webui.words import instant_in_words, time_in_words

SEEN: Final = "draft.seen"
REVISION: Final = "draft.revision"
PERSON: Final = "draft.person"
_LONGEST: Final = 60


@dataclass(frozen=True, kw_only=True)
class Drafting:
    """What a form's page needs to keep it: where, as whom, after which revision.

    `raw` is what the form shows; None for one that is opened empty. `began` is when its draft was
    begun, in words, empty where none is shown. `unsaved` says that what is shown was sent and
    refused, so that it may not be kept yet.
    """

    place: Place
    seen: str
    revision: str
    person: int
    raw: Raw | None
    began: str
    unsaved: bool
    form: Form
    files: Files

    @property
    def values(self) -> Mapping[str, Any]:
        """Where it is, as the addresses' values."""
        return values_of(self.place)

    @property
    def pages(self) -> str:
        """Which of the pages of drafts are this place's: `draft.<pages>_save` and so on."""
        return pages_of(self.place)

    @property
    def takes_files(self) -> bool:
        """Whether the form is sent with files, and so in another encoding."""
        return self.form.asks_for_files


def values_of(place: Place) -> dict[str, Any]:
    """A place, as the values of its addresses."""
    if isinstance(place, AtAct):
        return {"number": place.number, "element": place.element}
    if isinstance(place, AtRaising):
        return {"mark": place.mark}
    return {"task_id": str(place.task_id)}


def pages_of(place: Place) -> str:
    """Whose pages a place has: "task", "act" or "raising"."""
    if isinstance(place, AtRaising):
        return "raising"
    return "task" if isinstance(place, AtTask) else "act"


def form_page_of(place: Place) -> str:
    """The page on which the place's form is."""
    return {"task": "task.show", "act": "act.show", "raising": "raise_concern.write"}[
        pages_of(place)
    ]


def drafting(place: Place, sent: Raw | None, form: Form) -> Drafting:
    """How the form at `place` is kept: `sent` again, where that was refused, else with its draft.

    What was sent goes on in the window that sent it. Files are there either way.
    """
    files = find_uploads(installation(), place, by=me()) if form.asks_for_files else {}
    if sent is not None:
        return Drafting(
            place=place,
            seen=request.form.get(SEEN, "")[:_LONGEST],
            revision=request.form.get(REVISION, "")[:_LONGEST] or new_revision(),
            person=me().id,
            raw=sent,
            began="",
            unsaved=True,
            form=form,
            files=files,
        )
    draft = find_draft(installation(), place, by=me())
    return Drafting(
        place=place,
        seen=draft.revision if draft else "",
        revision=new_revision(),
        person=me().id,
        raw=draft.raw if draft else None,
        began=instant_in_words(draft.began_at) if draft else "",
        unsaved=False,
        form=form,
        files=files,
    )


def both_texts(place: Place, raw: Raw, changed: Changed) -> str:
    """What was typed here and in the other window, and the choice between them."""
    return render_template(
        "draft_changed.html",
        when=kept_at(changed.draft, installation().clock.now()),
        here=texts_of(raw),
        there=texts_of(changed.draft.raw),
        form=url_for(form_page_of(place), **values_of(place)),
        save=url_for(f"draft.{pages_of(place)}_save", **values_of(place)),
        raw=raw,
        own={SEEN: changed.draft.revision, REVISION: new_revision(), PERSON: str(me().id)},
    )


def new_revision() -> str:
    """The first revision of a window that is opened now."""
    return f"{secrets.token_urlsafe(9)}.1"


def texts_kept(place: Place) -> list[str]:
    """What whoever is signed in has typed at a place that takes no answer any more."""
    with suppress(StepladderError):  # the page says already why nothing can be done there
        draft = find_draft(installation(), place, by=me())
        return texts_of(draft.raw) if draft else []
    return []


def texts_of(raw: Raw) -> list[str]:
    """What was written, without single words, which are choices and dates."""
    texts = [text.strip() for values in raw.values() for text in values]
    return [text for text in texts if any(mark in text for mark in " \n")]


def demand_same_person() -> None:
    """Raise `NotAllowed` where somebody else has signed in since the form was opened."""
    if request.form.get(PERSON) != str(me().id):
        raise NotAllowed(
            "Somebody else is signed in now, so what you typed is not saved. It stays on this "
            "page. Sign in in another window."
        )


def kept_at(draft: Draft, now: datetime) -> str:
    """When the draft was kept, as `10:42am`, or with the day where that is another than today."""
    if in_london(draft.saved_at).date() == in_london(now).date():
        return time_in_words(draft.saved_at)
    return instant_in_words(draft.saved_at)

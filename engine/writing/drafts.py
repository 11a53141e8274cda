"""Drafts: what somebody has typed into a form, kept until it is sent.

A draft is its person's alone (X-36), and who may not answer may not keep one either. It goes when
that person sends the form or starts afresh; what is left goes thirty days after the case closed.
A task that somebody else answered meanwhile leaves the draft where it is: nobody loses a word.

Each save has a revision, `window.count`: which window of a browser typed it, and its how many-th
save that is. So a save that is repeated, or comes late, is known from one of another window.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.store.database import Connection
from engine.store.drafting_help import delete_help_of_cases_closed
from engine.store.drafts import (
    DraftRow,
    add_draft,
    change_draft,
    delete_draft,
    delete_draft_of_raising,
    delete_drafts_of_cases_closed,
    find_draft_row,
)
from engine.store.files import (
    delete_files_of_raising,
    delete_unsent,
    delete_unsent_of_cases_closed,
)
from engine.store.raisings import delete_raising, find_old_raisings
from engine.writing.places import Place, demand_unsent, find_spot, lock_place

LARGEST = 1_000_000  # characters of JSON: every question of a long form, answered in full
KEPT_AFTER_CLOSING = timedelta(days=30)
_REVISION = re.compile(r"[A-Za-z0-9_-]{1,40}\.[0-9]{1,9}")


class NotKept(StepladderError):
    """The draft is too long, or was sent by something that is not one of our pages."""


class Gone(StepladderError):
    """What the window knew as kept is not there any more: sent, or begun afresh."""

    def __init__(self) -> None:
        super().__init__(
            "You sent this or started it afresh in another window. What you typed stays on this "
            "page. Copy it before you leave, then open the form again."
        )


Raw = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was typed, as a browser sends it; the instants are aware, in UTC."""

    raw: Raw
    revision: str
    began_at: datetime
    saved_at: datetime


class Changed(StepladderError):
    """Another window of the same person has kept something since; `draft` is what."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("You changed this in another window.")
        self.draft = draft


def find_draft(installation: Installation, place: Place, *, by: Person) -> Draft | None:
    """The person's own draft. Raises `NotAllowed`, `NoTask`, `NoCase` as the form itself does."""
    with installation.database.read() as connection:
        spot = find_spot(connection, place, by, installation.clock.now())
        row = find_draft_row(connection, spot, by.id)
    return _draft(row) if row else None


def save_draft(
    installation: Installation,
    place: Place,
    *,
    by: Person,
    raw: Raw,
    seen: str,
    revision: str,
) -> Draft:
    """Keep what the person has typed, without checking any answer; what is kept then.

    `seen` is the revision that the window last knew as kept, empty for none. Raises `Changed` or
    `Gone` where another window of the person was there since, `AlreadyDone` where the person has
    answered the task, `NotKept`, and what `find_draft` raises; then nothing is changed.
    """
    content = json.dumps({name: list(texts) for name, texts in raw.items()}, sort_keys=True)
    if len(content) > LARGEST:
        raise NotKept("That is too much text to keep. Shorten it.")
    if not _REVISION.fullmatch(revision):
        raise NotKept("This page cannot keep what you typed. Copy it and open the page again.")
    with installation.database.write() as connection:
        lock_place(connection, place)
        at = installation.clock.now()
        spot = find_spot(connection, place, by, at)
        demand_unsent(connection, spot, by)
        kept = find_draft_row(connection, spot, by.id)
        if kept is None:
            if seen:
                raise Gone
            add_draft(connection, spot, by.id, content=content, revision=revision, at=at)
        elif kept.revision == seen or _follows(revision, kept.revision):
            change_draft(connection, kept.id, content=content, revision=revision, at=at)
        elif content != kept.content and not _same_window(revision, kept.revision):
            raise Changed(_draft(kept))
        row = find_draft_row(connection, spot, by.id)
    assert row is not None  # noqa: S101  (each branch that comes here keeps one)
    return _draft(row)


def discard_draft(installation: Installation, place: Place, *, by: Person, seen: str) -> None:
    """The person starts afresh. Raises `Changed` where the draft is not that of revision `seen`."""
    with installation.database.write() as connection:
        lock_place(connection, place)
        spot = find_spot(connection, place, by, installation.clock.now())
        kept = find_draft_row(connection, spot, by.id)
        if kept is not None and kept.revision != seen:
            raise Changed(_draft(kept))
        delete_draft(connection, spot, by.id)
        delete_unsent(connection, spot, by.id)


def forget_old_drafts(installation: Installation) -> int:
    """Delete what is left in cases that closed thirty days ago; how many drafts that was.

    Files that were uploaded and not sent go too, and concerns that nobody raised for thirty days.
    """
    before = installation.clock.now() - KEPT_AFTER_CLOSING
    with installation.database.write() as connection:
        for raising_id in find_old_raisings(connection, before=before):
            forget_raising(connection, raising_id)
        delete_unsent_of_cases_closed(connection, before=before)
        delete_help_of_cases_closed(connection, before=before)
        return delete_drafts_of_cases_closed(connection, before=before)


def forget_raising(connection: Connection, raising_id: int) -> None:
    """A concern that was never raised is given up, with its draft and its files."""
    delete_draft_of_raising(connection, raising_id)
    delete_files_of_raising(connection, raising_id)
    delete_raising(connection, raising_id)


def _draft(row: DraftRow) -> Draft:
    return Draft(
        raw=json.loads(row.content),
        revision=row.revision,
        began_at=row.began_at,
        saved_at=row.saved_at,
    )


def _same_window(revision: str, other: str) -> bool:
    return revision.rpartition(".")[0] == other.rpartition(".")[0]


def _follows(revision: str, kept: str) -> bool:
    later = int(revision.rpartition(".")[2]) > int(kept.rpartition(".")[2])
    return _same_window(revision, kept) and later

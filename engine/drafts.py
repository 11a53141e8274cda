"""Drafts: what somebody has typed into the form of a task or an act, kept until it is sent.

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

from engine.access import NotAllowed, demand_case, may_see_element, post_for_task, posts_in_case
from engine.cases import is_for
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.procedures import load_version
from engine.store.cases import CaseRow, find_case_by_number, lock_case
from engine.store.database import Connection
from engine.store.drafts import (
    DraftRow,
    Spot,
    add_draft,
    change_draft,
    delete_draft,
    delete_drafts_of_cases_closed,
    find_draft_row,
)
from engine.store.tasks import find_task, lock_case_of_task
from engine.tasks import NoTask, demand_open
from engine.turn import NoCase

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


@dataclass(frozen=True, kw_only=True)
class AtTask:
    """The place of a draft: a task."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class AtAct:
    """The place of a draft: an act, the message event `element`, of the case with that number."""

    number: str
    element: str


Place = AtTask | AtAct
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
        spot = _find_spot(connection, place, by, installation.clock.now())
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
        _lock(connection, place)
        at = installation.clock.now()
        spot = _find_spot(connection, place, by, at)
        _demand_unsent(connection, spot, by)
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
        _lock(connection, place)
        spot = _find_spot(connection, place, by, installation.clock.now())
        kept = find_draft_row(connection, spot, by.id)
        if kept is not None and kept.revision != seen:
            raise Changed(_draft(kept))
        delete_draft(connection, spot, by.id)


def forget_old_drafts(installation: Installation) -> int:
    """Delete what is left in cases that closed thirty days ago; how many drafts that was."""
    before = installation.clock.now() - KEPT_AFTER_CLOSING
    with installation.database.write() as connection:
        return delete_drafts_of_cases_closed(connection, before=before)


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


def _lock(connection: Connection, place: Place) -> None:
    """Lock the case as a turn does, so that no draft is kept beside the answer that ends it."""
    if isinstance(place, AtTask):
        lock_case_of_task(connection, place.task_id)
    else:
        lock_case(connection, _case(connection, place).id)


def _find_spot(connection: Connection, place: Place, by: Person, at: datetime) -> Spot:
    if isinstance(place, AtAct):
        return _find_act(connection, place, by, at)
    task = find_task(connection, place.task_id)
    if task is None:
        raise NoTask("There is no such task. Look for it in your tray.")
    post_for_task(connection, task.case_id, task.id, by.id, at)
    return Spot(case_id=task.case_id, element=task.element, task_id=task.id)


def _find_act(connection: Connection, place: AtAct, by: Person, at: datetime) -> Spot:
    case = _case(connection, place)
    demand_case(connection, case.id, by.id, at)
    diagram = load_version(connection, case.version_id).package.diagram
    event = diagram.elements.get(place.element)
    posts = posts_in_case(
        connection,
        by.id,
        at,
        raiser_id=case.raiser_id,
        social_worker_id=case.social_worker_id,
        team=case.team,
    )
    is_act = event is not None and event.event == "message" and is_for(event, posts)
    if not is_act or not may_see_element(diagram, place.element, posts):
        raise NotAllowed("That is for another post than yours, or not in this procedure.")
    return Spot(case_id=case.id, element=place.element, task_id=None)


def _case(connection: Connection, place: AtAct) -> CaseRow:
    # PostgreSQL takes no null character, not even to look for it.
    number = place.number
    case = find_case_by_number(connection, number) if number.isprintable() else None
    if case is None:
        raise NoCase("There is no such case. Look for it in your list of cases.")
    return case


def _demand_unsent(connection: Connection, spot: Spot, by: Person) -> None:
    """What the person has sent is no draft any more, however late the last save of it comes."""
    task = find_task(connection, spot.task_id) if spot.task_id is not None else None
    if task is not None and task.closed_by == by.id:
        demand_open(connection, task)

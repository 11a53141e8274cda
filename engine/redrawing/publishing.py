"""Putting a draft to use: what the check says of it, and publishing it with a reason.

By the same door as `stepladder publish`. A scenario that turns out otherwise stops it until whoever
publishes has said that this is meant; it then expects what the new version does. Where the council
wants four eyes, nobody publishes what they changed themselves.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from engine.administration.admin_log import write_down
from engine.checking import Problem, check
from engine.checking.holders import find_vacant
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.publishing import publish_checked
from engine.redrawing.drafts import Draft, DraftChanged, HeldByAnother, NoDraft, editing
from engine.redrawing.playing import find_play, find_scenarios, renewed
from engine.store.database import Connection
from engine.store.redrawings import count_open_cases, delete_redrawing
from engine.store.scenarios import keep_scenario
from engine.store.versions import VersionRow

LONGEST_REASON: Final = 2000


class NotReady(StepladderError):
    """Something is still to be done before the draft can be published."""


def check_draft(installation: Installation, draft: Draft) -> tuple[Problem, ...]:
    """Everything that is wrong with the draft, errors first, and posts that nobody holds."""
    council = installation.council(draft.package.council)
    posts = {key: post.title for key, post in council.posts.items()}
    found = check(draft.package.files, key=draft.package.key, posts=posts)
    found += find_vacant(installation, draft.package)
    return tuple(sorted(found, key=lambda each: each.severity != "error"))


def count_open(installation: Installation, draft: Draft) -> Mapping[int, int]:
    """How many cases are open on each version of the procedure, by its number."""
    with installation.database.read() as connection:
        return count_open_cases(connection, draft.row.council, draft.row.procedure)


def publish_draft(
    installation: Installation,
    key: str,
    *,
    by: Person,
    seen: str,
    reason: str,
    meant: bool = False,
) -> VersionRow:
    """Publish the draft as the next version, for cases that are opened from now on.

    `meant` says that scenarios which turn out otherwise do so on purpose: they are brought up to
    date with the version. Raises as `drafts.keep`, `NotReady`, and `HasErrors` and
    `StillToAnswer` of engine.publishing.
    """
    with editing(installation, key, by=by, seen=seen) as (_, draft, _):
        pass  # publishing locks for itself
    otherwise = _demand_ready(installation, draft, reason, by=by, meant=meant)
    brought = renewed(installation, draft, otherwise) if otherwise else {}
    version = publish_checked(
        installation, draft.package, scenarios={}, by=by.id, reason=reason.strip()
    )
    if version is None:
        raise NotReady("Nothing is otherwise than in the version in use.")
    words = f"Published version {version.number} of {version.title}: {version.reason}"
    if otherwise:
        count = len(otherwise)
        words += f" ({count} scenario{'s' if count > 1 else ''} otherwise, as meant)"
    _end(installation, key, by, draft, words, brought)
    return version


def demand_four_eyes(installation: Installation, draft: Draft, by: Person) -> None:
    """Raise `NotReady` where the council wants another to publish than those who changed it."""
    council = installation.council(draft.row.council)
    changed = {each.person_id for each in draft.changes if each.number <= draft.row.place}
    if council.four_eyes and by.id in changed:
        raise NotReady(
            f"In {council.name} nobody publishes what they changed themselves. Ask somebody else "
            "who may redraw procedures to take the draft over, look at it and publish it."
        )


def _demand_ready(
    installation: Installation, draft: Draft, reason: str, *, by: Person, meant: bool
) -> list[str]:
    """The scenarios that turn out otherwise, on purpose."""
    if not draft.differs:
        raise NotReady("Nothing is otherwise than in the version in use. Change a step first.")
    if not reason.strip():
        raise NotReady("Write why the procedure is changed.")
    if len(reason) > LONGEST_REASON:
        raise NotReady(f"Shorten the reason to {LONGEST_REASON:,} characters.")
    demand_four_eyes(installation, draft, by)
    played = find_play(draft)
    if played is None:
        if find_scenarios(installation, draft.package):
            raise NotReady("Play the scenarios first, to see what would turn out otherwise.")
        return []
    if played.otherwise and not meant:
        raise NotReady("Say that it is meant that these scenarios turn out otherwise.")
    return [each.scenario for each in played.otherwise]


def _end(
    installation: Installation,
    key: str,
    by: Person,
    draft: Draft,
    words: str,
    scenarios: Mapping[str, bytes],
) -> None:
    """The draft is done. One that was taken over or changed in this moment stays as it is."""
    try:
        with editing(installation, key, by=by, seen=draft.state) as (connection, _, at):
            delete_redrawing(connection, draft.row.id)
            _write(connection, key, by, at, words, scenarios)
    except (NoDraft, DraftChanged, HeldByAnother):
        with installation.database.write() as connection:
            _write(connection, key, by, installation.clock.now(), words, scenarios)


def _write(
    connection: Connection,
    key: str,
    by: Person,
    at: datetime,
    words: str,
    scenarios: Mapping[str, bytes],
) -> None:
    for name, content in scenarios.items():
        keep_scenario(
            connection,
            council=by.council,
            procedure=key,
            name=name,
            content=content.decode(),
            at=at,
            person_id=by.id,
        )
    write_down(connection, by, at, words=words, about=by)

"""Putting a draft to use: what the check says of it, and publishing it with a reason.

What holds `stepladder publish` up holds it up. A scenario that turns out otherwise stops it until
whoever publishes has said that this is meant; it then expects what the new version does. Where the
council wants four eyes, nobody publishes what they changed themselves.
"""

from collections.abc import Mapping
from typing import Final

from engine.administration.admin_log import write_down
from engine.checking import Problem, check
from engine.checking.holders import find_vacant
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.procedures import publish_next
from engine.publishing import demand_settled, demand_sound
from engine.redrawing.drafts import Draft, editing
from engine.redrawing.playing import Play, find_play, find_scenarios, keep_renewed, renewed
from engine.store.redrawings import count_open_cases, delete_redrawing
from engine.store.versions import VersionRow, lock_versions

LONGEST_REASON: Final = 2000


_PLAY_FIRST: Final = "Play the scenarios first, to see what would turn out otherwise."


class NotReady(StepladderError):
    """Something is still to be done before the draft can be published."""


class NewerVersion(StepladderError):
    """Another version was put to use since the page was read on which the draft was compared."""

    def __init__(self, newest: int) -> None:
        super().__init__(
            f"Version {newest} was put to use since you opened this page. Nothing was published. "
            "Look at what your draft changes against it, then publish again."
        )


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
    against: int,
    reason: str,
    meant: bool = False,
) -> VersionRow:
    """Publish the draft as the next version, for cases that are opened from now on.

    `against` is the number of the version that whoever publishes compared it with: the newest.
    `meant` says that scenarios which turn out otherwise do so on purpose: they are brought up to
    date with the version. Raises as `drafts.keep`, `NewerVersion`, `NotReady`, and `HasErrors` and
    `StillToAnswer` of engine.publishing.
    """
    with editing(installation, key, by=by, seen=seen) as (_, draft, _):
        pass  # nothing is locked while it is checked and the scenarios are played
    _demand_newest(draft.today.row.number, against)
    played = _demand_ready(installation, draft, reason, by=by, meant=meant)
    demand_sound(installation, draft.package)
    otherwise = [each.scenario for each in played.otherwise] if played else []
    brought = renewed(installation, draft, otherwise) if otherwise else {}
    with editing(installation, key, by=by, seen=seen) as (connection, locked, at):
        _demand_newest(lock_versions(connection, by.council, key)[-1].number, against)
        if find_play(locked) != played:
            raise NotReady(_PLAY_FIRST)
        demand_settled(connection, draft.package)
        version = publish_next(connection, draft.package, by=by.id, reason=reason.strip(), at=at)
        keep_renewed(connection, key, brought, by=by, at=at)
        delete_redrawing(connection, draft.row.id)
        write_down(connection, by, at, words=_in_words(version, len(otherwise)), about=by)
    return version


def demand_four_eyes(installation: Installation, draft: Draft, by: Person) -> None:
    """Raise `NotReady` where the council wants another to publish than those who changed it.

    Whoever began it from another version than the one in use changed it by that alone.
    """
    council = installation.council(draft.row.council)
    if not council.four_eyes:
        return
    if by.id in {each.person_id for each in draft.changes if each.number <= draft.row.place}:
        their_own = "what they changed themselves"
    elif by.id == draft.row.began_by and draft.began_from.row.id != draft.today.row.id:
        their_own = f"a return to version {draft.row.version} that they began themselves"
    else:
        return
    raise NotReady(
        f"In {council.name} nobody publishes {their_own}. Ask somebody else "
        "who may redraw procedures to take the draft over, look at it and publish it."
    )


def _demand_newest(newest: int, against: int) -> None:
    if newest != against:
        raise NewerVersion(newest)


def _demand_ready(
    installation: Installation, draft: Draft, reason: str, *, by: Person, meant: bool
) -> Play | None:
    """How the scenarios turn out, each that is otherwise on purpose; None where there is none."""
    if not draft.differs:
        raise NotReady("Nothing is otherwise than in the version in use. Change a step first.")
    if not reason.strip():
        raise NotReady("Write why the procedure is changed.")
    if len(reason) > LONGEST_REASON:
        raise NotReady(f"Shorten the reason to {LONGEST_REASON:,} characters.")
    demand_four_eyes(installation, draft, by)
    played = find_play(draft)
    if played is None and find_scenarios(installation, draft.package):
        raise NotReady(_PLAY_FIRST)
    if played is not None and played.otherwise and not meant:
        raise NotReady("Say that it is meant that these scenarios turn out otherwise.")
    return played


def _in_words(version: VersionRow, otherwise: int) -> str:
    words = f"Published version {version.number} of {version.title}: {version.reason}"
    if not otherwise:
        return words
    return f"{words} ({otherwise} scenario{'s' if otherwise > 1 else ''} otherwise, as meant)"

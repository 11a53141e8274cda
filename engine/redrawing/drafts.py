"""A draft of a procedure: begun from a version, changed step by step by one person at a time.

Each change is a row, with the file as it left it, so going back and forward again is exact to the
byte. What is published or thrown away leaves a line in the administrators' record.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from engine.access import demand_confirming
from engine.administration.admin_log import write_down
from engine.clock import in_london
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Package, Version, load_version
from engine.redrawing.differences import find_differences
from engine.store.database import Connection
from engine.store.redrawings import (
    ChangeRow,
    RedrawingRow,
    add_change,
    add_redrawing,
    delete_redrawing,
    find_changed_files,
    find_changes,
    find_redrawing,
    set_editor,
    set_place,
)
from engine.store.versions import find_versions, lock_versions


class NoDraft(StepladderError):
    """The procedure has no draft, or no version that one could begin from."""


class DraftThere(StepladderError):
    """A draft is begun where there is one already."""


class HeldByAnother(StepladderError):
    """Somebody else edits the draft."""

    def __init__(self, editor: str, since: datetime) -> None:
        super().__init__(
            f"{editor} has the draft since {in_london(since):%H:%M on %-d %B}. Nothing was kept. "
            "Take the draft over to change it."
        )


class DraftChanged(StepladderError):
    """The draft was changed since the page was read."""

    def __init__(self) -> None:
        super().__init__(
            "The draft was changed in another window since you opened this page. Nothing was kept "
            "of this one. Look at what is there now, and try again."
        )


class NothingThere(StepladderError):
    """Nothing is there to go back to, or forward."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft as it is now.

    `began_from` is the version whose files it started with, `today` the newest one; `changes` are
    all of them, also those after `row.place`, which were taken back.
    """

    row: RedrawingRow
    package: Package
    began_from: Version
    today: Version
    changes: tuple[ChangeRow, ...]

    @property
    def state(self) -> str:
        """What stands for these very files of this very draft: never the same text again."""
        return self.row.mark

    @property
    def compared(self) -> str:
        """What stands for its files beside those in use: on both the scenarios are played."""
        return f"{self.package.hash} {self.today.package.hash}"

    @property
    def last(self) -> ChangeRow | None:
        """The change that can be taken back."""
        return next((each for each in self.changes if each.number == self.row.place), None)

    @property
    def next(self) -> ChangeRow | None:
        """The change that was taken back, and can be done again."""
        return next((each for each in self.changes if each.number == self.row.place + 1), None)

    @cached_property
    def differs(self) -> bool:
        """Whether it is another procedure than today's."""
        return self.package.hash != self.today.package.hash


def find_draft(installation: Installation, key: str, by: Person) -> Draft | None:
    """The draft of the procedure of the person's council. Raises `NotAllowed`."""
    with installation.database.read() as connection:
        _demand(installation, connection, by)
        row = find_redrawing(connection, by.council, key)
        return None if row is None else _read(connection, row)


def demand_draft(installation: Installation, key: str, by: Person) -> Draft:
    """As `find_draft`. Raises `NoDraft` where there is none."""
    draft = find_draft(installation, key, by)
    if draft is None:
        raise _none()
    return draft


def begin(installation: Installation, key: str, *, by: Person, number: int | None = None) -> int:
    """Begin a draft from the version of that number, or the newest; the number that it is.

    Raises `NotAllowed`, `NoDraft` where there is no such version, `DraftThere`.
    """
    with installation.database.write() as connection:
        at = _demand(installation, connection, by)
        known = lock_versions(connection, by.council, key)
        wanted = [row for row in known if number in (None, row.number)]
        if not wanted:
            raise NoDraft("There is no such version. Open the procedure’s page to see them.")
        held = find_redrawing(connection, by.council, key)
        if held is not None:
            raise DraftThere(
                f"{held.editor} has a draft of this procedure already. Publish it or throw it "
                "away first."
            )
        version = wanted[-1]
        add_redrawing(
            connection,
            council=by.council,
            procedure=key,
            version_id=version.id,
            editor_id=by.id,
            at=at,
        )
        _tell(connection, by, at, f"Began to redraw {version.title} from version {version.number}.")
        return version.number


def take_over(installation: Installation, key: str, *, by: Person) -> None:
    """From now on this person edits the draft. Raises `NotAllowed`, `NoDraft`."""
    with installation.database.write() as connection:
        at = _demand(installation, connection, by)
        row = _lock(connection, key, by)
        if row.editor_id == by.id:
            return
        set_editor(connection, row.id, by.id, at)
        title = load_version(connection, row.version_id).row.title
        _tell(connection, by, at, f"Took the draft of {title} over from {row.editor}.")


def keep(
    installation: Installation,
    key: str,
    *,
    by: Person,
    seen: str,
    files: Mapping[str, bytes | None],
    words: str,
) -> None:
    """Keep one change: the files that it touches as they are from now on, and what it was in words.

    `files` are by path, None for one that is gone; all of them are taken back, and done again, as
    one. `seen` is the `state` of the draft that was changed. Raises `NotAllowed`, `NoDraft`,
    `HeldByAnother`, `DraftChanged`.
    """
    with editing(installation, key, by=by, seen=seen) as (connection, draft, at):
        add_change(connection, draft.row, person_id=by.id, at=at, words=words, files=files)


def change_files(
    installation: Installation,
    key: str,
    *,
    by: Person,
    seen: str,
    files: Mapping[str, bytes | None],
) -> tuple[str, ...]:
    """Keep these files as one change of the draft; what is otherwise by it, in sentences.

    Nothing is kept, and nothing said, where all are as they were to the byte. Raises as `keep`, and
    `Unreadable` for a diagram that is none.
    """
    draft = demand_draft(installation, key, by)
    package = draft.package
    new = {path: each for path, each in files.items() if each != package.files.get(path)}
    if not new:
        return ()
    changed = with_files(package, new)
    council = installation.council(by.council)
    said = tuple(each.words for each in find_differences(package, changed, council))
    keep(installation, key, by=by, seen=seen, files=new, words=" ".join(said))
    return said


def replace_diagram(
    installation: Installation, key: str, *, by: Person, seen: str, content: bytes
) -> tuple[str, ...]:
    """Keep a diagram that was drawn elsewhere in the place of the draft's; as `change_files`."""
    files = {f"{key}.bpmn": content}
    return change_files(installation, key, by=by, seen=seen, files=files)


def with_files(package: Package, files: Mapping[str, bytes | None]) -> Package:
    """The procedure with these files, by path, in place of its own; None for one that is gone."""
    merged = {**package.files, **files}
    kept = {path: content for path, content in merged.items() if content is not None}
    return Package(council=package.council, key=package.key, files=kept)


def step_back(installation: Installation, key: str, *, by: Person, seen: str) -> str:
    """Take the last change back; what it was. Raises as `keep`, and `NothingThere`."""
    with editing(installation, key, by=by, seen=seen) as (connection, draft, _):
        if draft.last is None:
            raise NothingThere("Nothing was changed in this draft, so nothing is taken back.")
        set_place(connection, draft.row.id, draft.row.place - 1)
        return draft.last.words


def step_forward(installation: Installation, key: str, *, by: Person, seen: str) -> str:
    """Do again what was taken back; what it was. Raises as `keep`, and `NothingThere`."""
    with editing(installation, key, by=by, seen=seen) as (connection, draft, _):
        if draft.next is None:
            raise NothingThere("Nothing was taken back in this draft that could be done again.")
        set_place(connection, draft.row.id, draft.row.place + 1)
        return draft.next.words


def throw_away(installation: Installation, key: str, *, by: Person, seen: str) -> None:
    """The draft is gone; the version in use stays as it is. Raises as `keep`."""
    with editing(installation, key, by=by, seen=seen) as (connection, draft, at):
        delete_redrawing(connection, draft.row.id)
        _tell(connection, by, at, f"Threw the draft of {draft.package.title} away.")


@contextmanager
def editing(
    installation: Installation, key: str, *, by: Person, seen: str
) -> Iterator[tuple[Connection, Draft, datetime]]:
    """The draft, locked, for its editor. Raises as `keep`."""
    with installation.database.write() as connection:
        at = _demand(installation, connection, by)
        row = _lock(connection, key, by)
        if row.editor_id != by.id:
            raise HeldByAnother(row.editor, row.held_since)
        draft = _read(connection, row)
        if draft.state != seen:
            raise DraftChanged
        yield connection, draft, at


def _lock(connection: Connection, key: str, by: Person) -> RedrawingRow:
    row = find_redrawing(connection, by.council, key, lock=True)
    if row is None:
        raise _none()
    return row


def _none() -> NoDraft:
    return NoDraft(
        "There is no draft of this procedure: it was published or thrown away, or none was begun."
    )


def _read(connection: Connection, row: RedrawingRow) -> Draft:
    began_from = load_version(connection, row.version_id)
    newest = find_versions(connection, row.council, row.procedure)[-1]
    return Draft(
        row=row,
        package=with_files(began_from.package, find_changed_files(connection, row)),
        began_from=began_from,
        today=load_version(connection, newest.id),
        changes=tuple(find_changes(connection, row.id)),
    )


def _demand(installation: Installation, connection: Connection, by: Person) -> datetime:
    at = installation.clock.now()
    demand_confirming(connection, by, installation.council(by.council), at)
    return at


def _tell(connection: Connection, by: Person, at: datetime, words: str) -> None:
    write_down(connection, by, at, words=words, about=by)

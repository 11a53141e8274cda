"""Files that somebody has uploaded to a form and not sent: theirs alone, kept as the draft is."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Final

from engine.errors import StepladderError
from engine.files import LARGEST_FILE, NoFile, safe_name, uploaded
from engine.forms import MOST_FILES, Field, Form, Row, size_in_words
from engine.forms.file_types import NotTaken, recognise
from engine.installation import Installation
from engine.people import Person
from engine.store.database import Connection
from engine.store.drafts import Spot
from engine.store.files import (
    add_file,
    add_piece,
    delete_file,
    find_unsent,
    seal_file,
)
from engine.writing.places import Place, demand_unsent, find_form, find_spot, lock_place

_PIECE: Final = 1_000_000
_ENDINGS_TOLD: Final = 6


class TooMany(StepladderError):
    """No more files are taken at this question."""


def find_uploads(
    installation: Installation, place: Place, *, by: Person
) -> Mapping[str, Sequence[Row]]:
    """What the person has uploaded at the place, by question. Raises what `find_spot` raises."""
    with installation.database.read() as connection:
        spot = find_spot(connection, place, by, installation.clock.now())
        return uploaded(connection, spot, by.id)


def form_at(installation: Installation, place: Place, *, by: Person) -> Form:
    """The form that the person fills in at the place. Raises what `find_spot` raises."""
    with installation.database.read() as connection:
        spot = find_spot(connection, place, by, installation.clock.now())
        return find_form(connection, place, spot)


def keep_file(
    installation: Installation,
    place: Place,
    *,
    by: Person,
    field: str,
    name: str,
    stream: IO[bytes],
) -> None:
    """Keep a file that the person gives for a question of the form at the place.

    `stream` can be wound back. Raises `NotTaken` for its kind, size or name, `TooMany`, `NoFile`
    where the form has no such question, and what `find_spot` raises; then nothing is kept.
    """
    name = safe_name(name)
    size, sha256 = _measure(stream)
    if size > LARGEST_FILE:
        raise NotTaken(
            f"“{name}” has {size_in_words(size)}. A file may have "
            f"{size_in_words(LARGEST_FILE)} at most. Make it smaller or split it."
        )
    kind = recognise(name, stream)
    with installation.database.write() as connection:
        lock_place(connection, place)
        at = installation.clock.now()
        spot = find_spot(connection, place, by, at)
        demand_unsent(connection, spot, by)
        asked = find_form(connection, place, spot).field(field)
        if asked is None or asked.kind != "filepicker":
            raise NoFile
        if asked.accept and kind not in asked.accept:
            raise NotTaken(f"“{name}” must be {_wanted(asked)}. Save it as that, or as another.")
        if _is_there(connection, spot, by, asked, (name, sha256)):
            return
        _write(connection, spot, by, asked, name, kind.media_type, stream, (size, sha256), at)


def remove_file(installation: Installation, place: Place, *, by: Person, file_id: int) -> str:
    """Take a file away that the person has not sent; its name. Nothing happens where it is gone."""
    with installation.database.write() as connection:
        lock_place(connection, place)
        spot = find_spot(connection, place, by, installation.clock.now())
        known = {row.id: row.name for row in find_unsent(connection, spot, by.id)}
        if file_id in known:
            delete_file(connection, file_id)
    return known.get(file_id, "")


def _measure(stream: IO[bytes]) -> tuple[int, str]:
    stream.seek(0)
    size, found = 0, hashlib.sha256()
    while piece := stream.read(_PIECE):
        size += len(piece)
        found.update(piece)
    return size, found.hexdigest()


def _wanted(field: Field) -> str:
    endings = [ending for kind in field.accept for ending in kind.endings]
    *before, last = endings[:_ENDINGS_TOLD]
    return f"{', '.join(before)} or {last}" if before else last


def _is_there(
    connection: Connection, spot: Spot, by: Person, field: Field, new: tuple[str, str]
) -> bool:
    """Whether that very file was uploaded before. Raises `TooMany` where no more are taken."""
    here = [row for row in find_unsent(connection, spot, by.id) if row.field == field.key]
    if any((row.name, row.sha256) == new for row in here):
        return True
    if here and not field.multiple:
        raise TooMany(f"One file is taken here. Remove “{here[0].name}” before you add another.")
    if len(here) >= MOST_FILES:
        raise TooMany(f"{MOST_FILES} files are taken here at most. Remove one first.")
    return False


def _write(
    connection: Connection,
    spot: Spot,
    by: Person,
    field: Field,
    name: str,
    media_type: str,
    stream: IO[bytes],
    measured: tuple[int, str],
    at: datetime,
) -> None:
    file_id = add_file(
        connection, spot, by.id, field=field.key, name=name, media_type=media_type, at=at
    )
    stream.seek(0)
    place = 0
    while piece := stream.read(_PIECE):
        add_piece(connection, file_id, place, piece)
        place += 1
    seal_file(connection, file_id, size=measured[0], sha256=measured[1])

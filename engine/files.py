"""Files of a case: sent with an answer, vouched for by its entry, given out as downloads only.

A file's hash is in the answer, and so in what the history vouches for; a byte that was altered is
found by `history verify` and named. Files go with the words of their entry.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.access import NotAllowed, may_see_case, may_see_element, posts_in_case
from engine.diagrams.diagram import Diagram
from engine.errors import StepladderError
from engine.forms import Form, Row, size_in_words
from engine.forms.file_types import types_for
from engine.history.access_log import note
from engine.history.vouched_files import as_answer
from engine.installation import Installation
from engine.people import Person
from engine.procedures import load_version
from engine.store.cases import find_case
from engine.store.database import Connection
from engine.store.drafts import Spot
from engine.store.files import (
    FileRow,
    delete_unsent,
    find_file,
    find_piece,
    find_sent,
    find_unsent,
    send_files,
)

LARGEST_FILE: Final = 10_000_000
_LONGEST_NAME: Final = 150
_UNSAFE: Final = re.compile(r'[<>:"|?*]')


class FilesGone(StepladderError):
    """A file that was to be sent is not there any more."""

    def __init__(self) -> None:
        super().__init__(
            "A file was removed in another window. Nothing was sent. Look at your files, then send."
        )


class NoFile(StepladderError):
    """There is no such file, or not any more."""

    def __init__(self) -> None:
        super().__init__("There is no such file. It may have been removed. Look on the case.")


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file of a case: `step` is the name of the step at which it was sent; `at` aware, UTC."""

    id: int
    name: str
    media_type: str
    size: int
    by: str
    at: datetime
    step: str

    @property
    def kind(self) -> str:
        """The kind of file as people say it, like "Word"."""
        found = types_for(self.media_type)
        return found[0].name if found else "file"

    @property
    def size_in_words(self) -> str:
        """The size as people say it, like "340 KB"."""
        return size_in_words(self.size)


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file that its reader may have, in pieces."""

    name: str
    media_type: str
    size: int
    pieces: Iterator[bytes]


def safe_name(name: str) -> str:
    """The name as its owner gave it, without folders and what a computer would stumble over."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    tidy = " ".join(_UNSAFE.sub("-", seen).split()).strip(". ") or "file"
    if len(tidy) <= _LONGEST_NAME:
        return tidy
    start, dot, ending = tidy.rpartition(".")
    ending = f"{dot}{ending}" if dot and len(ending) <= 5 else ""
    return f"{(start if ending else tidy)[: _LONGEST_NAME - len(ending)]}{ending}"


def uploaded(connection: Connection, spot: Spot, person_id: int) -> dict[str, list[Row]]:
    """What the person has uploaded at a spot and not sent, by question, as `check_answers` asks."""
    found: dict[str, list[Row]] = {}
    for row in find_unsent(connection, spot, person_id):
        found.setdefault(row.field, []).append(as_answer(row))
    return found


def send_with_answers(
    connection: Connection,
    spot: Spot,
    person_id: int,
    answers: Mapping[str, object],
    *,
    form: Form,
    case_id: int,
    element: str,
    sequence: int,
) -> None:
    """The files in the answers become part of the entry; what else was uploaded there is gone.

    Raises `FilesGone` when one of them was removed meanwhile.
    """
    ids = [int(each["id"]) for each in _files_in(form, answers)]
    sent = send_files(
        connection, spot, person_id, ids, case_id=case_id, element=element, sequence=sequence
    )
    if sent != len(ids):
        raise FilesGone
    delete_unsent(connection, spot, person_id)


def _files_in(form: Form, answers: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for field in form.fields:
        if field.kind == "filepicker":
            yield from answers.get(field.key) or ()


def find_case_files(
    connection: Connection, case_id: int, *, diagram: Diagram, posts: Collection[str]
) -> tuple[SentFile, ...]:
    """The files of a case that holders of `posts` may see, the oldest first."""
    return tuple(
        SentFile(
            id=row.id,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            by=row.person,
            at=row.at,
            step=_step(diagram, row.element),
        )
        for row in find_sent(connection, case_id)
        if may_see_element(diagram, row.element, posts)
    )


def _step(diagram: Diagram, element: str) -> str:
    drawn = diagram.elements.get(element)
    return " ".join((drawn.message or drawn.name).split()) if drawn else ""


def open_file(installation: Installation, file_id: int, by: Person) -> Download:
    """A file for whoever may see the step at which it was sent, or uploaded it and has not sent it.

    Raises `NoFile` and `NotAllowed`. Each download and each refusal goes to the access log.
    """
    case_id: int | None = None
    allowed = False
    try:
        with installation.database.read() as connection:
            row = find_file(connection, file_id)
            if row is None:
                raise NoFile
            case_id = row.case_id
            _demand(installation, connection, row, by)
        allowed = True
    finally:
        note(installation, by, f"file {file_id}", allowed=allowed, case_id=case_id)
    return Download(
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        pieces=_pieces(installation, row.id),
    )


def _demand(installation: Installation, connection: Connection, row: FileRow, by: Person) -> None:
    at = installation.clock.now()
    if row.sequence is None:
        if row.person_id != by.id:
            raise NoFile
        return
    case = find_case(connection, row.case_id or 0)
    if case is None:
        raise NoFile
    if not may_see_case(connection, case.id, by.id, at):
        raise NoFile  # whoever has no part in the case is not told that there is such a file
    posts = posts_in_case(
        connection,
        by.id,
        at,
        raiser_id=case.raiser_id,
        social_worker_id=case.social_worker_id,
        team=case.team,
    )
    diagram = load_version(connection, case.version_id).package.diagram
    if not may_see_element(diagram, row.element, posts):
        raise NotAllowed("That file is for others than you. Ask who sent it if you need it.")


def _pieces(installation: Installation, file_id: int) -> Iterator[bytes]:
    """Piece by piece, each with a connection of its own: a slow reader holds nothing up."""
    place = 0
    while True:
        with installation.database.read() as connection:
            piece = find_piece(connection, file_id, place)
        if piece is None:
            return
        yield piece
        place += 1

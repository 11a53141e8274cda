"""What the history vouches for of a file: its name, kind, size and hash, in the entry's answers."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.forms import Row
from engine.store.database import Connection
from engine.store.files import FileRow, find_piece


def as_answer(row: FileRow) -> Row:
    """The file as part of an answer: what the history's entry vouches for."""
    return {
        "id": row.id,
        "name": row.name,
        "type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
    }


def find_altered(
    connection: Connection, files: Iterable[FileRow], told: Mapping[int, Mapping[str, Any]]
) -> Iterator[tuple[int, str]]:
    """Files of a case that are not what their entries tell of: the entry's number, what is wrong.

    `files` are those that are kept, `told` the answers by entry, of entries whose words are whole.
    """
    kept: dict[int, dict[int, FileRow]] = {}
    for row in files:
        kept.setdefault(row.sequence or 0, {})[row.id] = row
    for sequence, answers in told.items():
        here = kept.get(sequence, {})
        for each in _vouched(answers.values()):
            found = here.get(int(each["id"]))
            name = each.get("name")
            if found is None:
                yield sequence, f"The file “{name}” is gone, and no entry says that it was."
            elif as_answer(found) != each or _hash(connection, found.id) != each["sha256"]:
                yield sequence, f"The file “{name}” was altered."
        known = {int(each["id"]) for each in _vouched(answers.values())}
        for row in here.values():
            if row.id in known:
                continue
            yield sequence, f"The file “{row.name}” was put there; the entry tells of no such file."


def _vouched(answers: Iterable[object]) -> Iterator[Mapping[str, Any]]:
    for answer in answers:
        for each in answer if isinstance(answer, list) else ():
            if isinstance(each, dict) and {"id", "sha256"} <= each.keys():
                yield each


def _hash(connection: Connection, file_id: int) -> str:
    found, place = hashlib.sha256(), 0
    while (piece := find_piece(connection, file_id, place)) is not None:
        found.update(piece)
        place += 1
    return found.hexdigest()

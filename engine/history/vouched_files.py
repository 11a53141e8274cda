"""What the history vouches for of a file: its name, kind, size and hash, in the entry's answers."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.forms import Row
from engine.history.chains import Chain, Found
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


def find_altered_files(connection: Connection, chain: Chain, kept: Iterable[FileRow]) -> Found:
    """Files of a case that are not what their entries tell of: the entry's number, what is wrong.

    `kept` are those that were sent. Words that were destroyed took their files with them.
    """
    files: dict[int, dict[int, FileRow]] = {}
    for row in kept:
        files.setdefault(row.sequence or 0, {})[row.id] = row
    for sequence, told in chain.told.items():
        answers = told.get("answers")
        if sequence in files or (answers and list in map(type, answers.values())):
            here = files.pop(sequence, {})
            told_of = list(_vouched(answers.values() if isinstance(answers, dict) else ()))
            for problem in _wrong(connection, here, told_of):
                yield sequence, problem
    for sequence, rows in files.items():
        if not chain.is_named(sequence):
            for row in rows.values():
                yield sequence, f"The file “{row.name}” was put there; no entry tells of it."


def _wrong(
    connection: Connection, here: Mapping[int, FileRow], told: list[Mapping[str, Any]]
) -> Iterator[str]:
    for each in told:
        found = here.get(int(each["id"]))
        name = each.get("name")
        if found is None:
            yield f"The file “{name}” is gone, and no entry says that it was."
        elif as_answer(found) != each or _hash(connection, found.id) != each["sha256"]:
            yield f"The file “{name}” was altered."
    for row in here.values():
        if row.id not in {int(each["id"]) for each in told}:
            yield f"The file “{row.name}” was put there; the entry tells of no such file."


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
